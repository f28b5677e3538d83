/* SPDX-License-Identifier: MIT */
/*
 * probable_prime.h: tests that nearly no composite passes, in one form of arith/residues.h. The
 * two for 64-bit numbers prove primality together: primality.h says why. For numbers of two words
 * there is the strong test to any base.
 *
 * Both tests walk the bits of the longest exponent for all lanes; a lane's leading zeros change
 * nothing.
 */
#ifndef FG_ALGORITHMS_PROBABLE_PRIME_H
#define FG_ALGORITHMS_PROBABLE_PRIME_H

#include "arith/bits.h"
#include "arith/residues.h"
#if FG_WORDS == 2
#include "arith/wide.h"
#else
#include "arith/montgomery.h"
#endif
#include <stddef.h>

#if FG_WORDS == 2
static FG_HD uint32_t fg_number_trailing_zeros(fg_number n) {
    return fg_wide_trailing_zeros(n);
}
static FG_HD uint32_t fg_number_bit_length(fg_number n) {
    return fg_wide_bit_length(n);
}
#else
static FG_HD uint32_t fg_number_trailing_zeros(fg_number n) {
    return fg_trailing_zeros64(n);
}
static FG_HD uint32_t fg_number_bit_length(fg_number n) {
    return fg_bit_length64(n);
}
#endif

/* Each lane's base, which is not 0, to the power of its exponent: two bits at a time. */
static FG_HD struct fg_residue fg_power(const struct fg_field *field, struct fg_residue one,
                                        const uint32_t *bases, struct fg_lane_bits exponent,
                                        uint32_t bits) {
    fg_number digits[FG_LANES];
    uint32_t longest = 0;
    for (uint32_t i = 0; i < FG_LANES; i++) {
        FG_VERIFY_CHECK(bases[i] != 0);
        digits[i] = bases[i];
        longest = fg_bit_length64(bases[i]) > longest ? fg_bit_length64(bases[i]) : longest;
    }
    const struct fg_lane_bits base_digits = fg_load_bits(digits);
    /* The base as a residue: each bit makes it 5 at most, and a product by 1 again 2. */
    struct fg_residue base = fg_where_bit(base_digits, --longest, one);
    while (longest-- > 0) {
        base = fg_add(field, base, base); /* 4 */
        base = fg_add(field, base, fg_where_bit(base_digits, longest, one));
        base = fg_mul(field, base, one); /* 5 * 1 */
    }
    const struct fg_residue square = fg_sqr(field, base);
    const struct fg_residue cube = fg_mul(field, square, base);
    struct fg_residue x = one;
    for (uint32_t bit = (bits + 1) / 2 * 2; bit > 0;) {
        bit -= 2;
        x = fg_sqr(field, fg_sqr(field, x));
        const struct fg_residue upper = fg_choose_bit(exponent, bit, cube, square);
        const struct fg_residue lower = fg_choose_bit(exponent, bit, base, one);
        x = fg_mul(field, x, fg_choose_bit(exponent, bit + 1, upper, lower));
    }
    return x;
}

/* The end of the strong test, from x = base^d: twos[i] is s. */
static FG_HD uint32_t fg_strong_end(const struct fg_field *field, struct fg_residue x,
                                    struct fg_residue one, const uint32_t *twos,
                                    uint32_t most_twos) {
    uint32_t passed = fg_is_zero(field, fg_sub(field, x, one));
    for (uint32_t r = 0; r < most_twos; r++) {
        const uint32_t minus_one = fg_is_zero(field, fg_add(field, x, one));
        for (uint32_t i = 0; i < FG_LANES; i++)
            passed |= r < twos[i] ? minus_one & UINT32_C(1) << i : 0;
        x = fg_sqr(field, x);
    }
    return passed;
}

/*
 * Bit i of the result: lane i passes the strong probable-prime test (Rabin 1980; Selfridge) to
 * bases[i], 1 <= bases[i] < n, or to base 2 if `bases` is NULL: with n - 1 = d 2^s, base^d = 1 or
 * base^(d 2^r) = -1 for some r < s. n odd, n >= 3.
 */
static FG_HD uint32_t fg_strong_base(const struct fg_field *field, const uint32_t *bases) {
    fg_number n[FG_LANES], exponents[FG_LANES];
    uint32_t twos[FG_LANES], bits = 0, most_twos = 0;
    fg_store(field->n, n);
    for (uint32_t i = 0; i < FG_LANES; i++) {
        twos[i] = fg_number_trailing_zeros(n[i] - 1);
        exponents[i] = (n[i] - 1) >> twos[i];
        most_twos = twos[i] > most_twos ? twos[i] : most_twos;
        bits =
            fg_number_bit_length(exponents[i]) > bits ? fg_number_bit_length(exponents[i]) : bits;
    }
    const struct fg_lane_bits exponent = fg_load_bits(exponents);
    const struct fg_residue one = fg_one(field);
    struct fg_residue x = one;
    if (bases != NULL)
        x = fg_power(field, one, bases, exponent, bits);
    else
        while (bits-- > 0) {
            x = fg_sqr_loose(field, x);
            x = fg_add(field, x, fg_where_bit(exponent, bits, x));
        }
    return fg_strong_end(field, x, one, twos, most_twos);
}

/* The strong test to base 2. */
static FG_HD uint32_t fg_strong_base2(const struct fg_field *field) {
    return fg_strong_base(field, NULL);
}

#if FG_WORDS == 1

/* The end of the Lucas test, from v = V_d: twos[i] is s. */
static FG_HD uint32_t fg_lucas_end(const struct fg_field *field, struct fg_residue v,
                                   struct fg_residue two, const uint32_t *twos,
                                   uint32_t most_twos) {
    uint32_t passed =
        fg_is_zero(field, fg_sub(field, v, two)) | fg_is_zero(field, fg_add(field, v, two));
    for (uint32_t r = 0; r + 1 < most_twos; r++) {
        const uint32_t zero = fg_is_zero(field, v);
        for (uint32_t i = 0; i < FG_LANES; i++)
            passed |= r + 1 < twos[i] ? zero & UINT32_C(1) << i : 0;
        v = fg_sub(field, fg_sqr(field, v), two);
    }
    return passed;
}

/*
 * Bit i of the result: lane i passes the almost extra strong Lucas test (Grantham 2001; Baillie's
 * and PARI's form) with Q = 1 and P = parameters[i], (P^2 - 4 / n) = -1: with n + 1 = d 2^s,
 * V_d = 2 or -2, or V_(d 2^r) = 0 for some r < s - 1. n odd, 3 <= n < 2^64 - 1.
 */
static FG_HD uint32_t fg_lucas(const struct fg_field *field, const uint32_t *parameters) {
    uint64_t n[FG_LANES], ps[FG_LANES], exponents[FG_LANES];
    uint32_t twos[FG_LANES], bits = 0, most_twos = 0;
    const struct fg_residue one = fg_one(field);
    fg_store(field->n, n);
    fg_store(one, ps);
    for (uint32_t i = 0; i < FG_LANES; i++) {
        twos[i] = fg_trailing_zeros64(~n[i]);
        exponents[i] = ((n[i] >> 1) + 1) >> (twos[i] - 1);
        ps[i] = fg_mod64_multiple(ps[i], parameters[i], n[i]);
        most_twos = twos[i] > most_twos ? twos[i] : most_twos;
        bits = fg_bit_length64(exponents[i]) > bits ? fg_bit_length64(exponents[i]) : bits;
    }
    const struct fg_lane_bits exponent = fg_load_bits(exponents);
    const struct fg_residue two = fg_tighten(field, fg_add(field, one, one));
    const struct fg_residue p = fg_load(ps);
    struct fg_residue v = two, w = p; /* V_k and V_(k+1), from k = 0 */
    while (bits-- > 0) {
        const struct fg_residue between = fg_sub(field, fg_mul_loose(field, v, w), p);
        struct fg_residue doubled = fg_choose_bit(exponent, bits, w, v);
        doubled = fg_sub(field, fg_sqr_loose(field, doubled), two);
        v = fg_choose_bit(exponent, bits, between, doubled);
        w = fg_choose_bit(exponent, bits, doubled, between);
    }
    return fg_lucas_end(field, v, two, twos, most_twos);
}

#endif

#endif
