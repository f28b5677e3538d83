/* SPDX-License-Identifier: MIT */
/*
 * piece_checks_run.h: pieces of answers given to checkers, one run at a time. In C, because the
 * struct of the checkers has an atomic member.
 */
#ifndef FG_TESTS_PIECE_CHECKS_RUN_H
#define FG_TESTS_PIECE_CHECKS_RUN_H

#include "factor_gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fg_test_checkers;

/* Checkers with up to so many threads of their own; NULL if there is no memory. */
struct fg_test_checkers *fg_test_checkers_open(unsigned helper_limit);
void fg_test_checkers_close(struct fg_test_checkers *checkers);
void fg_test_checkers_forget(struct fg_test_checkers *checkers);
/* Returns how many threads of their own they have, and how many they will have at most. */
unsigned fg_test_checkers_helpers(const struct fg_test_checkers *checkers, unsigned *limit);

/* Answers to check, one behind the other, in pieces of `piece` numbers, which are all offered
 * before the first is done. */
struct fg_test_pieces {
    enum fg_answer answer;
    const uint64_t *numbers;
    const uint32_t *value_counts;
    uint64_t *values;
    uint32_t count, piece;
};

/* Checks the pieces, and appends them to `results`, which are empty. The first failure is its own.
 */
enum fg_status fg_test_checkers_run(struct fg_test_checkers *checkers,
                                    const struct fg_test_pieces *pieces, struct fg_results *results,
                                    struct fg_error *error);

/* Offers all as one piece, does `blocks` blocks, and takes it back. Returns how many of the offsets
 * the threads have written when it is back, and again after they could have done the rest. */
void fg_test_checkers_withdraw(struct fg_test_checkers *checkers,
                               const struct fg_test_pieces *pieces, unsigned blocks,
                               uint32_t written[2]);

/* Gives the threads, of which there must be one, a job of two numbers that both fail, number 1
 * before number 0, and returns the outcome. */
enum fg_status fg_test_checkers_fail(struct fg_test_checkers *checkers, struct fg_error *error);

/* Does a job of five blocks that all fail, without threads, and returns how many were done. */
unsigned fg_test_checkers_refuse(struct fg_test_checkers *checkers);

#ifdef __cplusplus
}
#endif

#endif
