/* SPDX-License-Identifier: MIT */
/*
 * split_plan.h: the steps of a composite, by its size. The tunables of the factoring engine are
 * here.
 *
 * A composite without small factors goes through the steps of its size class, one after the other:
 * P-1 first, which is cheapest, then curves of growing programs. The smaller programs come first
 * for what random numbers leave: a composite with a prime of moderate size. bench/README.md has the
 * measurements that chose the numbers.
 */
#ifndef FG_ALGORITHMS_SPLIT_PLAN_H
#define FG_ALGORITHMS_SPLIT_PLAN_H

#include "algorithms/ecm_tables.h"
#include "arith/bits.h"
#include "arith/target.h"

/* Blocks of eight small primes that are divided out first. */
#define FG_PLAN_SMALL_BLOCKS 22
/* Composites below this go to Hart's method, those above to the curves, whose minimum
 * (FG_ECM_MIN) it is. Semiprimes of 35 bits take 1.06 us by Hart's method, 0.98 by scalar
 * curves, 0.37 in lanes. */
#define FG_PLAN_HART_MAX (UINT64_C(1) << 34)
/* Moduli below this have headroom 6. */
#define FG_PLAN_LAZY_MAX (UINT64_C(1) << 58)
/* Moduli below this have a form in doubles, for GPUs (arith/residues_double.h). */
#define FG_PLAN_DOUBLE_MAX (UINT64_C(1) << 49)
/* Curves that a number is given before rho and, should that fail too, trial division. */
#define FG_PLAN_CURVES FG_ECM_CURVE_COUNT

/* A step: which method, which of its five programs. */
enum fg_plan_method { FG_PLAN_PM1, FG_PLAN_ECM };

struct fg_plan_step {
    uint8_t method;  /* enum fg_plan_method */
    uint8_t program; /* index into the method's programs */
};

/* The number of steps that a plan has before its last one is repeated. */
#define FG_PLAN_STEPS 6

/* Plans by how many bits the composite has. Each size has one for what is left after other factors
 * were divided out, and one for a whole number, which is more likely to be hard: lists of
 * semiprimes are a common input. */
#define FG_PLAN_SIZES 4
// clang-format off
#define FG_PLAN_P(size) {FG_PLAN_PM1, FG_PM1_##size}
#define FG_PLAN_E(size) {FG_PLAN_ECM, FG_ECM_##size}
FG_TABLE struct fg_plan_step fg_plan_steps[2 * FG_PLAN_SIZES][FG_PLAN_STEPS] = {
    /* up to 42 bits: a cofactor, a whole number */
    {FG_PLAN_P(40), FG_PLAN_E(40), FG_PLAN_E(40), FG_PLAN_E(40), FG_PLAN_E(40), FG_PLAN_E(40)},
    {FG_PLAN_P(40), FG_PLAN_E(40), FG_PLAN_E(40), FG_PLAN_E(40), FG_PLAN_E(40), FG_PLAN_E(40)},
    /* up to 50 */
    {FG_PLAN_P(40), FG_PLAN_E(40), FG_PLAN_E(48), FG_PLAN_E(48), FG_PLAN_E(48), FG_PLAN_E(48)},
    {FG_PLAN_P(48), FG_PLAN_E(48), FG_PLAN_E(48), FG_PLAN_E(48), FG_PLAN_E(48), FG_PLAN_E(48)},
    /* up to 58 */
    {FG_PLAN_P(40), FG_PLAN_E(40), FG_PLAN_E(48), FG_PLAN_E(48), FG_PLAN_E(56), FG_PLAN_E(56)},
    {FG_PLAN_P(56), FG_PLAN_E(56), FG_PLAN_E(56), FG_PLAN_E(56), FG_PLAN_E(56), FG_PLAN_E(56)},
    /* up to 64 */
    {FG_PLAN_P(40), FG_PLAN_E(40), FG_PLAN_E(48), FG_PLAN_E(48), FG_PLAN_E(56), FG_PLAN_E(62)},
    {FG_PLAN_P(62), FG_PLAN_E(56), FG_PLAN_E(64), FG_PLAN_E(64), FG_PLAN_E(64), FG_PLAN_E(64)},
};
// clang-format on
#undef FG_PLAN_P
#undef FG_PLAN_E

/* The plan of composite n; `whole`: nothing was divided out of it. */
static FG_HD uint32_t fg_plan_of(uint64_t n, bool whole) {
    const uint32_t bits = fg_bit_length64(n);
    const uint32_t size = (uint32_t)(bits > 42) + (bits > 50) + (bits > 58);
    return 2 * size + whole;
}

/* Step number `step` of a plan; from the last one of the table on it is repeated. */
static FG_HD struct fg_plan_step fg_plan_at(uint32_t plan, uint32_t step) {
    const uint32_t last = FG_PLAN_STEPS - 1;
    return fg_plan_steps[plan][step < last ? step : last];
}

#endif
