/* SPDX-License-Identifier: MIT */
/*
 * buckets_avx512.c: the multiples of eight large primes at once, and sixteen half-gaps. Compiled
 * with -mavx512f -mavx512dq.
 */
#include "methods/sieve/buckets.h"

#include "arith/target.h"
#include <immintrin.h>

/* Returns 1 / p with a relative error below 2^-52: the estimate has 2^-14, and each step squares
 * it. A division would take as long as all other steps for eight primes. */
static inline __m512d invert(__m512d p) {
    const __m512d one = _mm512_set1_pd(1);
    __m512d inverse = _mm512_rcp14_pd(p);
    inverse = _mm512_fmadd_pd(inverse, _mm512_fnmadd_pd(p, inverse, one), inverse);
    return _mm512_fmadd_pd(inverse, _mm512_fnmadd_pd(p, inverse, one), inverse);
}

/* Appends to the squares what the squares of the chosen primes divide. */
static __attribute__((noinline)) void put_squares(struct fg_buckets *buckets, __mmask8 chosen,
                                                  __m512i both) {
    fg_prime_and_multiple found[8];
    _mm512_storeu_si512(found, both);
    for (uint32_t bits = chosen; bits != 0; bits &= bits - 1)
        fg_bucket_put_square(buckets, found[__builtin_ctz(bits)]);
}

/* Gathers the first multiples of primes[0 .. count), count <= FG_FIRST_MULTIPLES, in
 * buckets->found, and returns how many there are. */
static size_t find(struct fg_buckets *buckets, const uint32_t *primes, size_t count) {
    fg_prime_and_multiple *const found = buckets->found;
    const __m512i before = _mm512_set1_epi64((long long)buckets->before);
    const __m512i span = _mm512_set1_epi64((long long)buckets->span);
    const __m512i one = _mm512_set1_epi64(1);
    const __m512d scaled = _mm512_set1_pd((double)buckets->before * FG_BUCKET_SCALE);
    const __m512d square_limit = _mm512_set1_pd(fg_bucket_square_limit(buckets, primes[0]));
    size_t length = 0;
    for (size_t j = 0; j < count; j += 8) {
        const __m256i narrow = _mm256_loadu_si256((const __m256i *)(primes + j));
        const __m512i p = _mm512_cvtepu32_epi64(narrow);
        const __m512d inverse = invert(_mm512_cvtepu32_pd(narrow));
        const __m512d estimate = _mm512_mul_pd(scaled, inverse);
        const __m512i quotient = _mm512_cvttpd_epu64(estimate);
        const __m512i residue =
            _mm512_sub_epi64(before, _mm512_mullo_epi64(quotient, p)); /* below 2 p */
        const __m512i below = _mm512_sub_epi64(_mm512_sub_epi64(p, one), residue);
        const __m512i first = _mm512_min_epu64(below, _mm512_add_epi64(below, p));
        const size_t left = count - j;
        const __mmask8 wanted = left < 8 ? (__mmask8)((1U << left) - 1) : (__mmask8)0xff;
        FG_VERIFY_CHECK(_mm512_mask_cmpge_epu64_mask(wanted, first, p) == 0);
        const __mmask8 hits = _mm512_mask_cmplt_epu64_mask(wanted, first, span);
        const __m512i both = _mm512_or_si512(_mm512_slli_epi64(p, 32), first);
        _mm512_storeu_si512(found + length, _mm512_maskz_compress_epi64(hits, both));
        length += (size_t)__builtin_popcount(hits);
        /* The distance of each quotient / p from the nearest whole number. */
        const __m512d distance = _mm512_abs_pd(_mm512_reduce_pd(
            _mm512_mul_pd(estimate, inverse), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
        const __mmask8 near = _mm512_mask_cmp_pd_mask(hits, distance, square_limit, _CMP_LE_OQ);
        if (__builtin_expect(near != 0, 0))
            put_squares(buckets, near, both);
    }
    return length;
}

/* Returns the sums of lanes 0 .. i in lane i. */
static inline __m512i prefix_sums(__m512i x) {
    const __m512i zero = _mm512_setzero_si512();
    x = _mm512_add_epi32(x, _mm512_alignr_epi32(x, zero, 15));
    x = _mm512_add_epi32(x, _mm512_alignr_epi32(x, zero, 14));
    x = _mm512_add_epi32(x, _mm512_alignr_epi32(x, zero, 12));
    return _mm512_add_epi32(x, _mm512_alignr_epi32(x, zero, 8));
}

static uint32_t primes_from_half_gaps(const uint8_t *half_gaps, size_t count, uint32_t last,
                                      uint32_t *primes) {
    const __m512i last_lane = _mm512_set1_epi32(15);
    __m512i before = _mm512_set1_epi32((int)last);
    for (size_t j = 0; j < count; j += 16) {
        const __m128i bytes = _mm_loadu_si128((const __m128i *)(half_gaps + j));
        const __m512i gaps = _mm512_slli_epi32(_mm512_cvtepu8_epi32(bytes), 1);
        const __m512i found = _mm512_add_epi32(prefix_sums(gaps), before);
        _mm512_storeu_si512(primes + j, found);
        before = _mm512_permutexvar_epi32(last_lane, found);
    }
    return count == 0 ? last : primes[count - 1];
}

const struct fg_bucket_steps fg_bucket_steps_avx512 = {"avx512", find, primes_from_half_gaps};
