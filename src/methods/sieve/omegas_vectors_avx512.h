/* SPDX-License-Identifier: MIT */
/*
 * omegas_vectors_avx512.h: the vectors that omegas_group.h counts with, of 64 bytes.
 */
#ifndef FG_METHODS_SIEVE_OMEGAS_VECTORS_AVX512_H
#define FG_METHODS_SIEVE_OMEGAS_VECTORS_AVX512_H

#include "arith/target.h"
#include <immintrin.h>
#include <stdint.h>

enum { GROUP = 64 };

typedef __m512i vector;

FG_INLINE vector vector_load(const uint16_t *cells) {
    return _mm512_loadu_si512(cells);
}
FG_INLINE void vector_store(uint8_t *bytes, vector a) {
    _mm512_storeu_si512(bytes, a);
}
FG_INLINE vector vector_of_bytes(int byte) {
    return _mm512_set1_epi8((char)byte);
}
FG_INLINE vector vector_of_words(int word) {
    return _mm512_set1_epi16((short)word);
}
FG_INLINE vector vector_add_bytes(vector a, vector b) {
    return _mm512_add_epi8(a, b);
}
FG_INLINE vector vector_add_words(vector a, vector b) {
    return _mm512_add_epi16(a, b);
}
FG_INLINE vector vector_and(vector a, vector b) {
    return _mm512_and_si512(a, b);
}
FG_INLINE vector vector_or(vector a, vector b) {
    return _mm512_or_si512(a, b);
}
/* Shift words by 8 bits to the left and by 4 to the right. */
FG_INLINE vector vector_words_up_8(vector a) {
    return _mm512_slli_epi16(a, 8);
}
FG_INLINE vector vector_words_down_4(vector a) {
    return _mm512_srli_epi16(a, 4);
}
/* Adds b to words below the limit. */
FG_INLINE vector vector_add_if_below(vector a, vector limit, vector b) {
    return _mm512_mask_add_epi16(a, _mm512_cmplt_epu16_mask(a, limit), a, b);
}
/* Makes words from number `from` on all ones. */
FG_INLINE vector vector_fill_from(vector a, uint32_t from) {
    const __mmask32 absent = from < 32 ? UINT32_MAX << from : 0;
    return _mm512_mask_mov_epi16(a, absent, _mm512_set1_epi16(-1));
}
/* Looks bytes up: 1 if one is 2 k, 16 if it is 2 k + 1, else 0; 0 if bit 7 is set. */
FG_INLINE vector vector_look_up(int k, vector a) {
    const __m128i ones = _mm_set_epi64x(k >= 4 ? INT64_C(0x1001) << (16 * (k - 4)) : 0,
                                        k < 4 ? INT64_C(0x1001) << (16 * k) : 0);
    return _mm512_shuffle_epi8(_mm512_broadcast_i32x4(ones), a);
}
FG_INLINE uint64_t vector_equal_bytes(vector a, vector b) {
    return _mm512_cmpeq_epi8_mask(a, b);
}
FG_INLINE uint64_t vector_odd_bytes(vector a) {
    return _mm512_test_epi8_mask(a, _mm512_set1_epi8(1));
}
FG_INLINE uint64_t vector_high_bits(vector a) {
    return _mm512_movepi8_mask(a);
}
FG_INLINE uint64_t vector_sum_bytes(vector a) {
    return (uint64_t)_mm512_reduce_add_epi64(_mm512_sad_epu8(a, _mm512_setzero_si512()));
}

#endif
