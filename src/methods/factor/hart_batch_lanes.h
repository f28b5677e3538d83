/* SPDX-License-Identifier: MIT */
/*
 * hart_batch_lanes.h: Hart's method in lanes of doubles, over the operations of an instruction set.
 *
 * Each lane has a multiple k of its own, and the numbers take turns: one round is the next k for
 * all numbers that are left, without a branch that depends on any. A file includes it behind its
 * own types `reals` (REALS lanes of doubles) and `ints` (twice as many of 32 bits) and the
 * operations that are used below.
 *
 * All is exact but the first root: 4mkn is below 2^55 and a multiple of 4, a is below 2^28, and a^2
 * - 4mkn, which the fused product keeps, is far below 2^53, so its root is whole exactly if it is a
 * square. The first root is taken as sqrt(4mn) sqrt(k), rounded down rather than up. If it then
 * misses a whole number that it should reach, a^2 - 4mkn is negative and its root is not a number;
 * this loses one k in very many.
 */
#include "algorithms/hart.h"

/* 4mkn stays below this: it is exact, being a multiple of 4. */
#define LARGEST 0x1p55

/* A round's k, in the order of the lanes. */
struct multiples {
    reals k[2], roots[2];
    ints products; /* m k */
    ints steps;    /* a may go up by at most this to the residue of m k n + 1: to odd numbers */
};

/* One round for one number, `four` = 4mn and `root` just below its square root: a + b of the least
 * k that has them, or 1. */
static inline uint64_t try_multiples(const struct multiples *multiples, uint64_t n, double four,
                                     double root) {
    const reals four0 = reals_mul(reals_all(four), multiples->k[0]);
    const reals four1 = reals_mul(reals_all(four), multiples->k[1]);
    ints a = ints_above(reals_mul(reals_all(root), multiples->roots[0]),
                        reals_mul(reals_all(root), multiples->roots[1]));
    /* a is m k n + 1 modulo 2, 4 or 8, as in fg_hart_block(). */
    const ints residue = ints_add(ints_mul(multiples->products, ints_all((int)n)), ints_all(1));
    const ints step = ints_seven_where_zero(ints_and(residue, ints_all(3)), multiples->steps);
    a = ints_add(a, ints_and(ints_sub(residue, a), step));
    const reals a0 = reals_low(a), a1 = reals_high(a);
    const reals b0 = reals_sqrt(reals_sqr_sub(a0, four0));
    const reals b1 = reals_sqrt(reals_sqr_sub(a1, four1));
    const uint32_t hits0 = reals_whole(b0), hits1 = reals_whole(b1);
    const double sum0 = reals_first(reals_add(a0, b0), hits0);
    const double sum1 = reals_first(reals_add(a1, b1), hits1);
    const double sum = hits0 != 0 ? sum0 : sum1;
    return (hits0 | hits1) != 0 ? (uint64_t)(int64_t)sum : 1;
}

static inline void hart_batch(const uint64_t *n, unsigned count, uint64_t *found) {
    double fours[FG_HART_BATCH], roots[FG_HART_BATCH];
    uint8_t left[FG_HART_BATCH] = {0}; /* numbers without an answer */
    FG_VERIFY_CHECK(count <= FG_HART_BATCH);
    for (unsigned i = 0; i < count; i++) {
        FG_VERIFY_CHECK(n[i] % 2 == 1 && n[i] < FG_HART_MAX);
        fours[i] = (double)(int64_t)(4 * FG_HART_MULTIPLIER * n[i]);
        roots[i] = sqrt(fours[i]) * (1 - 0x1p-50);
        left[i] = (uint8_t)i;
        found[i] = 1;
    }
    for (int begin = 1; begin < (int)FG_HART_STEPS && count > 0; begin += 2 * REALS) {
        struct multiples multiples;
        const ints k = ints_from(begin);
        multiples.k[0] = reals_low(k);
        multiples.k[1] = reals_high(k);
        multiples.roots[0] = reals_sqrt(multiples.k[0]);
        multiples.roots[1] = reals_sqrt(multiples.k[1]);
        multiples.products = ints_mul(k, ints_all(FG_HART_MULTIPLIER));
        multiples.steps = ints_add(ints_add(k, k), ints_all(1));
        multiples.steps = ints_and(multiples.steps, ints_all(3));
        const double next_end = begin + 4 * REALS;
        unsigned still = 0;
        for (unsigned i = 0; i < count; i++) {
            const unsigned at = left[i];
            const uint64_t sum = try_multiples(&multiples, n[at], fours[at], roots[at]);
            found[at] = sum;
            left[still] = (uint8_t)at;
            still += (sum == 1) & (fours[at] * next_end < LARGEST);
        }
        count = still;
    }
}
