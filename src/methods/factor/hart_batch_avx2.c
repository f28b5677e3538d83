/* SPDX-License-Identifier: MIT */
/*
 * hart_batch_avx2.c: Hart's method with eight multiples a round. Compiled with -mavx2 -mfma.
 */
#include "methods/factor/hart_batch.h"

#include "arith/bits.h"
#include <immintrin.h>

#define REALS 4
typedef __m256d reals;
typedef __m256i ints;

static inline reals reals_all(double x) {
    return _mm256_set1_pd(x);
}
static inline reals reals_add(reals x, reals y) {
    return _mm256_add_pd(x, y);
}
static inline reals reals_mul(reals x, reals y) {
    return _mm256_mul_pd(x, y);
}
static inline reals reals_sqr_sub(reals x, reals y) {
    return _mm256_fmsub_pd(x, x, y);
}
static inline reals reals_sqrt(reals x) {
    return _mm256_sqrt_pd(x);
}
/* Bit i: lane i is a whole number. */
static inline uint32_t reals_whole(reals x) {
    const reals rounded = _mm256_round_pd(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    return (uint32_t)_mm256_movemask_pd(_mm256_cmp_pd(x, rounded, _CMP_EQ_OQ));
}
/* The lane of the lowest bit; any number if there is none. */
static inline double reals_first(reals x, uint32_t bits) {
    double lanes[REALS];
    _mm256_storeu_pd(lanes, x);
    return lanes[fg_trailing_zeros64(bits | 1u << (REALS - 1))];
}

static inline ints ints_all(int x) {
    return _mm256_set1_epi32(x);
}
/* first, first + 1, ... */
static inline ints ints_from(int first) {
    return _mm256_add_epi32(_mm256_set1_epi32(first), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
static inline ints ints_add(ints x, ints y) {
    return _mm256_add_epi32(x, y);
}
static inline ints ints_sub(ints x, ints y) {
    return _mm256_sub_epi32(x, y);
}
static inline ints ints_mul(ints x, ints y) {
    return _mm256_mullo_epi32(x, y);
}
static inline ints ints_and(ints x, ints y) {
    return _mm256_and_si256(x, y);
}
/* y is 1 or 3. */
static inline ints ints_seven_where_zero(ints x, ints y) {
    const ints zeros = _mm256_cmpeq_epi32(x, _mm256_setzero_si256());
    return _mm256_or_si256(y, _mm256_and_si256(zeros, _mm256_set1_epi32(7)));
}
static inline ints ints_above(reals low, reals high) {
    const __m128i low_ints =
        _mm256_cvtpd_epi32(_mm256_round_pd(low, _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC));
    const __m128i high_ints =
        _mm256_cvtpd_epi32(_mm256_round_pd(high, _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC));
    return _mm256_inserti128_si256(_mm256_castsi128_si256(low_ints), high_ints, 1);
}
static inline reals reals_low(ints x) {
    return _mm256_cvtepi32_pd(_mm256_castsi256_si128(x));
}
static inline reals reals_high(ints x) {
    return _mm256_cvtepi32_pd(_mm256_extracti128_si256(x, 1));
}

#include "methods/factor/hart_batch_lanes.h"

void fg_hart_batch_avx2(const uint64_t *n, unsigned count, uint64_t *found) {
    hart_batch(n, count, found);
}
