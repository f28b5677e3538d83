/* SPDX-License-Identifier: MIT */
/*
 * column_block.c: one allocation for each column.
 */
#include "cli/run/column_block.h"

#include <stdlib.h>

/* Max numbers of a block for each job: a batch of 3 ms near 1, in which threads that begin and end
 * together lose little. At 10^15, where each job first walks through 2 * 10^6 primes, half as many
 * took twice the time, and twice as many the same. */
#define NUMBERS_PER_JOB ((size_t)1 << 20)
/* Max bytes of a block for each job. */
#define BYTES_PER_JOB ((size_t)16 << 20)

size_t fg_column_block_capacity(const struct fg_columns *columns, unsigned jobs) {
    size_t bytes = 0;
    if (fg_columns_have(columns, FG_COLUMN_DIVISORS) || fg_columns_have(columns, FG_COLUMN_PRIMES))
        return 0;
    for (size_t i = 0; i < columns->count; i++)
        bytes += fg_column_entry_bytes(columns->list[i].column);
    const size_t fitting = bytes > 0 ? BYTES_PER_JOB / bytes : 0;
    return jobs * (fitting < NUMBERS_PER_JOB ? fitting : NUMBERS_PER_JOB);
}

bool fg_column_block_make(struct fg_column_block *block, const struct fg_columns *columns,
                          size_t capacity) {
    if (block->capacity > 0)
        return true;
    for (size_t i = 0; i < columns->count; i++) {
        const struct fg_shown_column *const column = &columns->list[i];
        void *const values = malloc(capacity * fg_column_entry_bytes(column->column));
        block->requests[i] = (struct fg_column_request){
            .column = column->column, .bound = column->bound, .values = values};
        block->request_count = i + 1;
        if (values == NULL) {
            fg_column_block_free(block);
            return false;
        }
    }
    block->capacity = capacity;
    return true;
}

void fg_column_block_free(struct fg_column_block *block) {
    for (size_t i = 0; i < block->request_count; i++)
        free(block->requests[i].values);
    *block = (struct fg_column_block){.capacity = 0};
}
