/* SPDX-License-Identifier: MIT */
/*
 * omegas.h: how often each number of primes occurs in a range, with multiplicity and without, by
 * two bytes a number: what totals of omega, bigomega, liouville, and of mobius beside one of these
 * come from.
 *
 * Every prime p up to the root adds 1 to both counts in the cells of its multiples, and every
 * multiple of p^k, k > 1, gets 1 more in the count with multiplicity. Both add their part of the
 * logarithm: number n has W(k) = round(s k log2(p)) for the power p^k that divides it exactly, so
 * that a power is off by 1/2 at most, however high. The logarithm tells whether a prime is missing.
 * The primes up to 43 come as patterns, which are added to many cells at a time.
 *
 * With B bits in the last number of a super-segment the scale s is 54 / B. The weight of p > 2^16
 * is rounded from a table and off by 0.51; such a prime adds it as often as it divides. The primes
 * of a number that are off are 15 at most: different ones, or ones above 2^16.
 *
 * - If the primes up to the root are all primes of n, its logarithm is off by 7.7 at most, below
 *   54 + 7.7 < 64, and at least s log2(n) - 7.7. It needs 6 bits.
 * - Otherwise one prime q is missing, above the root of the super-segment's last number. n / q is
 *   below 2^32 and has 9 primes at most that are off, and the logarithm is at most
 *   s log2(n) / 2 + 4.6.
 *
 * So the logarithm is compared with T = floor(s log2(a)) - 9, where a is the segment's first
 * number. In the first case it is above T. In the other it is below T if s log2(n) / 2 exceeds
 * s log2(n / a) + 14.6. With n >= a >= 2^20 and 2^16 numbers in a segment, and s <= 54 / 21, the
 * right side is below 14.9. A super-segment that begins below 2^32 has 2^22 numbers at most, any
 * other 2^29, so that its last number is below 5 n, and B < log2(n) + 3.4: the left side is above
 * 27 log2(n) / (log2(n) + 3.4) >= 23.
 */
#ifndef FG_METHODS_SIEVE_OMEGAS_H
#define FG_METHODS_SIEVE_OMEGAS_H

#include "factor_gpu.h"
#include "methods/sieve/omegas_count.h"
#include <stdatomic.h>
#include <stddef.h>

/* The least number that a range may have. */
#define FG_OMEGAS_MIN (UINT64_C(1) << 20)

/* A range under way. One thread at a time. */
struct fg_omegas;

/* Open and close such a sieve, begin a range, and sieve its next segment: as the functions of
 * marks.h do, for ranges from FG_OMEGAS_MIN on. */
enum fg_status fg_omegas_open(const atomic_bool *cancelled, size_t bucket_bytes,
                              struct fg_omegas **omegas, struct fg_error *error);
void fg_omegas_close(struct fg_omegas *omegas);
void fg_omegas_begin(struct fg_omegas *omegas, uint64_t first, uint64_t count);
enum fg_status fg_omegas_next(struct fg_omegas *omegas, struct fg_omegas_counts *counts,
                              uint64_t *sieved, struct fg_error *error);

/* Writes the cells of numbers begin .. begin + count - 1 of the segment that was sieved last, with
 * all primes. About 1 ns a number. */
void fg_omegas_cells(const struct fg_omegas *omegas, uint32_t begin, uint32_t count,
                     uint16_t *cells);

#endif
