/* SPDX-License-Identifier: MIT */
/*
 * small_sieve.h: the primes from 11 to below 2^16 and their powers, segment by segment, into the
 * small planes; and which numbers are special (planes.h).
 */
#ifndef FG_METHODS_SIEVE_SMALL_SIEVE_H
#define FG_METHODS_SIEVE_SMALL_SIEVE_H

#include "methods/sieve/planes.h"

/* The next multiples of the primes in the segment under way. One thread's. */
struct fg_small_sieve;

/* The places of the results: arrays as planes.h has them, zero when they are new. */
struct fg_small_planes {
    uint8_t *counts;
    uint16_t *entries;
    uint8_t *special;
};

/* Returns a sieve, which fg_small_sieve_close() frees, or NULL if memory is short. below_16 are all
 * primes below 2^16, ascending; they are copied. */
struct fg_small_sieve *fg_small_sieve_open(const uint16_t *below_16);
void fg_small_sieve_close(struct fg_small_sieve *sieve);

/* Prepares for the segments from `first` on, by the primes up to limit < 2^16. Takes 50 us at
 * most. */
void fg_small_sieve_begin(struct fg_small_sieve *sieve, uint64_t first, uint32_t limit);

/*
 * Sieves the next `count` numbers, 1 .. FG_SEGMENT, from `first` on, into `planes`. After less than
 * FG_SEGMENT numbers only fg_small_sieve_begin() may follow.
 */
void fg_small_sieve_segment(struct fg_small_sieve *sieve, uint64_t first, uint32_t count,
                            const struct fg_small_planes *planes);

#endif
