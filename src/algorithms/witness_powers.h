/* SPDX-License-Identifier: MIT */
/*
 * witness_powers.h: the powers that show a prime of n - 1 or n + 1 to have a witness, in one form
 * of arith/residues.h for numbers of two words; wide_proof.h says what they prove.
 *
 * For n - 1 it is a power of a base. For n + 1 it is one of w = (x + sqrt d) / (x - sqrt d), by its
 * trace: V_k of the trace of w, with Q = 1.
 */
#ifndef FG_ALGORITHMS_WITNESS_POWERS_H
#define FG_ALGORITHMS_WITNESS_POWERS_H

#include "algorithms/probable_prime.h"

/* Returns the bits of the longest exponent. */
static FG_HD uint32_t fg_longest_exponent(const fg_number *exponents) {
    uint32_t bits = 0;
    for (uint32_t i = 0; i < FG_LANES; i++) {
        const uint32_t length = fg_number_bit_length(exponents[i]);
        bits = length > bits ? length : bits;
    }
    return bits;
}

/*
 * Powers of the bases, not 0: returns bit i if lane i's is -1, and fills differences[i] with a
 * number that has the same common factors with n[i] as the power minus 1.
 */
static FG_HD uint32_t fg_witness_below(const struct fg_field *field, const uint32_t *bases,
                                       const fg_number *exponents, fg_number *differences) {
    const struct fg_residue one = fg_one(field);
    const struct fg_residue power =
        fg_power(field, one, bases, fg_load_bits(exponents), fg_longest_exponent(exponents));
    fg_store_for_gcd(field, fg_sub(field, power, one), differences);
    return fg_is_zero(field, fg_add(field, power, one));
}

/* The small numbers, not 0, as residues. Not inlined, as the next one, so that a step's stack stays
 * small. */
__attribute__((noinline)) static struct fg_residue
fg_small_residue(const struct fg_field *field, struct fg_residue one, const uint32_t *numbers) {
    fg_number first[FG_LANES];
    for (uint32_t i = 0; i < FG_LANES; i++)
        first[i] = 1;
    return fg_power(field, one, numbers, fg_load_bits(first), 1);
}

/* Returns the trace of w, 2 (x^2 + d) / (x^2 - d); *valid has a bit for each lane whose x^2 - d has
 * the inverse that it has if n is prime. x, d < 2^15, x^2 != d. */
__attribute__((noinline)) static struct fg_residue
fg_witness_trace(const struct fg_field *field, struct fg_residue one, const uint32_t *x,
                 const uint32_t *d, uint32_t *valid) {
    uint32_t sums[FG_LANES], norms[FG_LANES];
    fg_number n[FG_LANES], exponents[FG_LANES], negative[FG_LANES];
    fg_store(field->n, n);
    for (uint32_t i = 0; i < FG_LANES; i++) {
        const uint32_t square = x[i] * x[i];
        FG_VERIFY_CHECK(square != d[i]);
        sums[i] = square + d[i];
        negative[i] = square < d[i];
        norms[i] = square < d[i] ? d[i] - square : square - d[i];
        exponents[i] = n[i] - 2;
    }
    const struct fg_residue inverse =
        fg_power(field, one, norms, fg_load_bits(exponents), fg_longest_exponent(exponents));
    const struct fg_residue norm = fg_small_residue(field, one, norms);
    *valid = fg_is_zero(field, fg_sub(field, fg_mul(field, norm, inverse), one));
    const struct fg_residue half =
        fg_mul(field, fg_small_residue(field, one, sums), inverse); /* or its negative */
    const struct fg_residue trace = fg_tighten(field, fg_add(field, half, half));
    const struct fg_residue zero = fg_where_bit(fg_load_bits(negative), 1, one);
    const struct fg_residue opposite = fg_tighten(field, fg_sub(field, zero, trace));
    return fg_choose_bit(fg_load_bits(negative), 0, opposite, trace);
}

/*
 * Computes the traces of powers of w. Sets bit i of the result if lane i's trace is -2: then w^k is
 * -1. Fills differences[i] with a number that has the same common factors with n[i] as the trace
 * minus 2, or with 0 if w lacks a property that it has for every prime n.
 */
static FG_HD uint32_t fg_witness_above(const struct fg_field *field, const uint32_t *x,
                                       const uint32_t *d, const fg_number *exponents,
                                       fg_number *differences) {
    const struct fg_residue one = fg_one(field);
    const struct fg_residue two = fg_tighten(field, fg_add(field, one, one));
    const struct fg_lane_bits exponent = fg_load_bits(exponents);
    uint32_t valid;
    const struct fg_residue p = fg_witness_trace(field, one, x, d, &valid);
    struct fg_residue v = two, w = p; /* V_k and V_(k+1), from k = 0 */
    for (uint32_t bit = fg_longest_exponent(exponents); bit-- > 0;) {
        const struct fg_residue between = fg_sub(field, fg_mul(field, v, w), p);
        struct fg_residue doubled = fg_choose_bit(exponent, bit, w, v);
        doubled = fg_sub(field, fg_sqr(field, doubled), two);
        v = fg_choose_bit(exponent, bit, between, doubled);
        w = fg_choose_bit(exponent, bit, doubled, between);
    }
    fg_store_for_gcd(field, fg_sub(field, v, two), differences);
    for (uint32_t i = 0; i < FG_LANES; i++)
        if ((valid >> i & 1) == 0)
            differences[i] = 0;
    return fg_is_zero(field, fg_add(field, v, two)) & valid;
}

#endif
