/* SPDX-License-Identifier: MIT */
/*
 * omegas_count.h: adding the patterns of the smallest primes to the cells of omegas.h, and counting
 * how often each number of primes occurs.
 *
 * A cell has in bits 0 .. 3 the number of different primes, in bits 4 .. 9 the number of primes
 * with multiplicity, and in bits 10 .. 15 the scaled logarithm of their product. A number below
 * 2^64 has 15 different primes and 63 primes at most.
 */
#ifndef FG_METHODS_SIEVE_OMEGAS_COUNT_H
#define FG_METHODS_SIEVE_OMEGAS_COUNT_H

#include <stdint.h>

enum {
    FG_OMEGAS = 16,    /* numbers of different primes, from 0 on */
    FG_BIGOMEGAS = 64, /* numbers of primes with multiplicity */
    FG_OMEGAS_PATTERNS = 7,
    FG_OMEGAS_READ = 64,    /* cells that can be read beyond a pattern's period and a segment */
    FG_CELL_PRIME = 1 + 16, /* a prime that is new */
    FG_CELL_AGAIN = 16,     /* a prime once more */
    FG_CELL_LOGARITHM = 10, /* the first bit of the logarithm */
};

/* Counts over some numbers. */
struct fg_omegas_counts {
    uint64_t numbers;
    uint64_t squarefree; /* numbers without a square above 1 */
    uint64_t odd;        /* those of them with an odd number of primes */
    uint64_t omega[FG_OMEGAS];
    uint64_t bigomega[FG_BIGOMEGAS];
};

/* A pattern: what some primes add to numbers 0 .. period - 1, and on. */
struct fg_omegas_pattern {
    const uint16_t *cells; /* period + FG_OMEGAS_READ */
    uint32_t period;       /* at least FG_OMEGAS_READ */
    uint32_t at;           /* the place of the segment's first number */
};

/* Returns the number of different primes that a whole cell has, and that with multiplicity. */
static inline uint32_t fg_cell_omega(uint32_t cell) {
    return cell & 15;
}
static inline uint32_t fg_cell_bigomega(uint32_t cell) {
    return cell >> 4 & 63;
}

/* Counts numbers 0 .. count - 1 of a segment with these cells. A sum below `threshold`, which has
 * a logarithm only, says that a prime is missing. */
typedef void fg_omegas_count_function(const uint16_t *cells, uint32_t count, uint16_t threshold,
                                      const struct fg_omegas_pattern patterns[FG_OMEGAS_PATTERNS],
                                      struct fg_omegas_counts *counts);

fg_omegas_count_function fg_omegas_count_portable, fg_omegas_count_avx2, fg_omegas_count_avx512;

/* Returns the function to use. It follows the choice of cpu/cpu_variant.h. Thread-safe. */
fg_omegas_count_function *fg_omegas_count_select(void);

#endif
