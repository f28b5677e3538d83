/* SPDX-License-Identifier: MIT */
/*
 * writer.h: answers to text in memory, one line a number, or to binary records.
 *
 * Formatting 10^9 small answers must not take longer than finding them, so nothing here goes
 * through stdio. Different texts may be written by different threads at the same time.
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

/* What an engine has to answer for these columns. */
enum fg_answer fg_writer_answer(const struct fg_columns *columns);

/* Whether a line shows divisors that are made of its primes, so that it is longer than those tell.
 */
bool fg_writer_expands_divisors(const struct fg_writer_config *config);

/* Appends what comes before the first answer, where the format has that. False where memory is
 * short. */
bool fg_writer_header(const struct fg_writer_config *config, struct fg_text *text);

/*
 * Appends the answers to numbers[0 .. count), as struct fg_results has them: the values of the
 * first are [offsets[0], offsets[1]), those of the next follow. They are what fg_writer_answer()
 * says: the number's divisors, ascending, at most FG_MAX_DIVISORS; otherwise its prime factors,
 * ascending, each as often as it divides. A zero has no answer, so that the offsets go on with the
 * next number, and stands only where nothing but primes is shown. False where memory is short.
 */
bool fg_writer_lines(const struct fg_writer_config *config, struct fg_text *text,
                     const uint64_t *numbers, size_t count, const size_t *offsets,
                     const uint64_t *values);

/* How many of the first bytes fg_writer_finish() writes anew. */
size_t fg_writer_provisional_bytes(const struct fg_writer_config *config);

/*
 * Completes the header by how much was written, where the format's header needs that. The output
 * is as fg_output_is_rewritable() wants it and holds whole answers. Returns the output's status.
 */
enum fg_status fg_writer_finish(const struct fg_writer_config *config, struct fg_output *output);

#ifdef __cplusplus
}
#endif

#endif
