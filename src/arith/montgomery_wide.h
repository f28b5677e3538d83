/* SPDX-License-Identifier: MIT */
/*
 * montgomery_wide.h: products modulo an odd number of two words, in Montgomery form: a stands for
 * a / 2^128 mod n.
 *
 * The reduction is montgomery.h's, word by word: multiples q0 n and q1 n 2^64 with the same low
 * words as the product, so that the high halves' difference is the result up to one n, and no carry
 * is lost for any n < 2^128. A GPU computes the same numbers in words of 32 bits:
 * montgomery_rows_any.h.
 */
#ifndef FG_ARITH_MONTGOMERY_WIDE_H
#define FG_ARITH_MONTGOMERY_WIDE_H

#include "arith/inverse.h"
#include "arith/wide.h"
#include "arith/wide_divide.h"
#include "arith/wide_mul.h"
#if defined(__CUDA_ARCH__)
#include "arith/montgomery_rows_any.h"
#endif

/* An odd modulus and its inverse modulo 2^64. */
struct fg_mont128 {
    fg_wide n;
    uint64_t inverse;
};

/* n odd, n >= 1. */
static FG_HD struct fg_mont128 fg_mont128_prepare(fg_wide n) {
    struct fg_mont128 modulus;
    FG_VERIFY_CHECK(n % 2 == 1);
    modulus.n = n;
    modulus.inverse = fg_inverse64(fg_wide_low(n));
    return modulus;
}

/*
 * a < n, b <= n. Returns a - b mod n.
 *
 * On x86-64 without a branch: gcc 12 spells the plain form with one, and a product in a curve then
 * takes 10 ns instead of 5.9 (two lanes, Zen 4).
 */
static FG_HD fg_wide fg_mod128_sub(fg_wide a, fg_wide b, fg_wide n) {
    FG_VERIFY_CHECK(a < n && b <= n);
#if defined(__x86_64__) && !defined(__CUDACC__) && FG_WIDE_MUL == 1
    uint64_t low = fg_wide_low(a), high = fg_wide_high(a), more_low = 0, more_high = 0;
    __asm__("sub %4, %0\n\tsbb %5, %1\n\tcmovc %6, %2\n\tcmovc %7, %3\n\t"
            "add %2, %0\n\tadc %3, %1"
            : "+&r"(low), "+&r"(high), "+&r"(more_low), "+&r"(more_high)
            : "rm"(fg_wide_low(b)), "rm"(fg_wide_high(b)), "rm"(fg_wide_low(n)),
              "rm"(fg_wide_high(n))
            : "cc");
    return fg_wide_join(low, high);
#elif defined(__CUDA_ARCH__)
    return fg_rows_sub_any(a, b, n);
#else
    const fg_wide difference = a - b;
    return difference + (a < b ? n : 0);
#endif
}

/* a, b < n. Returns a + b mod n, without passing 2^128 on the way. */
static FG_HD fg_wide fg_mod128_add(fg_wide a, fg_wide b, fg_wide n) {
    FG_VERIFY_CHECK(b < n);
    return fg_mod128_sub(a, n - b, n);
}

/* a * k mod n for a < n and a small k. */
static FG_HD fg_wide fg_mod128_multiple(fg_wide a, uint32_t k, fg_wide n) {
    fg_wide multiple = 0;
    for (uint32_t bit = fg_bit_length64(k); bit-- > 0;) {
        multiple = fg_mod128_add(multiple, multiple, n);
        if (k >> bit & 1)
            multiple = fg_mod128_add(multiple, a, n);
    }
    return multiple;
}

/*
 * The two numbers whose difference is a * b / 2^128 modulo n: *high is the high half of a * b,
 * *carried that of q n, with q n = a b mod 2^128. Any a, b; q < 2^128, so *carried < n. No sum of
 * two words passes 2^128: (2^64 - 1)^2 + 2 (2^64 - 1) = 2^128 - 1.
 */
static FG_HD void fg_mont128_halves(struct fg_mont128 modulus, fg_wide a, fg_wide b, fg_wide *high,
                                    fg_wide *carried) {
    const uint64_t a0 = fg_wide_low(a), a1 = fg_wide_high(a);
    const uint64_t b0 = fg_wide_low(b), b1 = fg_wide_high(b);
    const uint64_t n0 = fg_wide_low(modulus.n), n1 = fg_wide_high(modulus.n);
    /* a0 b less q0 n: the lowest words are equal. */
    const fg_wide product00 = (fg_wide)a0 * b0;
    const uint64_t q0 = fg_wide_low(product00) * modulus.inverse;
    const fg_wide row = (fg_wide)a0 * b1 + fg_wide_high(product00);
    const fg_wide carry = (fg_wide)q0 * n1 + fg_wide_high((fg_wide)q0 * n0);
    /* a1 b and q1 n, one word higher. */
    const fg_wide row1 = (fg_wide)a1 * b0 + fg_wide_low(row);
    const uint64_t q1 = (fg_wide_low(row1) - fg_wide_low(carry)) * modulus.inverse;
    const fg_wide carry1 = (fg_wide)q1 * n0 + fg_wide_low(carry);
    *high = (fg_wide)a1 * b1 + fg_wide_high(row) + fg_wide_high(row1);
    *carried = (fg_wide)q1 * n1 + fg_wide_high(carry) + fg_wide_high(carry1);
}

/* a * b / 2^128 mod n, if a * b < n * 2^128: so for a, b < n. Returns a residue < n. */
static FG_HD fg_wide fg_mont128_mul(struct fg_mont128 modulus, fg_wide a, fg_wide b) {
#if defined(__CUDA_ARCH__)
    return fg_rows_mul_any(a, b, modulus.n, 0 - (uint32_t)modulus.inverse);
#else
    fg_wide high, carried;
    fg_mont128_halves(modulus, a, b, &high, &carried);
    FG_VERIFY_CHECK(high < modulus.n);
    return fg_mod128_sub(high, carried, modulus.n);
#endif
}

/* a * b / 2^128 modulo n without the final correction: below 2n. Needs n < 2^126 and a * b < n *
 * 2^128. */
static FG_HD fg_wide fg_mont128_mul_loose(struct fg_mont128 modulus, fg_wide a, fg_wide b) {
    fg_wide high, carried;
    fg_mont128_halves(modulus, a, b, &high, &carried);
    FG_VERIFY_CHECK(modulus.n >> 126 == 0 && high < modulus.n);
    return high + modulus.n - carried;
}

/* a^2 / 2^128 mod n for a < n. */
static FG_HD fg_wide fg_mont128_sqr(struct fg_mont128 modulus, fg_wide a) {
    return fg_mont128_mul(modulus, a, a);
}

/* 2^128 mod n, which stands for 1. One division. n > 1. */
static FG_HD fg_wide fg_mont128_one(struct fg_mont128 modulus) {
#if defined(__CUDA_ARCH__)
    return fg_wide_power_of_two(128, modulus.n);
#else
    return (0 - modulus.n) % modulus.n;
#endif
}

/* base^exponent for residues base and `one`; one if the exponent is 0. Bit by bit from the top. */
static FG_HD fg_wide fg_mont128_pow(struct fg_mont128 modulus, fg_wide base, fg_wide exponent,
                                    fg_wide one) {
    fg_wide power = one;
    for (uint32_t bit = fg_wide_bit_length(exponent); bit-- > 0;) {
        power = fg_mont128_sqr(modulus, power);
        if ((exponent >> bit & 1) != 0)
            power = fg_mont128_mul(modulus, power, base);
    }
    return power;
}

#endif
