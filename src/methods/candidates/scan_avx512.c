/* SPDX-License-Identifier: MIT */
/*
 * scan_avx512.c: the candidate loops in 512-bit lanes.
 *
 * AVX-512F alone, so that every CPU with AVX-512 runs it. Compiled with -mavx512f; nothing in here
 * may be called before fg_scan_select() has seen that the CPU has it.
 */
#include "methods/candidates/scan.h"

#include <immintrin.h>

/* Chains: independent vectors in flight, to cover the latency from compare to masked add. Zen 5,
 * ps per candidate with gcc 12 / clang 14: u32 4 chains 41.6 / 50.0, 7 chains 29.6 / 34.7, 8 chains
 * 34.6 / 41.1; u64 82 / 102, 53 / 69, 50 / 83; F64 6 chains 49.8 / 55.8, 8 chains 48.7 / 57.4. The
 * whole sweep is in bench/README.md. */
#define FG_u32_LANES 16
#define FG_u32_CHAINS 7
#define FG_u64_LANES 8
#define FG_u64_CHAINS 7
#define FG_F64_LANES 8
#define FG_F64_CHAINS 8

typedef __m512i u32v, u32v_mark, u64v, u64v_mark;
typedef __m512d f64v;

static inline u32v u32v_load(const uint32_t *lanes) {
    return _mm512_loadu_si512(lanes);
}

static inline void u32v_step(u32v *d, u32v *q, u32v *r) {
    const __mmask16 borrow = _mm512_cmplt_epu32_mask(*r, *q);
    *d = _mm512_add_epi32(*d, _mm512_set1_epi32(1));
    *r = _mm512_sub_epi32(*r, *q);
    *r = _mm512_mask_add_epi32(*r, borrow, *r, *d);
    *q = _mm512_mask_sub_epi32(*q, borrow, *q, _mm512_set1_epi32(1));
}

/* The mark is the least remainder seen; 0 means that one was 0. */
static inline u32v_mark u32v_mark_none(void) {
    return _mm512_set1_epi32(-1);
}
static inline u32v_mark u32v_note(u32v_mark mark, u32v r) {
    return _mm512_min_epu32(mark, r);
}
static inline unsigned u32v_marked(u32v_mark mark) {
    return _mm512_testn_epi32_mask(mark, mark);
}

static inline u64v u64v_load(const uint64_t *lanes) {
    return _mm512_loadu_si512(lanes);
}

static inline void u64v_step(u64v *d, u64v *q, u64v *r) {
    const __mmask8 borrow = _mm512_cmplt_epu64_mask(*r, *q);
    *d = _mm512_add_epi64(*d, _mm512_set1_epi64(1));
    *r = _mm512_sub_epi64(*r, *q);
    *r = _mm512_mask_add_epi64(*r, borrow, *r, *d);
    *q = _mm512_mask_sub_epi64(*q, borrow, *q, _mm512_set1_epi64(1));
}

static inline u64v_mark u64v_mark_none(void) {
    return _mm512_set1_epi64(-1);
}
static inline u64v_mark u64v_note(u64v_mark mark, u64v r) {
    return _mm512_min_epu64(mark, r);
}
static inline unsigned u64v_marked(u64v_mark mark) {
    return _mm512_testn_epi64_mask(mark, mark);
}

static inline f64v f64v_set(double x) {
    return _mm512_set1_pd(x);
}
static inline f64v f64v_load(const double *lanes) {
    return _mm512_loadu_pd(lanes);
}
static inline f64v f64v_add(f64v a, f64v b) {
    return _mm512_add_pd(a, b);
}
static inline f64v f64v_sub(f64v a, f64v b) {
    return _mm512_sub_pd(a, b);
}
static inline f64v f64v_mul(f64v a, f64v b) {
    return _mm512_mul_pd(a, b);
}
static inline f64v f64v_div(f64v a, f64v b) {
    return _mm512_div_pd(a, b);
}
static inline f64v f64v_fma(f64v a, f64v b, f64v c) {
    return _mm512_fmadd_pd(a, b, c);
}
static inline f64v f64v_fnma(f64v a, f64v b, f64v c) {
    return _mm512_fnmadd_pd(a, b, c);
}
static inline unsigned f64v_equal(f64v a, f64v b) {
    return _mm512_cmp_pd_mask(a, b, _CMP_EQ_OQ);
}

#include "methods/candidates/scan_lanes.h"

size_t fg_scan_avx512(struct fg_candidates candidates, uint64_t begin, uint64_t end,
                      uint64_t *hits) {
    return scan_lanes(candidates, begin, end, hits);
}
