/* SPDX-License-Identifier: MIT */
/*
 * wide_factor.h: the CPU's factoring engine for numbers below 2^128: the complete factorisations of
 * a run of numbers on one core.
 *
 * It owns the cofactors above 2^64, at most one of each number at a time. What falls below 2^64
 * goes to the engine for one word (factor.h), many at a time.
 */
#ifndef FG_FACTOR_WIDE_FACTOR_H
#define FG_FACTOR_WIDE_FACTOR_H

#include "algorithms/wide_factorization.h"
#include "factor_gpu.h"
#include "methods/factor/wide_options.h"
#include <stdatomic.h>
#include <stddef.h>

/* The work space of a run (wide_work.h). One run at a time uses it. */
struct fg_wide_work;

/*
 * Factorises numbers[0 .. count), each >= 1, count <= FG_WIDE_TILE, into factors[0 .. count).
 * Numbers below 2^64 may be among them. Every product is its number. FG_ERROR_SELF_CHECK if that
 * fails (a fault of the machine), FG_ERROR_CANCELLED if `cancelled` turned true, which is polled
 * about every 10 ms. No memory is allocated. Thread-safe, if each thread has a work space of its
 * own.
 *
 * Every prime is proved: below 2^64 by factor.h, below 3317044064679887385961981 by the strong
 * tests to the first 13 primes as bases, above by the factored part of n - 1 or n + 1
 * (algorithms/wide_proof.h).
 */
enum fg_status fg_wide_factor_run(struct fg_wide_work *work, const struct fg_uint128 *numbers,
                                  size_t count, const atomic_bool *cancelled,
                                  struct fg_wide_factorization *factors);

/* Factorises as fg_wide_factor_run() does, with options. */
enum fg_status fg_wide_factor_run_with(struct fg_wide_work *work, struct fg_wide_options options,
                                       const struct fg_uint128 *numbers, size_t count,
                                       const atomic_bool *cancelled,
                                       struct fg_wide_factorization *factors);

#endif
