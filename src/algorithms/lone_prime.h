/* SPDX-License-Identifier: MIT */
/*
 * lone_prime.h: both tests of probable_prime.h for a number alone, bit by bit side by side.
 *
 * A test is one chain of products that wait for each other, or two. Three chains that do not depend
 * on each other take little longer than the longest, so that a prime alone takes as long as one
 * test. So what is added, subtracted or chosen between two products of a chain costs as much as
 * it takes, and this file is written over words for that: an addition or a subtraction is made
 * beside the product's reduction, and the Lucas chain chooses once a bit (see below).
 * A composite, which nearly always fails the first test, takes as long as a prime.
 */
#ifndef FG_ALGORITHMS_LONE_PRIME_H
#define FG_ALGORITHMS_LONE_PRIME_H

#include "arith/bits.h"
#include "arith/montgomery.h"

/* Bits of a digit of the strong test's exponent, and most bits before the first digit. */
#define FG_LONE_DIGIT 6
#define FG_LONE_START_BITS 3
#define FG_LONE_START (1 << FG_LONE_START_BITS)

/* Returns whether V_(e 2^r) is 0 for some r < twos - 1, or V_e = 2 or -2, from v = V_e: the end of
 * fg_lucas(). */
static FG_HD bool fg_lone_lucas_end(struct fg_mont64 modulus, uint64_t v, uint64_t two,
                                    uint32_t twos) {
    bool passed = (v == two) | (v == modulus.n - two);
    for (uint32_t r = 0; r + 1 < twos && !passed; r++) {
        passed = v == 0;
        v = fg_mont64_mul_sub(modulus, v, v, two);
    }
    return passed;
}

/* Returns whether x, 2 to the odd part of n - 1, is 1, or -1 after up to twos - 1 squarings: the
 * end of fg_strong_base2(). */
static FG_HD bool fg_lone_strong_end(struct fg_mont64 modulus, uint64_t x, uint64_t one,
                                     uint32_t twos) {
    bool passed = (x == one) | (x == modulus.n - one);
    for (uint32_t r = 1; r < twos && !passed; r++) {
        x = fg_mont64_mul(modulus, x, x);
        passed = x == modulus.n - one;
    }
    return passed;
}

/* 2^0, 2^1, 2^2 ... as residues. */
struct fg_lone_powers {
    uint64_t power[FG_LONE_START + 1];
};

static FG_HD struct fg_lone_powers fg_lone_powers(struct fg_mont64 modulus) {
    struct fg_lone_powers powers;
    powers.power[0] = fg_mont64_one(modulus);
    for (uint32_t i = 0; i < FG_LONE_START; i++)
        powers.power[i + 1] = fg_mod64_add(powers.power[i], powers.power[i], modulus.n);
    return powers;
}

/* Returns the parameter as a residue. Nearly all parameters have four bits, which take no branch.
 */
static FG_HD uint64_t fg_lone_parameter(const struct fg_lone_powers *powers, uint32_t parameter,
                                        uint64_t n) {
    if (parameter > 15)
        return fg_mod64_multiple(powers->power[0], parameter, n);
    uint64_t sum = 0;
    for (uint32_t i = 0; i < 4; i++)
        sum = fg_mod64_add(sum, powers->power[i] & (0 - (uint64_t)(parameter >> i & 1)), n);
    return sum;
}

/* V_k and V_(k+1), one of which is the product of the bit before, the other the square. */
struct fg_lone_pair {
    uint64_t product, square;
};

/*
 * Goes on from k to 2k or 2k + 1, as the bit is. Each bit makes V_(2k+1) = V_k V_(k+1) - P and
 * either V_2k = V_k^2 - 2 or V_(2k+2) = V_(k+1)^2 - 2. The product is the same whichever of the two
 * is which; and what is squared is the square of the bit before if this bit is that one, else the
 * product: `changes` has a 1 where a bit is not the one above it.
 */
static FG_HD struct fg_lone_pair fg_lone_step(struct fg_mont64 modulus, struct fg_lone_pair pair,
                                              uint64_t changes, uint32_t bit, uint64_t p,
                                              uint64_t two) {
    const uint64_t root = fg_choose64(changes, bit, pair.product, pair.square);
    pair.product = fg_mont64_mul_sub(modulus, pair.product, pair.square, p);
    pair.square = fg_mont64_mul_sub(modulus, root, root, two);
    return pair;
}

/*
 * Returns whether n passes the strong test to base 2 and the Lucas test with the parameter, which
 * is not 0. The conditions are those of both tests: n is odd and 9 <= n < 2^64 - 1. All residues
 * are below n.
 *
 * The power of 2 goes by digits of six bits: with e the odd part of n - 1 and E = ceil(e / 64^i),
 * ceil(e / 64^(i-1)) is 64 E - w, w < 64, and a division by 2^w is a reduction. The first E is at
 * most FG_LONE_START. Leading zeros of an exponent change nothing.
 */
static FG_HD bool fg_lone_prime(uint64_t n, uint32_t parameter) {
    const struct fg_mont64 modulus = fg_mont64_prepare(n);
    const struct fg_lone_powers powers = fg_lone_powers(modulus);
    const uint64_t one = powers.power[0], two = powers.power[1];
    const uint64_t p = fg_lone_parameter(&powers, parameter, n);
    const uint32_t twos_below = fg_trailing_zeros64(n - 1), twos_above = fg_trailing_zeros64(~n);
    const uint64_t below = ((n - 1) >> twos_below) - 1; /* e - 1: ceil(e / k) = (e - 1) / k + 1 */
    const uint64_t above = ((n >> 1) + 1) >> (twos_above - 1), changes = above ^ above >> 1;
    const uint32_t bits = fg_bit_length64(below | above);
    uint32_t bit = (bits + FG_LONE_DIGIT - FG_LONE_START_BITS - 1) / FG_LONE_DIGIT * FG_LONE_DIGIT;
    struct fg_lone_pair pair = {p, two}; /* V_1 and V_0: k = 0 after a bit 0 */
    for (uint32_t i = bits; i > bit; i--)
        pair = fg_lone_step(modulus, pair, changes, i - 1, p, two);
    uint64_t x = fg_mont64_halve(modulus, powers.power[FG_LONE_START],
                                 FG_LONE_START - 1 - (uint32_t)(below >> bit));
    while (bit > 0) {
        for (uint32_t i = 0; i < FG_LONE_DIGIT; i++) {
            pair = fg_lone_step(modulus, pair, changes, --bit, p, two);
            x = fg_mont64_mul_late(modulus, x, x);
        }
        x = fg_mont64_halve(modulus, x, (uint32_t)(~below >> bit) & ((1 << FG_LONE_DIGIT) - 1));
    }
    /* `above` is odd, so that V of it is the last product. */
    return fg_lone_strong_end(modulus, x, one, twos_below) &&
           fg_lone_lucas_end(modulus, pair.product, two, twos_above);
}

#endif
