/* SPDX-License-Identifier: MIT */
/*
 * number_lists.h: the lists of numbers that the factoring benchmarks run over.
 *
 * Seeded, so that every run and every machine sees the same numbers, and made here, so that no
 * other library is needed to make them.
 */
#ifndef FG_BENCH_NUMBER_LISTS_H
#define FG_BENCH_NUMBER_LISTS_H

#include <stddef.h>
#include <stdint.h>

enum fg_bench_list_kind {
    FG_BENCH_SEMIPRIMES,  /* of exactly `bits` bits, from two primes of half as many each */
    FG_BENCH_PRIMES,      /* of exactly `bits` bits */
    FG_BENCH_RANDOM,      /* uniform in [1, 2^bits) */
    FG_BENCH_CONSECUTIVE, /* first, first + 1, ... */
};

struct fg_bench_list {
    enum fg_bench_list_kind kind;
    unsigned bits;  /* 16 .. 64 */
    uint64_t first; /* at least 1 */
};

/* Writes the first `count` numbers of the list. A longer list of the same kind begins with them. */
void fg_bench_fill(const struct fg_bench_list *list, uint64_t *numbers, size_t count);

#endif
