/* SPDX-License-Identifier: MIT */
/*
 * wide_divide.h: divisions of numbers of two words that need no general division, which a GPU has
 * not: by a small number, without a remainder, and of a power of two.
 */
#ifndef FG_ARITH_WIDE_DIVIDE_H
#define FG_ARITH_WIDE_DIVIDE_H

#include "arith/inverse.h"
#include "arith/wide.h"

/* n mod d for 1 <= d < 2^32: 32 bits of n at a time. */
static FG_HD uint32_t fg_wide_mod32(fg_wide n, uint32_t d) {
    const uint64_t low = fg_wide_low(n);
    uint64_t rest = fg_wide_high(n) % d;
    rest = (rest << 32 | low >> 32) % d;
    return (uint32_t)((rest << 32 | (uint32_t)low) % d);
}

/* n / d for an odd d that divides n: n times the inverse of d modulo 2^128, which is that modulo
 * 2^64 and a step of Newton's iteration. */
static FG_HD fg_wide fg_wide_divide_exact(fg_wide n, fg_wide d) {
    FG_VERIFY_CHECK(d % 2 == 1 && n % d == 0);
    const fg_wide inverse = fg_inverse64(fg_wide_low(d));
    return n * (inverse * (2 - d * inverse));
}

/* 2^exponent mod n for an odd n > 1 of at most `exponent` bits, exponent <= 128: by doubling the
 * power of two below n. */
static FG_HD fg_wide fg_wide_power_of_two(uint32_t exponent, fg_wide n) {
    FG_VERIFY_CHECK(n % 2 == 1 && n > 1 && fg_wide_bit_length(n) <= exponent);
    uint32_t bit = fg_wide_bit_length(n) - 1;
    fg_wide power = (fg_wide)1 << bit;
    for (; bit < exponent; bit++) {
        const fg_wide twice = power + power;
        power = power >> 127 != 0 || twice >= n ? twice - n : twice;
    }
    return power;
}

#endif
