/* SPDX-License-Identifier: MIT */
/*
 * primality.h: a deterministic primality proof for every 64-bit number.
 *
 * A composite below 2^64 never passes both tests of probable_prime.h: the strong test to base 2
 * and an almost extra strong Lucas test with PARI's parameters (Q = 1; P = 3, 5, 7, ... until
 * (P^2 - 4 / n) = -1). That was established by running the second over the complete list of the
 * 118,968,378 base-2 pseudoprimes below 2^64 (J. Feitsma and W. Galway, 2013; for this and the
 * other variants of Baillie-PSW see R. Baillie, A. Fiori, S. Wagstaff, "Strengthening the
 * Baillie-PSW primality test", 2021). It needs no table of bases. Below 2^32 the first test alone
 * is enough for nearly all primes, because a table knows the composites that pass it.
 * tests/algorithms/primality_test.cpp compares it with FLINT on structured numbers, pseudoprimes
 * and more than 10^7 random ones.
 */
#ifndef FG_ALGORITHMS_PRIMALITY_H
#define FG_ALGORITHMS_PRIMALITY_H

#include "algorithms/base2_proof.h"
#include "algorithms/one_lane.h"
#include "algorithms/small_primes.h"

/* Returns whether the odd n >= 9 below 2^64 - 1 is prime. */
static FG_HD bool fg_is_prime64_odd(uint64_t n) {
#ifdef __cplusplus
    using namespace fg_full;
#endif
    const struct fg_field field = fg_prepare(&n);
    if (!fg_strong_base2(&field))
        return false;
    const uint32_t parameter = fg_lucas_parameter(n);
    return parameter != 0 && fg_lucas(&field, &parameter) != 0;
}

/* Returns whether n is prime. Any n. */
static FG_HD bool fg_is_prime64(uint64_t n) {
    if (n < 3 || n % 2 == 0)
        return n == 2;
    for (uint32_t i = 0; i < FG_SMALL_BLOCK; i++) /* 3 to 23 */
        if (n * fg_small_primes[i].inverse < fg_small_primes[i].bound)
            return n == fg_small_prime_values[i];
    return n < UINT64_C(29) * 29 || fg_is_prime64_odd(n);
}

#endif
