/* SPDX-License-Identifier: MIT */
/*
 * number_lists.h: the lists of numbers that the factoring benchmarks run over.
 *
 * Seeded, so that every run and every machine sees the same numbers, and made here, so that no
 * other library is needed to make them.
 */
#ifndef FG_BENCH_NUMBER_LISTS_H
#define FG_BENCH_NUMBER_LISTS_H

#include "factor_gpu.h"
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum fg_bench_list_kind {
    FG_BENCH_SEMIPRIMES,  /* of exactly `bits` bits, from two primes of half as many each */
    FG_BENCH_PRIMES,      /* of exactly `bits` bits */
    FG_BENCH_RANDOM,      /* uniform in [1, 2^bits) */
    FG_BENCH_CONSECUTIVE, /* first, first + 1, ... */
    /* Cofactors of number field sieves: 3 of 4 are products of three primes of 25 to 40 bits, with
     * at most 7 bits less than `bits`, the fourth of two primes of 33 to 40 bits. Only wide. */
    FG_BENCH_COFACTORS,
    /* Rests from which such a sieve has taken its primes below 2^24, of exactly `bits` bits: 1
     * of 4 is a product of three primes of bits / 3 - 8 to bits / 3 + 8 bits, the others of two,
     * the smaller of 25 to bits / 2 bits, each size as often as any other. Only wide. */
    FG_BENCH_LEFTOVERS,
};

struct fg_bench_list {
    enum fg_bench_list_kind kind;
    unsigned bits;  /* 16 .. 64; wide 66 .. 128 */
    uint64_t first; /* at least 1 */
};

/* Writes the first `count` numbers of the list. A longer list of the same kind begins with them. */
void fg_bench_fill(const struct fg_bench_list *list, uint64_t *numbers, size_t count);

/* Writes the first `count` numbers of a list of 66 to 128 bits. RANDOM has exactly `bits` bits.
 * There is no such list of consecutive numbers. */
void fg_bench_fill_wide(const struct fg_bench_list *list, struct fg_uint128 *numbers, size_t count);

/* Writes the first `count` numbers of a list of any size, each of two words. */
void fg_bench_fill_any(const struct fg_bench_list *list, struct fg_uint128 *numbers, size_t count);

/* Prints a number in decimal digits on a line of its own. */
void fg_bench_print_number(FILE *file, struct fg_uint128 number);

#endif
