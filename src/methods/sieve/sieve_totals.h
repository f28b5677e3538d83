/* SPDX-License-Identifier: MIT */
/*
 * sieve_totals.h: totals of the columns of a range on one core, by the sieve that is fastest for
 * them: the byte sieve (marks.h) if all of them are mobius or squarefree, the sieve of numbers of
 * primes (omegas.h) if all depend on these numbers only, the sieve of phi (totients.h) if that is
 * all and the numbers are below 2^32, planes otherwise.
 */
#ifndef FG_METHODS_SIEVE_SIEVE_TOTALS_H
#define FG_METHODS_SIEVE_SIEVE_TOTALS_H

#include "factor_gpu.h"
#include <stdatomic.h>

/* The sieves and the memory for them. One thread at a time. */
struct fg_sieve_totals;

/*
 * Opens the sieves, which fg_sieve_totals_close() closes; `cancelled` and bucket_bytes are those of
 * fg_range_sieve_open(). Each sieve takes memory once it is needed. FG_ERROR_MEMORY. Thread-safe.
 */
enum fg_status fg_sieve_totals_open(const atomic_bool *cancelled, size_t bucket_bytes,
                                    struct fg_sieve_totals **sieves, struct fg_error *error);

/* Closes the sieves; NULL is allowed. Thread-safe, for different ones. */
void fg_sieve_totals_close(struct fg_sieve_totals *sieves);

/*
 * Adds the numbers first .. first + count - 1, which end below 2^64, to totals[0 .. column_count),
 * which have passed fg_totals_check() and fg_totals_check_count(); 0 is left out. FG_ERROR_MEMORY,
 * _CANCELLED or _SELF_CHECK: then some numbers were added, and the totals are good for nothing.
 */
enum fg_status fg_sieve_totals_add(struct fg_sieve_totals *sieves, uint64_t first, uint64_t count,
                                   struct fg_totals *totals, size_t column_count,
                                   struct fg_error *error);

#endif
