/* SPDX-License-Identifier: MIT */
/*
 * shard.h: the I-th of N parts of the input, for N machines.
 *
 * The input is one row of bytes, all sources in the order of the operands, and is cut where
 * I/N of it ends. A number belongs to the part in which its first byte lies: each cut moves on to
 * where the next number may begin, and what lies between two cuts can be read without the rest.
 */
#ifndef FG_CLI_SHARD_H
#define FG_CLI_SHARD_H

#include "cli/input/binary.h"
#include "cli/input/source.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FG_SHARD_MOST 1000000

/* Part `index`, 1 .. count; count 0 is the whole input, uncut. */
struct fg_shard {
    unsigned index, count;
};

/* Bytes begin .. end. */
struct fg_range {
    uint64_t begin, end;
};

/* The part of an input of so many bytes; count at least 1. */
struct fg_range fg_shard_range(struct fg_shard shard, uint64_t total_bytes);

/* Returns whether a source of `bytes` bytes, `place` bytes into the input, has a share in the part,
 * and which of its bytes that is. An empty source belongs to one part too: one machine must see
 * whether it can be read. */
bool fg_shard_share(struct fg_shard shard, uint64_t total_bytes, uint64_t place, uint64_t bytes,
                    struct fg_range *share);

/*
 * Moves a cut through a text, at 0 .. source->size, out of the token that it lies in, and says
 * whether it is in a comment. Reads backwards no further than to the start of the line. Fails as
 * fg_source_peek() does, or with FG_ERROR_CANCELLED if it was stopped, as in fg_source_wait().
 */
enum fg_status fg_shard_cut_text(const struct fg_source *source, int stop_fd, uint64_t *cut,
                                 bool *in_comment, struct fg_error *error);

/* Moves a cut through words of so many bytes, which begin behind a header, to the end of the word
 * that it lies in. */
uint64_t fg_shard_cut_words(uint64_t cut, uint64_t header_bytes, unsigned word_bytes,
                            uint64_t size);

/* Counts the lines that end before byte `end`. Fails as above. */
enum fg_status fg_shard_count_lines(const struct fg_source *source, int stop_fd, uint64_t end,
                                    uint64_t *lines, struct fg_error *error);

#ifdef __cplusplus
}
#endif

#endif
