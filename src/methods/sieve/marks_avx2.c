/* SPDX-License-Identifier: MIT */
/*
 * marks_avx2.c: counting 32 numbers at a time. Compiled with -mavx2 and -mpopcnt.
 */
#include "methods/sieve/marks_count.h"

#include <immintrin.h>

enum { GROUP = 32 };

void fg_marks_count_avx2(const uint8_t *bytes, uint32_t count, uint8_t threshold,
                         const struct fg_marks_pattern patterns[FG_MARKS_PATTERNS],
                         struct fg_marks_counts *counts) {
    const __m256i limit = _mm256_set1_epi8((char)threshold);
    uint32_t at[FG_MARKS_PATTERNS];
    uint64_t squarefree = 0, odd = 0;
    for (int k = 0; k < FG_MARKS_PATTERNS; k++)
        at[k] = patterns[k].at;
    for (uint32_t i = 0; i < count; i += GROUP) {
        __m256i sum = _mm256_loadu_si256((const __m256i *)(bytes + i));
#pragma GCC unroll 7
        for (int k = 0; k < FG_MARKS_PATTERNS; k++) {
            const void *const pattern = patterns[k].bytes + at[k];
            sum = _mm256_adds_epu8(sum, _mm256_loadu_si256((const __m256i *)pattern));
            at[k] += GROUP;
            at[k] = at[k] < patterns[k].period ? at[k] : at[k] - patterns[k].period;
        }
        const uint32_t left = count - i;
        const uint32_t present = left < GROUP ? (UINT32_C(1) << left) - 1 : UINT32_MAX;
        const uint32_t without = ~(uint32_t)_mm256_movemask_epi8(sum) & present;
        /* Both are below 128 if no square divides: the comparison is signed. */
        const uint32_t missing = (uint32_t)_mm256_movemask_epi8(_mm256_cmpgt_epi8(limit, sum));
        const uint32_t parity = (uint32_t)_mm256_movemask_epi8(_mm256_slli_epi16(sum, 7)) ^ missing;
        squarefree += (uint64_t)__builtin_popcount(without);
        odd += (uint64_t)__builtin_popcount(without & parity);
    }
    counts->numbers += count;
    counts->squarefree += squarefree;
    counts->odd += odd;
}
