/* SPDX-License-Identifier: MIT */
/*
 * formatting.h: cuts answers into text blocks and formats them: in the thread that delivers them,
 * while the numbers are still in its cache, or in separate threads. The answers to numbers from
 * 2^64 on wait in their block (wide_answers.h), and are formatted with the numbers around them.
 */
#ifndef FG_CLI_FORMATTING_H
#define FG_CLI_FORMATTING_H

#include "cli/run/column_block.h"
#include "cli/run/ordered_output.h"
#include "cli/run/read_ahead.h"

#define FG_FORMATTING_THREADS_MAX 16
/* Max count of tasks for the threads: one that they work on, and one that waits. */
#define FG_FORMATTING_QUEUE 2

/* A part of a block: block->numbers from `first` on, with what else is at the places begin .. end
 * of block->read. */
struct fg_formatting_range {
    const struct fg_input_block *block;
    size_t first, begin, end;
};

enum fg_formatting_kind {
    FG_FORMATTING_LISTS,   /* answers to numbers of a range, as an engine hands them over */
    FG_FORMATTING_COLUMNS, /* in arrays */
    FG_FORMATTING_OTHERS,  /* none: a range without numbers of one word to answer */
};

struct fg_formatting_task {
    struct fg_formatting_range range;
    enum fg_formatting_kind kind;
    struct fg_results results;      /* of lists; else only memory */
    struct fg_column_block columns; /* entry 0 is of the range's first number; else only memory */
    size_t count;                   /* of answers, or of places */
    size_t taken, done;             /* how many of them are being formatted or have been */
    uint64_t order;                 /* 0: empty; else the smallest goes first */
};

/* All of it belongs to formatting.c. */
struct fg_formatting {
    const struct fg_writer_config *writer;
    struct fg_ordered_output *output;
    bool (*is_given_up)(void); /* NULL: never */
    pthread_t threads[FG_FORMATTING_THREADS_MAX];
    unsigned thread_count;
    bool takes_answers; /* the threads format answers to numbers of one word, too */

    pthread_mutex_t lock; /* for all that follows */
    pthread_cond_t task_put, task_done;
    struct fg_formatting_task tasks[FG_FORMATTING_QUEUE];
    uint64_t last_order;
    bool has_ended, is_stopped;
};

/* `writer` and `output` must outlive it. `is_given_up` says when a text in parts is to end
 * unfinished; NULL: never. */
void fg_formatting_init(struct fg_formatting *formatting, const struct fg_writer_config *writer,
                        struct fg_ordered_output *output, bool (*is_given_up)(void));
void fg_formatting_destroy(struct fg_formatting *formatting);

/* Creates up to `count` threads, if there are none yet. From then on they format ranges without
 * numbers of one word; from the first call with `takes_answers` on, also answers to those. */
void fg_formatting_start(struct fg_formatting *formatting, unsigned count, bool takes_answers);

/* Takes the answers to the range's numbers of one word, results->count of them, at least one, as an
 * fg_consumer does. Any thread. */
void fg_formatting_take(struct fg_formatting *formatting, const struct fg_formatting_range *range,
                        struct fg_results *results);

/* Takes the columns of `count` numbers of a range, and leaves other memory, or none, in the block.
 * The caller's thread. */
void fg_formatting_take_columns(struct fg_formatting *formatting,
                                const struct fg_formatting_range *range,
                                struct fg_column_block *columns, size_t count);

/* Takes a range without numbers of one word to answer. The caller's thread formats it if it is
 * short or there are no threads. Any thread. */
void fg_formatting_take_others(struct fg_formatting *formatting,
                               const struct fg_formatting_range *range);

/* Returns whether the text of the number with this answer is written in parts. */
bool fg_formatting_is_long(const struct fg_formatting *formatting,
                           const struct fg_wide_answer *answer);

/* Formats the number at place `place`, which is_long() holds for, after everything before it.
 * False if its text was given up, or the output has failed. Nothing can be written after it then.
 */
bool fg_formatting_take_long(struct fg_formatting *formatting, const struct fg_input_block *block,
                             size_t place);

/* Ends all formatting and waiting, because the output has failed. Any thread. */
void fg_formatting_stop(struct fg_formatting *formatting);

/* Waits until all that was taken is formatted and the threads have ended. */
void fg_formatting_finish(struct fg_formatting *formatting);

#endif
