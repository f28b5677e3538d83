/* SPDX-License-Identifier: MIT */
/*
 * compare_answers.h: the first complete answers, and the first place where other answers
 * differ from them. Everything is compared, number by number: a benchmark whose rows computed
 * different things has no times to show.
 */
#ifndef FG_COMPARE_ANSWERS_H
#define FG_COMPARE_ANSWERS_H

#include "factor_gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The answers in a file, as memory. Zero-initialise. */
struct fg_compare_answers {
    size_t count;
    const size_t *offsets; /* count + 1 entries, from 0; NULL: the file is empty */
    const uint64_t *divisors;
    void *memory;
    size_t memory_bytes;
};

/*
 * Writes the answers to at least one number into an empty file, for processes that share it. Fails
 * for want of memory, where the file is in memory.
 */
enum fg_status fg_compare_answers_write(int file, const struct fg_results *results,
                                        struct fg_error *error);

/* Maps what was written; of an empty file, `offsets` stays NULL. Unmap it. */
enum fg_status fg_compare_answers_map(int file, struct fg_compare_answers *answers,
                                      struct fg_error *error);
void fg_compare_answers_unmap(struct fg_compare_answers *answers);

/* Where two rows part. */
struct fg_compare_difference {
    size_t reference_row, row; /* set by the scheduler */
    size_t index;              /* of the number in the input, from 0 */
    uint64_t number;
    char reference_said[200], row_said[200]; /* the lists, cut around the first difference */
};

/*
 * Whether `results` are the same answers to `count` of the numbers: those from `first` on, and from
 * the beginning again after the last. If not, `difference` tells the first number that was answered
 * differently, the rows left out.
 */
bool fg_compare_answers_equal(const struct fg_compare_answers *reference, size_t first,
                              size_t count, const struct fg_results *results,
                              const uint64_t *numbers, struct fg_compare_difference *difference);

#ifdef __cplusplus
}
#endif

#endif
