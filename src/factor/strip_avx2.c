/*
 * strip_avx2.c: the small primes eight at a time for n < 2^32, one at a time above, where AVX2 has
 * no multiplication. Compiled with -mavx2.
 */
#include "factor/strip.h"

#include "factor/strip_lanes.h"
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

void fg_strip_avx2(const uint64_t *numbers, size_t count, struct fg_factorization *factors,
                   uint64_t *rests) {
    for (size_t i = 0; i < count; i++)
        strip_number(numbers[i], &factors[i], &rests[i]);
}
