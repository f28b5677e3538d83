/* SPDX-License-Identifier: MIT */
/*
 * writer.h: turns answers into text in memory, one line a number, or into binary records.
 *
 * Formatting 10^9 small answers must not take longer than finding them, so nothing here uses stdio.
 * Different texts may be written by different threads at the same time.
 */
#ifndef FG_CLI_WRITER_H
#define FG_CLI_WRITER_H

#include "cli/output/output.h"
#include "cli/output/writer_config.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A text that grows. Zero-initialise. */
struct fg_text {
    char *data;
    size_t size, room;   /* bytes in use, and allocated */
    uint64_t *divisors;  /* where the divisors of a line are made of its primes; with as many */
    size_t divisor_room; /* entries again as scratch */
    char *cells;         /* the columns of some lines, as the library computes them */
    size_t cell_bytes;
};

void fg_text_free(struct fg_text *text); /* back to all zero */

bool fg_writer_is_binary(enum fg_writer_format format);

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
 * Zeros are allowed only if nothing but primes is shown. False if memory is short.
 */
bool fg_writer_lines(const struct fg_writer_config *config, struct fg_text *text,
                     const uint64_t *numbers, size_t count, const size_t *offsets,
                     const uint64_t *values);

/* Returns how many of the first bytes fg_writer_finish() rewrites. */
size_t fg_writer_provisional_bytes(const struct fg_writer_config *config);

/*
 * Completes the header with the count of records, if the format needs that.
 * fg_output_is_rewritable() must hold for the output, which must hold whole answers. Returns the
 * output's status.
 */
enum fg_status fg_writer_finish(const struct fg_writer_config *config, struct fg_output *output);

#ifdef __cplusplus
}
#endif

#endif
