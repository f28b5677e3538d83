/* SPDX-License-Identifier: MIT */
/*
 * read_ahead.h: the input in blocks of memory, read by a thread of its own while earlier ones are
 * answered and written.
 *
 * A block is what is read at once: large enough that the threads meet seldom, and so many of them
 * that reading, answering and writing overlap. Its memory is free again when all its text has been
 * written.
 */
#ifndef FG_CLI_READ_AHEAD_H
#define FG_CLI_READ_AHEAD_H

#include "cli/input/reader.h"

#include <pthread.h>
#include <stdatomic.h>

struct fg_input_block {
    /* The numbers that are to be answered: all but the zeros. */
    const uint64_t *numbers;
    size_t count;
    struct fg_reader_block read;        /* all its numbers */
    uint64_t begin;                     /* how many numbers of the input lie before it */
    bool had_bad_token, had_unreadable; /* the reader, by the block's end */
    uint32_t *indices;       /* where in `read` each of `numbers` is, if there are zeros */
    uint64_t *without_zeros; /* room for `numbers`, if there are zeros */
};

/* Blocks: one being written, one being answered, one being read, and one to spare. */
#define FG_READ_AHEAD_BLOCKS 4

/* All of it belongs to read_ahead.c. */
struct fg_read_ahead {
    struct fg_reader *reader;
    size_t block_numbers;
    void *memory; /* of the blocks */
    pthread_t thread;
    bool has_thread;
    atomic_bool is_waiting; /* fg_read_ahead_next() is, for a block */

    pthread_mutex_t lock; /* for all that follows */
    pthread_cond_t block_read, block_released;
    /* Counts of blocks; the place in the ring is the count modulo FG_READ_AHEAD_BLOCKS. */
    uint64_t read_count, taken_count, released_count;
    uint64_t read_end; /* how many numbers have been read */
    struct fg_input_block blocks[FG_READ_AHEAD_BLOCKS];
    bool input_ended, is_stopped;
};

/* At most `block_numbers` in a block. False if memory is short. The reader must outlive it, and
 * from now on hands over what it has when a block is waited for. */
bool fg_read_ahead_init(struct fg_read_ahead *ahead, struct fg_reader *reader,
                        size_t block_numbers);
void fg_read_ahead_destroy(struct fg_read_ahead *ahead);

/* Creates the thread. Without it, or if there can be none, fg_read_ahead_next() reads. */
void fg_read_ahead_start(struct fg_read_ahead *ahead);

/* Returns the next block; NULL at the end of the input and after fg_read_ahead_stop(). */
const struct fg_input_block *fg_read_ahead_next(struct fg_read_ahead *ahead);

/* All text of the first block that is not yet released has been written. Any thread. */
void fg_read_ahead_release(struct fg_read_ahead *ahead);

/* No more reading, and no waiting. Any thread. */
void fg_read_ahead_stop(struct fg_read_ahead *ahead);

/* Waits for the thread's end, after fg_read_ahead_stop(). */
void fg_read_ahead_join(struct fg_read_ahead *ahead);

/* Returns where in block->read block->numbers[i] is, with the zeros before it if it is the first;
 * behind all of them for i = block->count. */
size_t fg_input_block_index(const struct fg_input_block *block, size_t i);

#endif
