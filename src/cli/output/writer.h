/* SPDX-License-Identifier: MIT */
/*
 * writer.h: turns answers into text in memory, one line a number, or into binary records.
 *
 * Formatting 10^9 small answers must not take longer than finding them, so nothing here uses stdio.
 * Different texts may be written by different threads at the same time.
 */
#ifndef FG_CLI_WRITER_H
#define FG_CLI_WRITER_H

#include "cli/output/growing_text.h"
#include "cli/output/output.h"
#include "cli/output/writer_config.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

bool fg_writer_is_binary(enum fg_writer_format format);
/* Returns whether a header with the count of records comes first, which is completed at the end
 * unless the count is known at the beginning. */
bool fg_writer_is_npy(enum fg_writer_format format);
/* Returns the format's name, as --format takes it; NULL if there is no such format. */
const char *fg_writer_format_name(enum fg_writer_format format);
/* Returns the name of the format with the same words and no header, for an .npy format. */
const char *fg_writer_unframed_name(enum fg_writer_format format);
/* Returns whether the format is binary with two words a value. */
bool fg_writer_has_pairs(enum fg_writer_format format);

/* Returns the kind of answer that these columns need. */
enum fg_answer fg_writer_answer(const struct fg_columns *columns);

/* Returns whether the writer makes a line's divisors from its primes. The line is then longer than
 * the count of primes suggests. */
bool fg_writer_expands_divisors(const struct fg_writer_config *config);

/* Appends the header, if the format has one. False if memory is short. */
bool fg_writer_header(const struct fg_writer_config *config, struct fg_text *text);

/*
 * Appends the answers to numbers[0 .. count), as struct fg_results has them: the values of the
 * first are [offsets[0], offsets[1]), those of the next follow. They are of the kind that
 * fg_writer_answer() returns: the number's divisors, ascending, at most FG_MAX_DIVISORS; otherwise
 * its prime factors, ascending, each as often as it divides. A zero has no answer and no offset.
 * Zeros are allowed only if nothing but primes is shown. With config->smooth_only some numbers have
 * no line. False if memory is short.
 */
bool fg_writer_lines(const struct fg_writer_config *config, struct fg_text *text,
                     const uint64_t *numbers, size_t count, const size_t *offsets,
                     const uint64_t *values);

/* Does as fg_writer_lines() for the numbers first, first + 1, .., none of them 0. */
bool fg_writer_range_lines(const struct fg_writer_config *config, struct fg_text *text,
                           uint64_t first, size_t count, const size_t *offsets,
                           const uint64_t *values);

/* Does as fg_writer_range_lines() with columns in arrays, whose entry i is of number first + i: one
 * request for each column of the config, in that order. None of them is a list. */
bool fg_writer_column_lines(const struct fg_writer_config *config, struct fg_text *text,
                            uint64_t first, size_t count, const struct fg_column_request *requests);

/* Returns whether the format and the columns can have numbers of two words. */
bool fg_writer_takes_wide(const struct fg_writer_config *config);

/*
 * Appends the answers to numbers of two words, as fg_writer_lines() does for those of one. The
 * values are always primes, in values of two words; no number is 0, and none has more than
 * FG_WIDE_MAX_LISTED_DIVISORS divisors if those are shown. False if memory is short.
 */
bool fg_writer_wide_lines(const struct fg_writer_config *config, struct fg_text *text,
                          const struct fg_uint128 *numbers, size_t count, const size_t *offsets,
                          const uint64_t *values);

/*
 * The line of one number of two words, in parts, so that it needs little memory with hundreds of
 * millions of divisors. `primes`: of two words, ascending, each as often as it divides; the
 * caller's, and unchanged until the end. NULL if memory is short.
 */
struct fg_writer_line;
struct fg_writer_line *fg_writer_line_begin(const struct fg_writer_config *config,
                                            struct fg_uint128 number, const uint64_t *primes,
                                            size_t prime_count);
/* Appends the next part, about `bytes` long. *is_done: it was the last. False if memory is short.
 */
bool fg_writer_line_next(struct fg_writer_line *line, struct fg_text *text, size_t bytes,
                         bool *is_done);
void fg_writer_line_end(struct fg_writer_line *line); /* NULL is allowed */

/* Returns how many of the first bytes fg_writer_finish() rewrites. */
size_t fg_writer_provisional_bytes(const struct fg_writer_config *config);

/*
 * Completes the header with the count of records, if the format needs that and the header does not
 * say it already. fg_output_is_rewritable() must hold for the output, which must hold whole
 * answers; if the count was known, only a run that was stopped changes the header, and none of a
 * pipe. Returns the output's status.
 */
enum fg_status fg_writer_finish(const struct fg_writer_config *config, struct fg_output *output);

#ifdef __cplusplus
}
#endif

#endif
