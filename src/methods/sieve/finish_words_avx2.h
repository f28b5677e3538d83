/* SPDX-License-Identifier: MIT */
/*
 * finish_words_avx2.h: the vectors of finish_group.h for AVX2: eight numbers side by side.
 *
 * A value that depends on a number above 2^32 is in two vectors, of the numbers with even and with
 * odd places in the group, because a product of 32-bit lanes takes every second lane. AVX2 has no
 * conversion between 64-bit integers and doubles: an integer below 2^52 becomes the fraction of a
 * double from 2^52 on, whose spacing is 1.
 */
#ifndef FG_METHODS_SIEVE_FINISH_WORDS_AVX2_H
#define FG_METHODS_SIEVE_FINISH_WORDS_AVX2_H

#include "arith/target.h"
#include <immintrin.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FG_GROUP 8
/* Words of a table. */
#define FG_LOOKED_UP 8

typedef __m256i words;  /* 32 bits of each number */
typedef __m256i chosen; /* a truth about each number: all bits or none */
/* 64 bits of each number, a double of each, and a truth about each. */
struct longs {
    __m256i even, odd;
};
struct doubles {
    __m256d even, odd;
};
struct chosen_longs {
    __m256i even, odd;
};

/* ---- Words ---- */

FG_INLINE words words_of(uint32_t value) {
    return _mm256_set1_epi32((int)value);
}
/* value, value + 1, ... */
FG_INLINE words words_from(uint32_t value) {
    return _mm256_add_epi32(words_of(value), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
FG_INLINE words words_of_bytes(const uint8_t *bytes) {
    return _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)bytes));
}
/* The entries of a small plane, and 0 without an entry. */
FG_INLINE words words_of_small(chosen is_there, const uint16_t *entries) {
    return _mm256_and_si256(is_there,
                            _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)entries)));
}
/* The entries of a large plane, and 1 without an entry. */
FG_INLINE words words_of_large(chosen is_there, const uint32_t *entries) {
    return _mm256_blendv_epi8(words_of(1), _mm256_loadu_si256((const __m256i *)entries), is_there);
}
FG_INLINE words words_add(words a, words b) {
    return _mm256_add_epi32(a, b);
}
FG_INLINE words words_subtract(words a, words b) {
    return _mm256_sub_epi32(a, b);
}
FG_INLINE words words_multiply(words a, words b) {
    return _mm256_mullo_epi32(a, b);
}
FG_INLINE words words_and(words a, words b) {
    return _mm256_and_si256(a, b);
}
FG_INLINE words words_or(words a, words b) {
    return _mm256_or_si256(a, b);
}
FG_INLINE words words_xor(words a, words b) {
    return _mm256_xor_si256(a, b);
}
/* The bits of b that a has not. */
FG_INLINE words words_without(words a, words b) {
    return _mm256_andnot_si256(a, b);
}
FG_INLINE words words_shift_left(words a, words counts) {
    return _mm256_sllv_epi32(a, counts);
}
FG_INLINE words words_shift_right(words a, words counts) {
    return _mm256_srlv_epi32(a, counts);
}
FG_INLINE words words_halve(words a) {
    return _mm256_srli_epi32(a, 1);
}
FG_INLINE words words_min(words a, words b) {
    return _mm256_min_epu32(a, b);
}
FG_INLINE words words_max(words a, words b) {
    return _mm256_max_epu32(a, b);
}
/* table[a], for a < 8. */
FG_INLINE words words_look_up(const uint32_t table[FG_LOOKED_UP], words a) {
    return _mm256_permutevar8x32_epi32(_mm256_loadu_si256((const __m256i *)table), a);
}
/* The power of two that divides; 0 of 0. */
FG_INLINE words words_lowest_bit(words a) {
    return _mm256_and_si256(a, _mm256_sub_epi32(_mm256_setzero_si256(), a));
}
/* The number of trailing zeros; 129 or more without any bit, up to 158. The lowest bit alone is
 * exact as a float, whose exponent is biased by 127. 2^31 is negative: its sign is cut off. */
FG_INLINE words words_trailing_zeros(words a) {
    const words bits = _mm256_castps_si256(_mm256_cvtepi32_ps(words_lowest_bit(a)));
    const words exponent = _mm256_and_si256(_mm256_srli_epi32(bits, 23), words_of(255));
    return _mm256_and_si256(_mm256_sub_epi32(exponent, words_of(127)), words_of(255));
}

/* ---- Truths ---- */

/* a > b, for both below 2^31. */
FG_INLINE chosen words_exceed(words a, words b) {
    return _mm256_cmpgt_epi32(a, b);
}
FG_INLINE chosen words_equal(words a, words b) {
    return _mm256_cmpeq_epi32(a, b);
}
FG_INLINE chosen chosen_not(chosen a) {
    return _mm256_xor_si256(a, _mm256_set1_epi32(-1));
}
FG_INLINE chosen words_differ(words a, words b) {
    return chosen_not(_mm256_cmpeq_epi32(a, b));
}
FG_INLINE chosen words_are_odd(words a) {
    return _mm256_cmpeq_epi32(_mm256_and_si256(a, words_of(1)), words_of(1));
}
FG_INLINE chosen chosen_and(chosen a, chosen b) {
    return _mm256_and_si256(a, b);
}
FG_INLINE chosen chosen_or(chosen a, chosen b) {
    return _mm256_or_si256(a, b);
}
FG_INLINE uint32_t chosen_bits(chosen a) {
    return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(a));
}
FG_INLINE words words_choose(chosen which, words yes, words no) {
    return _mm256_blendv_epi8(no, yes, which);
}
/* a + b if chosen, else a. */
FG_INLINE words words_add_if(chosen which, words a, words b) {
    return _mm256_add_epi32(a, _mm256_and_si256(which, b));
}

/* ---- Longs ---- */

FG_INLINE struct longs longs_of(uint64_t value) {
    const __m256i both = _mm256_set1_epi64x((int64_t)value);
    return (struct longs){both, both};
}
/* value, value + 1, ... */
FG_INLINE struct longs longs_from(uint64_t value) {
    const __m256i even =
        _mm256_add_epi64(_mm256_set1_epi64x((int64_t)value), _mm256_setr_epi64x(0, 2, 4, 6));
    return (struct longs){even, _mm256_add_epi64(even, _mm256_set1_epi64x(1))};
}
FG_INLINE struct longs longs_of_words(words a) {
    return (struct longs){_mm256_and_si256(a, _mm256_set1_epi64x(UINT32_MAX)),
                          _mm256_srli_epi64(a, 32)};
}
/* The low words. */
FG_INLINE words words_of_longs(struct longs a) {
    return _mm256_blend_epi32(a.even, _mm256_slli_epi64(a.odd, 32), 0xaa);
}
FG_INLINE struct longs longs_of_product(words a, words b) {
    return (struct longs){_mm256_mul_epu32(a, b),
                          _mm256_mul_epu32(_mm256_srli_epi64(a, 32), _mm256_srli_epi64(b, 32))};
}
FG_INLINE struct longs longs_add(struct longs a, struct longs b) {
    return (struct longs){_mm256_add_epi64(a.even, b.even), _mm256_add_epi64(a.odd, b.odd)};
}
FG_INLINE struct longs longs_subtract(struct longs a, struct longs b) {
    return (struct longs){_mm256_sub_epi64(a.even, b.even), _mm256_sub_epi64(a.odd, b.odd)};
}
/* Modulo 2^64: the product of the low words, and the two mixed products in the high word. */
FG_INLINE __m256i multiply_half(__m256i a, __m256i b) {
    const __m256i mixed = _mm256_mullo_epi32(a, _mm256_shuffle_epi32(b, 0xb1));
    const __m256i sum = _mm256_add_epi32(mixed, _mm256_srli_epi64(mixed, 32));
    return _mm256_add_epi64(_mm256_mul_epu32(a, b), _mm256_slli_epi64(sum, 32));
}
FG_INLINE struct longs longs_multiply(struct longs a, struct longs b) {
    return (struct longs){multiply_half(a.even, b.even), multiply_half(a.odd, b.odd)};
}
/* Modulo 2^64: by the low word of each lane of b. */
FG_INLINE __m256i multiply_half_low(__m256i a, __m256i b) {
    const __m256i high = _mm256_mul_epu32(_mm256_srli_epi64(a, 32), b);
    return _mm256_add_epi64(_mm256_mul_epu32(a, b), _mm256_slli_epi64(high, 32));
}
FG_INLINE struct longs longs_multiply_words(struct longs a, words b) {
    return (struct longs){multiply_half_low(a.even, b),
                          multiply_half_low(a.odd, _mm256_srli_epi64(b, 32))};
}
FG_INLINE struct longs longs_shift_left(struct longs a, words counts) {
    const struct longs by = longs_of_words(counts);
    return (struct longs){_mm256_sllv_epi64(a.even, by.even), _mm256_sllv_epi64(a.odd, by.odd)};
}
FG_INLINE struct chosen_longs longs_equal(struct longs a, struct longs b) {
    return (struct chosen_longs){_mm256_cmpeq_epi64(a.even, b.even),
                                 _mm256_cmpeq_epi64(a.odd, b.odd)};
}
/* The comparison is signed. */
FG_INLINE __m256i is_less_half(__m256i a, __m256i b) {
    const __m256i sign = _mm256_set1_epi64x(INT64_MIN);
    return _mm256_cmpgt_epi64(_mm256_xor_si256(b, sign), _mm256_xor_si256(a, sign));
}
FG_INLINE struct chosen_longs longs_are_less(struct longs a, struct longs b) {
    return (struct chosen_longs){is_less_half(a.even, b.even), is_less_half(a.odd, b.odd)};
}
/* a > limit. */
FG_INLINE struct chosen_longs longs_exceed(struct longs a, uint64_t limit) {
    return longs_are_less(longs_of(limit), a);
}
FG_INLINE struct longs longs_choose(struct chosen_longs which, struct longs yes, struct longs no) {
    return (struct longs){_mm256_blendv_epi8(no.even, yes.even, which.even),
                          _mm256_blendv_epi8(no.odd, yes.odd, which.odd)};
}
FG_INLINE chosen chosen_of_longs(struct chosen_longs a) {
    return _mm256_blend_epi32(a.even, a.odd, 0xaa);
}

/* ---- Doubles ---- */

#define FG_TWO_52 0x1p52
#define FG_TWO_52_BITS _mm256_set1_epi64x(0x4330000000000000)
/* 3 * 2^51: negative integers above -2^51 too. */
#define FG_SIGNED_52 0x1.8p52
#define FG_SIGNED_52_BITS _mm256_set1_epi64x(0x4338000000000000)

/* Below 2^52, exactly. */
FG_INLINE __m256d double_of_low(__m256i a) {
    const __m256d shifted = _mm256_castsi256_pd(_mm256_or_si256(a, FG_TWO_52_BITS));
    return _mm256_sub_pd(shifted, _mm256_set1_pd(FG_TWO_52));
}
/* Any, rounded once: the high word as multiples of 2^32 in a double from 2^84 on. */
FG_INLINE __m256d double_of_any(__m256i a) {
    const __m256i high_bits = _mm256_set1_epi64x(0x4530000000000000); /* 2^84 */
    const __m256i high = _mm256_or_si256(_mm256_srli_epi64(a, 32), high_bits);
    const __m256i low = _mm256_blend_epi32(a, FG_TWO_52_BITS, 0xaa);
    const __m256d both = _mm256_set1_pd(0x1p84 + FG_TWO_52);
    return _mm256_add_pd(_mm256_sub_pd(_mm256_castsi256_pd(high), both), _mm256_castsi256_pd(low));
}
/* |a| < 2^51, exactly. */
FG_INLINE __m256d double_of_signed(__m256i a) {
    const __m256d shifted = _mm256_castsi256_pd(_mm256_add_epi64(a, FG_SIGNED_52_BITS));
    return _mm256_sub_pd(shifted, _mm256_set1_pd(FG_SIGNED_52));
}
/* The nearest integer to |a| < 2^51. */
FG_INLINE __m256i integer_of_signed(__m256d a) {
    const __m256d shifted = _mm256_add_pd(a, _mm256_set1_pd(FG_SIGNED_52));
    return _mm256_sub_epi64(_mm256_castpd_si256(shifted), FG_SIGNED_52_BITS);
}
/* The nearest integer to 0 <= a <= 2^64, modulo 2^64. */
FG_INLINE __m256i integer_of_any(__m256d a) {
    const __m256d scaled = _mm256_mul_pd(a, _mm256_set1_pd(0x1p-32));
    const __m256d high = _mm256_round_pd(scaled, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    const __m256d low = _mm256_fnmadd_pd(high, _mm256_set1_pd(0x1p32), a); /* exact */
    return _mm256_add_epi64(_mm256_slli_epi64(integer_of_signed(high), 32), integer_of_signed(low));
}
FG_INLINE struct doubles doubles_of_longs(struct longs a) {
    return (struct doubles){double_of_any(a.even), double_of_any(a.odd)};
}
FG_INLINE struct doubles doubles_multiply(struct doubles a, struct doubles b) {
    return (struct doubles){_mm256_mul_pd(a.even, b.even), _mm256_mul_pd(a.odd, b.odd)};
}
/* round((a - b) / 2^64), which is 0 .. 2^20. */
FG_INLINE struct longs doubles_high_word(struct doubles a, struct doubles b) {
    const __m256d scale = _mm256_set1_pd(0x1p-64);
    return (struct longs){integer_of_signed(_mm256_mul_pd(_mm256_sub_pd(a.even, b.even), scale)),
                          integer_of_signed(_mm256_mul_pd(_mm256_sub_pd(a.odd, b.odd), scale))};
}

/* ---- Quotients; finish_group.h has the proofs ---- */

FG_INLINE __m256i longs_divide_half(__m256i n, __m256i divisor, const bool is_high) {
    if (!is_high)
        return integer_of_signed(_mm256_div_pd(double_of_low(n), double_of_low(divisor)));
    const __m256d inverse = _mm256_div_pd(_mm256_set1_pd(1), double_of_any(divisor));
    const __m256i quotient = integer_of_any(_mm256_mul_pd(double_of_any(n), inverse));
    const __m256i rest = _mm256_sub_epi64(n, multiply_half(quotient, divisor));
    const __m256d missing = _mm256_mul_pd(double_of_signed(rest), inverse);
    return _mm256_add_epi64(quotient, integer_of_signed(missing));
}
FG_INLINE struct longs longs_divide(struct longs n, struct longs divisor, const bool is_high) {
    return (struct longs){longs_divide_half(n.even, divisor.even, is_high),
                          longs_divide_half(n.odd, divisor.odd, is_high)};
}
FG_INLINE words words_divide(words n, words divisor) {
    return words_of_longs(longs_divide(longs_of_words(n), longs_of_words(divisor), false));
}

/* ---- To memory, in the order of the numbers ---- */

/* Pairs (even 0, odd 0, even 1, odd 1) and (even 2, odd 2, even 3, odd 3). */
FG_INLINE void store_longs(struct longs a, uint64_t *to) {
    const __m256i low = _mm256_unpacklo_epi64(a.even, a.odd);
    const __m256i high = _mm256_unpackhi_epi64(a.even, a.odd);
    _mm256_storeu_si256((__m256i *)to, _mm256_permute2x128_si256(low, high, 0x20));
    _mm256_storeu_si256((__m256i *)(to + 4), _mm256_permute2x128_si256(low, high, 0x31));
}
/* A low and a high word for each number. */
FG_INLINE void store_long_pairs(struct longs low, struct longs high, uint64_t *to) {
    const __m256i even_02 = _mm256_unpacklo_epi64(low.even, high.even);
    const __m256i even_13 = _mm256_unpackhi_epi64(low.even, high.even);
    const __m256i odd_02 = _mm256_unpacklo_epi64(low.odd, high.odd);
    const __m256i odd_13 = _mm256_unpackhi_epi64(low.odd, high.odd);
    __m256i *const at = (__m256i *)to;
    _mm256_storeu_si256(at, _mm256_permute2x128_si256(even_02, odd_02, 0x20));
    _mm256_storeu_si256(at + 1, _mm256_permute2x128_si256(even_13, odd_13, 0x20));
    _mm256_storeu_si256(at + 2, _mm256_permute2x128_si256(even_02, odd_02, 0x31));
    _mm256_storeu_si256(at + 3, _mm256_permute2x128_si256(even_13, odd_13, 0x31));
}
FG_INLINE void store_words(words a, uint32_t *to) {
    _mm256_storeu_si256((__m256i *)to, a);
}
FG_INLINE words load_words(const uint32_t *from) {
    return _mm256_loadu_si256((const __m256i *)from);
}
/* The low and the high word of each entry of `from`. */
FG_INLINE void load_word_pairs(const uint64_t *from, words *low, words *high) {
    const __m256 first = _mm256_castsi256_ps(_mm256_loadu_si256((const __m256i *)from));
    const __m256 last = _mm256_castsi256_ps(_mm256_loadu_si256((const __m256i *)(from + 4)));
    const words even = _mm256_castps_si256(_mm256_shuffle_ps(first, last, 0x88));
    const words odd = _mm256_castps_si256(_mm256_shuffle_ps(first, last, 0xdd));
    *low = _mm256_permute4x64_epi64(even, 0xd8);
    *high = _mm256_permute4x64_epi64(odd, 0xd8);
}
FG_INLINE void store_words_as_longs(words a, uint64_t *to) {
    __m256i *const at = (__m256i *)to;
    _mm256_storeu_si256(at, _mm256_cvtepu32_epi64(_mm256_castsi256_si128(a)));
    _mm256_storeu_si256(at + 1, _mm256_cvtepu32_epi64(_mm256_extracti128_si256(a, 1)));
}
/* The low byte of each. */
FG_INLINE void store_words_as_bytes(words a, void *to) {
    const __m128i order =
        _mm_setr_epi8(0, 4, 8, 12, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    const __m128i first = _mm_shuffle_epi8(_mm256_castsi256_si128(a), order);
    const __m128i last = _mm_shuffle_epi8(_mm256_extracti128_si256(a, 1), order);
    _mm_storel_epi64((__m128i *)to, _mm_unpacklo_epi32(first, last));
}
/* The sums of a's words up to each one. */
FG_INLINE words words_prefix_sums(words a) {
    a = _mm256_add_epi32(a, _mm256_slli_si256(a, 4));
    a = _mm256_add_epi32(a, _mm256_slli_si256(a, 8));
    const __m128i first_sum = _mm_shuffle_epi32(_mm256_castsi256_si128(a), 0xff);
    return _mm256_add_epi32(a, _mm256_inserti128_si256(_mm256_setzero_si256(), first_sum, 1));
}

/* The words of a and `base`. */
FG_INLINE void store_sums(words a, uint64_t base, uint64_t *to) {
    const __m256i first = _mm256_cvtepu32_epi64(_mm256_castsi256_si128(a));
    const __m256i last = _mm256_cvtepu32_epi64(_mm256_extracti128_si256(a, 1));
    const __m256i both = _mm256_set1_epi64x((int64_t)base);
    _mm256_storeu_si256((__m256i *)to, _mm256_add_epi64(first, both));
    _mm256_storeu_si256((__m256i *)(to + 4), _mm256_add_epi64(last, both));
}

#endif
