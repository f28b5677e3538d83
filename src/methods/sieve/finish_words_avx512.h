/* SPDX-License-Identifier: MIT */
/*
 * finish_words_avx512.h: the vectors of finish_group.h for AVX-512: sixteen numbers side by side.
 *
 * A value that depends on a number above 2^32 is in two vectors, of the numbers with even and with
 * odd places in the group, because a product of 32-bit lanes takes every second lane.
 */
#ifndef FG_METHODS_SIEVE_FINISH_WORDS_AVX512_H
#define FG_METHODS_SIEVE_FINISH_WORDS_AVX512_H

#include "arith/target.h"
#include <immintrin.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FG_GROUP 16
/* Words of a table: all that a vector holds, so that it is an operand in memory. */
#define FG_LOOKED_UP 16

typedef __m512i words;    /* 32 bits of each number */
typedef __mmask16 chosen; /* a truth about each number */
/* 64 bits of each number, a double of each, and a truth about each. */
struct longs {
    __m512i even, odd;
};
struct doubles {
    __m512d even, odd;
};
struct chosen_longs {
    __mmask8 even, odd;
};

/* ---- Words ---- */

FG_INLINE words words_of(uint32_t value) {
    return _mm512_set1_epi32((int)value);
}
/* value, value + 1, ... */
FG_INLINE words words_from(uint32_t value) {
    const words places = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    return _mm512_add_epi32(words_of(value), places);
}
FG_INLINE words words_of_bytes(const uint8_t *bytes) {
    return _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)bytes));
}
/* The entries of a small plane, and 0 without an entry. */
FG_INLINE words words_of_small(chosen is_there, const uint16_t *entries) {
    return _mm512_maskz_cvtepu16_epi32(is_there, _mm256_loadu_si256((const __m256i *)entries));
}
/* The entries of a large plane, and 1 without an entry. */
FG_INLINE words words_of_large(chosen is_there, const uint32_t *entries) {
    return _mm512_mask_loadu_epi32(words_of(1), is_there, entries);
}
FG_INLINE words words_add(words a, words b) {
    return _mm512_add_epi32(a, b);
}
FG_INLINE words words_subtract(words a, words b) {
    return _mm512_sub_epi32(a, b);
}
FG_INLINE words words_multiply(words a, words b) {
    return _mm512_mullo_epi32(a, b);
}
FG_INLINE words words_and(words a, words b) {
    return _mm512_and_si512(a, b);
}
FG_INLINE words words_or(words a, words b) {
    return _mm512_or_si512(a, b);
}
FG_INLINE words words_xor(words a, words b) {
    return _mm512_xor_si512(a, b);
}
/* The bits of b that a has not. */
FG_INLINE words words_without(words a, words b) {
    return _mm512_andnot_si512(a, b);
}
FG_INLINE words words_shift_left(words a, words counts) {
    return _mm512_sllv_epi32(a, counts);
}
FG_INLINE words words_shift_right(words a, words counts) {
    return _mm512_srlv_epi32(a, counts);
}
FG_INLINE words words_halve(words a) {
    return _mm512_srli_epi32(a, 1);
}
FG_INLINE words words_min(words a, words b) {
    return _mm512_min_epu32(a, b);
}
FG_INLINE words words_max(words a, words b) {
    return _mm512_max_epu32(a, b);
}
/* table[a], for a < 8. */
FG_INLINE words words_look_up(const uint32_t table[FG_LOOKED_UP], words a) {
    return _mm512_permutexvar_epi32(a, _mm512_loadu_si512(table));
}
/* The power of two that divides; 0 of 0. */
FG_INLINE words words_lowest_bit(words a) {
    return _mm512_and_si512(a, _mm512_sub_epi32(_mm512_setzero_si512(), a));
}
/* The number of trailing zeros; above 2^31 without any bit. */
FG_INLINE words words_trailing_zeros(words a) {
    return _mm512_sub_epi32(words_of(31), _mm512_lzcnt_epi32(words_lowest_bit(a)));
}

/* ---- Truths ---- */

/* a > b, for both below 2^31. */
FG_INLINE chosen words_exceed(words a, words b) {
    return _mm512_cmpgt_epi32_mask(a, b);
}
FG_INLINE chosen words_equal(words a, words b) {
    return _mm512_cmpeq_epi32_mask(a, b);
}
FG_INLINE chosen words_differ(words a, words b) {
    return _mm512_cmpneq_epi32_mask(a, b);
}
FG_INLINE chosen words_are_odd(words a) {
    return _mm512_test_epi32_mask(a, words_of(1));
}
FG_INLINE chosen chosen_and(chosen a, chosen b) {
    return a & b;
}
FG_INLINE chosen chosen_or(chosen a, chosen b) {
    return a | b;
}
FG_INLINE chosen chosen_not(chosen a) {
    return (chosen)~a;
}
FG_INLINE uint32_t chosen_bits(chosen a) {
    return a;
}
FG_INLINE words words_choose(chosen which, words yes, words no) {
    return _mm512_mask_mov_epi32(no, which, yes);
}
/* a + b if chosen, else a. */
FG_INLINE words words_add_if(chosen which, words a, words b) {
    return _mm512_mask_add_epi32(a, which, a, b);
}

/* ---- Longs ---- */

FG_INLINE struct longs longs_of(uint64_t value) {
    const __m512i both = _mm512_set1_epi64((int64_t)value);
    return (struct longs){both, both};
}
/* value, value + 1, ... */
FG_INLINE struct longs longs_from(uint64_t value) {
    const __m512i even = _mm512_add_epi64(_mm512_set1_epi64((int64_t)value),
                                          _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14));
    return (struct longs){even, _mm512_add_epi64(even, _mm512_set1_epi64(1))};
}
FG_INLINE struct longs longs_of_words(words a) {
    return (struct longs){_mm512_and_si512(a, _mm512_set1_epi64(UINT32_MAX)),
                          _mm512_srli_epi64(a, 32)};
}
/* The low words. */
FG_INLINE words words_of_longs(struct longs a) {
    return _mm512_mask_mov_epi32(a.even, 0xaaaa, _mm512_slli_epi64(a.odd, 32));
}
FG_INLINE struct longs longs_of_product(words a, words b) {
    return (struct longs){_mm512_mul_epu32(a, b),
                          _mm512_mul_epu32(_mm512_srli_epi64(a, 32), _mm512_srli_epi64(b, 32))};
}
FG_INLINE struct longs longs_add(struct longs a, struct longs b) {
    return (struct longs){_mm512_add_epi64(a.even, b.even), _mm512_add_epi64(a.odd, b.odd)};
}
FG_INLINE struct longs longs_subtract(struct longs a, struct longs b) {
    return (struct longs){_mm512_sub_epi64(a.even, b.even), _mm512_sub_epi64(a.odd, b.odd)};
}
/* Modulo 2^64. */
FG_INLINE struct longs longs_multiply(struct longs a, struct longs b) {
    return (struct longs){_mm512_mullo_epi64(a.even, b.even), _mm512_mullo_epi64(a.odd, b.odd)};
}
FG_INLINE struct longs longs_multiply_words(struct longs a, words b) {
    return longs_multiply(a, longs_of_words(b));
}
FG_INLINE struct longs longs_shift_left(struct longs a, words counts) {
    const struct longs by = longs_of_words(counts);
    return (struct longs){_mm512_sllv_epi64(a.even, by.even), _mm512_sllv_epi64(a.odd, by.odd)};
}
FG_INLINE struct chosen_longs longs_equal(struct longs a, struct longs b) {
    return (struct chosen_longs){_mm512_cmpeq_epi64_mask(a.even, b.even),
                                 _mm512_cmpeq_epi64_mask(a.odd, b.odd)};
}
FG_INLINE struct chosen_longs longs_are_less(struct longs a, struct longs b) {
    return (struct chosen_longs){_mm512_cmplt_epu64_mask(a.even, b.even),
                                 _mm512_cmplt_epu64_mask(a.odd, b.odd)};
}
/* a > limit. */
FG_INLINE struct chosen_longs longs_exceed(struct longs a, uint64_t limit) {
    return longs_are_less(longs_of(limit), a);
}
FG_INLINE struct longs longs_choose(struct chosen_longs which, struct longs yes, struct longs no) {
    return (struct longs){_mm512_mask_mov_epi64(no.even, which.even, yes.even),
                          _mm512_mask_mov_epi64(no.odd, which.odd, yes.odd)};
}
FG_INLINE chosen chosen_of_longs(struct chosen_longs a) {
    return (chosen)(_pdep_u32(a.even, 0x5555) | _pdep_u32(a.odd, 0xaaaa));
}

/* ---- Quotients; finish_group.h has the proofs ---- */

FG_INLINE words words_divide(words n, words divisor) {
    const __m512 inverse = _mm512_div_ps(_mm512_set1_ps(1), _mm512_cvtepu32_ps(divisor));
    const __m512 estimate = _mm512_mul_ps(_mm512_cvtepu32_ps(n), inverse);
    const words quotient = _mm512_cvtps_epu32(estimate);
    const words rest = _mm512_sub_epi32(n, _mm512_mullo_epi32(quotient, divisor));
    const __m512 missing = _mm512_mul_ps(_mm512_cvtepi32_ps(rest), inverse);
    return _mm512_add_epi32(quotient, _mm512_cvtps_epi32(missing));
}
FG_INLINE __m512i longs_divide_half(__m512i n, __m512i divisor, const bool is_high) {
    const __m512d inverse = _mm512_div_pd(_mm512_set1_pd(1), _mm512_cvtepu64_pd(divisor));
    const __m512d estimate = _mm512_mul_pd(_mm512_cvtepu64_pd(n), inverse);
    const __m512i quotient = _mm512_cvtpd_epu64(estimate);
    if (!is_high)
        return quotient;
    const __m512i rest = _mm512_sub_epi64(n, _mm512_mullo_epi64(quotient, divisor));
    const __m512d missing = _mm512_mul_pd(_mm512_cvtepi64_pd(rest), inverse);
    return _mm512_add_epi64(quotient, _mm512_cvtpd_epi64(missing));
}
FG_INLINE struct longs longs_divide(struct longs n, struct longs divisor, const bool is_high) {
    return (struct longs){longs_divide_half(n.even, divisor.even, is_high),
                          longs_divide_half(n.odd, divisor.odd, is_high)};
}

/* ---- Doubles ---- */

FG_INLINE struct doubles doubles_of_longs(struct longs a) {
    return (struct doubles){_mm512_cvtepu64_pd(a.even), _mm512_cvtepu64_pd(a.odd)};
}
FG_INLINE struct doubles doubles_multiply(struct doubles a, struct doubles b) {
    return (struct doubles){_mm512_mul_pd(a.even, b.even), _mm512_mul_pd(a.odd, b.odd)};
}
/* round((a - b) / 2^64), which is 0 .. 2^20. */
FG_INLINE struct longs doubles_high_word(struct doubles a, struct doubles b) {
    const __m512d scale = _mm512_set1_pd(0x1p-64);
    return (struct longs){_mm512_cvtpd_epi64(_mm512_mul_pd(_mm512_sub_pd(a.even, b.even), scale)),
                          _mm512_cvtpd_epi64(_mm512_mul_pd(_mm512_sub_pd(a.odd, b.odd), scale))};
}

/* ---- To memory, in the order of the numbers ---- */

/* The first and the second half of the group. */
FG_INLINE __m512i first_longs(__m512i even, __m512i odd) {
    return _mm512_permutex2var_epi64(even, _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11), odd);
}
FG_INLINE __m512i last_longs(__m512i even, __m512i odd) {
    return _mm512_permutex2var_epi64(even, _mm512_setr_epi64(4, 12, 5, 13, 6, 14, 7, 15), odd);
}
FG_INLINE void store_longs(struct longs a, uint64_t *to) {
    _mm512_storeu_si512(to, first_longs(a.even, a.odd));
    _mm512_storeu_si512(to + 8, last_longs(a.even, a.odd));
}
/* A low and a high word for each number. */
FG_INLINE void store_long_pairs(struct longs low, struct longs high, uint64_t *to) {
    const __m512i low_first = first_longs(low.even, low.odd);
    const __m512i low_last = last_longs(low.even, low.odd);
    const __m512i high_first = first_longs(high.even, high.odd);
    const __m512i high_last = last_longs(high.even, high.odd);
    _mm512_storeu_si512(to, first_longs(low_first, high_first));
    _mm512_storeu_si512(to + 8, last_longs(low_first, high_first));
    _mm512_storeu_si512(to + 16, first_longs(low_last, high_last));
    _mm512_storeu_si512(to + 24, last_longs(low_last, high_last));
}
FG_INLINE void store_words(words a, uint32_t *to) {
    _mm512_storeu_si512(to, a);
}
FG_INLINE words load_words(const uint32_t *from) {
    return _mm512_loadu_si512(from);
}
/* The low and the high word of each entry of `from`. */
FG_INLINE void load_word_pairs(const uint64_t *from, words *low, words *high) {
    const words even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    const words odd = _mm512_add_epi32(even, words_of(1));
    const words first = _mm512_loadu_si512(from), last = _mm512_loadu_si512(from + 8);
    *low = _mm512_permutex2var_epi32(first, even, last);
    *high = _mm512_permutex2var_epi32(first, odd, last);
}
FG_INLINE void store_words_as_longs(words a, uint64_t *to) {
    _mm512_storeu_si512(to, _mm512_cvtepu32_epi64(_mm512_castsi512_si256(a)));
    _mm512_storeu_si512(to + 8, _mm512_cvtepu32_epi64(_mm512_extracti64x4_epi64(a, 1)));
}
/* The low byte of each. */
FG_INLINE void store_words_as_bytes(words a, void *to) {
    _mm_storeu_si128((__m128i *)to, _mm512_cvtepi32_epi8(a));
}
/* The sums of a's words up to each one. */
FG_INLINE words words_prefix_sums(words a) {
    const words zero = _mm512_setzero_si512();
    a = _mm512_add_epi32(a, _mm512_alignr_epi32(a, zero, 15));
    a = _mm512_add_epi32(a, _mm512_alignr_epi32(a, zero, 14));
    a = _mm512_add_epi32(a, _mm512_alignr_epi32(a, zero, 12));
    return _mm512_add_epi32(a, _mm512_alignr_epi32(a, zero, 8));
}

/* The words of a and `base`. */
FG_INLINE void store_sums(words a, uint64_t base, uint64_t *to) {
    const __m512i first = _mm512_cvtepu32_epi64(_mm512_castsi512_si256(a));
    const __m512i last = _mm512_cvtepu32_epi64(_mm512_extracti64x4_epi64(a, 1));
    const __m512i both = _mm512_set1_epi64((int64_t)base);
    _mm512_storeu_si512(to, _mm512_add_epi64(first, both));
    _mm512_storeu_si512(to + 8, _mm512_add_epi64(last, both));
}

#endif
