/* SPDX-License-Identifier: MIT */
/*
 * ifma_vector.h: what all lanes of AVX-512 IFMA share (residues_ifma.h, residues_ifma_wide.h). The
 * multiplier takes the low 52 bits of each factor and adds the low or the high half of their
 * product to a 64-bit word.
 */
#ifndef FG_FACTOR_IFMA_VECTOR_H
#define FG_FACTOR_IFMA_VECTOR_H

#include "arith/target.h"
#include "arith/wide.h"
#include <immintrin.h>

/* Every operation is FG_INLINE: gcc 12 with six forms in one file called a product as a function,
 * which took 64-bit curves a third longer. */
#define FG_LIMB_MASK _mm512_set1_epi64((INT64_C(1) << 52) - 1)

/* 1 / n modulo 2^52 for odd n, as fg_inverse64(). The multiplier ignores what a factor has above
 * its 52 bits, so 2 - n x may be negative. */
FG_INLINE __m512i fg_inverse_vector(__m512i n) {
    const __m512i zero = _mm512_setzero_si512(), two = _mm512_set1_epi64(2);
    __m512i x = _mm512_xor_si512(_mm512_add_epi64(n, _mm512_add_epi64(n, n)), two);
    for (int bits = 5; bits < 52; bits *= 2)
        x = _mm512_madd52lo_epu64(zero, x,
                                  _mm512_sub_epi64(two, _mm512_madd52lo_epu64(zero, n, x)));
    return x;
}

/* -1 / n modulo 2^52 for odd n. */
FG_INLINE __m512i fg_negative_inverse_vector(__m512i n) {
    return _mm512_and_si512(_mm512_sub_epi64(_mm512_setzero_si512(), fg_inverse_vector(n)),
                            FG_LIMB_MASK);
}

/* Two words for each of eight lanes. */
struct fg_vector_words {
    __m512i low, high;
};

/* Eight numbers' low words, and their high ones. */
FG_INLINE struct fg_vector_words fg_vector_load_words(const fg_wide *numbers) {
    const __m512i even = _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14);
    const __m512i odd = _mm512_setr_epi64(1, 3, 5, 7, 9, 11, 13, 15);
    const __m512i first = _mm512_loadu_si512(numbers), second = _mm512_loadu_si512(numbers + 4);
    struct fg_vector_words words;
    words.low = _mm512_permutex2var_epi64(first, even, second);
    words.high = _mm512_permutex2var_epi64(first, odd, second);
    return words;
}

FG_INLINE void fg_vector_store_words(struct fg_vector_words words, fg_wide *numbers) {
    const __m512i first = _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11);
    const __m512i second = _mm512_setr_epi64(4, 12, 5, 13, 6, 14, 7, 15);
    _mm512_storeu_si512(numbers, _mm512_permutex2var_epi64(words.low, first, words.high));
    _mm512_storeu_si512(numbers + 4, _mm512_permutex2var_epi64(words.low, second, words.high));
}

#endif
