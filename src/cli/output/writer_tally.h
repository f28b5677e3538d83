/* SPDX-License-Identifier: MIT */
/*
 * writer_tally.h: totals in place of lines, as --total asks for them.
 */
#ifndef FG_CLI_WRITER_TALLY_H
#define FG_CLI_WRITER_TALLY_H

#include "cli/output/growing_text.h"
#include "cli/output/writer_config.h"

/*
 * Adds the columns of a list of numbers, none of which is 0, to the tallies of a text: one tally
 * for each interval of config->total_every. The answers are primes, as fg_writer_lines() takes
 * them, or of two words as fg_writer_wide_lines() does. False if memory is short.
 */
bool fg_writer_tally(const struct fg_writer_config *config, struct fg_text *text,
                     const struct fg_numbers *numbers, const size_t *offsets,
                     const uint64_t *values);

/* Does as fg_writer_tally() for numbers of one word whose columns are in arrays: a request for each
 * column of the config, in that order, whose entry i is of number i. */
bool fg_writer_tally_columns(const struct fg_writer_config *config, struct fg_text *text,
                             const struct fg_numbers *numbers,
                             const struct fg_column_request *requests);

#endif
