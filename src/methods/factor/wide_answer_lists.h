/* SPDX-License-Identifier: MIT */
/*
 * wide_answer_lists.h: answers to numbers of two words from their factorisations, on the CPU and
 * for devices.
 */
#ifndef FG_FACTOR_WIDE_ANSWER_LISTS_H
#define FG_FACTOR_WIDE_ANSWER_LISTS_H

#include "algorithms/wide_factorization.h"
#include "batch/error.h"
#include "batch/wide_divisors.h"
#include "methods/contract/method_engine.h"

/* The list that is appended for each number, and the work space for it. */
struct fg_wide_answers {
    enum fg_answer answer;
    struct fg_wide_divisors *walk; /* for divisors */
    fg_wide smooth_bound;          /* 0: none */
};

/* Opens the work space. FG_ERROR_MEMORY, and it is closed. */
enum fg_status fg_wide_answers_open(struct fg_wide_answers *answers,
                                    const struct fg_method_setup *setup, struct fg_error *error);
void fg_wide_answers_close(struct fg_wide_answers *answers); /* also of a zeroed one */

/*
 * Appends the answers to as many of numbers[0 .. count) as fit *room values, but to one at least if
 * `first`. factors[] are complete and multiply to the numbers, or those of a number that is not
 * smooth, if there is a bound. Every such number has the answer of batch/smooth_answers.h.
 * *appended, which is added to, says how many; *room becomes less by their values. FG_ERROR_MEMORY,
 * or FG_ERROR_TOO_MANY if the next number has more divisors than a list may hold.
 */
enum fg_status fg_wide_answers_append(const struct fg_wide_answers *answers,
                                      const struct fg_uint128 *numbers,
                                      const struct fg_wide_factorization *factors, size_t count,
                                      bool first, size_t *room, size_t *appended,
                                      struct fg_results *results, struct fg_error *error);

#endif
