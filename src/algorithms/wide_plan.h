/* SPDX-License-Identifier: MIT */
/*
 * wide_plan.h: the steps that split a composite of 65 to 128 bits without small primes, by its
 * size. It is split_plan.h for two words.
 *
 * First comes P-1, then curves, each one of its own (ecm_family.h), with programs that grow: the
 * smaller ones come first for primes of moderate size, and cost little if there are none. A large
 * program of P-1 comes before the curves that cost about as much. After FG_WIDE_PLAN_STEPS steps
 * comes the last resort.
 */
#ifndef FG_ALGORITHMS_WIDE_PLAN_H
#define FG_ALGORITHMS_WIDE_PLAN_H

#include "algorithms/wide_programs.h"
#include "arith/target.h"
#include "arith/wide.h"

/*
 * Steps that a composite is given before the last resort. A balanced semiprime of 128 bits takes 45
 * curves of the largest program on average; that one needs all has a probability below 1e-30.
 */
#define FG_WIDE_PLAN_STEPS 4096

/* A GPU's forms of three and of four words of 32 bits (arith/residues_rows.h) end below these
 * powers of two. */
#define FG_WIDE_PLAN_96_BITS 91
#define FG_WIDE_PLAN_LAZY_BITS 123

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

/* Some steps of a plan that are alike. */
struct fg_wide_stage {
    uint8_t kind, program; /* as in struct fg_wide_step */
    uint8_t count;         /* of steps; 0: the plan ended before */
};

/* The last stage of a plan goes on until FG_WIDE_PLAN_STEPS. */
#define FG_WIDE_PLAN_STAGES 8

/* Plans by size: one for what is left after other factors were divided out, and one for a whole
 * number, which is more likely to be a product of two large primes. By a model over the exact
 * orders of groups modulo random primes: a plan with the best program for balanced semiprimes alone
 * takes them 1 to 3 % less, but three primes of 25 to 40 bits half as much again. */
#define FG_WIDE_PLAN_SIZES 7
// clang-format off
#define FG_PLAN_P(name, count) {FG_WIDE_STEP_PM1, FG_WIDE_PM1_##name, count}
#define FG_PLAN_E(name, count) {FG_WIDE_STEP_ECM, FG_WIDE_ECM_##name, count}
FG_TABLE struct fg_wide_stage fg_wide_plans[2 * FG_WIDE_PLAN_SIZES][FG_WIDE_PLAN_STAGES] = {
    /* up to 69 bits: a cofactor, a whole number */
    {FG_PLAN_P(A, 1), FG_PLAN_E(A, 6), FG_PLAN_E(B, 1)},
    {FG_PLAN_P(A, 1), FG_PLAN_E(A, 1)},
    /* up to 76; whole semiprimes of 70 and 72 bits take 1.02 and 1.01 times as long with four curves
     * of A first, 75 bits as long (lists of 16,384, IFMA) */
    {FG_PLAN_P(A, 1), FG_PLAN_E(A, 4), FG_PLAN_E(B, 1)},
    {FG_PLAN_P(A, 1), FG_PLAN_E(A, 6), FG_PLAN_E(B, 1)},
    /* up to 84 */
    {FG_PLAN_P(A, 1), FG_PLAN_E(A, 4), FG_PLAN_E(B, 8), FG_PLAN_E(C, 1)},
    {FG_PLAN_P(B, 1), FG_PLAN_E(A, 1), FG_PLAN_E(B, 1)},
    /* up to 92 */
    {FG_PLAN_P(A, 1), FG_PLAN_E(A, 4), FG_PLAN_E(B, 8), FG_PLAN_E(C, 1)},
    {FG_PLAN_P(B, 1), FG_PLAN_E(A, 2), FG_PLAN_E(B, 2), FG_PLAN_E(C, 1)},
    /* up to 100 */
    {FG_PLAN_P(A, 1), FG_PLAN_E(A, 4), FG_PLAN_E(B, 8), FG_PLAN_P(C, 1), FG_PLAN_E(C, 1)},
    {FG_PLAN_P(B, 1), FG_PLAN_E(A, 3), FG_PLAN_E(B, 3), FG_PLAN_P(C, 1), FG_PLAN_E(C, 1)},
    /* up to 108 */
    {FG_PLAN_P(A, 1), FG_PLAN_E(A, 4), FG_PLAN_E(B, 6), FG_PLAN_P(C, 1), FG_PLAN_E(C, 12),
     FG_PLAN_E(D, 1)},
    {FG_PLAN_P(B, 1), FG_PLAN_E(A, 2), FG_PLAN_E(B, 2), FG_PLAN_E(C, 2), FG_PLAN_P(C, 1),
     FG_PLAN_E(D, 1)},
    /* up to 128 */
    {FG_PLAN_P(A, 1), FG_PLAN_E(A, 3), FG_PLAN_E(B, 6), FG_PLAN_P(C, 1), FG_PLAN_E(C, 10),
     FG_PLAN_E(D, 20), FG_PLAN_P(E, 1), FG_PLAN_E(E, 1)},
    {FG_PLAN_P(B, 1), FG_PLAN_E(A, 2), FG_PLAN_E(B, 2), FG_PLAN_E(C, 2), FG_PLAN_P(E, 1),
     FG_PLAN_E(E, 1)},
};
// clang-format on
#undef FG_PLAN_P
#undef FG_PLAN_E

/* The plan of composite n; `whole`: nothing was divided out of it. */
static FG_HD uint32_t fg_wide_plan_of(fg_wide n, bool whole) {
    const uint32_t bits = fg_wide_bit_length(n);
    const uint32_t size = (uint32_t)(bits > 69) + (bits > 76) + (bits > 84) + (bits > 92) +
                          (bits > 100) + (bits > 108);
    return 2 * size + whole;
}

/*
 * Returns the step of composite n, which is no power, after `steps` of them. A factor goes on with
 * the steps of the number that it was found in, because its primes were missed by the same curves.
 */
static FG_HD struct fg_wide_step fg_wide_plan_step(fg_wide n, bool whole, uint32_t steps) {
    const struct fg_wide_stage *const plan = fg_wide_plans[fg_wide_plan_of(n, whole)];
    struct fg_wide_step step;
    uint32_t stage = 0, end = plan[0].count; /* where the steps of the stage end */
    while (end <= steps && stage + 1 < FG_WIDE_PLAN_STAGES && plan[stage + 1].count != 0)
        end += plan[++stage].count;
    if (stage + 1 == FG_WIDE_PLAN_STAGES || plan[stage + 1].count == 0)
        end = FG_WIDE_PLAN_STEPS;
    step.kind = steps < end ? plan[stage].kind : (uint32_t)FG_WIDE_STEP_LAST_RESORT;
    step.program = plan[stage].program;
    step.repeats = steps < end ? end - steps : 1;
    return step;
}

#endif
