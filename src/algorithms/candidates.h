/* SPDX-License-Identifier: MIT */
/*
 * candidates.h: which candidate divisors a method tests for one number, and in what order.
 *
 * Every backend walks the same candidates, numbered 0 .. count - 1, so that a slice of the work is
 * a pair of numbers and what the algorithm bought is never mixed with what the hardware bought.
 *
 *   exhaustive  candidate c is c + 1; all of 1..n are tested against n itself.
 *   trial       candidate c is 2c + 1; the odd numbers up to the root of n's odd part m are tested
 *               against m. An even candidate 2^i d needs no test of its own: it divides n = 2^k m
 *               exactly when i <= k and the odd d divides m, and d or m/d is at most the root.
 */
#ifndef FG_ALGORITHMS_CANDIDATES_H
#define FG_ALGORITHMS_CANDIDATES_H

#include "arith/isqrt.h"
#include "arith/target.h"

struct fg_candidates {
    uint64_t dividend; /* what the candidates are tested against: n, or its odd part */
    uint64_t count;    /* candidates in all */
    uint32_t step;     /* candidate c is 1 + step * c */
    uint32_t twos;     /* trial: n = 2^twos * dividend; exhaustive: 0 */
};

/* n >= 1. */
static FG_HD struct fg_candidates fg_candidates_exhaustive(uint64_t n) {
    FG_VERIFY_CHECK(n >= 1);
    struct fg_candidates candidates;
    candidates.dividend = n;
    candidates.count = n;
    candidates.step = 1;
    candidates.twos = 0;
    return candidates;
}

/* n >= 1. */
static FG_HD struct fg_candidates fg_candidates_trial(uint64_t n) {
    FG_VERIFY_CHECK(n >= 1);
    struct fg_candidates candidates;
    candidates.dividend = n;
    candidates.twos = 0;
    while (candidates.dividend % 2 == 0) {
        candidates.dividend /= 2;
        candidates.twos++;
    }
    candidates.count = ((uint64_t)fg_isqrt64(candidates.dividend) + 1) / 2;
    candidates.step = 2;
    return candidates;
}

/* The candidate numbered c < count. */
static FG_HD uint64_t fg_candidate_at(struct fg_candidates candidates, uint64_t c) {
    FG_VERIFY_CHECK(c < candidates.count);
    return 1 + candidates.step * c;
}

#endif
