/* SPDX-License-Identifier: MIT */
/*
 * tally.h: the totals of the columns that are shown, and of which numbers they are; for --total.
 *
 * Threads make tallies of the answers that they have, each of neighbours in the input, and the
 * ordered output adds them up.
 */
#ifndef FG_CLI_TALLY_H
#define FG_CLI_TALLY_H

#include "cli/output/show.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The numbers that a tally is of. */
struct fg_tally_span {
    struct fg_uint128 first, last; /* in the order of the input */
    struct fg_uint128 from, to;    /* the smallest and the greatest */
    bool ascends;                  /* no number is below the one before it */
};

struct fg_tally {
    struct fg_tally *next; /* in a list: its numbers follow in the input */
    struct fg_tally_span span;
    struct fg_totals totals[]; /* of each column; if there are no numbers, there is no span */
};

/* Returns the tally of no numbers, for free(); NULL if memory is short. There is at least one
 * column, and none is a list. */
struct fg_tally *fg_tally_make(const struct fg_columns *columns);

/* Returns how many numbers it is of. */
static inline uint64_t fg_tally_count(const struct fg_tally *tally) {
    return tally->totals[0].count;
}

/* Adds `more`, whose numbers follow in the input. FG_ERROR_ARGUMENT, with nothing changed, if there
 * would be 2^64 numbers. */
enum fg_status fg_tally_add(struct fg_tally *tally, const struct fg_tally *more,
                            const struct fg_columns *columns, struct fg_error *error);

/* Adds the values of all columns of numbers that follow in the input: requests[i] is of
 * columns->list[i]. No number is 0. Fails as fg_tally_add() does. */
enum fg_status fg_tally_add_values(struct fg_tally *tally, const struct fg_numbers *numbers,
                                   const struct fg_column_request *requests,
                                   const struct fg_columns *columns, struct fg_error *error);

/* Frees a list; NULL is allowed. */
void fg_tally_free_list(struct fg_tally *first);

/* ---- Numbers, and the intervals of --total-every ---- */

/* Returns whether a < b. */
bool fg_tally_is_below(struct fg_uint128 a, struct fg_uint128 b);

/* Returns whether span->from <= n <= span->to. */
bool fg_tally_is_within(struct fg_uint128 n, const struct fg_tally_span *span);

/* Returns the end of n's interval: the least multiple of `every` that is not below n; 2^128 - 1 if
 * there is none below 2^128. */
struct fg_uint128 fg_tally_interval_end(struct fg_uint128 n, uint64_t every);

/* Returns whether n is a multiple of `every`. */
bool fg_tally_is_multiple(struct fg_uint128 n, uint64_t every);

#ifdef __cplusplus
}
#endif

#endif
