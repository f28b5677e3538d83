/* SPDX-License-Identifier: MIT */
/*
 * finish_avx512.c: finishing planes with AVX-512, sixteen numbers side by side. Compiled with
 * -mavx512f, -mavx512dq, -mavx512bw, -mavx512vl, -mavx512cd, -mavx512vbmi2 and -mbmi2.
 */
#include "methods/sieve/finish.h"

#include "methods/sieve/finish_words_avx512.h"

/* The lists of a group in the making. */
struct draft {
    uint64_t cofactors[FG_GROUP];
    const uint16_t *small;     /* the entries of the group's first number */
    const uint32_t *large;     /* likewise */
    uint32_t lanes[FG_GROUP];  /* chosen_lanes() */
    uint8_t lengths[FG_GROUP]; /* the count of primes below 2^16, without the cofactor */
    uint8_t large_counts[FG_GROUP];
    uint32_t long_ones;          /* which have more than eight of these primes */
    uint32_t exceptions;         /* which are not written from the draft */
    bool has_large, has_several; /* a number has an entry in a large plane, or in two */
};

#include "methods/sieve/finish_block.h"
#include "methods/sieve/finish_sums.h"
#include "methods/sieve/finish_transpose.h"

/* A number's small primes are chosen among 32 lanes of 16 bits: ten times 2, six times 3, four
 * times 5 and 7 each, and eight entries. These are the bits for 3^e, 5^e and 7^e, ten lower than
 * their lanes. */
static const uint32_t bits_of_3[FG_LOOKED_UP] = {0, 1, 3, 7, 15, 31, 63};
static const uint32_t bits_of_5[FG_LOOKED_UP] = {0, 0x40, 0xc0, 0x1c0, 0x3c0};
static const uint32_t bits_of_7[FG_LOOKED_UP] = {0, 0x400, 0xc00, 0x1c00, 0x3c00};
#define LANE_OF_3 10
#define LANE_OF_ENTRIES 24

/* The count of primes below 2^16 of each number, without the cofactor. */
FG_INLINE words small_lengths(const struct group *group) {
    const words odd = words_add(words_add(group->threes, group->small_counts),
                                words_add(group->fives, group->sevens));
    return words_add(odd, group->twos);
}

/* Up to ten times 2, eight entries and sixteen primes in all: they take two stores at most. */
static inline chosen fitting(const struct group *group) {
    const chosen few = chosen_and(words_exceed(words_of(11), group->twos),
                                  words_exceed(words_of(9), group->small_counts));
    return chosen_and(few, words_exceed(words_of(17), small_lengths(group)));
}

/* The lanes that belong to each number's list. */
FG_INLINE words chosen_lanes(const struct group *group) {
    const words one = words_of(1);
    const words twos = words_subtract(words_shift_left(one, group->twos), one);
    const words entries = words_subtract(words_shift_left(one, group->small_counts), one);
    const words tiny = words_or(
        words_or(words_look_up(bits_of_3, group->threes), words_look_up(bits_of_5, group->fives)),
        words_look_up(bits_of_7, group->sevens));
    return words_or(words_or(twos, _mm512_slli_epi32(tiny, LANE_OF_3)),
                    _mm512_slli_epi32(entries, LANE_OF_ENTRIES));
}

static inline void draft_lists(const struct group *group, struct draft *draft) {
    const words lengths = small_lengths(group);
    draft->small = group->small;
    draft->large = group->large;
    store_words(chosen_lanes(group), draft->lanes);
    store_words_as_bytes(lengths, draft->lengths);
    store_words_as_bytes(group->large_counts, draft->large_counts);
    draft->long_ones = chosen_bits(words_exceed(lengths, words_of(8)));
    draft->has_large = group->has_large;
    draft->has_several = group->has_large && group_has_large(group, 1);
}

/* Writes the large primes of a number, of which those that are too many are covered later. Returns
 * the place behind. */
FG_INLINE uint64_t *write_large(const struct draft *draft, uint32_t lane, uint64_t *to) {
    const uint32_t *const large = draft->large + lane;
    to[0] = large[0];
    if (draft->has_several) {
        to[1] = large[FG_LARGE_STRIDE];
        to[2] = large[(size_t)2 * FG_LARGE_STRIDE];
    }
    return to + draft->large_counts[lane];
}

static inline void write_lists(const struct draft *draft, const bool has_large,
                               const size_t *offsets, uint64_t *values) {
    const __m512i primes =
        _mm512_setr_epi64(0x0002000200020002, 0x0002000200020002, 0x0003000300020002,
                          0x0003000300030003, 0x0005000500050005, 0x0007000700070007, 0, 0);
    for (uint32_t half = 0; half < FG_GROUP; half += 8) {
        __m128i rows[8];
        transpose_entries(draft->small + half, rows);
#pragma GCC unroll 8
        for (uint32_t row = 0; row < 8; row++) {
            const uint32_t lane = half + row;
            uint64_t *to = values + offsets[lane];
            const __m512i all = _mm512_inserti32x4(primes, rows[row], 3);
            const __m512i list = _mm512_maskz_compress_epi16(draft->lanes[lane], all);
            _mm512_storeu_si512(to, _mm512_cvtepu16_epi64(_mm512_castsi512_si128(list)));
            if (__builtin_expect(draft->long_ones >> lane & 1, 0))
                _mm512_storeu_si512(to + 8,
                                    _mm512_cvtepu16_epi64(_mm512_extracti32x4_epi32(list, 1)));
            to += draft->lengths[lane];
            if (has_large)
                to = write_large(draft, lane, to);
            *to = draft->cofactors[lane];
        }
    }
}

/* Returns the sum of the words, modulo 2^64. The header's own sum of eight is one of signed words,
 * which may not overflow. */
static uint64_t sum_of(__m512i eight) {
    uint64_t word[8], sum = 0;
    _mm512_storeu_si512(word, eight);
    for (int k = 0; k < 8; k++)
        sum += word[k];
    return sum;
}

/* Returns the sum of the words' high halves. */
static uint64_t sum_high_halves(const uint64_t *values, size_t count) {
    __m512i high = _mm512_setzero_si512();
    for (size_t i = 0; i < count; i += 8)
        high = _mm512_add_epi64(high, _mm512_srli_epi64(_mm512_loadu_si512(values + i), 32));
    return sum_of(high);
}

/* Sums up the high halves, too, if a carry may be lost. */
static struct fg_word_sum sum_words(const uint64_t *values, size_t count) {
    struct fg_word_sum sum = {{0, 0}, values[0], values[0]};
    __m512i all = _mm512_setzero_si512();
    __m512i least = _mm512_set1_epi64((int64_t)values[0]), greatest = least;
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        const __m512i value = _mm512_loadu_si512(values + i);
        all = _mm512_add_epi64(all, value);
        least = _mm512_min_epu64(least, value);
        greatest = _mm512_max_epu64(greatest, value);
    }
    sum.least = _mm512_reduce_min_epu64(least);
    sum.greatest = _mm512_reduce_max_epu64(greatest);
    const uint64_t high = may_carry(sum.greatest, count) ? sum_high_halves(values, i) : 0;
    sum.sum = join_sums(sum_of(all), high);
    for (; i < count; i++)
        take_word(&sum, values[i]);
    return sum;
}

static size_t find_word(const uint64_t *values, size_t count, uint64_t word) {
    const __m512i wanted = _mm512_set1_epi64((int64_t)word);
    size_t i = 0;
    for (; i + 16 <= count; i += 16) {
        const __mmask8 left = _mm512_cmpeq_epi64_mask(_mm512_loadu_si512(values + i), wanted);
        const __mmask8 right = _mm512_cmpeq_epi64_mask(_mm512_loadu_si512(values + i + 8), wanted);
        if ((left | right) != 0)
            break;
    }
    return find_word_from(values, i, word);
}

static bool runs_here(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512vbmi2") &&
           __builtin_cpu_supports("bmi2");
}

const struct fg_finish fg_finish_avx512 = {
    .name = "avx512",
    .runs_here = runs_here,
    .lists = append_lists,
    .columns = fill_columns,
    .sum_words = sum_words,
    .find_word = find_word,
    .count_signs = count_signs,
};
