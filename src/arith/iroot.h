/* SPDX-License-Identifier: MIT */
/*
 * iroot.h: integer roots of 64-bit numbers higher than the second.
 *
 * The double-precision root is within one of the answer: n and pow() are off by less than 2^-50
 * relative, and every root but the first is below 2^32. Exact arithmetic then decides.
 */
#ifndef FG_ARITH_IROOT_H
#define FG_ARITH_IROOT_H

#include "arith/target.h"
#include "arith/wide_mul.h"
#include <math.h>

/* Returns whether base^exponent <= n. base >= 1. */
static FG_HD bool fg_power64_fits(uint64_t base, uint32_t exponent, uint64_t n) {
    uint64_t power = 1;
    for (uint32_t i = 0; i < exponent; i++) {
        if (fg_mul64_high(power, base) != 0)
            return false;
        power *= base;
    }
    return power <= n;
}

/* Any n, exponent 2 .. 63. Returns the largest r with r^exponent <= n. */
static FG_HD uint64_t fg_iroot64(uint64_t n, uint32_t exponent) {
    FG_VERIFY_CHECK(exponent >= 2 && exponent < 64);
    if (n == 0)
        return 0;
    uint64_t root = (uint64_t)(exponent == 3 ? cbrt((double)n) : pow((double)n, 1.0 / exponent));
    if (root == 0)
        root = 1;
    while (!fg_power64_fits(root, exponent, n))
        root--;
    while (fg_power64_fits(root + 1, exponent, n))
        root++;
    return root;
}

#endif
