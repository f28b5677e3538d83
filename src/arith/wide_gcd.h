/* SPDX-License-Identifier: MIT */
/*
 * wide_gcd.h: the greatest common divisor of numbers of two words: gcd.h's algorithm.
 */
#ifndef FG_ARITH_WIDE_GCD_H
#define FG_ARITH_WIDE_GCD_H

#include "arith/gcd.h"
#include "arith/wide.h"

/* Any a, odd b. Returns gcd(a, b); gcd(0, b) = b. Once both are below 2^64, one word is enough. */
static FG_HD fg_wide fg_wide_gcd_odd(fg_wide a, fg_wide b) {
    FG_VERIFY_CHECK(b % 2 == 1);
    if (a == 0)
        return b;
    a >>= fg_wide_trailing_zeros(a);
    while (fg_wide_high(a | b) != 0) {
        if (a == b)
            return b;
        const fg_wide difference = a < b ? b - a : a - b;
        b = a < b ? a : b;
        a = difference >> fg_wide_trailing_zeros(difference);
    }
    return fg_gcd64_odd(fg_wide_low(a), fg_wide_low(b));
}

#endif
