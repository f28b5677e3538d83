/* SPDX-License-Identifier: MIT */
/*
 * wide_plan.h: the steps that split a composite of 65 to 128 bits without small primes, by its
 * size. It is split_plan.h for two words.
 *
 * Step 0 is P-1. The steps from 1 on are curves, each one of its own (ecm_family.h), with
 * programs that grow: the smaller ones come first for primes of moderate size, and cost little if
 * there are none. After FG_WIDE_PLAN_CURVES curves comes the last resort.
 */
#ifndef FG_ALGORITHMS_WIDE_PLAN_H
#define FG_ALGORITHMS_WIDE_PLAN_H

#include "algorithms/ecm_wide_tables.h"
#include "arith/wide.h"

/*
 * Curves that a composite is given before the last resort. A balanced semiprime of 128 bits takes
 * 50 of the largest program on average; that one of them needs all has a probability below 1e-30.
 */
#define FG_WIDE_PLAN_CURVES 4096

enum fg_wide_step_kind {
    FG_WIDE_STEP_PM1,        /* P-1 with `program` */
    FG_WIDE_STEP_ECM,        /* a curve with `program` */
    FG_WIDE_STEP_LAST_RESORT /* what finds a factor of any composite, however long it takes */
};

struct fg_wide_step {
    uint32_t kind;    /* enum fg_wide_step_kind */
    uint32_t program; /* index of fg_wide_pm1_programs or fg_wide_ecm_programs */
    uint32_t repeats; /* how many steps from this one on have this kind and program; at least 1 */
};

/* A plan: the program of P-1, then how many curves each program of ECM gets. The last program goes
 * on until FG_WIDE_PLAN_CURVES. */
struct fg_wide_plan {
    uint8_t pm1;
    uint8_t curves[FG_WIDE_ECM_PROGRAM_COUNT]; /* of the last program that is not 0, at least */
};

/* Plans by size: one for what is left after other factors were divided out, and one for a whole
 * number, which is more likely to be a product of two large primes. */
#define FG_WIDE_PLAN_SIZES 8
FG_TABLE struct fg_wide_plan fg_wide_plans[2 * FG_WIDE_PLAN_SIZES] = {
    /* up to 69 bits: a cofactor, a whole number */
    {FG_WIDE_PM1_A, {2, 1, 0, 0, 0}},
    {FG_WIDE_PM1_A, {1, 0, 0, 0, 0}},
    /* up to 76 */
    {FG_WIDE_PM1_A, {4, 1, 0, 0, 0}},
    {FG_WIDE_PM1_A, {2, 1, 0, 0, 0}},
    /* up to 84 */
    {FG_WIDE_PM1_A, {4, 6, 1, 0, 0}},
    {FG_WIDE_PM1_B, {2, 1, 0, 0, 0}},
    /* up to 92 */
    {FG_WIDE_PM1_A, {4, 6, 1, 0, 0}},
    {FG_WIDE_PM1_B, {2, 4, 1, 0, 0}},
    /* up to 100 */
    {FG_WIDE_PM1_A, {4, 6, 12, 1, 0}},
    {FG_WIDE_PM1_B, {3, 4, 1, 0, 0}},
    /* up to 108 */
    {FG_WIDE_PM1_A, {4, 6, 12, 1, 0}},
    {FG_WIDE_PM1_B, {3, 4, 6, 1, 0}},
    /* up to 116 */
    {FG_WIDE_PM1_A, {4, 6, 12, 1, 0}},
    {FG_WIDE_PM1_B, {3, 4, 6, 1, 0}},
    /* up to 128 */
    {FG_WIDE_PM1_A, {4, 6, 12, 22, 1}},
    {FG_WIDE_PM1_B, {3, 4, 6, 8, 1}},
};

/* The plan of composite n; `whole`: nothing was divided out of it. */
static FG_HD uint32_t fg_wide_plan_of(fg_wide n, bool whole) {
    const uint32_t bits = fg_wide_bit_length(n);
    const uint32_t size = (uint32_t)(bits > 69) + (bits > 76) + (bits > 84) + (bits > 92) +
                          (bits > 100) + (bits > 108) + (bits > 116);
    return 2 * size + whole;
}

/*
 * Returns the step of composite n, which is no power, after `steps` of them. A factor goes on with
 * the steps of the number that it was found in, because its primes were missed by the same curves.
 */
static FG_HD struct fg_wide_step fg_wide_plan_step(fg_wide n, bool whole, uint32_t steps) {
    const struct fg_wide_plan plan = fg_wide_plans[fg_wide_plan_of(n, whole)];
    struct fg_wide_step step;
    step.kind = FG_WIDE_STEP_PM1;
    step.program = plan.pm1;
    step.repeats = 1;
    if (steps == 0)
        return step;
    uint32_t end = 1; /* of the steps with program step.program */
    for (step.program = 0; step.program + 1 < FG_WIDE_ECM_PROGRAM_COUNT; step.program++) {
        end += plan.curves[step.program];
        if (steps < end || plan.curves[step.program + 1] == 0)
            break;
    }
    if (step.program + 1 == FG_WIDE_ECM_PROGRAM_COUNT || plan.curves[step.program + 1] == 0)
        end = FG_WIDE_PLAN_CURVES + 1;
    step.kind = steps < end ? FG_WIDE_STEP_ECM : FG_WIDE_STEP_LAST_RESORT;
    step.repeats = steps < end ? end - steps : 1;
    return step;
}

#endif
