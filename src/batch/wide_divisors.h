/* SPDX-License-Identifier: MIT */
/*
 * wide_divisors.h: the walk of fg_wide_divisors_open() for the library itself: its memory is kept
 * from one number to the next, and the primes are not checked again.
 */
#ifndef FG_BATCH_WIDE_DIVISORS_H
#define FG_BATCH_WIDE_DIVISORS_H

#include "batch/error.h"

/* Allocates a walk without a number, which fg_wide_divisors_close() frees. NULL, and `error`
 * filled, if there is no memory. */
struct fg_wide_divisors *fg_wide_divisors_create(struct fg_error *error);

/* Begins the walk for the number with these primes, ascending and each as often as it divides. */
enum fg_status fg_wide_divisors_begin(struct fg_wide_divisors *walk,
                                      const struct fg_uint128 *primes, size_t prime_count,
                                      struct fg_error *error);

#endif
