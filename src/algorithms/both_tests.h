/* SPDX-License-Identifier: MIT */
/*
 * both_tests.h: both tests of probable_prime.h side by side, in one form of arith/residues.h with
 * FG_WORDS 1. Their chains of products do not wait for each other, so that few vectors take less
 * time than by one test after the other. A composite, which nearly always fails the first, takes as
 * long as a prime. lone_prime.h is the same for a number alone.
 */
#ifndef FG_ALGORITHMS_BOTH_TESTS_H
#define FG_ALGORITHMS_BOTH_TESTS_H

#include "algorithms/probable_prime.h"

/*
 * Bit i of the result: lane i passes the strong test to base 2 and the Lucas test with
 * parameters[i]; the conditions are those of fg_strong_base2() and fg_lucas().
 *
 * The Lucas test goes as in fg_lone_step() of lone_prime.h: `product` and `square` are V_k and
 * V_(k+1), and which of them is which follows from the bit, so that a bit chooses once.
 */
static FG_HD uint32_t fg_both_tests(const struct fg_field *field, const uint32_t *parameters) {
    uint64_t n[FG_LANES], ps[FG_LANES], exponents[FG_LANES], changes[FG_LANES], all = 0;
    uint32_t twos_below[FG_LANES], twos_above[FG_LANES], most_below = 0, most_above = 0;
    const struct fg_residue one = fg_one(field);
    fg_store(field->n, n);
    fg_store(one, ps);
    for (uint32_t i = 0; i < FG_LANES; i++) {
        twos_below[i] = fg_trailing_zeros64(n[i] - 1);
        twos_above[i] = fg_trailing_zeros64(~n[i]);
        most_below = twos_below[i] > most_below ? twos_below[i] : most_below;
        most_above = twos_above[i] > most_above ? twos_above[i] : most_above;
        exponents[i] = (n[i] - 1) >> twos_below[i];
        const uint64_t above = ((n[i] >> 1) + 1) >> (twos_above[i] - 1);
        changes[i] = above ^ above >> 1; /* bit k is 1 if bit k of `above` is not bit k + 1 */
        all |= exponents[i] | above;
        ps[i] = fg_mod64_multiple(ps[i], parameters[i], n[i]);
    }
    const struct fg_lane_bits exponent = fg_load_bits(exponents), change = fg_load_bits(changes);
    const struct fg_residue two = fg_tighten(field, fg_add(field, one, one));
    const struct fg_residue p = fg_load(ps);
    struct fg_residue x = one, product = p, square = two; /* k = 0 after a bit 0 */
    for (uint32_t bit = fg_bit_length64(all); bit-- > 0;) {
        const struct fg_residue root = fg_choose_bit(change, bit, product, square);
        product = fg_sub(field, fg_mul_loose(field, product, square), p);
        square = fg_sub(field, fg_sqr_loose(field, root), two);
        x = fg_sqr_loose(field, x);
        x = fg_add(field, x, fg_where_bit(exponent, bit, x));
    }
    /* `above` is odd, so that V of it is the last product. */
    const uint32_t strong = fg_strong_end(field, x, one, twos_below, most_below);
    return strong != 0 ? strong & fg_lucas_end(field, product, two, twos_above, most_above) : 0;
}

#endif
