/* SPDX-License-Identifier: MIT */
/*
 * rough_cofactors.h: what is left of a segment's numbers when not all primes up to their roots were
 * sieved with: the engine for lists proves or factors it, and its primes come into the planes.
 *
 * High up, a short range spends its time on the primes that it is sieved with. The largest ones
 * divide few of its numbers, whose factors the engine finds sooner.
 */
#ifndef FG_METHODS_SIEVE_ROUGH_COFACTORS_H
#define FG_METHODS_SIEVE_ROUGH_COFACTORS_H

#include "methods/sieve/large_sieve.h"
#include "methods/sieve/planes.h"

#define FG_ROUGH_COFACTORS_BYTES ((size_t)800 << 10) /* of a work space, about */

/* A work space: one thread's. */
struct fg_rough_cofactors;

/* Returns a work space, which fg_rough_cofactors_close() frees, or NULL if memory is short. */
struct fg_rough_cofactors *fg_rough_cofactors_open(void);
void fg_rough_cofactors_close(struct fg_rough_cofactors *cofactors);

/*
 * Returns how far to sieve a super-segment of `count` numbers with a root of `root`: to the root or
 * less. The primes up to `made` need not be made.
 */
uint32_t fg_rough_cofactors_limit(uint64_t count, uint32_t root, uint32_t made);

/*
 * Completes the planes of a segment that was sieved by all primes up to `limit` >= 2^16, so that
 * every cofactor is 1 or a prime. `writable` are the large planes of `planes`. FG_ERROR_CANCELLED;
 * FG_ERROR_SELF_CHECK after a fault of the machine. `cancelled` may be NULL.
 */
enum fg_status fg_rough_cofactors_settle(struct fg_rough_cofactors *cofactors,
                                         const struct fg_planes *planes, uint32_t limit,
                                         const struct fg_large_planes *writable,
                                         const atomic_bool *cancelled, struct fg_error *error);

#endif
