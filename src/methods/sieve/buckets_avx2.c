/* SPDX-License-Identifier: MIT */
/*
 * buckets_avx2.c: the multiples of four large primes at once, and eight half-gaps. Compiled with
 * -mavx2 -mfma.
 */
#include "methods/sieve/buckets.h"

#include "arith/target.h"
#include <immintrin.h>

/* Returns whole numbers below 2^52 as doubles: the numbers' bits are the low ones of 2^52 and more.
 */
static inline __m256d to_double(__m256i x) {
    const __m256d offset = _mm256_set1_pd(0x1p52);
    return _mm256_sub_pd(_mm256_castsi256_pd(_mm256_or_si256(x, _mm256_castpd_si256(offset))),
                         offset);
}

/* Returns whole doubles from 0 to below 2^52 as numbers. */
static inline __m256i from_double(__m256d x) {
    const __m256d offset = _mm256_set1_pd(0x1p52);
    return _mm256_xor_si256(_mm256_castpd_si256(_mm256_add_pd(x, offset)),
                            _mm256_castpd_si256(offset));
}

/* Returns a b modulo 2^64 for b < 2^32. */
static inline __m256i multiply(__m256i a, __m256i b) {
    const __m256i high = _mm256_mul_epu32(_mm256_srli_epi64(a, 32), b);
    return _mm256_add_epi64(_mm256_mul_epu32(a, b), _mm256_slli_epi64(high, 32));
}

/* Returns the lanes with a > b, for both below 2^63, in the low bits. */
static inline uint32_t exceeding_lanes(__m256i a, __m256i b) {
    return (uint32_t)_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpgt_epi64(a, b)));
}

/* Returns the lanes that are off from a whole number by `limit` at most, in the low bits. */
static inline uint32_t near_lanes(__m256d x, double limit) {
    const __m256d whole = _mm256_round_pd(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    const __m256d distance = _mm256_andnot_pd(_mm256_set1_pd(-0.0), _mm256_sub_pd(x, whole));
    return (uint32_t)_mm256_movemask_pd(_mm256_cmp_pd(distance, _mm256_set1_pd(limit), _CMP_LE_OQ));
}

/* Gathers the first multiples of primes[0 .. count), count <= FG_FIRST_MULTIPLES, in
 * buckets->found, and returns how many there are. */
static size_t find(struct fg_buckets *buckets, const uint32_t *primes, size_t count) {
    fg_prime_and_multiple *const found = buckets->found;
    const __m256i before = _mm256_set1_epi64x((long long)buckets->before);
    const __m256i span = _mm256_set1_epi64x((long long)buckets->span);
    const __m256i one = _mm256_set1_epi64x(1);
    const __m256d scaled = _mm256_set1_pd((double)buckets->before * FG_BUCKET_SCALE);
    const double square_limit = fg_bucket_square_limit(buckets, primes[0]);
    size_t length = 0;
    for (size_t j = 0; j < count; j += 4) {
        const __m256i p = _mm256_cvtepu32_epi64(_mm_loadu_si128((const __m128i *)(primes + j)));
        const __m256d inverse = _mm256_div_pd(_mm256_set1_pd(1), to_double(p));
        const __m256d estimate = _mm256_mul_pd(scaled, inverse);
        const __m256i quotient = from_double(_mm256_floor_pd(estimate));
        const __m256i residue = _mm256_sub_epi64(before, multiply(quotient, p)); /* below 2 p */
        const __m256i below = _mm256_sub_epi64(_mm256_sub_epi64(p, one), residue);
        const __m256i negative = _mm256_cmpgt_epi64(_mm256_setzero_si256(), below);
        const __m256i first = _mm256_add_epi64(below, _mm256_and_si256(negative, p));
        const uint32_t hits = exceeding_lanes(span, first);
        uint64_t both[4];
        _mm256_storeu_si256((__m256i *)both, _mm256_or_si256(_mm256_slli_epi64(p, 32), first));
        const size_t lanes = count - j < 4 ? count - j : 4;
        FG_VERIFY_CHECK((~exceeding_lanes(p, first) & ((1U << lanes) - 1)) == 0);
        for (size_t lane = 0; lane < lanes; lane++) {
            found[length] = both[lane];
            length += hits >> lane & 1;
        }
        uint32_t squares = hits & near_lanes(_mm256_mul_pd(estimate, inverse), square_limit);
        for (squares &= (1U << lanes) - 1; squares != 0; squares &= squares - 1)
            fg_bucket_put_square(buckets, both[__builtin_ctz(squares)]);
    }
    return length;
}

/* Returns the sums of lanes 0 .. i in lane i. */
static inline __m256i prefix_sums(__m256i x) {
    x = _mm256_add_epi32(x, _mm256_slli_si256(x, 4)); /* within each half */
    x = _mm256_add_epi32(x, _mm256_slli_si256(x, 8));
    const __m256i low_sum = _mm256_permutevar8x32_epi32(x, _mm256_set1_epi32(3));
    return _mm256_add_epi32(x, _mm256_blend_epi32(_mm256_setzero_si256(), low_sum, 0xf0));
}

static uint32_t primes_from_half_gaps(const uint8_t *half_gaps, size_t count, uint32_t last,
                                      uint32_t *primes) {
    const __m256i last_lane = _mm256_set1_epi32(7);
    __m256i before = _mm256_set1_epi32((int)last);
    for (size_t j = 0; j < count; j += 8) {
        const __m128i bytes = _mm_loadl_epi64((const __m128i *)(half_gaps + j));
        const __m256i gaps = _mm256_slli_epi32(_mm256_cvtepu8_epi32(bytes), 1);
        const __m256i found = _mm256_add_epi32(prefix_sums(gaps), before);
        _mm256_storeu_si256((__m256i *)(primes + j), found);
        before = _mm256_permutevar8x32_epi32(found, last_lane);
    }
    return count == 0 ? last : primes[count - 1];
}

const struct fg_bucket_steps fg_bucket_steps_avx2 = {"avx2", find, primes_from_half_gaps};
