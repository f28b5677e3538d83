/* SPDX-License-Identifier: MIT */
/*
 * small_primes_avx512.c: the small primes with AVX-512: sixteen numbers below 2^32 by one prime
 * after the other, or one number by sixteen or eight primes. Compiled with -mavx512f -mavx512dq.
 */
#include "methods/factor/small_primes_batch.h"

#define FG_STRIP_GROUP 16
#include "methods/factor/small_primes_lanes.h"
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

static inline void find_hits(const uint32_t *odd, uint32_t hits[FG_STRIP_WORDS][FG_STRIP_GROUP]) {
    const __m512i n = _mm512_loadu_si512(odd);
    for (uint32_t word = 0; word < FG_STRIP_WORDS; word++) {
        const uint32_t first = word * 32, square = strip_square(word);
        __m512i found = _mm512_setzero_si512(), bit = _mm512_set1_epi32(1);
        const bool wanted = _mm512_cmpge_epu32_mask(n, _mm512_set1_epi32((int)square)) != 0;
        for (uint32_t i = first; i < strip_end(word) && wanted; i++) {
            const __m512i inverse = _mm512_set1_epi32((int)narrow_inverses[i]);
            const __m512i limit = _mm512_set1_epi32((int)narrow_limits[i]);
            const __m512i quotients = _mm512_mullo_epi32(n, inverse);
            const __mmask16 divisible = _mm512_cmple_epu32_mask(quotients, limit);
            found = _mm512_mask_or_epi32(found, divisible, found, bit);
            bit = _mm512_add_epi32(bit, bit);
        }
        _mm512_storeu_si512(hits[word], found);
    }
}

void fg_small_primes_avx512(const uint64_t *numbers, size_t count, struct fg_factorization *factors,
                            uint64_t *rests) {
    strip_run(numbers, count, factors, rests);
}
