/* SPDX-License-Identifier: MIT */
/*
 * number_list_of.h: lists of numbers as the library takes them.
 */
#ifndef FG_TESTS_NUMBER_LIST_OF_H
#define FG_TESTS_NUMBER_LIST_OF_H

#include "factor_gpu.h"

/* A list of one-word numbers, which must outlive it. */
inline fg_numbers list_of(const uint64_t *numbers, size_t count) {
    fg_numbers list = {};
    list.kind = FG_NUMBERS_LIST;
    list.words = 1;
    list.count = count;
    list.list = numbers;
    return list;
}

#endif
