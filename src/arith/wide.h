/* SPDX-License-Identifier: MIT */
/*
 * wide.h: numbers below 2^128 as one value of the compiler's own two-word type, and counting their
 * bits.
 *
 * Every 64-bit target of gcc, clang and nvcc has the type.
 */
#ifndef FG_ARITH_WIDE_H
#define FG_ARITH_WIDE_H

#include "arith/bits.h"

__extension__ typedef unsigned __int128 fg_wide;

/* Returns low + 2^64 * high. */
static FG_HD fg_wide fg_wide_join(uint64_t low, uint64_t high) {
    return (fg_wide)high << 64 | low;
}

static FG_HD uint64_t fg_wide_low(fg_wide n) {
    return (uint64_t)n;
}

static FG_HD uint64_t fg_wide_high(fg_wide n) {
    return (uint64_t)(n >> 64);
}

/* The number of trailing zero bits of n > 0. */
static FG_HD uint32_t fg_wide_trailing_zeros(fg_wide n) {
    const uint64_t low = fg_wide_low(n);
    return low != 0 ? fg_trailing_zeros64(low) : 64 + fg_trailing_zeros64(fg_wide_high(n));
}

/* The bits of n: 0 for 0, 128 from 2^127 on. */
static FG_HD uint32_t fg_wide_bit_length(fg_wide n) {
    const uint64_t high = fg_wide_high(n);
    return high != 0 ? 64 + fg_bit_length64(high) : fg_bit_length64(fg_wide_low(n));
}

#endif
