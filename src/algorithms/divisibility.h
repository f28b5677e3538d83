/* SPDX-License-Identifier: MIT */
/*
 * divisibility.h: whether d divides n, for one d and many n, without a division.
 *
 * d divides n if the quotient below is at most d's limit. A caller with several d can compare the
 * least of their quotients with the limit of the least d, which is the greatest limit, and divide
 * only if a quotient is not above it.
 *
 * For odd d, multiplication by d's inverse modulo 2^w permutes the residues and sends the multiples
 * of d, and only them, to 0 .. (2^w - 1)/d. For d = 2^k * o the product by o's inverse is rotated
 * right by k: a remainder modulo 2^k lands in the top bits and makes the value too large.
 * What belongs to d (the inverse, the limit) is computed once and reused for every n of a tile.
 *
 * Source: Granlund and Montgomery, "Division by invariant integers using multiplication" (1994),
 * section 9; Hacker's Delight, 2nd ed., section 10-17.
 */
#ifndef FG_ALGORITHMS_DIVISIBILITY_H
#define FG_ALGORITHMS_DIVISIBILITY_H

#include "arith/bits.h"
#include "arith/inverse.h"
#include "arith/target.h"
#include "arith/wide_mul.h"

/* A divisor prepared for tests of 32-bit numbers. */
struct fg_divisor32 {
    uint32_t inverse; /* of the odd part, modulo 2^32 */
    uint32_t limit;   /* floor((2^32 - 1) / d) */
    uint32_t twos;    /* d = 2^twos * odd part */
};

/* A divisor prepared for tests of 64-bit numbers. */
struct fg_divisor64 {
    uint64_t inverse; /* of the odd part, modulo 2^64 */
    uint32_t
        limit_high; /* the high word of floor((2^64 - 1) / d), which is floor((2^32 - 1) / d) */
    uint32_t twos;
};

/* d >= 1. */
static FG_HD struct fg_divisor32 fg_divisor32_prepare(uint32_t d) {
    FG_VERIFY_CHECK(d >= 1);
    struct fg_divisor32 divisor;
    divisor.twos = fg_trailing_zeros64(d);
    divisor.inverse = fg_inverse32(d >> divisor.twos);
    divisor.limit = UINT32_MAX / d;
    return divisor;
}

/* Returns n / d if the prepared d divides n, else a number above the limit. */
static FG_HD uint32_t fg_divisor32_quotient(struct fg_divisor32 divisor, uint32_t n) {
    return fg_rotate_right32(n * divisor.inverse, divisor.twos);
}

/* Returns what fg_divisor32_quotient() does, for an odd d, which needs no rotation. */
static FG_HD uint32_t fg_divisor32_quotient_odd(struct fg_divisor32 divisor, uint32_t n) {
    FG_VERIFY_CHECK(divisor.twos == 0);
    return n * divisor.inverse;
}

/* d >= 1. One 32-bit division: for d >= 2^32 the limit's high word is 0. */
static FG_HD struct fg_divisor64 fg_divisor64_prepare(uint64_t d) {
    FG_VERIFY_CHECK(d >= 1);
    struct fg_divisor64 divisor;
    divisor.twos = fg_trailing_zeros64(d);
    divisor.inverse = fg_inverse64(d >> divisor.twos);
    divisor.limit_high = d >> 32 == 0 ? UINT32_MAX / (uint32_t)d : 0;
    return divisor;
}

/*
 * Returns the high word of n / d if d divides n. If d does not, the result is never below
 * limit_high, and equal to it for at most one n in 2^32; the caller must divide then. High words
 * alone halve the work of the loop that uses this. Only for d with fewer than 32 twos.
 */
static FG_HD uint32_t fg_divisor64_quotient(struct fg_divisor64 divisor, uint64_t n) {
    const uint64_t product = fg_mul64_low(n, divisor.inverse);
    return fg_funnel_right32((uint32_t)product, (uint32_t)(product >> 32), divisor.twos);
}

/* Returns what fg_divisor64_quotient() does, for an odd d, which needs no rotation. */
static FG_HD uint32_t fg_divisor64_quotient_odd(struct fg_divisor64 divisor, uint64_t n) {
    FG_VERIFY_CHECK(divisor.twos == 0);
    return (uint32_t)(fg_mul64_low(n, divisor.inverse) >> 32);
}

#endif
