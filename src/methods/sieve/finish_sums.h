/* SPDX-License-Identifier: MIT */
/*
 * finish_sums.h: sums of a column's values in vectors, for totals.
 */
#ifndef FG_METHODS_SIEVE_FINISH_SUMS_H
#define FG_METHODS_SIEVE_FINISH_SUMS_H

#include "methods/sieve/finish.h"
#include <string.h>

/* Returns whether the sum of `count` words may be 2^64 or more. */
static inline bool may_carry(uint64_t greatest, size_t count) {
    return greatest > UINT64_MAX / (count > 0 ? count : 1);
}

/* Returns the sum of less than 2^32 words from their sum modulo 2^64 and that of their high halves:
 * the sum of their low halves is below 2^64, and the difference of both modulo 2^64. `high` may be
 * 0 if the sum is below 2^64. */
static inline struct fg_uint128 join_sums(uint64_t sum, uint64_t high) {
    const uint64_t low = sum - (high << 32);
    return (struct fg_uint128){sum, (high >> 32) + (sum < low)};
}

static inline void take_word(struct fg_word_sum *sum, uint64_t word) {
    sum->sum.low += word;
    sum->sum.high += sum->sum.low < word;
    sum->least = word < sum->least ? word : sum->least;
    sum->greatest = word > sum->greatest ? word : sum->greatest;
}

/* Returns the index of the first value from i on that is `word`. */
static inline size_t find_word_from(const uint64_t *values, size_t i, uint64_t word) {
    while (values[i] != word)
        i++;
    return i;
}

/* A value that is not 0 is odd, and one below 0 has its highest bit. */
static inline void count_signs(const int8_t *signs, size_t count, uint64_t *nonzero,
                               uint64_t *negative) {
    size_t i = 0;
    *nonzero = *negative = 0;
    for (; i + sizeof(uint64_t) <= count; i += sizeof(uint64_t)) {
        uint64_t eight;
        memcpy(&eight, signs + i, sizeof eight);
        *nonzero += (uint64_t)__builtin_popcountll(eight & UINT64_C(0x0101010101010101));
        *negative += (uint64_t)__builtin_popcountll(eight & UINT64_C(0x8080808080808080));
    }
    for (; i < count; i++) {
        *nonzero += signs[i] != 0;
        *negative += signs[i] < 0;
    }
}

#endif
