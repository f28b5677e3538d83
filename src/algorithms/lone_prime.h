/* SPDX-License-Identifier: MIT */
/*
 * lone_prime.h: both tests of probable_prime.h for a number alone, bit by bit side by side.
 *
 * A test is one chain of products that wait for each other, or two. Three chains that do not depend
 * on each other take little longer than the longest, so that a prime alone takes as long as one
 * test. A composite, which nearly always fails the first, takes longer than by one after the other.
 */
#ifndef FG_ALGORITHMS_LONE_PRIME_H
#define FG_ALGORITHMS_LONE_PRIME_H

#include "algorithms/probable_prime.h"

/* Returns whether V_(e 2^r) is 0 for some r < twos - 1, or V_e = 2 or -2, from v = V_e: the end of
 * fg_lucas(). */
static FG_HD bool fg_lone_lucas_end(const struct fg_field *field, struct fg_residue v,
                                    struct fg_residue two, uint32_t twos) {
    bool passed =
        (fg_is_zero(field, fg_sub(field, v, two)) | fg_is_zero(field, fg_add(field, v, two))) != 0;
    for (uint32_t r = 0; r + 1 < twos && !passed; r++) {
        passed = fg_is_zero(field, v) != 0;
        v = fg_sub(field, fg_sqr(field, v), two);
    }
    return passed;
}

/* Returns whether x, 2 to the odd part of n - 1, is 1, or -1 after up to twos - 1 squarings: the
 * end of fg_strong_base2(). */
static FG_HD bool fg_lone_strong_end(const struct fg_field *field, struct fg_residue x,
                                     struct fg_residue one, uint32_t twos) {
    bool passed = fg_is_zero(field, fg_sub(field, x, one)) != 0;
    for (uint32_t r = 0; r < twos && !passed; r++) {
        passed = fg_is_zero(field, fg_add(field, x, one)) != 0;
        x = fg_sqr(field, x);
    }
    return passed;
}

/*
 * Returns whether the lane's number passes the strong test to base 2 and the Lucas test with the
 * parameter, which is not 0. The conditions and the ranges of the residues are those of both tests.
 * Leading zeros of the shorter exponent change nothing.
 */
static FG_HD bool fg_lone_prime(const struct fg_field *field, uint32_t parameter) {
    uint64_t n, p_word;
    const struct fg_residue one = fg_one(field);
    fg_store(field->n, &n);
    fg_store(one, &p_word);
    p_word = fg_mod64_multiple(p_word, parameter, n);
    const uint32_t twos_below = fg_trailing_zeros64(n - 1), twos_above = fg_trailing_zeros64(~n);
    const uint64_t odd_below = (n - 1) >> twos_below;
    const uint64_t odd_above = ((n >> 1) + 1) >> (twos_above - 1);
    const struct fg_lane_bits below = fg_load_bits(&odd_below), above = fg_load_bits(&odd_above);
    const struct fg_residue two = fg_tighten(field, fg_add(field, one, one)), p = fg_load(&p_word);
    struct fg_residue x = one, v = two, w = p;
    for (uint32_t bit = fg_bit_length64(odd_below | odd_above); bit-- > 0;) {
        x = fg_sqr(field, x);
        x = fg_add(field, x, fg_where_bit(below, bit, x));
        const struct fg_residue between = fg_sub(field, fg_mul(field, v, w), p);
        struct fg_residue doubled = fg_choose_bit(above, bit, w, v);
        doubled = fg_sub(field, fg_sqr(field, doubled), two);
        v = fg_choose_bit(above, bit, between, doubled);
        w = fg_choose_bit(above, bit, doubled, between);
    }
    return fg_lone_strong_end(field, x, one, twos_below) &&
           fg_lone_lucas_end(field, v, two, twos_above);
}

#endif
