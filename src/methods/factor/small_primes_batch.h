/* SPDX-License-Identifier: MIT */
/*
 * small_primes_batch.h: dividing out the small primes on the CPU, with the widest vectors it has.
 *
 * The variants follow the scan's choice (methods/candidates/scan.h), FACTOR_GPU_CPU included; all
 * do what fg_small_primes_strip() does with FG_PLAN_SMALL_BLOCKS blocks, for a run of numbers.
 */
#ifndef FG_FACTOR_STRIP_H
#define FG_FACTOR_STRIP_H

#include "algorithms/factorization.h"
#include <stddef.h>

/*
 * Divides numbers[0 .. count), each >= 1, by all small primes and starts their factorisations with
 * what it finds. rests[i] is what is left of numbers[i]: it has no small prime, and nothing else is
 * known of it. If it is so small that it must be prime, it is in the factorisation and rests[i] is
 * 1. Thread-safe.
 */
typedef void fg_small_primes_function(const uint64_t *numbers, size_t count,
                                      struct fg_factorization *factors, uint64_t *rests);

fg_small_primes_function fg_small_primes_portable, fg_small_primes_avx2, fg_small_primes_avx512;

/* Returns the variant to use. Thread-safe. */
fg_small_primes_function *fg_small_primes_select(void);

#endif
