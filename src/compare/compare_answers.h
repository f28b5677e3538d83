/* SPDX-License-Identifier: MIT */
/*
 * compare_answers.h: keeps the answers of the first row, and finds the first number that another
 * row answers differently. All answers of all rows are compared, number by number: times of rows
 * that computed different things must not be compared.
 */
#ifndef FG_COMPARE_ANSWERS_H
#define FG_COMPARE_ANSWERS_H

#include "factor_gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The answers in a file, mapped into memory. Zero-initialise. */
struct fg_compare_answers {
    size_t count;
    unsigned words;        /* of a divisor */
    const size_t *offsets; /* count + 1 entries, from 0; NULL: the file counts as empty */
    const uint64_t *divisors;
    void *memory;
    size_t memory_bytes;
};

/*
 * Writes the answers to at least one number into a file, for processes that share it. Fails if the
 * file is in memory and memory is short. A file that was not written to its end counts as empty.
 */
enum fg_status fg_compare_answers_write(int file, const struct fg_results *results,
                                        struct fg_error *error);

/* Maps what was written, until fg_compare_answers_unmap(). If the file is empty, `offsets` stays
 * NULL. */
enum fg_status fg_compare_answers_map(int file, struct fg_compare_answers *answers,
                                      struct fg_error *error);
void fg_compare_answers_unmap(struct fg_compare_answers *answers);

/* The first number that two rows answer differently. */
struct fg_compare_difference {
    size_t reference_row, row; /* set by the scheduler */
    size_t index;              /* of the number in the input, from 0 */
    struct fg_uint128 number;
    char reference_said[200], row_said[200]; /* the lists, cut around the first difference */
};

/*
 * Returns whether `results` are the same answers to `count` of the numbers: from `first` on, and
 * after the last number again from the beginning. If not, fills `difference`, except for its rows,
 * for the first number that was answered differently.
 */
bool fg_compare_answers_equal(const struct fg_compare_answers *reference, size_t first,
                              size_t count, const struct fg_results *results,
                              const struct fg_numbers *numbers,
                              struct fg_compare_difference *difference);

#ifdef __cplusplus
}
#endif

#endif
