/* SPDX-License-Identifier: MIT */
/*
 * hart_batch_avx512.c: Hart's method with sixteen multiples a round. Compiled with -mavx512f.
 */
#include "methods/factor/hart_batch.h"

#include <immintrin.h>

#define REALS 8
typedef __m512d reals;
typedef __m512i ints;

static inline reals reals_all(double x) {
    return _mm512_set1_pd(x);
}
static inline reals reals_add(reals x, reals y) {
    return _mm512_add_pd(x, y);
}
static inline reals reals_mul(reals x, reals y) {
    return _mm512_mul_pd(x, y);
}
static inline reals reals_sqr_sub(reals x, reals y) {
    return _mm512_fmsub_pd(x, x, y);
}
static inline reals reals_sqrt(reals x) {
    return _mm512_sqrt_pd(x);
}
/* Bit i: lane i is a whole number. */
static inline uint32_t reals_whole(reals x) {
    const reals rounded = _mm512_roundscale_pd(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    return _mm512_cmp_pd_mask(x, rounded, _CMP_EQ_OQ);
}
/* The lane of the lowest bit; any number if there is none. */
static inline double reals_first(reals x, uint32_t bits) {
    return _mm512_cvtsd_f64(_mm512_maskz_compress_pd((__mmask8)bits, x));
}

static inline ints ints_all(int x) {
    return _mm512_set1_epi32(x);
}
/* first, first + 1, ... */
static inline ints ints_from(int first) {
    return _mm512_add_epi32(_mm512_set1_epi32(first), _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8,
                                                                        9, 10, 11, 12, 13, 14, 15));
}
static inline ints ints_add(ints x, ints y) {
    return _mm512_add_epi32(x, y);
}
static inline ints ints_sub(ints x, ints y) {
    return _mm512_sub_epi32(x, y);
}
static inline ints ints_mul(ints x, ints y) {
    return _mm512_mullo_epi32(x, y);
}
static inline ints ints_and(ints x, ints y) {
    return _mm512_and_si512(x, y);
}
static inline ints ints_seven_where_zero(ints x, ints y) {
    return _mm512_mask_mov_epi32(_mm512_set1_epi32(7), _mm512_test_epi32_mask(x, x), y);
}
static inline ints ints_above(reals low, reals high) {
    const __m256i low_ints =
        _mm512_cvt_roundpd_epi32(low, _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC);
    const __m256i high_ints =
        _mm512_cvt_roundpd_epi32(high, _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC);
    return _mm512_inserti64x4(_mm512_castsi256_si512(low_ints), high_ints, 1);
}
static inline reals reals_low(ints x) {
    return _mm512_cvtepi32_pd(_mm512_castsi512_si256(x));
}
static inline reals reals_high(ints x) {
    return _mm512_cvtepi32_pd(_mm512_extracti64x4_epi64(x, 1));
}

#include "methods/factor/hart_batch_lanes.h"

void fg_hart_batch_avx512(const uint64_t *n, unsigned count, uint64_t *found) {
    hart_batch(n, count, found);
}
