/* SPDX-License-Identifier: MIT */
/*
 * residue_divisors.h: whether a number has a divisor in the residue class 1 modulo s, for an s
 * above its cube root.
 *
 * Let n = (x s + 1)(y s + t) with t = n mod s. Then x t + y = (n - t) / s modulo s. Euclid's
 * algorithm on s and t gives small a_i, b_i with x a_i + y b_i = c_i modulo s, of alternating signs
 * of b_i. For some i the left side is in an interval that has at most two numbers c = c_i modulo s:
 *
 *     i even, b_i <= 0: |c| < s
 *     i odd,  b_i > 0:  2 a_i b_i <= c <= a_i b_i + n / s^2
 *
 * because if no even i has such a c, x a_i + y b_i falls from at least s to at most -s between two
 * even i, and then x >= b_(i+1) and y >= a_(i+1) for the odd one between, so that
 * (x - b)(y - a) >= 0. Given c, a (x s + 1) and b (y s + t) have a known sum, c s + a + b t, and a
 * known product, a b n, and are integers only if a discriminant is a square.
 * Source: H. Lenstra, "Divisors in residue classes" (1984).
 */
#ifndef FG_ALGORITHMS_RESIDUE_DIVISORS_H
#define FG_ALGORITHMS_RESIDUE_DIVISORS_H

#include "arith/wide.h"
#include "arith/wide_mul.h"

/* A number of four words. */
struct fg_wide_square {
    fg_wide low, high;
};

/* a * b. Any a, b: no sum of two words passes 2^128, as (2^64 - 1)^2 + 2 (2^64 - 1) = 2^128 - 1. */
static FG_HD struct fg_wide_square fg_residue_product(fg_wide a, fg_wide b) {
    const uint64_t a0 = fg_wide_low(a), a1 = fg_wide_high(a);
    const uint64_t b0 = fg_wide_low(b), b1 = fg_wide_high(b);
    const fg_wide low = (fg_wide)a0 * b0;
    const fg_wide middle = (fg_wide)a1 * b0 + fg_wide_high(low);
    const fg_wide cross = (fg_wide)a0 * b1 + fg_wide_low(middle);
    struct fg_wide_square product;
    product.low = fg_wide_join(fg_wide_low(low), fg_wide_low(cross));
    product.high = (fg_wide)a1 * b1 + fg_wide_high(middle) + fg_wide_high(cross);
    return product;
}

static FG_HD bool fg_residue_below(struct fg_wide_square a, struct fg_wide_square b) {
    return a.high != b.high ? a.high < b.high : a.low < b.low;
}

/* a - b for b <= a, or a + b; the sum must be below 2^256. */
static FG_HD struct fg_wide_square fg_residue_sum(struct fg_wide_square a, struct fg_wide_square b,
                                                  bool subtract) {
    struct fg_wide_square sum;
    sum.low = subtract ? a.low - b.low : a.low + b.low;
    sum.high = subtract ? a.high - b.high - (a.low < b.low) : a.high + b.high + (sum.low < a.low);
    return sum;
}

/* 300840735195: about one number in 300 is a square modulo each of the factors. */
#define FG_RESIDUE_MODULUS (UINT64_C(63) * 65 * 11 * 17 * 19 * 23 * 29 * 31)

/* Returns whether r is a square modulo m < 66. */
static FG_HD bool fg_residue_is_square_modulo(uint32_t r, uint32_t m) {
    for (uint32_t i = 0; i <= m / 2; i++)
        if (i * i % m == r)
            return true;
    return false;
}

/* Returns false if the number is certainly no square. */
static FG_HD bool fg_residue_may_be_square(struct fg_wide_square value) {
    /* Bit i is set if i is a square modulo 64. */
    if ((UINT64_C(0x0202021202030213) >> (value.low % 64) & 1) == 0)
        return false;
    /* 2^128 = power modulo m; all products are below 2^80. */
    const uint64_t m = FG_RESIDUE_MODULUS, power = (uint64_t)((0 - (fg_wide)m) % m);
    const uint64_t high = (uint64_t)(value.high % m), low = (uint64_t)(value.low % m);
    const uint64_t r = (uint64_t)(((fg_wide)high * power + low) % m);
    return fg_residue_is_square_modulo((uint32_t)(r % 63), 63) &&
           fg_residue_is_square_modulo((uint32_t)(r % 65), 65) &&
           fg_residue_is_square_modulo((uint32_t)(r % 11), 11) &&
           fg_residue_is_square_modulo((uint32_t)(r % 17), 17) &&
           fg_residue_is_square_modulo((uint32_t)(r % 19), 19) &&
           fg_residue_is_square_modulo((uint32_t)(r % 23), 23) &&
           fg_residue_is_square_modulo((uint32_t)(r % 29), 29) &&
           fg_residue_is_square_modulo((uint32_t)(r % 31), 31);
}

/* The largest root whose square is at most value < 2^256, bit by bit. */
static FG_HD fg_wide fg_residue_root(struct fg_wide_square value) {
    fg_wide root = 0;
    for (uint32_t bit = 128; bit-- > 0;) {
        const fg_wide larger = root | (fg_wide)1 << bit;
        if (!fg_residue_below(value, fg_residue_product(larger, larger)))
            root = larger;
    }
    return root;
}

/* Returns whether d is a divisor of n above 1 and below n. */
static FG_HD bool fg_residue_divides(fg_wide n, fg_wide d) {
    return d > 1 && d < n && n % d == 0;
}

/* Returns whether twice_a * (x s + 1) = value gives a divisor of n. */
static FG_HD bool fg_residue_gives(fg_wide n, uint64_t s, fg_wide twice_a, fg_wide value) {
    const fg_wide d = value / twice_a;
    return value % twice_a == 0 && d % s == 1 && fg_residue_divides(n, d);
}

/* A step of Euclid's algorithm: 0 <= a, |b| <= s, a |b| <= s; b is negative, or 0, if i is even. */
struct fg_residue_step {
    uint64_t a, b; /* |b| */
    uint64_t c;    /* modulo s */
};

/*
 * Tries x a + y b = c at a step: returns whether it gives a divisor of n. |c| < 2 s < 2^63, so that
 * the sum c s + a + b t is below 2^126 in absolute value, its square and 4 a |b| n together below
 * 2^253.
 */
static FG_HD bool fg_residue_try(fg_wide n, uint64_t s, struct fg_residue_step step, bool even,
                                 int64_t c) {
    __extension__ typedef __int128 fg_signed_wide;
    const uint64_t t = (uint64_t)(n % s);
    const uint64_t size = c < 0 ? 0 - (uint64_t)c : (uint64_t)c;
    if (step.a == 0) /* y b = c, b < 0 and c <= 0 */
        return step.b != 0 && c <= 0 && size % step.b == 0 &&
               fg_residue_divides(n, (fg_wide)(size / step.b) * s + t);
    const fg_signed_wide turn = (fg_signed_wide)((fg_wide)step.b * t);
    const fg_signed_wide sum =
        (fg_signed_wide)c * (fg_signed_wide)s + (fg_signed_wide)step.a + (even ? -turn : turn);
    const fg_wide absolute = sum < 0 ? (fg_wide)-sum : (fg_wide)sum;
    const struct fg_wide_square square = fg_residue_product(absolute, absolute);
    const struct fg_wide_square product = fg_residue_product((fg_wide)4 * step.a * step.b, n);
    if (!even && fg_residue_below(square, product))
        return false;
    const struct fg_wide_square discriminant = fg_residue_sum(square, product, !even);
    if (!fg_residue_may_be_square(discriminant))
        return false;
    const fg_wide root = fg_residue_root(discriminant);
    const struct fg_wide_square again = fg_residue_product(root, root);
    if (again.low != discriminant.low || again.high != discriminant.high)
        return false;
    /* 2 a (x s + 1) = sum + root or sum - root. */
    const fg_signed_wide plus = sum + (fg_signed_wide)root, minus = sum - (fg_signed_wide)root;
    const fg_wide twice_a = (fg_wide)step.a * 2;
    return (plus > 0 && fg_residue_gives(n, s, twice_a, (fg_wide)plus)) ||
           (minus > 0 && fg_residue_gives(n, s, twice_a, (fg_wide)minus));
}

/* Tries all c of a step. Those of an odd one are few: n / s^2 < s, so one at most. */
static FG_HD bool fg_residue_try_all(fg_wide n, uint64_t s, struct fg_residue_step step,
                                     bool even) {
    if (even)
        return fg_residue_try(n, s, step, even, (int64_t)step.c) ||
               fg_residue_try(n, s, step, even, (int64_t)step.c - (int64_t)s);
    const uint64_t product = step.a * step.b; /* at most s */
    const fg_wide last = product + n / s / s;
    fg_wide c = 2 * (fg_wide)product;
    c += (step.c + s - (uint64_t)(c % s)) % s;
    for (; c <= last; c += s)
        if (fg_residue_try(n, s, step, even, (int64_t)c))
            return true;
    return false;
}

/* Returns whether s is large enough for one of the two ways below, and small enough for the first.
 */
static FG_HD bool fg_residue_suits(fg_wide n, fg_wide s) {
    if (s >> 62 == 0)
        return s > n / s / s; /* s^3 > n */
    return s > n / s;         /* s^2 > n */
}

/*
 * Returns whether n has a divisor d = 1 modulo s, 1 < d < n. n odd, s even and coprime to n,
 * 2 <= s < n, fg_residue_suits(n, s). If s^2 > n, n / d is below s, and so n mod s.
 */
static FG_HD bool fg_residue_has_divisor(fg_wide n, fg_wide wide_s) {
    FG_VERIFY_CHECK(fg_residue_suits(n, wide_s));
    if (wide_s > n / wide_s)
        return fg_residue_divides(n, n % wide_s);
    const uint64_t s = (uint64_t)wide_s;
    struct fg_residue_step before, step;
    before.a = s;
    before.b = before.c = 0;
    step.a = (uint64_t)(n % s);
    step.b = 1;
    step.c = (uint64_t)(n / s % s);
    for (bool even = false;; even = !even) {
        if (fg_residue_try_all(n, s, step, even))
            return true;
        if (step.a == 0)
            return false;
        /* The next a is in [0, a) for an even step, and in (0, a] for an odd one. */
        uint64_t quotient = before.a / step.a;
        if (even && quotient * step.a == before.a)
            quotient--;
        struct fg_residue_step next;
        next.a = before.a - quotient * step.a;
        next.b = before.b + quotient * step.b;
        next.c = (uint64_t)((before.c + (fg_wide)(s - step.c) * (quotient % s)) % s);
        before = step;
        step = next;
    }
}

#endif
