/* SPDX-License-Identifier: MIT */
/*
 * wide_power.h: recognises a power among composites above 2^64 without small primes.
 *
 * What has no prime below 2^10 is at most a twelfth power, so that the exponents 2, 3, 5, 7 and 11
 * are enough: the root of a power is an unknown number again, which may be one itself. A remainder
 * tells most numbers from squares and cubes before a root is taken.
 */
#ifndef FG_ALGORITHMS_WIDE_POWER_H
#define FG_ALGORITHMS_WIDE_POWER_H

#include "arith/target.h"
#include "arith/wide.h"
#include "arith/wide_divide.h"
#include "arith/wide_root.h"

/* Returns whether n can be a square, by its remainder modulo 64 and 63 * 65 * 11: one of 100
 * numbers can. */
static FG_HD bool fg_wide_may_be_square(fg_wide n) {
    const uint64_t modulo64 = UINT64_C(0x0202021202030213);
    if ((modulo64 >> (fg_wide_low(n) & 63) & 1) == 0)
        return false;
    const uint32_t rest = fg_wide_mod32(n, 45045);
    const uint64_t modulo63 = UINT64_C(0x0402483012450293);
    const uint32_t modulo11 = UINT32_C(0x23b);
    return (modulo63 >> rest % 63 & 1) != 0 && (modulo11 >> rest % 11 & 1) != 0;
}

/* Returns whether n can be a cube, by its remainder modulo 63 and 13. */
static FG_HD bool fg_wide_may_be_cube(fg_wide n) {
    const uint32_t rest = fg_wide_mod32(n, 819);
    const uint64_t modulo63 = UINT64_C(0x4080001818000103);
    const uint32_t modulo13 = UINT32_C(0x1123);
    return (modulo63 >> rest % 63 & 1) != 0 && (modulo13 >> rest % 13 & 1) != 0;
}

/*
 * Returns an exponent e > 1 with n = root^e, and *root; 1 if n is no power. n is above 2^64 and has
 * no prime below 2^10, so that an e-th power is above 2^(10 e).
 */
static FG_HD uint32_t fg_wide_split_power(fg_wide n, uint64_t *root) {
    if (fg_wide_may_be_square(n)) {
        *root = fg_wide_isqrt(n);
        if ((fg_wide)*root * *root == n)
            return 2;
    }
    for (uint32_t exponent = 3; exponent <= 11; exponent += exponent == 7 ? 4 : 2) {
        if (n >> (10 * exponent) == 0)
            return 1;
        if (exponent == 3 && !fg_wide_may_be_cube(n))
            continue;
        *root = fg_wide_iroot(n, exponent);
        fg_wide power = *root;
        for (uint32_t e = 1; e < exponent; e++)
            power *= *root; /* at most n */
        if (power == n)
            return exponent;
    }
    return 1;
}

#endif
