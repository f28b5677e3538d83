/* SPDX-License-Identifier: MIT */
/*
 * omegas_avx512.c: counting 64 numbers at a time. Compiled with -mavx512f, -mavx512bw and -mpopcnt.
 */
#include "methods/sieve/omegas_vectors_avx512.h"

/* Behind its vectors. */
#include "methods/sieve/omegas_group.h"

void fg_omegas_count_avx512(const uint16_t *cells, uint32_t count, uint16_t threshold,
                            const struct fg_omegas_pattern patterns[FG_OMEGAS_PATTERNS],
                            struct fg_omegas_counts *counts) {
    count_segment(cells, count, threshold, patterns, counts);
}
