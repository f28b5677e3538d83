/* SPDX-License-Identifier: MIT */
/*
 * marks_avx512.c: counting 64 numbers at a time. Compiled with -mavx512f, -mavx512bw and -mpopcnt.
 */
#include "methods/sieve/marks_count.h"

#include <immintrin.h>

enum { GROUP = 64 };

void fg_marks_count_avx512(const uint8_t *bytes, uint32_t count, uint8_t threshold,
                           const struct fg_marks_pattern patterns[FG_MARKS_PATTERNS],
                           struct fg_marks_counts *counts) {
    const __m512i limit = _mm512_set1_epi8((char)threshold), one = _mm512_set1_epi8(1);
    uint32_t at[FG_MARKS_PATTERNS];
    uint64_t squarefree = 0, odd = 0;
    for (int k = 0; k < FG_MARKS_PATTERNS; k++)
        at[k] = patterns[k].at;
    for (uint32_t i = 0; i < count; i += GROUP) {
        __m512i sum = _mm512_loadu_si512(bytes + i);
#pragma GCC unroll 7
        for (int k = 0; k < FG_MARKS_PATTERNS; k++) {
            sum = _mm512_adds_epu8(sum, _mm512_loadu_si512(patterns[k].bytes + at[k]));
            at[k] += GROUP;
            at[k] = at[k] < patterns[k].period ? at[k] : at[k] - patterns[k].period;
        }
        const uint32_t left = count - i;
        const uint64_t present = left < GROUP ? (UINT64_C(1) << left) - 1 : UINT64_MAX;
        const uint64_t without = ~_mm512_movepi8_mask(sum) & present;
        const uint64_t parity =
            _mm512_test_epi8_mask(sum, one) ^ _mm512_cmplt_epu8_mask(sum, limit);
        squarefree += (uint64_t)__builtin_popcountll(without);
        odd += (uint64_t)__builtin_popcountll(without & parity);
    }
    counts->numbers += count;
    counts->squarefree += squarefree;
    counts->odd += odd;
}
