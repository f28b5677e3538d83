/* SPDX-License-Identifier: MIT */
/*
 * marks_count.h: adding the patterns of the smallest primes to the bytes of marks.h, and counting.
 */
#ifndef FG_METHODS_SIEVE_MARKS_COUNT_H
#define FG_METHODS_SIEVE_MARKS_COUNT_H

#include <stdint.h>

/* Counts over some numbers. */
struct fg_marks_counts {
    uint64_t numbers;
    uint64_t squarefree; /* numbers without a square above 1 */
    uint64_t odd; /* those of them with an odd number of primes: the Moebius function is -1 */
};

/* Bytes that can be read beyond the last of a pattern's period and of a series. */
#define FG_MARKS_READ 64
#define FG_MARKS_PATTERNS 7

/* A pattern: what some primes add to odd numbers 1, 3, .. 2 period - 1, and on. */
struct fg_marks_pattern {
    const uint8_t *bytes; /* period + FG_MARKS_READ */
    uint32_t period;      /* at least FG_MARKS_READ */
    uint32_t at;          /* the place of the series' first number */
};

/* Counts numbers 0 .. count - 1 of a series of odd numbers with these bytes. A byte below
 * `threshold` says that a prime is missing. */
typedef void fg_marks_count_function(const uint8_t *bytes, uint32_t count, uint8_t threshold,
                                     const struct fg_marks_pattern patterns[FG_MARKS_PATTERNS],
                                     struct fg_marks_counts *counts);

fg_marks_count_function fg_marks_count_portable, fg_marks_count_avx2, fg_marks_count_avx512;

/* Returns the function to use. It follows the choice of cpu/cpu_variant.h. Thread-safe. */
fg_marks_count_function *fg_marks_count_select(void);

#endif
