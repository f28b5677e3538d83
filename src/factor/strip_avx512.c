/*
 * strip_avx512.c: the small primes with AVX-512: sixteen numbers below 2^32 by one prime after the
 * other, or one number by sixteen or eight primes. Compiled with -mavx512f -mavx512dq.
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

/* A group of numbers below 2^32 side by side: the lanes of a vector. */
#define GROUP 16
/* A bit for each prime: words of 32, an even number of them. */
#define PRIMES (FG_STRIP_BLOCKS * FG_STRIP_BLOCK)
#define WORDS ((PRIMES + 63) / 64 * 2)

/* hits[w][i], bit k: prime number 32 w + k divides odd[i]. Words whose primes are all above the
 * numbers' square roots are 0. */
static inline void find_hits(__m512i odd, uint32_t hits[WORDS][GROUP]) {
    for (uint32_t word = 0; word < WORDS; word++) {
        const uint32_t first = word * 32, end = first + 32 < PRIMES ? first + 32 : PRIMES;
        const uint32_t least = fg_small_prime_values[first];
        __m512i found = _mm512_setzero_si512(), bit = _mm512_set1_epi32(1);
        if (_mm512_cmpge_epu32_mask(odd, _mm512_set1_epi32((int)(least * least))) != 0)
            for (uint32_t i = first; i < end; i++) {
                const __m512i inverse = _mm512_set1_epi32((int)narrow_inverses[i]);
                const __m512i limit = _mm512_set1_epi32((int)narrow_limits[i]);
                const __m512i quotients = _mm512_mullo_epi32(odd, inverse);
                const __mmask16 divisible = _mm512_cmple_epu32_mask(quotients, limit);
                found = _mm512_mask_or_epi32(found, divisible, found, bit);
                bit = _mm512_add_epi32(bit, bit);
            }
        _mm512_storeu_si512(hits[word], found);
    }
}
static_assert(WORDS * 32 - PRIMES < 32, "every word has a first prime");

/*
 * Divides n by the power of a prime: of the least that has a bit in `*left`, bit k for prime number
 * first + k, which is taken away. Nothing is done where there is none, but by no branch: neither
 * the number of primes nor that of squares among them can be foretold.
 */
static inline uint32_t take(uint32_t n, uint32_t first, uint64_t *left,
                            struct fg_factorization *factors) {
    const uint32_t any = *left != 0;
    const uint32_t index = first + fg_trailing_zeros64(*left | UINT64_C(1) << 63);
    const uint32_t inverse = narrow_inverses[index], limit = narrow_limits[index] & -any;
    const uint32_t once = n * inverse, twice = once * inverse, square = twice <= limit;
    n ^= (n ^ once) & -any;
    n ^= (n ^ twice) & -square;
    uint32_t exponent = 1 + square;
    for (uint32_t next; (next = n * inverse) <= limit; n = next) /* seldom */
        exponent++;
    const uint32_t at = factors->distinct;
    factors->primes[at] = fg_small_prime_values[index];
    factors->exponents[at] = (uint8_t)exponent;
    factors->distinct = (uint8_t)(at + any);
    *left &= *left - any;
    return n;
}

/* Number i of the group, given as odd * 2^twos. */
static inline uint64_t strip_member(uint32_t odd, uint32_t twos, uint32_t hits[WORDS][GROUP],
                                    uint32_t i, struct fg_factorization *factors) {
    const uint64_t bound = fg_small_primes_bound(FG_PLAN_SMALL_BLOCKS);
    uint32_t n = odd, others = 0;
    factors->primes[0] = 2;
    factors->exponents[0] = (uint8_t)twos;
    factors->distinct = twos > 0;
    uint64_t left = hits[0][i] | (uint64_t)hits[1][i] << 32;
    do { /* most numbers have up to two of these */
        n = take(n, 0, &left, factors);
        n = take(n, 0, &left, factors);
    } while (left != 0);
    for (uint32_t word = 2; word < WORDS; word++)
        others |= hits[word][i];
    for (uint32_t word = 2; word < WORDS && others != 0; word += 2)
        for (left = hits[word][i] | (uint64_t)hits[word + 1][i] << 32; left != 0;)
            n = take(n, word * 32, &left, factors);
    const bool settled = n < bound * bound;
    const uint32_t at = factors->distinct;
    factors->primes[at] = n;
    factors->exponents[at] = 1;
    factors->distinct = (uint8_t)(at + (settled & (n > 1)));
    return 1 + (n - UINT64_C(1)) * !settled;
}

static inline void strip_group(__m512i numbers, struct fg_factorization *factors, uint64_t *rests) {
    uint32_t hits[WORDS][GROUP], twos[GROUP], odd[GROUP];
    const __m512i negative = _mm512_sub_epi32(_mm512_setzero_si512(), numbers);
    const __m512 powers = _mm512_cvtepu32_ps(_mm512_and_si512(numbers, negative));
    const __m512i shifts = _mm512_cvttps_epi32(_mm512_getexp_ps(powers));
    const __m512i shifted = _mm512_srlv_epi32(numbers, shifts);
    _mm512_storeu_si512(twos, shifts);
    _mm512_storeu_si512(odd, shifted);
    find_hits(shifted, hits);
    for (uint32_t i = 0; i < GROUP; i++)
        rests[i] = strip_member(odd[i], twos[i], hits, i, &factors[i]);
}

/* Whether the next sixteen numbers are below 2^32, and if so they as words of 32 bits. */
static inline bool load_group(const uint64_t *numbers, __m512i *group) {
    const __m512i low = _mm512_loadu_si512(numbers), high = _mm512_loadu_si512(numbers + 8);
    *group = _mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvtepi64_epi32(low)),
                                _mm512_cvtepi64_epi32(high), 1);
    return _mm512_cmpgt_epu64_mask(_mm512_or_si512(low, high), _mm512_set1_epi64(UINT32_MAX)) == 0;
}

void fg_strip_avx512(const uint64_t *numbers, size_t count, struct fg_factorization *factors,
                     uint64_t *rests) {
    for (size_t i = 0; i < count;) {
        __m512i group;
        if (count - i >= GROUP && load_group(numbers + i, &group)) {
            strip_group(group, factors + i, rests + i);
            i += GROUP;
        } else {
            strip_number(numbers[i], &factors[i], &rests[i]);
            i++;
        }
    }
}
