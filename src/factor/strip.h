/*
 * strip.h: dividing out the small primes on the CPU, with the widest vectors it has.
 *
 * The variants follow the scan's choice (scan/scan.h), FACTOR_GPU_CPU included; all do what
 * fg_small_primes_strip() does with FG_PLAN_SMALL_BLOCKS blocks.
 */
#ifndef FG_FACTOR_STRIP_H
#define FG_FACTOR_STRIP_H

#include "algorithms/factorization.h"

/* See fg_small_primes_strip(). Thread-safe. */
typedef uint64_t fg_strip_function(uint64_t n, struct fg_factorization *factors, bool *settled);

fg_strip_function fg_strip_portable, fg_strip_avx2, fg_strip_avx512;

/* The variant to use. Thread-safe. */
fg_strip_function *fg_strip_select(void);

#endif
