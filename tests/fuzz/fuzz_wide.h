/* SPDX-License-Identifier: MIT */
/*
 * fuzz_wide.h: arithmetic modulo numbers below 2^128 by doubling and adding, and tests of primality
 * with it. For the fuzz targets of such numbers: it shares nothing with the library.
 */
#ifndef FG_FUZZ_WIDE_H
#define FG_FUZZ_WIDE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

__extension__ typedef unsigned __int128 fuzz_wide;

/* Stops the fuzzer, which keeps the input. */
static inline void fuzz_require(bool holds, const char *what, fuzz_wide n) {
    if (holds)
        return;
    fprintf(stderr, "%s: n = 0x%016llx%016llx\n", what, (unsigned long long)(n >> 64),
            (unsigned long long)n);
    abort();
}

/* The next four take a, b < n. */
static inline fuzz_wide fuzz_add(fuzz_wide a, fuzz_wide b, fuzz_wide n) {
    return a >= n - b ? a - (n - b) : a + b;
}

static inline fuzz_wide fuzz_subtract(fuzz_wide a, fuzz_wide b, fuzz_wide n) {
    return a >= b ? a - b : a + (n - b);
}

static inline fuzz_wide fuzz_multiply(fuzz_wide a, fuzz_wide b, fuzz_wide n) {
    fuzz_wide product = 0;
    for (; b > 0; b >>= 1, a = fuzz_add(a, a, n))
        if (b & 1)
            product = fuzz_add(product, a, n);
    return product;
}

static inline fuzz_wide fuzz_power(fuzz_wide base, fuzz_wide exponent, fuzz_wide n) {
    fuzz_wide power = 1 % n;
    for (; exponent > 0; exponent >>= 1, base = fuzz_multiply(base, base, n))
        if (exponent & 1)
            power = fuzz_multiply(power, base, n);
    return power;
}

static inline fuzz_wide fuzz_gcd(fuzz_wide a, fuzz_wide b) {
    while (b > 0) {
        const fuzz_wide rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* n odd, above the base. */
static inline bool fuzz_is_strong(fuzz_wide n, fuzz_wide base) {
    fuzz_wide odd = n - 1;
    unsigned twos = 0;
    for (; odd % 2 == 0; odd /= 2)
        twos++;
    fuzz_wide x = fuzz_power(base, odd, n);
    bool passes = x == 1;
    for (; twos > 0 && !passes; twos--, x = fuzz_multiply(x, x, n))
        passes = x == n - 1;
    return passes;
}

/* 3317044064679887385961981: no composite below it passes for all of the first 13 primes (J.
 * Sorenson, J. Webster, "Strong pseudoprimes to twelve prime bases", 2017). */
#define FUZZ_BASES_END ((fuzz_wide)179817 << 64 | UINT64_C(5885577656943027709))

/* Strong tests to the first 13 primes, and as many more above their bound, where no composite is
 * known that passes those. */
static inline bool fuzz_is_prime(fuzz_wide n) {
    static const uint8_t bases[] = {2,  3,  5,  7,  11, 13, 17, 19, 23, 29, 31, 37, 41,
                                    43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101};
    const size_t all = sizeof bases, count = n < FUZZ_BASES_END ? 13 : all;
    if (n < 2)
        return false;
    for (size_t i = 0; i < all; i++)
        if (n % bases[i] == 0)
            return n == bases[i];
    for (size_t i = 0; i < count; i++)
        if (!fuzz_is_strong(n, bases[i]))
            return false;
    return true;
}

#endif
