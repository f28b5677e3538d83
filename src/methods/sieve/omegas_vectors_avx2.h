/* SPDX-License-Identifier: MIT */
/*
 * omegas_vectors_avx2.h: the vectors that omegas_group.h counts with, of 32 bytes.
 */
#ifndef FG_METHODS_SIEVE_OMEGAS_VECTORS_AVX2_H
#define FG_METHODS_SIEVE_OMEGAS_VECTORS_AVX2_H

#include "arith/target.h"
#include <immintrin.h>
#include <stdint.h>

enum { GROUP = 32 };

typedef __m256i vector;

FG_INLINE vector vector_load(const uint16_t *cells) {
    return _mm256_loadu_si256((const __m256i *)cells);
}
FG_INLINE void vector_store(uint8_t *bytes, vector a) {
    _mm256_storeu_si256((__m256i *)bytes, a);
}
FG_INLINE vector vector_of_bytes(int byte) {
    return _mm256_set1_epi8((char)byte);
}
FG_INLINE vector vector_of_words(int word) {
    return _mm256_set1_epi16((short)word);
}
FG_INLINE vector vector_add_bytes(vector a, vector b) {
    return _mm256_add_epi8(a, b);
}
FG_INLINE vector vector_add_words(vector a, vector b) {
    return _mm256_add_epi16(a, b);
}
FG_INLINE vector vector_and(vector a, vector b) {
    return _mm256_and_si256(a, b);
}
FG_INLINE vector vector_or(vector a, vector b) {
    return _mm256_or_si256(a, b);
}
/* Shift words by 8 bits to the left and by 4 to the right. */
FG_INLINE vector vector_words_up_8(vector a) {
    return _mm256_slli_epi16(a, 8);
}
FG_INLINE vector vector_words_down_4(vector a) {
    return _mm256_srli_epi16(a, 4);
}
/* Adds b to words below the limit: to those that a saturated difference leaves above 0. */
FG_INLINE vector vector_add_if_below(vector a, vector limit, vector b) {
    const vector is_whole = _mm256_cmpeq_epi16(_mm256_subs_epu16(limit, a), _mm256_setzero_si256());
    return _mm256_add_epi16(a, _mm256_andnot_si256(is_whole, b));
}
/* Makes words from number `from` on all ones. */
FG_INLINE vector vector_fill_from(vector a, uint32_t from) {
    const vector place = _mm256_setr_epi16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const int last = from < 16 ? (int)from - 1 : 15; /* that is there */
    return _mm256_or_si256(a, _mm256_cmpgt_epi16(place, _mm256_set1_epi16((short)last)));
}
/* Looks bytes up: 1 if one is 2 k, 16 if it is 2 k + 1, else 0; 0 if bit 7 is set. */
FG_INLINE vector vector_look_up(int k, vector a) {
    const __m128i ones = _mm_set_epi64x(k >= 4 ? INT64_C(0x1001) << (16 * (k - 4)) : 0,
                                        k < 4 ? INT64_C(0x1001) << (16 * k) : 0);
    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(ones), a);
}
FG_INLINE uint64_t vector_equal_bytes(vector a, vector b) {
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(a, b));
}
FG_INLINE uint64_t vector_odd_bytes(vector a) {
    return (uint32_t)_mm256_movemask_epi8(_mm256_slli_epi16(a, 7));
}
FG_INLINE uint64_t vector_high_bits(vector a) {
    return (uint32_t)_mm256_movemask_epi8(a);
}
FG_INLINE uint64_t vector_sum_bytes(vector a) {
    const vector sums = _mm256_sad_epu8(a, _mm256_setzero_si256());
    const __m128i halves =
        _mm_add_epi64(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
    return (uint64_t)_mm_cvtsi128_si64(halves) + (uint64_t)_mm_extract_epi64(halves, 1);
}

#endif
