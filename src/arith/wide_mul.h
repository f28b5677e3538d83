/* SPDX-License-Identifier: MIT */
/*
 * wide_mul.h: the 64 x 64 -> 128 bit product.
 *
 * FG_WIDE_MUL selects the form on the host: 0 portable (four 32 x 32 products), 1 native
 * (__int128). By default the compiler's __int128 is used if it has one; a build can force
 * either, so that one machine tests both. Device code uses the multiplier's own high half.
 */
#ifndef FG_ARITH_WIDE_MUL_H
#define FG_ARITH_WIDE_MUL_H

#include "arith/target.h"

#ifndef FG_WIDE_MUL
#if defined(__SIZEOF_INT128__)
#define FG_WIDE_MUL 1
#else
#define FG_WIDE_MUL 0
#endif
#endif

/* The high 64 bits of a * b from four half products; no intermediate sum exceeds 64 bits:
 * (2^32-1)^2 + 2(2^32-1) = 2^64-1. */
static FG_HD uint64_t fg_mul64_high_portable(uint64_t a, uint64_t b) {
    const uint64_t a0 = (uint32_t)a, a1 = a >> 32;
    const uint64_t b0 = (uint32_t)b, b1 = b >> 32;
    const uint64_t middle = a1 * b0 + ((a0 * b0) >> 32);
    const uint64_t cross = a0 * b1 + (uint32_t)middle;
    return a1 * b1 + (middle >> 32) + (cross >> 32);
}

/* The high 64 bits of a * b. Any a, b. */
static FG_HD uint64_t fg_mul64_high(uint64_t a, uint64_t b) {
#if defined(__CUDA_ARCH__)
    return __umul64hi(a, b);
#elif FG_WIDE_MUL == 1
    __extension__ typedef unsigned __int128 fg_u128;
    return (uint64_t)(((fg_u128)a * b) >> 64);
#else
    return fg_mul64_high_portable(a, b);
#endif
}

/* The low 64 bits of a * b. Any a, b. Device code: one wide product and two low ones, each of which
 * adds to the word before; of the portable spelling nvcc makes the same and an addition. */
static FG_HD uint64_t fg_mul64_low(uint64_t a, uint64_t b) {
#if defined(__CUDA_ARCH__)
    uint32_t low, high;
    asm("{\n\t"
        ".reg .u64 product;\n\t"
        "mul.wide.u32 product, %2, %4;\n\t"
        "mov.b64 {%0, %1}, product;\n\t"
        "mad.lo.u32 %1, %2, %5, %1;\n\t"
        "mad.lo.u32 %1, %3, %4, %1;\n\t"
        "}"
        : "=&r"(low), "=&r"(high)
        : "r"((uint32_t)a), "r"((uint32_t)(a >> 32)), "r"((uint32_t)b), "r"((uint32_t)(b >> 32)));
    return (uint64_t)high << 32 | low;
#else
    return a * b;
#endif
}

#endif
