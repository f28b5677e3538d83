/* SPDX-License-Identifier: MIT */
/*
 * scan_avx2.c: the candidate loops in 256-bit lanes.
 *
 * Compiled with -mavx2 -mfma; nothing in here may be called before fg_scan_select() has seen that
 * the CPU has both.
 */
#include "methods/candidates/scan.h"

#include <immintrin.h>

/* Chains: sixteen registers hold three of them without a spill, but covering the latency is worth
 * more than the spills cost. Zen 5, ps per candidate with gcc 12 / clang 14: u32 3 chains 106 /
 * 104, 6 chains 68 / 83; u64 3 chains 162 / 150, 8 chains 146 / 154; F64 5 chains 144 / 136, 12
 * chains 96 / 95. The whole sweep is in bench/README.md. */
#define FG_u32_LANES 8
#define FG_u32_CHAINS 6
#define FG_u64_LANES 4
#define FG_u64_CHAINS 8
#define FG_F64_LANES 4
#define FG_F64_CHAINS 12

typedef __m256i u32v, u32v_mark, u64v, u64v_mark;
typedef __m256d f64v;

static inline u32v u32v_load(const uint32_t *lanes) {
    return _mm256_loadu_si256((const __m256i *)lanes);
}

/* There is no unsigned comparison. Without a borrow r - q + d lies above r - q (d < 2^31, so it
 * does not wrap); with one, r - q has wrapped to above it: the smaller of the two is the remainder.
 */
static inline void u32v_step(u32v *d, u32v *q, u32v *r) {
    *d = _mm256_sub_epi32(*d, _mm256_set1_epi32(-1));
    const __m256i without = _mm256_sub_epi32(*r, *q);
    const __m256i borrowed = _mm256_add_epi32(without, *d);
    *r = _mm256_min_epu32(without, borrowed);
    *q = _mm256_add_epi32(*q, _mm256_cmpeq_epi32(*r, borrowed));
}

/* The mark is the least remainder seen; 0 means that one was 0. */
static inline u32v_mark u32v_mark_none(void) {
    return _mm256_set1_epi32(-1);
}
static inline u32v_mark u32v_note(u32v_mark mark, u32v r) {
    return _mm256_min_epu32(mark, r);
}
static inline unsigned u32v_marked(u32v_mark mark) {
    const __m256i zero = _mm256_cmpeq_epi32(mark, _mm256_setzero_si256());
    return (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(zero));
}

static inline u64v u64v_load(const uint64_t *lanes) {
    return _mm256_loadu_si256((const __m256i *)lanes);
}

/* The comparison is signed: n < 2^63. */
static inline void u64v_step(u64v *d, u64v *q, u64v *r) {
    const __m256i borrow = _mm256_cmpgt_epi64(*q, *r);
    *d = _mm256_sub_epi64(*d, _mm256_set1_epi64x(-1));
    *r = _mm256_add_epi64(_mm256_sub_epi64(*r, *q), _mm256_and_si256(borrow, *d));
    *q = _mm256_add_epi64(*q, borrow);
}

/* There is no 64-bit minimum either: the mark has all bits set in lanes that met a 0. */
static inline u64v_mark u64v_mark_none(void) {
    return _mm256_setzero_si256();
}
static inline u64v_mark u64v_note(u64v_mark mark, u64v r) {
    return _mm256_or_si256(mark, _mm256_cmpeq_epi64(r, _mm256_setzero_si256()));
}
static inline unsigned u64v_marked(u64v_mark mark) {
    return (unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(mark));
}

static inline f64v f64v_set(double x) {
    return _mm256_set1_pd(x);
}
static inline f64v f64v_load(const double *lanes) {
    return _mm256_loadu_pd(lanes);
}
static inline f64v f64v_add(f64v a, f64v b) {
    return _mm256_add_pd(a, b);
}
static inline f64v f64v_sub(f64v a, f64v b) {
    return _mm256_sub_pd(a, b);
}
static inline f64v f64v_mul(f64v a, f64v b) {
    return _mm256_mul_pd(a, b);
}
static inline f64v f64v_div(f64v a, f64v b) {
    return _mm256_div_pd(a, b);
}
static inline f64v f64v_fma(f64v a, f64v b, f64v c) {
    return _mm256_fmadd_pd(a, b, c);
}
static inline f64v f64v_fnma(f64v a, f64v b, f64v c) {
    return _mm256_fnmadd_pd(a, b, c);
}
static inline unsigned f64v_equal(f64v a, f64v b) {
    return (unsigned)_mm256_movemask_pd(_mm256_cmp_pd(a, b, _CMP_EQ_OQ));
}

#include "methods/candidates/scan_lanes.h"

size_t fg_scan_avx2(struct fg_candidates candidates, uint64_t begin, uint64_t end, uint64_t *hits) {
    return scan_lanes(candidates, begin, end, hits);
}
