/* SPDX-License-Identifier: MIT */
/*
 * read_ahead.h: reads the input in blocks of memory, in a separate thread, while earlier blocks are
 * answered and written.
 *
 * A block is what is read at once. It is so large that the threads rarely wait for each other, and
 * there are enough blocks for reading, answering and writing to overlap. Its memory is reused when
 * all its text has been written. A range needs no memory and is one block, however long it is.
 */
#ifndef FG_CLI_READ_AHEAD_H
#define FG_CLI_READ_AHEAD_H

#include "cli/input/reader.h"
#include "cli/run/wide_answers.h"

#include <pthread.h>
#include <stdatomic.h>

struct fg_input_block {
    /* The numbers of one word to answer: all except the zeros. NULL: those of the range
     * read.list. */
    const uint64_t *numbers;
    size_t count;
    struct fg_reader_block read;        /* all its numbers */
    struct fg_wide_answers *wide;       /* the answers to those from 2^64 on */
    uint64_t begin;                     /* count of the input's numbers before it */
    bool had_bad_token, had_unreadable; /* the reader had, up to the block's end */
    /* The index in `read` of each of `numbers`, and memory for them, if there are others. */
    uint32_t *indices;
    uint64_t *without_others;
};

/* Count of blocks: one being written, one being answered, one being read, and one to spare. */
#define FG_READ_AHEAD_BLOCKS 4

/* All of it belongs to read_ahead.c. */
struct fg_read_ahead {
    struct fg_reader *reader;
    size_t block_numbers;
    size_t wide_numbers; /* of a block; 0: there are none */
    void *memory;        /* of the blocks */
    pthread_t thread;
    bool has_thread;
    atomic_bool is_waiting; /* fg_read_ahead_next() waits for a block */

    pthread_mutex_t lock; /* for all that follows */
    pthread_cond_t block_read, block_released;
    /* Counts of blocks; the place in the ring is the count modulo FG_READ_AHEAD_BLOCKS. */
    uint64_t read_count, taken_count, released_count;
    uint64_t read_end; /* how many numbers have been read */
    struct fg_input_block blocks[FG_READ_AHEAD_BLOCKS];
    struct fg_wide_answers wide[FG_READ_AHEAD_BLOCKS];
    bool input_ended, is_stopped;
};

/* Sets up blocks of at most `block_numbers` numbers, with numbers from 2^64 on if `takes_wide`.
 * False if memory is short. The reader must outlive `ahead`. From now on, when a caller waits for a
 * block, the reader delivers the numbers that it has so far. */
bool fg_read_ahead_init(struct fg_read_ahead *ahead, struct fg_reader *reader, size_t block_numbers,
                        bool takes_wide);
void fg_read_ahead_destroy(struct fg_read_ahead *ahead);

/* Creates the thread. Without a thread, fg_read_ahead_next() reads. */
void fg_read_ahead_start(struct fg_read_ahead *ahead);

/* Returns the next block; NULL at the end of the input and after fg_read_ahead_stop(). */
const struct fg_input_block *fg_read_ahead_next(struct fg_read_ahead *ahead);

/* Releases the oldest block in use, after all its text has been written. Any thread. */
void fg_read_ahead_release(struct fg_read_ahead *ahead);

/* Ends all reading and waiting. Any thread. */
void fg_read_ahead_stop(struct fg_read_ahead *ahead);

/* Waits for the thread's end, after fg_read_ahead_stop(). */
void fg_read_ahead_join(struct fg_read_ahead *ahead);

/* Returns the index of block->numbers[i] in block->read; for i = 0 it is 0, to include zeros before
 * the number. For i = block->count it is the count of all numbers. */
size_t fg_input_block_index(const struct fg_input_block *block, size_t i);

/* Returns how many of block->numbers lie before `place` of block->read. */
size_t fg_input_block_count_before(const struct fg_input_block *block, size_t place);

#endif
