/* SPDX-License-Identifier: MIT */
/*
 * mark_places_avx512.c: the multiples of sixteen large primes at once. They are listed in vectors,
 * and what is left of each is to look up its bucket and to write it there. Compiled with -mavx512f
 * and -mavx512dq.
 */
#include "methods/sieve/mark_places.h"

#include "arith/target.h"
#include <immintrin.h>

enum {
    LANES = 16,
    LISTED = 512, /* places that are listed before they are put into the buckets, at least */
};

/* Places on the way to their buckets. */
struct list {
    const struct fg_place_buckets *buckets;
    size_t count;
    uint32_t places[LISTED + LANES];
};

/* Puts what is listed into the buckets. */
static inline void put_listed(struct list *list) {
    for (size_t j = 0; j < list->count; j++)
        fg_put_place(list->buckets, list->places[j]);
    list->count = 0;
}

/* Lists the chosen places. */
static inline void add(struct list *list, __mmask16 chosen, __m512i places) {
    _mm512_storeu_si512(list->places + list->count, _mm512_maskz_compress_epi32(chosen, places));
    list->count += (size_t)__builtin_popcount(chosen);
    if (list->count >= LISTED)
        put_listed(list);
}

/* Lists the places of all lanes. */
static inline void add_all(struct list *list, __m512i places) {
    _mm512_storeu_si512(list->places + list->count, places);
    list->count += LANES;
    if (list->count >= LISTED)
        put_listed(list);
}

/* Lists the places from the first ones on, every p-th below `end`. If no lane is empty, all have
 * `times` or more. */
static inline void add_multiples(struct list *list, __m512i places, __m512i p, uint64_t times,
                                 __mmask16 lanes, uint32_t end) {
    const __m512i ends = _mm512_set1_epi32((int)end);
    for (uint64_t k = lanes == 0xffff ? times : 0; k > 0; k--, places = _mm512_add_epi32(places, p))
        add_all(list, places);
    __mmask16 left = _mm512_mask_cmplt_epu32_mask(lanes, places, ends);
    for (; left != 0; left = _mm512_mask_cmplt_epu32_mask(left, places, ends)) {
        add(list, left, places);
        places = _mm512_add_epi32(places, p);
    }
}

/* The first multiples, or the primes, of sixteen of found[0 .. left), from the low or the high
 * words. Lanes beyond are 0. */
static inline __m512i words_of(const fg_prime_and_multiple *found, size_t left, bool is_high) {
    const __m512i even =
        _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    const __m512i indexes = _mm512_add_epi32(even, _mm512_set1_epi32(is_high));
    const __mmask8 low = left < 8 ? (__mmask8)((1U << left) - 1) : (__mmask8)0xff;
    const __mmask8 high = left < 8    ? 0
                          : left < 16 ? (__mmask8)((1U << (left - 8)) - 1)
                                      : (__mmask8)0xff;
    return _mm512_permutex2var_epi32(_mm512_maskz_loadu_epi64(low, found), indexes,
                                     _mm512_maskz_loadu_epi64(high, found + 8));
}
static inline __mmask16 lanes_of(size_t left) {
    return left < LANES ? (__mmask16)((1U << left) - 1) : (__mmask16)0xffff;
}

static void put_all(const struct fg_place_buckets *buckets, const fg_prime_and_multiple *found,
                    size_t count) {
    const __m512i two = _mm512_set1_epi32(2), three = _mm512_set1_epi32(3);
    const __m512i twice_begin = _mm512_set1_epi32((int)buckets->twice_begin);
    const uint64_t twice_length = buckets->twice_end - buckets->twice_begin;
    uint64_t odd_times = buckets->odd_end >> 16, twice_times = twice_length >> 16;
    struct list list;
    list.buckets = buckets;
    list.count = 0;
    for (size_t j = 0; j < count; j += LANES) {
        const size_t left = count - j;
        const __mmask16 lanes = lanes_of(left);
        const __m512i first = words_of(found + j, left, false), p = words_of(found + j, left, true);
        const uint64_t most = found[left < LANES ? count - 1 : j + LANES - 1] >> 32;
        while (odd_times * most > buckets->odd_end)
            odd_times--;
        while (twice_times * most > twice_length)
            twice_times--;
        const __mmask16 even = _mm512_testn_epi32_mask(first, _mm512_set1_epi32(1));
        const __m512i odd = _mm512_srli_epi32(_mm512_mask_add_epi32(first, even, first, p), 1);
        add_multiples(&list, odd, p, odd_times, lanes, buckets->odd_end);
        const __m512i steps =
            _mm512_and_si512(_mm512_mullo_epi32(_mm512_sub_epi32(two, first), p), three);
        const __m512i twice = _mm512_add_epi32(first, _mm512_mullo_epi32(steps, p));
        add_multiples(&list, _mm512_add_epi32(_mm512_srli_epi32(twice, 2), twice_begin), p,
                      twice_times, lanes, buckets->twice_end);
    }
    put_listed(&list);
}

static void put_only(const struct fg_place_buckets *buckets, const fg_prime_and_multiple *found,
                     size_t count) {
    const __m512i twice_begin = _mm512_set1_epi32((int)buckets->twice_begin);
    struct list list;
    list.buckets = buckets;
    list.count = 0;
    for (size_t j = 0; j < count; j += LANES) {
        const __m512i first = words_of(found + j, count - j, false);
        const __mmask16 odd = _mm512_test_epi32_mask(first, _mm512_set1_epi32(1));
        const __mmask16 lanes =
            _mm512_mask_test_epi32_mask(lanes_of(count - j), first, _mm512_set1_epi32(3));
        const __m512i twice = _mm512_add_epi32(_mm512_srli_epi32(first, 2), twice_begin);
        add(&list, lanes, _mm512_mask_srli_epi32(twice, odd, first, 1));
    }
    put_listed(&list);
}

const struct fg_place_steps fg_place_steps_avx512 = {"avx512", put_all, put_only};
