/* SPDX-License-Identifier: MIT */
/*
 * numbers.h: batches of numbers as values: made from a list or a range, cut into parts.
 *
 * A struct fg_numbers is passed by pointer and never owns what it points to, so that a part of a
 * batch is another struct fg_numbers over the same memory.
 */
#ifndef FG_BATCH_NUMBERS_H
#define FG_BATCH_NUMBERS_H

#include "arith/wide.h"
#include "factor_gpu.h"
#include <string.h>

/* A number of two words, as the public header and as the compiler has it. */
static inline fg_wide fg_wide_of_uint128(struct fg_uint128 n) {
    return fg_wide_join(n.low, n.high);
}

static inline struct fg_uint128 fg_uint128_of_wide(fg_wide n) {
    const struct fg_uint128 number = {fg_wide_low(n), fg_wide_high(n)};
    return number;
}

/* The list of one-word numbers list[0 .. count). */
static inline struct fg_numbers fg_numbers_of_list(const uint64_t *list, size_t count) {
    struct fg_numbers numbers;
    memset(&numbers, 0, sizeof numbers);
    numbers.size = sizeof numbers;
    numbers.kind = FG_NUMBERS_LIST;
    numbers.words = 1;
    numbers.count = count;
    numbers.list = list;
    return numbers;
}

/* The list of two-word numbers list[0 .. count). */
static inline struct fg_numbers fg_numbers_of_wide_list(const struct fg_uint128 *list,
                                                        size_t count) {
    struct fg_numbers numbers = fg_numbers_of_list(NULL, count);
    numbers.words = 2;
    numbers.wide_list = list;
    return numbers;
}

/* The range of one-word numbers first, first + 1, .. first + count - 1, which is below 2^64. */
static inline struct fg_numbers fg_numbers_of_range(uint64_t first, size_t count) {
    struct fg_numbers numbers = fg_numbers_of_list(NULL, count);
    numbers.kind = FG_NUMBERS_RANGE;
    numbers.begin.low = first;
    return numbers;
}

/* Returns number i of a list or a range. */
static inline struct fg_uint128 fg_numbers_at(const struct fg_numbers *numbers, size_t i) {
    struct fg_uint128 number = {0, 0};
    if (numbers->kind == FG_NUMBERS_RANGE) {
        number = numbers->begin;
        number.low += i;
        number.high += number.low < i;
        return number;
    }
    if (numbers->words == 2)
        return numbers->wide_list[i];
    number.low = numbers->list[i];
    return number;
}

/* Returns whether number i of a list or a range is 0. */
static inline bool fg_numbers_is_zero(const struct fg_numbers *numbers, size_t i) {
    const struct fg_uint128 n = fg_numbers_at(numbers, i);
    return (n.low | n.high) == 0;
}

/* The capacity for a number as text: 39 digits. */
#define FG_NUMBER_TEXT 40
/* Writes the number in decimal to `text`, which is returned. */
const char *fg_number_text(struct fg_uint128 number, char text[FG_NUMBER_TEXT]);

/* The part of a batch from number `first` on that has `count` numbers; first + count is at most the
 * batch's count. */
static inline struct fg_numbers fg_numbers_part(const struct fg_numbers *numbers, size_t first,
                                                size_t count) {
    struct fg_numbers part = *numbers;
    part.count = count;
    if (part.list != NULL)
        part.list += first;
    if (part.wide_list != NULL)
        part.wide_list += first;
    part.begin.low += first;
    part.begin.high += part.begin.low < first;
    return part;
}

#endif
