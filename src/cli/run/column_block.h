/* SPDX-License-Identifier: MIT */
/*
 * column_block.h: arrays of columns, for a part of a range that an engine answers straight into
 * them: no list of primes is made, and formatting copies the values.
 */
#ifndef FG_CLI_COLUMN_BLOCK_H
#define FG_CLI_COLUMN_BLOCK_H

#include "cli/output/show.h"

/* All zero: it has no memory. */
struct fg_column_block {
    struct fg_column_request requests[FG_COLUMNS_MOST]; /* in the order of the columns */
    size_t request_count;
    size_t capacity; /* of each array */
};

/* Returns how many numbers a block has capacity for with so many jobs; 0 if one of the columns is a
 * list. */
size_t fg_column_block_capacity(const struct fg_columns *columns, unsigned jobs);

/* Gives the block its memory, unless it has some. False if memory is short. */
bool fg_column_block_make(struct fg_column_block *block, const struct fg_columns *columns,
                          size_t capacity);
void fg_column_block_free(struct fg_column_block *block); /* back to all zero */

#endif
