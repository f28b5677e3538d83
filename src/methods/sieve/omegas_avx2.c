/* SPDX-License-Identifier: MIT */
/*
 * omegas_avx2.c: counting 32 numbers at a time. Compiled with -mavx2 and -mpopcnt.
 */
#include "methods/sieve/omegas_vectors_avx2.h"

/* Behind its vectors. */
#include "methods/sieve/omegas_group.h"

void fg_omegas_count_avx2(const uint16_t *cells, uint32_t count, uint16_t threshold,
                          const struct fg_omegas_pattern patterns[FG_OMEGAS_PATTERNS],
                          struct fg_omegas_counts *counts) {
    count_segment(cells, count, threshold, patterns, counts);
}
