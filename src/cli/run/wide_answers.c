/* SPDX-License-Identifier: MIT */
/*
 * wide_answers.c: a list of the results that were taken, and an index into it by number.
 */
#include "cli/run/wide_answers.h"

#include <stdlib.h>

struct fg_wide_part {
    struct fg_results results;
    struct fg_wide_part *next;
};

void fg_wide_answers_init(struct fg_wide_answers *answers) {
    answers->parts = NULL;
    pthread_mutex_init(&answers->lock, NULL); /* with default attributes it cannot fail */
}

bool fg_wide_answers_take(struct fg_wide_answers *answers, size_t first,
                          struct fg_results *results) {
    struct fg_wide_part *const part = malloc(sizeof *part);
    if (part == NULL)
        return false;
    part->results = *results;
    *results = (struct fg_results){0};
    for (size_t i = 0; i < part->results.count; i++)
        answers->list[first + i] = (struct fg_wide_answer){&part->results, i};
    pthread_mutex_lock(&answers->lock);
    part->next = answers->parts;
    answers->parts = part;
    pthread_mutex_unlock(&answers->lock);
    return true;
}

void fg_wide_answers_clear(struct fg_wide_answers *answers) {
    while (answers->parts != NULL) {
        struct fg_wide_part *const part = answers->parts;
        answers->parts = part->next;
        fg_results_free(&part->results);
        free(part);
    }
}

void fg_wide_answers_destroy(struct fg_wide_answers *answers) {
    fg_wide_answers_clear(answers);
    pthread_mutex_destroy(&answers->lock);
}
