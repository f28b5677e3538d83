/* SPDX-License-Identifier: MIT */
/*
 * thirteen_bases.h: strong tests of numbers of two words, and the proof by 13 of them: below
 * FG_PROOF_BASES_END a number that passes those to the first 13 prime bases is prime (J. Sorenson
 * and J. Webster, "Strong pseudoprimes to twelve prime bases", 2015).
 *
 * All are pure functions.
 */
#ifndef FG_ALGORITHMS_THIRTEEN_BASES_H
#define FG_ALGORITHMS_THIRTEEN_BASES_H

#include "algorithms/wide_small_primes.h"
#include "arith/montgomery_wide.h"

/* 3317044064679887385961981, the least strong pseudoprime to the first 13 prime bases, 2 to 41. */
#define FG_PROOF_BASES_END fg_wide_join(UINT64_C(5885577656943027709), 179817)
#define FG_PROOF_BASES_BITS 82 /* FG_PROOF_BASES_END is below 2^82 */
#define FG_PROOF_BASE_COUNT 13

/* Returns whether the odd n >= 5 passes the strong test to `base`, 2 <= base < n. `one` stands for
 * 1. */
static FG_HD bool fg_proof_strong(struct fg_mont128 modulus, fg_wide one, uint32_t base) {
    const fg_wide n = modulus.n;
    const uint32_t twos = fg_wide_trailing_zeros(n - 1);
    const fg_wide residue = fg_mod128_multiple(one, base, n);
    fg_wide x = fg_mont128_pow(modulus, residue, (n - 1) >> twos, one);
    if (x == one || x == n - one)
        return true;
    for (uint32_t r = 1; r < twos; r++) {
        x = fg_mont128_sqr(modulus, x);
        if (x == n - one)
            return true;
    }
    return false;
}

/* Returns whether the odd n passes the strong test to base 2, as every prime does. 5 <= n. */
static FG_HD bool fg_proof_strong_base2(fg_wide n) {
    const struct fg_mont128 modulus = fg_mont128_prepare(n);
    return fg_proof_strong(modulus, fg_mont128_one(modulus), 2);
}

/* Returns the base i of the 13, i < FG_PROOF_BASE_COUNT. */
static FG_HD uint32_t fg_proof_base_value(uint32_t i) {
    return i == 0 ? 2 : fg_small_prime_values[i - 1];
}

/* Returns whether n is prime. n odd, 43 <= n < FG_PROOF_BASES_END. */
static FG_HD bool fg_proof_by_bases(fg_wide n) {
    FG_VERIFY_CHECK(n % 2 == 1 && n >= 43 && n < FG_PROOF_BASES_END);
    const struct fg_mont128 modulus = fg_mont128_prepare(n);
    const fg_wide one = fg_mont128_one(modulus);
    for (uint32_t i = 0; i < FG_PROOF_BASE_COUNT; i++)
        if (!fg_proof_strong(modulus, one, fg_proof_base_value(i)))
            return false;
    return true;
}

#endif
