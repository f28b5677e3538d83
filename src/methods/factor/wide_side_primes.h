/* SPDX-License-Identifier: MIT */
/*
 * wide_side_primes.h: the primes below 2^14 of n - 1 and n + 1 together. They are those p for which
 * n is 1 or -1 modulo p, and half of all proofs of 128 bits need no larger ones.
 *
 * n has four digits of 37 bits, so that n modulo p is that of d0 + d1 c1 + d2 c2 + d3 c3 with
 * c_i = 2^(37 i) modulo p: below 2^37 (1 + 3 * 2^14) < 2^53, and exact in doubles. The quotient by
 * p is below 2^39, and rounded to the nearest whole number by adding and subtracting 1.5 * 2^52.
 * That it can be wrong by one if the quotient is close to half a number changes nothing: the
 * remainder is then far from 1 and -1.
 */
#ifndef FG_FACTOR_WIDE_SIDE_PRIMES_H
#define FG_FACTOR_WIDE_SIDE_PRIMES_H

#include "arith/wide.h"
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FG_SIDE_PRIMES_BITS 14
/* The odd primes below 2^14, and the last one once more until the groups are full. */
#define FG_SIDE_PRIMES 1904
#define FG_SIDE_LANES 8
#define FG_SIDE_GROUP 2 /* vectors that are looked at together */
#define FG_SIDE_DIGIT_BITS 37
/* A number below 2^128 is 1 or -1 modulo at most 25 primes each. */
#define FG_SIDE_HITS_MOST 64

/* GCC and Clang compute them in as many registers as the instruction set needs. */
typedef double fg_side_doubles __attribute__((vector_size(FG_SIDE_LANES * sizeof(double))));
typedef int64_t fg_side_words __attribute__((vector_size(FG_SIDE_LANES * sizeof(int64_t))));

struct fg_side_primes {
    fg_side_doubles prime[FG_SIDE_PRIMES / FG_SIDE_LANES];
    fg_side_doubles inverse[FG_SIDE_PRIMES / FG_SIDE_LANES];
    fg_side_doubles powers[FG_SIDE_PRIMES / FG_SIDE_LANES][3]; /* c1, c2, c3 */
};

/* Fills the table, which takes about 40 us. */
void fg_side_primes_fill(struct fg_side_primes *primes);

#ifdef __cplusplus
}
#endif

#endif
