/* SPDX-License-Identifier: MIT */
/*
 * wide_answers.h: the answers to an input block's numbers from 2^64 on, which wait there until the
 * numbers around them are answered, so that both are formatted in one text, in order.
 */
#ifndef FG_CLI_WIDE_ANSWERS_H
#define FG_CLI_WIDE_ANSWERS_H

#include "factor_gpu.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An answer is results->values between the offsets at `index`, in values of two words. */
struct fg_wide_answer {
    const struct fg_results *results; /* NULL: there is no answer yet */
    size_t index;
};

/* Results that were taken; all of it belongs to wide_answers.c. */
struct fg_wide_part;

struct fg_wide_answers {
    struct fg_wide_answer *list; /* the owner's: an entry for each wide number of the block */
    struct fg_wide_part *parts;  /* this and the next are wide_answers.c's */
    pthread_mutex_t lock;        /* for `parts` */
};

void fg_wide_answers_init(struct fg_wide_answers *answers);
void fg_wide_answers_destroy(struct fg_wide_answers *answers);

/* Takes the answers to results->count numbers, from the block's wide number `first` on, and leaves
 * an empty struct. Any thread. False if memory is short. */
bool fg_wide_answers_take(struct fg_wide_answers *answers, size_t first,
                          struct fg_results *results);

/* Frees what was taken. No thread may use any of it any more. */
void fg_wide_answers_clear(struct fg_wide_answers *answers);

#ifdef __cplusplus
}
#endif

#endif
