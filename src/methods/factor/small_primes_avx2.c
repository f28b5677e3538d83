/* SPDX-License-Identifier: MIT */
/*
 * small_primes_avx2.c: the small primes with AVX2: eight numbers below 2^32 by one prime after the
 * other, or one number by eight primes; above 2^32 by one, where AVX2 has no multiplication.
 * Compiled with -mavx2.
 */
#include "methods/factor/small_primes_batch.h"

#define FG_STRIP_GROUP 8
#include "methods/factor/small_primes_lanes.h"
#include <immintrin.h>

static inline uint32_t narrow_hits(uint32_t n, uint32_t block) {
    uint32_t hits = 0;
    for (uint32_t half = 0; half < 2; half++) {
        const uint32_t first = block * FG_STRIP_BLOCK + half * 8;
        const __m256i inverses = _mm256_load_si256((const __m256i *)(narrow_inverses + first));
        const __m256i limits = _mm256_load_si256((const __m256i *)(narrow_limits + first));
        const __m256i products = _mm256_mullo_epi32(_mm256_set1_epi32((int)n), inverses);
        const __m256i within = _mm256_cmpeq_epi32(_mm256_min_epu32(products, limits), products);
        hits |= (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(within)) << (8 * half);
    }
    return hits;
}

static inline uint32_t wide_hits(uint64_t n, uint32_t block) {
    const uint32_t first = block * FG_STRIP_BLOCK;
    if (fg_small_primes_count(n, first) + fg_small_primes_count(n, first + 8) == 0)
        return 0;
    return fg_small_primes_mask(n, first) | fg_small_primes_mask(n, first + 8) << 8;
}

static inline void find_hits(const uint32_t *odd, uint32_t hits[FG_STRIP_WORDS][FG_STRIP_GROUP]) {
    const __m256i n = _mm256_loadu_si256((const __m256i *)odd);
    for (uint32_t word = 0; word < FG_STRIP_WORDS; word++) {
        const uint32_t first = word * 32;
        __m256i found = _mm256_setzero_si256(), bit = _mm256_set1_epi32(1);
        const __m256i square = _mm256_set1_epi32((int)strip_square(word));
        const __m256i reached = _mm256_cmpeq_epi32(_mm256_max_epu32(n, square), n);
        const bool wanted = !_mm256_testz_si256(reached, reached);
        for (uint32_t i = first; i < strip_end(word) && wanted; i++) {
            const __m256i inverse = _mm256_set1_epi32((int)narrow_inverses[i]);
            const __m256i limit = _mm256_set1_epi32((int)narrow_limits[i]);
            const __m256i quotients = _mm256_mullo_epi32(n, inverse);
            const __m256i divisible =
                _mm256_cmpeq_epi32(_mm256_min_epu32(quotients, limit), quotients);
            found = _mm256_or_si256(found, _mm256_and_si256(divisible, bit));
            bit = _mm256_add_epi32(bit, bit);
        }
        _mm256_storeu_si256((__m256i *)hits[word], found);
    }
}

void fg_small_primes_avx2(const uint64_t *numbers, size_t count, struct fg_factorization *factors,
                          uint64_t *rests) {
    strip_run(numbers, count, factors, rests);
}
