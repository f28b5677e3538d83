/* SPDX-License-Identifier: MIT */
/*
 * finish.h: from the planes of a segment to answers: lists of primes, and columns without lists.
 *
 * There is one form for each instruction set; all give the same answers. A form tests no number for
 * primality, because what the sieve leaves of a number is 1 or a prime. It finds that cofactor by
 * one division, which is exact.
 */
#ifndef FG_METHODS_SIEVE_FINISH_H
#define FG_METHODS_SIEVE_FINISH_H

#include "batch/error.h"
#include "methods/sieve/planes.h"

/* The sum of some values of a column. */
struct fg_word_sum {
    struct fg_uint128 sum;
    uint64_t least, greatest;
};

/* A form. All functions are thread-safe as long as what they write differs. `planes` holds one
 * number at least, and every cofactor in it is proved. */
struct fg_finish {
    const char *name;        /* "avx512", "avx2", "portable" */
    bool (*runs_here)(void); /* whether this CPU has the instructions */

    /*
     * Appends the primes of the segment's numbers to `results`, which holds primes of one word:
     * ascending, each as often as it divides; 0 and 1 have none. Every list has been multiplied
     * back. FG_ERROR_MEMORY; FG_ERROR_SELF_CHECK, with the number named, if a product is wrong.
     * After a failure `results` has the answers that it had before.
     */
    enum fg_status (*lists)(const struct fg_planes *planes, struct fg_results *results,
                            struct fg_error *error);

    /*
     * Fills entries at .. at + planes->count - 1 of every request, which have passed
     * fg_columns_check(), with the columns of the segment's numbers. A number 0 has 0 in every
     * column. FG_ERROR_SELF_CHECK, with the number named, if the primes of a special number do not
     * divide it.
     */
    enum fg_status (*columns)(const struct fg_planes *planes,
                              const struct fg_column_request *requests, size_t request_count,
                              size_t at, struct fg_error *error);

    /* Sums up words[0 .. count), 1 <= count < 2^32. */
    struct fg_word_sum (*sum_words)(const uint64_t *words, size_t count);
    /* Returns the index of the first of words[0 .. count) that is `word`; one is. */
    size_t (*find_word)(const uint64_t *words, size_t count, uint64_t word);
    /* Counts the values that are not 0, and those below 0, of signs[0 .. count), each -1, 0 or 1.
     */
    void (*count_signs)(const int8_t *signs, size_t count, uint64_t *nonzero, uint64_t *negative);
};

extern const struct fg_finish fg_finish_portable, fg_finish_avx2, fg_finish_avx512;

/* The forms that were compiled in, best first. All can be named; not all may run here. */
extern const struct fg_finish *const fg_finish_all[];
extern const unsigned fg_finish_count;

/* Returns the form to use. It follows the choice of cpu/cpu_variant.h, FACTOR_GPU_CPU included.
 * Thread-safe. */
const struct fg_finish *fg_finish_select(void);

#endif
