/* SPDX-License-Identifier: MIT */
/*
 * counted_totals.h: the totals of a segment from counts of how many primes its numbers have.
 *
 * The sieves that count (marks.h, omegas.h) give no value for each number. Counts are all that a
 * sum and a histogram need; which number has a value first is looked up, which is seldom needed.
 */
#ifndef FG_METHODS_SIEVE_COUNTED_TOTALS_H
#define FG_METHODS_SIEVE_COUNTED_TOTALS_H

#include "batch/totals.h"
#include "methods/sieve/omegas_count.h"
#include "methods/sieve/sieve_check.h"

/* Writes the cells of the segment's numbers begin .. begin + count - 1, of which the two numbers of
 * primes are heeded. */
typedef void fg_look_up_function(const void *sieve, uint32_t begin, uint32_t count,
                                 uint16_t *cells);

/* A segment that was sieved. */
struct fg_counted_segment {
    uint64_t first; /* its first number */
    uint32_t count; /* of its numbers, at least 1 */
    const struct fg_omegas_counts *counts;
    const void *sieve; /* for look_up(): it can be asked about 512 numbers from each 512th on */
    fg_look_up_function *look_up;
};

/* Returns whether a column depends on the two numbers of primes only: is_prime, mobius,
 * squarefree, liouville, omega and bigomega. */
bool fg_column_is_counted(enum fg_column column);

/* Returns whether a column needs no more counts than how many numbers are squarefree, and how many
 * of them have an odd number of primes: mobius and squarefree. */
bool fg_column_is_mark(enum fg_column column);

/* Adds the segment's numbers to the totals of such a column. */
void fg_counted_totals_add(const struct fg_counted_segment *segment, struct fg_totals *totals);

/* Checks the numbers of the segment that are in the sample, by the value of one column. `check` is
 * ready for the segment. FG_ERROR_SELF_CHECK. */
enum fg_status fg_counted_totals_check(const struct fg_counted_segment *segment,
                                       enum fg_column column, const struct fg_sieve_check *check,
                                       struct fg_error *error);

#endif
