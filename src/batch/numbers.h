/* SPDX-License-Identifier: MIT */
/*
 * numbers.h: batches of numbers as values: made from a list, cut into parts.
 *
 * A struct fg_numbers is passed by pointer and never owns what it points to, so that a part of a
 * batch is another struct fg_numbers over the same memory.
 */
#ifndef FG_BATCH_NUMBERS_H
#define FG_BATCH_NUMBERS_H

#include "factor_gpu.h"
#include <string.h>

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
