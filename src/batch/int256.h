/* SPDX-License-Identifier: MIT */
/*
 * int256.h: sums of 256 bits, as struct fg_int256 has them.
 *
 * A value of a column is below 2^132 and there are at most 2^64 numbers, so that no sum passes
 * 2^196 in either direction.
 */
#ifndef FG_BATCH_INT256_H
#define FG_BATCH_INT256_H

#include "arith/wide.h"
#include "factor_gpu.h"

static inline struct fg_int256 fg_int256_of_wide(fg_wide value) {
    const struct fg_int256 number = {{fg_wide_low(value), fg_wide_high(value), 0, 0}};
    return number;
}

static inline struct fg_int256 fg_int256_of_signed(int64_t value) {
    const uint64_t sign = value < 0 ? UINT64_MAX : 0;
    const struct fg_int256 number = {{(uint64_t)value, sign, sign, sign}};
    return number;
}

static inline struct fg_int256 fg_int256_of_192(struct fg_uint192 value) {
    const struct fg_int256 number = {{value.low, value.middle, value.high, 0}};
    return number;
}

/* Adds `addend` to `sum`, modulo 2^256. */
static inline void fg_int256_add(struct fg_int256 *sum, const struct fg_int256 *addend) {
    fg_wide carry = 0;
    for (int i = 0; i < 4; i++) {
        carry += (fg_wide)sum->words[i] + addend->words[i];
        sum->words[i] = fg_wide_low(carry);
        carry >>= 64;
    }
}

/* Adds a number below 2^128. */
static inline void fg_int256_add_wide(struct fg_int256 *sum, fg_wide addend) {
    const struct fg_int256 number = fg_int256_of_wide(addend);
    fg_int256_add(sum, &number);
}

/* Returns -1, 0 or 1 as a is less than b, equal to it or greater. */
static inline int fg_int256_compare(const struct fg_int256 *a, const struct fg_int256 *b) {
    const int64_t high = (int64_t)a->words[3], other = (int64_t)b->words[3];
    if (high != other)
        return high < other ? -1 : 1;
    for (int i = 3; i-- > 0;)
        if (a->words[i] != b->words[i])
            return a->words[i] < b->words[i] ? -1 : 1;
    return 0;
}

#endif
