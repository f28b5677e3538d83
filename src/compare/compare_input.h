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
    size_t bit_histogram[65]; /* [b]: numbers of exactly b bits */
    /* SHA-256, in hex, of the numbers in input order, each in decimal and followed by '\n'. */
    char sha256[65];
};

/* numbers[0 .. count), count >= 1. */
void fg_compare_input_describe(const uint64_t *numbers, size_t count,
                               struct fg_compare_input *input);

/* The work of one method with a batch, in units of fg_work(). A double does not overflow even for
 * 2^64 of them. */
struct fg_compare_work {
    size_t count;
    double total;   /* of all numbers */
    double largest; /* of the number that has the most */
};

/* Each number >= 1. */
struct fg_compare_work fg_compare_work_of(enum fg_method method, const uint64_t *numbers,
                                          size_t count);

#ifdef __cplusplus
}
#endif

#endif
