/* SPDX-License-Identifier: MIT */
/*
 * running_tally.h: the totals of all numbers so far, for --total; and with --total-every the rows
 * of the intervals that have ended.
 *
 * The interval of a number is that between two multiples of the step: (k - 1) STEP + 1 .. k STEP.
 * Its row comes when the next number lies beyond it, or the input ends with its last number. So the
 * numbers must ascend, and a row has the totals of all numbers up to that multiple.
 */
#ifndef FG_CLI_RUNNING_TALLY_H
#define FG_CLI_RUNNING_TALLY_H

#include "cli/output/growing_text.h"
#include "cli/output/writer_config.h"

/* One thread at a time. */
struct fg_running_tally {
    const struct fg_writer_config *config; /* has totals */
    struct fg_tally *sum;
};

/* Begins with no numbers. `config` must outlive the tally. FG_ERROR_MEMORY. */
enum fg_status fg_running_tally_open(struct fg_running_tally *tally,
                                     const struct fg_writer_config *config, struct fg_error *error);
void fg_running_tally_close(struct fg_running_tally *tally); /* all zero is allowed */

/* Takes the tallies of a text, whose numbers follow in the input, and appends the rows of intervals
 * that have ended to it. Returns the status of `error`, which is as it was or gets the reason:
 * FG_ERROR_ARGUMENT if there are rows and the numbers do not ascend; FG_ERROR_MEMORY. */
enum fg_status fg_running_tally_take(struct fg_running_tally *tally, struct fg_text *text,
                                     struct fg_error *error);

/* Appends the totals of all numbers, and in text before them the row of an interval that ends with
 * the last number; in csv and jsonl the totals are that row. False if memory is short. */
bool fg_running_tally_end(const struct fg_running_tally *tally, struct fg_text *text);

/* Returns the sum as text, for free(); NULL if memory is short. */
char *fg_running_tally_print(const struct fg_running_tally *tally);

/* Replaces the sum by that of a text that fg_running_tally_print() has made for the same columns.
 * False, with nothing changed, if it is none or memory is short. */
bool fg_running_tally_parse(struct fg_running_tally *tally, const char *text);

#endif
