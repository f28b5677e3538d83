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

/* Any a, odd b. Returns gcd(a, b); gcd(0, b) = b. */
static FG_HD uint64_t fg_gcd64_odd(uint64_t a, uint64_t b) {
    FG_VERIFY_CHECK(b % 2 == 1);
    if (a == 0)
        return b;
    a >>= fg_trailing_zeros64(a);
    while (a != b) {
        const uint64_t difference = a - b;
        const uint32_t zeros = fg_trailing_zeros64(difference);
        b = a < b ? a : b;
        a = (a == b ? 0 - difference : difference) >> zeros;
    }
    return b;
}

#endif
