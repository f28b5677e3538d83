/* SPDX-License-Identifier: MIT */
/*
 * totients.h: Euler's phi of every number of a range below 2^32, without planes: a cell of 8 bytes
 * a number, which every multiple of a prime multiplies.
 *
 * A cell has two words: the known part d of its number, and phi(d). A prime p takes them to d p and
 * phi(d) (p - 1), and every further power of p takes them to d p and phi(d) p, so that one load,
 * one product of two words and one store do what a count and an entry in a plane do, and nothing is
 * left for the finishing to multiply. The cells begin as products of patterns of the smallest
 * primes. As d divides n, both words stay below 2^32. Powers of 2 are left to the finishing.
 *
 * n / d is 1 or a prime q, because all primes up to the root are sieved with: phi(n) is phi(d), or
 * phi(d) (q - 1).
 */
#ifndef FG_METHODS_SIEVE_TOTIENTS_H
#define FG_METHODS_SIEVE_TOTIENTS_H

#include "factor_gpu.h"
#include <stdatomic.h>

/* The number behind the last that a range may have. */
#define FG_TOTIENTS_END (UINT64_C(1) << 32)
/* A shorter range is left to planes, whose sieve is open already. */
#define FG_TOTIENTS_COUNT_MIN 4096

/* A range under way, with 0.7 MB. One thread at a time. */
struct fg_totients;

/*
 * Opens such a sieve, which fg_totients_close() closes. `cancelled` may be NULL, and must stay
 * valid until then; it is polled for every segment. FG_ERROR_MEMORY. Thread-safe.
 */
enum fg_status fg_totients_open(const atomic_bool *cancelled, struct fg_totients **totients,
                                struct fg_error *error);

/* Closes a sieve; NULL is allowed. Thread-safe, for different ones. */
void fg_totients_close(struct fg_totients *totients);

/* Begins the range first .. first + count - 1, which ends below FG_TOTIENTS_END, in place of what
 * was under way. */
void fg_totients_begin(struct fg_totients *totients, uint64_t first, uint64_t count);

/*
 * Sieves the next segment: the *count numbers from *first on, FG_SEGMENT at most; *count is 0 when
 * the range has ended. FG_ERROR_CANCELLED: then the range must be begun anew.
 */
enum fg_status fg_totients_next(struct fg_totients *totients, uint64_t *first, uint32_t *count,
                                struct fg_error *error);

/* Writes phi of numbers begin .. begin + count - 1 of the segment that was sieved last to `values`;
 * 0 for the number 0. */
void fg_totients_values(const struct fg_totients *totients, uint32_t begin, uint32_t count,
                        uint64_t *values);

#endif
