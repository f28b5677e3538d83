/* SPDX-License-Identifier: MIT */
/*
 * finish_avx2.c: finishing planes with AVX2, eight numbers side by side. Compiled with -mavx2 and
 * -mfma.
 */
#include "methods/sieve/finish.h"

#include "methods/sieve/finish_words_avx2.h"

/* The lists of a group in the making. */
struct draft {
    uint64_t cofactors[FG_GROUP];
    const uint16_t *small; /* the entries of the group's first number */
    const uint32_t *large; /* likewise */
    uint8_t twos[FG_GROUP], threes[FG_GROUP], fives[FG_GROUP], sevens[FG_GROUP];
    uint8_t small_counts[FG_GROUP], large_counts[FG_GROUP];
    uint32_t exceptions;      /* which are not written from the draft */
    bool has_more, has_large; /* a number has more than four small entries, or a large one */
};

#include "methods/sieve/finish_block.h"
#include "methods/sieve/finish_sums.h"
#include "methods/sieve/finish_transpose.h"

/* Up to eight times 2, four times 3, and eight entries. There are never more than four times 5 or
 * 7. */
static inline chosen fitting(const struct group *group) {
    const words nine = words_of(9);
    const chosen few =
        chosen_and(words_exceed(nine, group->twos), words_exceed(words_of(5), group->threes));
    return chosen_and(few, words_exceed(nine, group->small_counts));
}

/* Writes four times p, and returns the place behind the first `count`. */
FG_INLINE uint64_t *write_four(uint64_t p, uint32_t count, uint64_t *to) {
    _mm256_storeu_si256((__m256i *)to, _mm256_set1_epi64x((int64_t)p));
    return to + count;
}

static inline void draft_lists(const struct group *group, struct draft *draft) {
    store_words_as_bytes(group->twos, draft->twos);
    store_words_as_bytes(group->threes, draft->threes);
    store_words_as_bytes(group->fives, draft->fives);
    store_words_as_bytes(group->sevens, draft->sevens);
    store_words_as_bytes(group->small_counts, draft->small_counts);
    store_words_as_bytes(group->large_counts, draft->large_counts);
    draft->small = group->small;
    draft->large = group->large;
    draft->has_more = group->has_more;
    draft->has_large = group->has_large;
}

static inline void write_lists(const struct draft *draft, const bool has_large,
                               const size_t *offsets, uint64_t *values) {
    __m128i rows[FG_GROUP];
    transpose_entries(draft->small, rows);
#pragma GCC unroll 8
    for (uint32_t lane = 0; lane < FG_GROUP; lane++) {
        uint64_t *to = values + offsets[lane];
        write_four(2, 4, to);
        write_four(2, 4, to + 4);
        to = write_four(3, draft->threes[lane], to + draft->twos[lane]);
        to = write_four(5, draft->fives[lane], to);
        to = write_four(7, draft->sevens[lane], to);
        _mm256_storeu_si256((__m256i *)to, _mm256_cvtepu16_epi64(rows[lane]));
        if (__builtin_expect(draft->has_more, 0))
            _mm256_storeu_si256((__m256i *)(to + 4),
                                _mm256_cvtepu16_epi64(_mm_unpackhi_epi64(rows[lane], rows[lane])));
        to += draft->small_counts[lane];
        if (has_large) {
            const uint32_t *const large = draft->large + lane;
            for (size_t k = 0; k < FG_LARGE_PLANES; k++)
                to[k] = large[k * FG_LARGE_STRIDE];
            to += draft->large_counts[lane];
        }
        *to = draft->cofactors[lane];
    }
}

/* Returns the sum of the words' high halves. */
static uint64_t sum_high_halves(const uint64_t *values, size_t count) {
    __m256i high = _mm256_setzero_si256();
    uint64_t highs[4];
    for (size_t i = 0; i < count; i += 4)
        high = _mm256_add_epi64(
            high, _mm256_srli_epi64(_mm256_loadu_si256((const __m256i *)(values + i)), 32));
    _mm256_storeu_si256((__m256i *)highs, high);
    return highs[0] + highs[1] + highs[2] + highs[3];
}

/* Sums up the high halves, too, if a carry may be lost. Words are compared as signed ones without
 * their highest bit's meaning. */
static struct fg_word_sum sum_words(const uint64_t *values, size_t count) {
    struct fg_word_sum sum = {{0, 0}, values[0], values[0]};
    const __m256i sign = _mm256_set1_epi64x(INT64_MIN);
    __m256i all = _mm256_setzero_si256();
    __m256i least = _mm256_set1_epi64x((int64_t)(values[0] ^ (uint64_t)INT64_MIN)),
            greatest = least;
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        const __m256i value = _mm256_loadu_si256((const __m256i *)(values + i));
        const __m256i flipped = _mm256_xor_si256(value, sign);
        all = _mm256_add_epi64(all, value);
        least = _mm256_blendv_epi8(least, flipped, _mm256_cmpgt_epi64(least, flipped));
        greatest = _mm256_blendv_epi8(greatest, flipped, _mm256_cmpgt_epi64(flipped, greatest));
    }
    uint64_t sums[4], leasts[4], greatests[4];
    _mm256_storeu_si256((__m256i *)sums, all);
    _mm256_storeu_si256((__m256i *)leasts, _mm256_xor_si256(least, sign));
    _mm256_storeu_si256((__m256i *)greatests, _mm256_xor_si256(greatest, sign));
    for (int lane = 0; lane < 4; lane++) {
        sum.least = leasts[lane] < sum.least ? leasts[lane] : sum.least;
        sum.greatest = greatests[lane] > sum.greatest ? greatests[lane] : sum.greatest;
    }
    const uint64_t high = may_carry(sum.greatest, count) ? sum_high_halves(values, i) : 0;
    sum.sum = join_sums(sums[0] + sums[1] + sums[2] + sums[3], high);
    for (; i < count; i++)
        take_word(&sum, values[i]);
    return sum;
}

static size_t find_word(const uint64_t *values, size_t count, uint64_t word) {
    const __m256i wanted = _mm256_set1_epi64x((int64_t)word);
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        const __m256i *const eight = (const __m256i *)(values + i);
        const __m256i left = _mm256_cmpeq_epi64(_mm256_loadu_si256(eight), wanted);
        const __m256i right = _mm256_cmpeq_epi64(_mm256_loadu_si256(eight + 1), wanted);
        if (_mm256_movemask_epi8(_mm256_or_si256(left, right)) != 0)
            break;
    }
    return find_word_from(values, i, word);
}

static bool runs_here(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

const struct fg_finish fg_finish_avx2 = {
    .name = "avx2",
    .runs_here = runs_here,
    .lists = append_lists,
    .columns = fill_columns,
    .sum_words = sum_words,
    .find_word = find_word,
    .count_signs = count_signs,
};
