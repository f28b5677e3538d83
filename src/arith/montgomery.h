/* SPDX-License-Identifier: MIT */
/*
 * montgomery.h: arithmetic modulo an odd n < 2^64 without division.
 *
 * A residue x stands for x * 2^64 mod n; a product costs three multiplications. The reduction is
 * the signed one: with q = t * n^-1 mod 2^64 the low halves of t and q * n cancel exactly, so that
 * the high halves' difference is the result up to one n, and no carry is lost for any n < 2^64.
 * A GPU computes the same products in words of 32 bits: montgomery_words.h.
 * Sources: P. Montgomery, "Modular multiplication without trial division" (1985); the signed form
 * is that of Hurchalla's "alternate" REDC.
 */
#ifndef FG_ARITH_MONTGOMERY_H
#define FG_ARITH_MONTGOMERY_H

#include "arith/bits.h"
#include "arith/inverse.h"
#include "arith/target.h"
#include "arith/wide_mul.h"
#if defined(__CUDA_ARCH__)
#include "arith/montgomery_words.h"
#endif

/* An odd modulus and its inverse modulo 2^64. */
struct fg_mont64 {
    uint64_t n;
    uint64_t inverse;
};

/* n odd, n >= 1. */
static FG_HD struct fg_mont64 fg_mont64_prepare(uint64_t n) {
    struct fg_mont64 modulus;
    modulus.n = n;
    modulus.inverse = fg_inverse64(n);
    return modulus;
}

/*
 * a < n, b <= n. Returns a - b mod n.
 *
 * On x86-64 as sub, lea, cmov: gcc 12 spells the plain form with a mask or a branch, which makes
 * ECM's doubling take 1.35 ns a product instead of 0.83 (two lanes, Zen 5; clang 14: 0.83 both).
 */
static FG_HD uint64_t fg_mod64_sub(uint64_t a, uint64_t b, uint64_t n) {
    FG_VERIFY_CHECK(a < n && b <= n);
#if defined(__x86_64__) && !defined(__CUDACC__) && FG_WIDE_MUL == 1
    uint64_t difference = a, corrected;
    __asm__("sub %2, %0\n\tlea (%0,%3), %1\n\tcmovc %1, %0"
            : "+&r"(difference), "=&r"(corrected)
            : "r"(b), "r"(n)
            : "cc");
    return difference;
#elif defined(__CUDA_ARCH__)
    uint32_t borrow;
    const uint64_t difference = fg_words_sub(a, b, &borrow);
    return borrow != 0 ? difference + n : difference;
#else
    const uint64_t difference = a - b;
    return a < b ? difference + n : difference;
#endif
}

/*
 * a - b mod n for a < n, b <= n, in two steps after b instead of three, but more instructions: both
 * differences are made at once, and one of them is chosen. For a b that comes later than a.
 */
static FG_HD uint64_t fg_mod64_sub_late(uint64_t a, uint64_t b, uint64_t n) {
    FG_VERIFY_CHECK(a < n && b <= n);
#if defined(__x86_64__) && !defined(__CUDACC__) && FG_WIDE_MUL == 1
    const uint64_t corrected = a + n - b; /* modulo 2^64 */
    __asm__("sub %1, %0\n\tcmovc %2, %0" : "+&r"(a) : "r"(b), "r"(corrected) : "cc");
    return a;
#else
    return fg_mod64_sub(a, b, n);
#endif
}

/* a, b < n. Returns a + b mod n, without passing 2^64 on the way. */
static FG_HD uint64_t fg_mod64_add(uint64_t a, uint64_t b, uint64_t n) {
    FG_VERIFY_CHECK(b < n);
    return fg_mod64_sub(a, n - b, n);
}

/* a * k mod n for a < n and a small k. */
static FG_HD uint64_t fg_mod64_multiple(uint64_t a, uint32_t k, uint64_t n) {
    uint64_t multiple = 0;
    for (uint32_t bit = fg_bit_length64(k); bit-- > 0;) {
        multiple = fg_mod64_add(multiple, multiple, n);
        if (k >> bit & 1)
            multiple = fg_mod64_add(multiple, a, n);
    }
    return multiple;
}

/* (high * 2^64 + low) / 2^64 mod n, high < n. Returns a residue < n. */
static FG_HD uint64_t fg_mont64_reduce(struct fg_mont64 modulus, uint64_t high, uint64_t low) {
    FG_VERIFY_CHECK(high < modulus.n);
    const uint64_t carried = fg_mul64_high(fg_mul64_low(low, modulus.inverse), modulus.n);
    return fg_mod64_sub(high, carried, modulus.n);
}

/* a * b / 2^64 mod n, if a * b < n * 2^64: so for a, b < n. Returns a residue < n. */
static FG_HD uint64_t fg_mont64_mul(struct fg_mont64 modulus, uint64_t a, uint64_t b) {
#if defined(__CUDA_ARCH__)
    return fg_words_mul(modulus.n, modulus.inverse, a, b);
#else
    return fg_mont64_reduce(modulus, fg_mul64_high(a, b), a * b);
#endif
}

/*
 * a * b / 2^64 - c mod n for a, b, c < n, in the time of a product that others wait for: the
 * difference is made of the high half while the low one is multiplied on.
 */
static FG_HD uint64_t fg_mont64_mul_sub(struct fg_mont64 modulus, uint64_t a, uint64_t b,
                                        uint64_t c) {
    const uint64_t high = fg_mod64_sub(fg_mul64_high(a, b), c, modulus.n);
    const uint64_t carried = fg_mul64_high(a * b * modulus.inverse, modulus.n);
    return fg_mod64_sub_late(high, carried, modulus.n);
}

/* a * b / 2^64 mod n for a, b < n, in the time of a product that others wait for. */
static FG_HD uint64_t fg_mont64_mul_late(struct fg_mont64 modulus, uint64_t a, uint64_t b) {
#if defined(__CUDA_ARCH__)
    return fg_mont64_mul(modulus, a, b);
#else
    const uint64_t carried = fg_mul64_high(a * b * modulus.inverse, modulus.n);
    return fg_mod64_sub_late(fg_mul64_high(a, b), carried, modulus.n);
#endif
}

/* a / 2^shift mod n for a < n, shift < 64: the reduction of a 2^(64 - shift). */
static FG_HD uint64_t fg_mont64_halve(struct fg_mont64 modulus, uint64_t a, uint32_t shift) {
    FG_VERIFY_CHECK(a < modulus.n && shift < 64);
    const uint64_t low = a << 1 << (63 - shift);
    return fg_mod64_sub_late(a >> shift, fg_mul64_high(low * modulus.inverse, modulus.n),
                             modulus.n);
}

/*
 * a * b / 2^64 modulo n without the final correction: below 2n. Needs n < 2^62, a * b < n * 2^64
 * and, on a GPU, a + b < 3 * 2^62.
 */
static FG_HD uint64_t fg_mont64_mul_loose(struct fg_mont64 modulus, uint64_t a, uint64_t b) {
#if defined(__CUDA_ARCH__)
    return fg_words_mul_loose(modulus.n, modulus.inverse, a, b);
#else
    const uint64_t high = fg_mul64_high(a, b);
    FG_VERIFY_CHECK(modulus.n >> 62 == 0 && high < modulus.n);
    FG_VERIFY_CHECK(a / 2 + b / 2 < UINT64_C(3) << 61);
    return high + modulus.n - fg_mul64_high(a * b * modulus.inverse, modulus.n);
#endif
}

/* 2^64 mod n, which stands for 1. One division. */
static FG_HD uint64_t fg_mont64_one(struct fg_mont64 modulus) {
    return (0 - modulus.n) % modulus.n;
}

#endif
