/* SPDX-License-Identifier: MIT */
/*
 * half_gaps_avx512.c: the half places of a word's bits by one compression, and their differences by
 * one permutation. Compiled with -mavx512f -mavx512bw -mavx512vbmi -mavx512vbmi2.
 */
#include "methods/sieve/half_gaps.h"

#include <immintrin.h>

uint8_t *fg_half_gaps_avx512(const uint8_t *bytes, uint32_t byte_count, uint32_t last,
                             uint8_t *half_gaps) {
    uint8_t shift[64]; /* each byte's index less 1 */
    for (unsigned k = 0; k < 64; k++)
        shift[k] = (uint8_t)(k - 1);
    const __m512i places = _mm512_loadu_si512(fg_half_places);
    const __m512i before = _mm512_loadu_si512(shift);
    uint32_t half = 0; /* of the word's first number */
    for (uint32_t i = 0; i < byte_count; i += 8, half += FG_HALF_PLACES_STEP) {
        const uint64_t word = fg_half_places_word(bytes + i);
        if (word == 0)
            continue;
        const __m512i found = _mm512_maskz_compress_epi8(word, places);
        /* The place before the first is that of an earlier word: negative, modulo 256. */
        const __m512i carried = _mm512_set1_epi8((char)(uint8_t)(last - half));
        const __m512i previous =
            _mm512_mask_permutexvar_epi8(carried, ~(__mmask64)1, before, found);
        _mm512_storeu_si512(half_gaps, _mm512_sub_epi8(found, previous));
        half_gaps += __builtin_popcountll(word);
        last = half + fg_half_places[63 - __builtin_clzll(word)];
    }
    return half_gaps;
}
