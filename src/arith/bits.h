/*
 * bits.h: counting and rotating the bits of a word.
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

/* x rotated right by `shift` < 32 bits. */
static FG_HD uint32_t fg_rotate_right32(uint32_t x, uint32_t shift) {
    FG_VERIFY_CHECK(shift < 32);
#if defined(__CUDA_ARCH__)
    return __funnelshift_r(x, x, shift);
#else
    return x >> shift | x << (-shift & 31);
#endif
}

/* x rotated right by `shift` < 64 bits. */
static FG_HD uint64_t fg_rotate_right64(uint64_t x, uint32_t shift) {
    FG_VERIFY_CHECK(shift < 64);
#if defined(__CUDA_ARCH__)
    const uint32_t low = (uint32_t)x, high = (uint32_t)(x >> 32);
    const uint32_t a = shift < 32 ? low : high, b = shift < 32 ? high : low;
    return (uint64_t)__funnelshift_r(b, a, shift) << 32 | __funnelshift_r(a, b, shift);
#else
    return x >> shift | x << (-shift & 63);
#endif
}

#endif
