/* SPDX-License-Identifier: MIT */
/*
 * compare_input.h: describes the input of a comparison, so that a run on another machine can tell
 * whether it measured the same numbers. Also computes how much work each method has with them.
 */
#ifndef FG_COMPARE_INPUT_H
#define FG_COMPARE_INPUT_H

#include "factor_gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fg_compare_input {
    size_t count;
    unsigned bits_min, bits_max;
    size_t bit_histogram[129]; /* [b]: numbers of exactly b bits */
    /* SHA-256, in hex, of the numbers in input order, each in decimal and followed by '\n'. */
    char sha256[65];
};

/* `numbers` are a list with at least one. */
void fg_compare_input_describe(const struct fg_numbers *numbers, struct fg_compare_input *input);

/* Returns number i of a list. (The layers give a comparison the public header alone.) */
static inline struct fg_uint128 fg_compare_number_at(const struct fg_numbers *numbers, size_t i) {
    const struct fg_uint128 none = {0, 0};
    struct fg_uint128 number = none;
    if (numbers->words == 2)
        return numbers->wide_list[i];
    number.low = numbers->list[i];
    return number;
}

/* The work of one method with a batch, in units of fg_work(). A double does not overflow even for
 * 2^64 of them. */
struct fg_compare_work {
    size_t count;
    double total;   /* of all numbers */
    double largest; /* of the number that has the most */
};

/* Each number of the list >= 1. 0 for a method that does not take such numbers. */
struct fg_compare_work fg_compare_work_of(enum fg_method method, const struct fg_numbers *numbers);

#ifdef __cplusplus
}
#endif

#endif
