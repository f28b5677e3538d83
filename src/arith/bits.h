/* SPDX-License-Identifier: MIT */
/*
 * bits.h: counting, choosing and rotating the bits of a word.
 *
 * With wide_mul.h the only arithmetic that has a form of its own on the GPU: there these are single
 * instructions that the compiler does not find in the portable spelling.
 */
#ifndef FG_ARITH_BITS_H
#define FG_ARITH_BITS_H

#include "arith/target.h"

/* The number of trailing zero bits of x > 0. */
static FG_HD uint32_t fg_trailing_zeros64(uint64_t x) {
    FG_VERIFY_CHECK(x != 0);
#if defined(__CUDA_ARCH__)
    return (uint32_t)__ffsll((long long)x) - 1;
#else
    return (uint32_t)__builtin_ctzll(x);
#endif
}

/* The bits of x: 0 for 0, 64 from 2^63 on. */
static FG_HD uint32_t fg_bit_length64(uint64_t x) {
#if defined(__CUDA_ARCH__)
    return 64 - (uint32_t)__clzll((long long)x);
#else
    return x == 0 ? 0 : 64 - (uint32_t)__builtin_clzll(x);
#endif
}

/* Returns a if bit number `bit` < 64 of the word is set, else b. On x86-64 by a conditional move,
 * one step behind a and b, where gcc 12 may make a branch; elsewhere by a mask, three steps. */
static FG_HD uint64_t fg_choose64(uint64_t word, uint32_t bit, uint64_t a, uint64_t b) {
    FG_VERIFY_CHECK(bit < 64);
#if defined(__x86_64__) && !defined(__CUDACC__)
    __asm__("bt %1, %2\n\tcmovnc %3, %0" : "+&r"(a) : "r"((uint64_t)bit), "r"(word), "r"(b) : "cc");
    return a;
#else
    return b ^ ((a ^ b) & (0 - (word >> bit & 1)));
#endif
}

/* x rotated right by `shift` < 32 bits. */
static FG_HD uint32_t fg_rotate_right32(uint32_t x, uint32_t shift) {
    FG_VERIFY_CHECK(shift < 32);
#if defined(__CUDA_ARCH__)
    return __funnelshift_r(x, x, shift);
#else
    return x >> shift | x << (-shift & 31);
#endif
}

/* The low word of high:low shifted right by the last five bits of `shift`. */
static FG_HD uint32_t fg_funnel_right32(uint32_t high, uint32_t low, uint32_t shift) {
#if defined(__CUDA_ARCH__)
    return __funnelshift_r(low, high, shift);
#else
    return (uint32_t)(((uint64_t)high << 32 | low) >> (shift & 31));
#endif
}

#endif
