/* SPDX-License-Identifier: MIT */
/*
 * finish_number.h: the primes of single numbers of a segment, for those that vectors do not take,
 * and for CPUs without vectors.
 */
#ifndef FG_METHODS_SIEVE_FINISH_NUMBER_H
#define FG_METHODS_SIEVE_FINISH_NUMBER_H

#include "batch/error.h"
#include "methods/sieve/planes.h"

/* The capacity for the primes of a number, which are 63 at most. Entries that are wrong can be more
 * before that is noticed: 63 times 2, 14 times 3, 5 and 7, all planes, and a cofactor. */
#define FG_NUMBER_PRIMES 99

/*
 * Writes the primes of number i, special or not, to primes[0 .. FG_NUMBER_PRIMES), ascending and
 * each as often as it divides, and how many there are to `*count`: 0 for the numbers 0 and 1.
 * FG_ERROR_SELF_CHECK, with the number named, if their product is not the number. Thread-safe.
 */
enum fg_status fg_planes_number(const struct fg_planes *planes, uint32_t i, uint64_t *primes,
                                uint32_t *count, struct fg_error *error);

/* Fails with FG_ERROR_SELF_CHECK, and names number i. */
enum fg_status fg_planes_fail(const struct fg_planes *planes, uint32_t i, struct fg_error *error);

/* Fills the entries from `at` on of every request, which have passed fg_columns_check(), with the
 * columns of numbers begin .. begin + count - 1, from their lists. FG_ERROR_SELF_CHECK.
 * Thread-safe. */
enum fg_status fg_planes_fill_columns(const struct fg_planes *planes, uint32_t begin,
                                      uint32_t count, const struct fg_column_request *requests,
                                      size_t request_count, size_t at, struct fg_error *error);

#endif
