/* SPDX-License-Identifier: MIT */
/*
 * device_columns.h: which columns a device's sieve sums up, and the totals and the sampled values
 * that its results stand for.
 */
#ifndef FG_METHODS_SIEVE_DEVICE_COLUMNS_H
#define FG_METHODS_SIEVE_DEVICE_COLUMNS_H

#include "batch/error.h"
#include "methods/sieve/device_sieve.h"

/* Returns whether a device has the column's totals for numbers up to `last`: those of mobius,
 * liouville, squarefree, omega, bigomega and is_prime from counts, and of the divisors' count, phi,
 * radical, core and, below 2^61, sigma from products. */
bool fg_device_has_column(enum fg_column column, uint64_t last);

/* Returns the pass that has a column which a device has. All counts have the same. */
struct fg_device_sieve_pass fg_device_pass_of(enum fg_column column);

/* Adds what the pass of the totals' column has found in the chunk of `count` numbers from `first`
 * on. */
void fg_device_add_totals(const struct fg_device_sieve *sieve, uint64_t first, uint32_t count,
                          struct fg_totals *totals);

/* Writes the column's entries of `count` samples to `entries`, which have the column's type. */
void fg_device_sample_entries(enum fg_column column, const uint64_t *sample_values, size_t count,
                              void *entries);

#endif
