/* SPDX-License-Identifier: MIT */
/*
 * piece_checks.h: the host's threads check a device's answers and copy them to their place.
 *
 * A piece is a run of answers in pinned memory, and a job of block_workers.h. It has its place
 * before its blocks are taken. Knows nothing of CUDA.
 */
#ifndef FG_METHODS_FACTOR_PIECE_CHECKS_H
#define FG_METHODS_FACTOR_PIECE_CHECKS_H

#include "methods/factor/block_workers.h"

/* The answers to numbers[0 .. job.count), one behind the other in `values`, and their place. A list
 * of divisors begins with its marks (algorithms/marked_divisors.h), which a thread that has checked
 * it replaces by the divisor 1. */
struct fg_piece {
    struct fg_block_job job; /* of fg_piece_checks, with how many values each answer has */
    enum fg_answer answer;
    const uint64_t *numbers;
    uint64_t *values; /* not NULL, even if there are none */
    size_t first;     /* the index of numbers[0] in its run */
    size_t *offsets;  /* the place of as many offsets: where each answer ends */
    uint64_t *place;  /* of the values */
    size_t begin;     /* the offset of the first value */
};

/* Checks and copies a block, some 50 us of work. FG_ERROR_SELF_CHECK, with the number, if an answer
 * is wrong. */
extern const struct fg_block_kind fg_piece_checks;

#endif
