/* SPDX-License-Identifier: MIT */
/*
 * formatting.h: cuts answers into text blocks and formats them: in the thread that delivers them,
 * while the numbers are still in its cache, or in separate threads.
 */
#ifndef FG_CLI_FORMATTING_H
#define FG_CLI_FORMATTING_H

#include "cli/run/ordered_output.h"
#include "cli/run/read_ahead.h"

#define FG_FORMATTING_THREADS_MAX 16
/* Max count of tasks for the threads: one that they work on, and one that waits. */
#define FG_FORMATTING_QUEUE 2

/* Answers to block->numbers from `first` on. */
struct fg_formatting_task {
    const struct fg_input_block *block;
    size_t first;
    struct fg_results results;
    size_t taken, done; /* answers that are being formatted or have been */
    uint64_t order;     /* 0: empty; else the smallest goes first */
};

/* All of it belongs to formatting.c. */
struct fg_formatting {
    const struct fg_writer_config *writer;
    struct fg_ordered_output *output;
    pthread_t threads[FG_FORMATTING_THREADS_MAX];
    unsigned thread_count;

    pthread_mutex_t lock; /* for all that follows */
    pthread_cond_t task_put, task_done;
    struct fg_formatting_task tasks[FG_FORMATTING_QUEUE];
    uint64_t last_order;
    bool has_ended, is_stopped;
};

/* `writer` and `output` must outlive it. */
void fg_formatting_init(struct fg_formatting *formatting, const struct fg_writer_config *writer,
                        struct fg_ordered_output *output);
void fg_formatting_destroy(struct fg_formatting *formatting);

/* Creates up to `count` threads, if there are none yet. From then on they format. */
void fg_formatting_start(struct fg_formatting *formatting, unsigned count);

/* Takes the answers to block->numbers[first .. first + results->count), at least one, as an
 * fg_consumer does. Any thread. */
void fg_formatting_take(struct fg_formatting *formatting, const struct fg_input_block *block,
                        size_t first, struct fg_results *results);

/* Formats a block that holds nothing but zeros. */
void fg_formatting_take_zeros(struct fg_formatting *formatting, const struct fg_input_block *block);

/* Ends all formatting and waiting, because the output has failed. Any thread. */
void fg_formatting_stop(struct fg_formatting *formatting);

/* Waits until all that was taken is formatted and the threads have ended. */
void fg_formatting_finish(struct fg_formatting *formatting);

#endif
