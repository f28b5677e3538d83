/* SPDX-License-Identifier: MIT */
/*
 * formatting.c: formats answers by text blocks. A thread formats and passes on one block at a time:
 * some 300 KiB, which stay in its cache until they are written.
 */
#include "cli/run/formatting.h"

/* Limits of a text block: the count of numbers, and about the count of values. */
#define BLOCK_NUMBERS ((size_t)8192)
#define BLOCK_VALUES ((size_t)32768)

/* ---- Text blocks ---- */

struct text_block {
    const struct fg_input_block *block;
    size_t first, count; /* which of block->numbers; a count of 0 for a block of zeros */
    const struct fg_results *results;
    size_t at; /* index in the results of the first answer */
};

/* Returns how many of `left` answers, from results[at] on, make a text block. */
static size_t count_answers(const struct fg_writer_config *writer, const struct fg_results *results,
                            size_t at, size_t left) {
    const size_t *const offsets = results->offsets + at;
    size_t count = left < BLOCK_NUMBERS ? left : BLOCK_NUMBERS;
    if (fg_writer_expands_divisors(writer)) {
        const size_t max = count;
        size_t values = 0;
        for (count = 0; count < max && values < BLOCK_VALUES; count++)
            values += fg_count_divisors(results->values + offsets[count],
                                        offsets[count + 1] - offsets[count]);
    }
    while (count > 1 && offsets[count] - offsets[0] > BLOCK_VALUES)
        count /= 2;
    return count;
}

static void format(struct fg_formatting *formatting, const struct text_block *text) {
    const struct fg_input_block *const block = text->block;
    const size_t begin = fg_input_block_index(block, text->first);
    const size_t end = text->count > 0 ? fg_input_block_index(block, text->first + text->count)
                                       : block->read.list.count;
    /* Without answers there are no offsets. */
    const size_t *const offsets = text->count > 0 ? text->results->offsets + text->at : NULL;
    const uint64_t *const values = text->count > 0 ? text->results->values : NULL;
    struct fg_ordered_text *const lines =
        fg_ordered_output_take(formatting->output, block->begin + begin);
    if (lines == NULL ||
        !fg_writer_lines(formatting->writer, &lines->text, block->read.list.numbers + begin,
                         end - begin, offsets, values)) {
        fg_ordered_output_fail_memory(formatting->output, lines);
        return;
    }
    lines->end = block->begin + end;
    lines->origin = block;
    fg_ordered_output_put(formatting->output, lines);
}

void fg_formatting_take_zeros(struct fg_formatting *formatting,
                              const struct fg_input_block *block) {
    const struct text_block text = {.block = block};
    format(formatting, &text);
}

/* ---- The threads ---- */

/* Returns the oldest task with answers that no thread has taken. The caller holds the lock. */
static struct fg_formatting_task *next_task(struct fg_formatting *formatting) {
    struct fg_formatting_task *next = NULL;
    for (size_t i = 0; i < FG_FORMATTING_QUEUE; i++) {
        struct fg_formatting_task *const task = &formatting->tasks[i];
        if (task->order != 0 && task->taken < task->results.count &&
            (next == NULL || task->order < next->order))
            next = task;
    }
    return next;
}

/* Formats a text block of the task. The caller holds the lock; it is released meanwhile. */
static void format_part(struct fg_formatting *formatting, struct fg_formatting_task *task) {
    const struct text_block text = {.block = task->block,
                                    .first = task->first + task->taken,
                                    .count = count_answers(formatting->writer, &task->results,
                                                           task->taken,
                                                           task->results.count - task->taken),
                                    .results = &task->results,
                                    .at = task->taken};
    task->taken += text.count;
    if (task->taken < task->results.count)
        pthread_cond_signal(&formatting->task_put); /* another thread can take the rest */
    pthread_mutex_unlock(&formatting->lock);
    format(formatting, &text);
    pthread_mutex_lock(&formatting->lock);
    task->done += text.count;
    if (task->done == task->results.count) {
        task->order = 0;
        pthread_cond_signal(&formatting->task_done);
    }
}

/* Writes a text that another thread has formatted and left. Returns false if there was none. The
 * caller holds the lock; it is released meanwhile. */
static bool write_left(struct fg_formatting *formatting) {
    pthread_mutex_unlock(&formatting->lock);
    const bool written = fg_ordered_output_write_one(formatting->output);
    pthread_mutex_lock(&formatting->lock);
    return written;
}

static void *format_tasks(void *argument) {
    struct fg_formatting *const formatting = argument;
    pthread_mutex_lock(&formatting->lock);
    while (!formatting->is_stopped) {
        struct fg_formatting_task *const task = next_task(formatting);
        if (task != NULL)
            format_part(formatting, task);
        else if (!write_left(formatting) && next_task(formatting) == NULL &&
                 !formatting->is_stopped) {
            if (formatting->has_ended)
                break;
            pthread_cond_wait(&formatting->task_put, &formatting->lock);
        }
    }
    pthread_mutex_unlock(&formatting->lock);
    return NULL;
}

void fg_formatting_start(struct fg_formatting *formatting, unsigned count) {
    if (formatting->thread_count > 0)
        return;
    if (count > FG_FORMATTING_THREADS_MAX)
        count = FG_FORMATTING_THREADS_MAX;
    while (formatting->thread_count < count &&
           pthread_create(&formatting->threads[formatting->thread_count], NULL, format_tasks,
                          formatting) == 0)
        formatting->thread_count++;
}

/* Waits for an empty task and returns it; NULL if formatting is stopped. The caller holds the lock.
 */
static struct fg_formatting_task *await_empty(struct fg_formatting *formatting) {
    while (!formatting->is_stopped) {
        for (size_t i = 0; i < FG_FORMATTING_QUEUE; i++)
            if (formatting->tasks[i].order == 0)
                return &formatting->tasks[i];
        pthread_cond_wait(&formatting->task_done, &formatting->lock);
    }
    return NULL;
}

static void hand_over(struct fg_formatting *formatting, const struct fg_input_block *block,
                      size_t first, struct fg_results *results) {
    pthread_mutex_lock(&formatting->lock);
    struct fg_formatting_task *const empty = await_empty(formatting);
    if (empty != NULL) {
        const struct fg_results returned = empty->results;
        *empty = (struct fg_formatting_task){
            .block = block, .first = first, .results = *results, .order = ++formatting->last_order};
        *results = returned;
        pthread_cond_signal(&formatting->task_put);
    }
    pthread_mutex_unlock(&formatting->lock);
}

void fg_formatting_take(struct fg_formatting *formatting, const struct fg_input_block *block,
                        size_t first, struct fg_results *results) {
    if (formatting->thread_count > 0) {
        hand_over(formatting, block, first, results);
        return;
    }
    for (size_t at = 0, count; at < results->count; at += count) {
        count = count_answers(formatting->writer, results, at, results->count - at);
        const struct text_block text = {block, first + at, count, results, at};
        format(formatting, &text);
    }
}

/* ---- Beginning and end ---- */

void fg_formatting_init(struct fg_formatting *formatting, const struct fg_writer_config *writer,
                        struct fg_ordered_output *output) {
    *formatting = (struct fg_formatting){.writer = writer, .output = output};
    pthread_mutex_init(&formatting->lock, NULL); /* with default attributes these cannot fail */
    pthread_cond_init(&formatting->task_put, NULL);
    pthread_cond_init(&formatting->task_done, NULL);
}

void fg_formatting_stop(struct fg_formatting *formatting) {
    pthread_mutex_lock(&formatting->lock);
    formatting->is_stopped = true;
    pthread_cond_broadcast(&formatting->task_put);
    pthread_cond_broadcast(&formatting->task_done);
    pthread_mutex_unlock(&formatting->lock);
}

void fg_formatting_finish(struct fg_formatting *formatting) {
    pthread_mutex_lock(&formatting->lock);
    formatting->has_ended = true;
    pthread_cond_broadcast(&formatting->task_put);
    pthread_mutex_unlock(&formatting->lock);
    for (unsigned i = 0; i < formatting->thread_count; i++)
        pthread_join(formatting->threads[i], NULL);
    formatting->thread_count = 0;
}

void fg_formatting_destroy(struct fg_formatting *formatting) {
    for (size_t i = 0; i < FG_FORMATTING_QUEUE; i++)
        fg_results_free(&formatting->tasks[i].results);
    pthread_cond_destroy(&formatting->task_put);
    pthread_cond_destroy(&formatting->task_done);
    pthread_mutex_destroy(&formatting->lock);
}
