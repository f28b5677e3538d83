/*
 * strip_avx512.c: the small primes sixteen or eight at a time. Compiled with -mavx512f -mavx512dq.
 */
#include "factor/strip.h"

#include "factor/strip_lanes.h"
#include <immintrin.h>

static inline uint32_t narrow_hits(uint32_t n, uint32_t block) {
    const __m512i inverses = _mm512_load_si512(narrow_inverses + block * FG_STRIP_BLOCK);
    const __m512i limits = _mm512_load_si512(narrow_limits + block * FG_STRIP_BLOCK);
    const __m512i products = _mm512_mullo_epi32(_mm512_set1_epi32((int)n), inverses);
    return _mm512_cmple_epu32_mask(products, limits);
}

static inline uint32_t wide_hits(uint64_t n, uint32_t block) {
    uint32_t hits = 0;
    for (uint32_t half = 0; half < 2; half++) {
        const uint32_t first = block * FG_STRIP_BLOCK + half * 8;
        const __m512i inverses = _mm512_load_si512(wide_inverses + first);
        const __m512i limits = _mm512_load_si512(wide_limits + first);
        const __m512i products = _mm512_mullo_epi64(_mm512_set1_epi64((long long)n), inverses);
        hits |= (uint32_t)_mm512_cmple_epu64_mask(products, limits) << (8 * half);
    }
    return hits;
}

uint64_t fg_strip_avx512(uint64_t n, struct fg_factorization *factors, bool *settled) {
    return strip(n, factors, settled);
}
