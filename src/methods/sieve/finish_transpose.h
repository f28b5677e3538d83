/* SPDX-License-Identifier: MIT */
/*
 * finish_transpose.h: from planes to the entries of one number, for lists. AVX2 and AVX-512 share
 * it.
 */
#ifndef FG_METHODS_SIEVE_FINISH_TRANSPOSE_H
#define FG_METHODS_SIEVE_FINISH_TRANSPOSE_H

#include "methods/sieve/planes.h"
#include <immintrin.h>

/* Turns eight entries of eight numbers round: rows[i] has the primes of number i. */
FG_INLINE void transpose_entries(const uint16_t *small, __m128i rows[8]) {
    const __m128i one = _mm_set1_epi16(1);
    __m128i x[8], y[8];
    for (size_t k = 0; k < 8; k++) {
        const void *const plane = small + k * FG_SMALL_STRIDE;
        x[k] = _mm_or_si128(one, _mm_loadu_si128((const __m128i *)plane));
    }
    for (int k = 0; k < 4; k++) {
        y[2 * k] = _mm_unpacklo_epi16(x[k], x[k + 4]);
        y[2 * k + 1] = _mm_unpackhi_epi16(x[k], x[k + 4]);
    }
    for (int k = 0; k < 4; k++) {
        x[2 * k] = _mm_unpacklo_epi16(y[k], y[k + 4]);
        x[2 * k + 1] = _mm_unpackhi_epi16(y[k], y[k + 4]);
    }
    for (int k = 0; k < 4; k++) {
        rows[2 * k] = _mm_unpacklo_epi16(x[k], x[k + 4]);
        rows[2 * k + 1] = _mm_unpackhi_epi16(x[k], x[k + 4]);
    }
}

#endif
