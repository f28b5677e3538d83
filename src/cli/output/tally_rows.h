/* SPDX-License-Identifier: MIT */
/*
 * tally_rows.h: tallies as text, csv and jsonl, and what another run has written read back.
 */
#ifndef FG_CLI_TALLY_ROWS_H
#define FG_CLI_TALLY_ROWS_H

#include "cli/output/growing_text.h"
#include "cli/output/writer_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The functions that append to a text return false if memory is short. */

/* Appends the header line, if the format has one. */
bool fg_tally_put_header(const struct fg_writer_config *config, struct fg_text *text);

/* Appends the totals of the numbers up to `to`, which is the end of an interval. */
bool fg_tally_put_partial(const struct fg_writer_config *config, struct fg_text *text,
                          const struct fg_tally *tally, struct fg_uint128 to);

/* Appends the totals of all numbers. */
bool fg_tally_put_totals(const struct fg_writer_config *config, struct fg_text *text,
                         const struct fg_tally *tally);

/*
 * Reads the totals of all numbers from a text that the functions above have made, with or without
 * the header and those up to ends of intervals. Sets `columns` to the columns, and `*tally`, for
 * free(). Nothing else is accepted: what was read must give the same text again.
 * FG_ERROR_ARGUMENT, with a message that ends a sentence about the text; FG_ERROR_MEMORY.
 */
enum fg_status fg_tally_read(const char *text, size_t size, struct fg_columns *columns,
                             struct fg_tally **tally, struct fg_error *error);

/*
 * Calls take() with each row of the table of --total-every in a text that fg_tally_read() has read,
 * whose `columns` these are: a tally of the numbers up to span.to, the end of an interval. A status
 * of take() other than FG_OK ends that. FG_ERROR_ARGUMENT, with a message as above, if the table
 * cannot be read, as that of text, which has sums only; FG_ERROR_MEMORY.
 */
enum fg_status fg_tally_read_rows(const char *text, size_t size, const struct fg_columns *columns,
                                  enum fg_status (*take)(void *context, const struct fg_tally *row,
                                                         struct fg_error *error),
                                  void *context, struct fg_error *error);

#ifdef __cplusplus
}
#endif

#endif
