/* SPDX-License-Identifier: MIT */
/*
 * factor.h: the CPU's factoring engine: the complete, proved factorisations of a run of numbers on
 * one core.
 *
 * Numbers are taken many at a time because the engine interleaves several on one core, to hide the
 * multiplier's latency; a lone number works too.
 */
#ifndef FG_FACTOR_FACTOR_H
#define FG_FACTOR_FACTOR_H

#include "algorithms/factorization.h"
#include "factor_gpu.h"
#include "methods/factor/tile.h"
#include <stdatomic.h>
#include <stddef.h>

/* The work space of a run (factor_work.h). One run at a time uses it. */
struct fg_factor_work;

/*
 * Factorises numbers[0 .. count), each >= 1, count <= FG_FACTOR_TILE, into factors[0 .. count).
 * Every prime has passed the primality proof and every product is its number: FG_ERROR_SELF_CHECK
 * if that fails (a fault of the machine), FG_ERROR_CANCELLED if `cancelled` turned true, which is
 * polled about every 10 ms. No memory is allocated. Thread-safe, if each thread has a work space of
 * its own.
 */
enum fg_status fg_factor_run(struct fg_factor_work *work, const uint64_t *numbers, size_t count,
                             const atomic_bool *cancelled, struct fg_factorization *factors);

/*
 * Does as fg_factor_run() if only smooth numbers are of interest, with no prime above `bound`.
 * Another number may be given up (fg_factorization_is_given_up()): it is if a small prime, or the
 * absence of others, shows that it has a prime above the bound. The others are factorised. To give
 * up more would gain little: the first factor that is found of a random number without small primes
 * is nearly always its smallest.
 */
enum fg_status fg_factor_run_smooth(struct fg_factor_work *work, const uint64_t *numbers,
                                    size_t count, uint64_t bound, const atomic_bool *cancelled,
                                    struct fg_factorization *factors);

#endif
