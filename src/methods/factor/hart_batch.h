/* SPDX-License-Identifier: MIT */
/*
 * hart_batch.h: Hart's method (algorithms/hart.h) for many small composites at a time, with the
 * widest vectors that the CPU has.
 *
 * The variants follow the scan's choice (methods/candidates/scan.h), FACTOR_GPU_CPU included. They
 * try the same multiples of each number, but not all as many: what one of them misses is left to
 * fg_hart_block().
 */
#ifndef FG_FACTOR_HART_BATCH_H
#define FG_FACTOR_HART_BATCH_H

#include <stdint.h>

/* Max numbers of one call: the more there are, the less a number waits for another's square
 * roots. */
#define FG_HART_BATCH 64

/*
 * Fills found[i] for odd n[0 .. count) below FG_HART_MAX, count <= FG_HART_BATCH: found[i] and n[i]
 * share a proper factor, or seldom none. Thread-safe.
 */
typedef void fg_hart_batch_function(const uint64_t *n, unsigned count, uint64_t *found);

fg_hart_batch_function fg_hart_batch_portable, fg_hart_batch_avx2, fg_hart_batch_avx512;

/* Returns the variant to use. Thread-safe. */
fg_hart_batch_function *fg_hart_batch_select(void);

#endif
