/* SPDX-License-Identifier: MIT */
/*
 * formatting.c: formats answers by text blocks. A thread formats and passes on one block at a time:
 * some 300 KiB, which stay in its cache until they are written.
 */
#include "cli/run/formatting.h"

/* Limits of a text block: the count of numbers, and about the count of values. */
#define BLOCK_NUMBERS ((size_t)8192)
#define BLOCK_VALUES ((size_t)32768)
/* Limit of the count of numbers if each may begin an interval, whose totals take a kilobyte for
 * each column. */
#define BLOCK_INTERVALS ((size_t)1024)
/* Places of a text block without numbers of one word. A range with fewer is not worth waking a
 * thread: 256 numbers of two words take 0.1 ms. */
#define OTHER_PLACES ((size_t)1024)
#define OTHER_PLACES_LEAST ((size_t)256)
/* Bytes from which on a text with numbers of two words ends. */
#define TEXT_BYTES ((size_t)1 << 20)

/* ---- Text blocks ---- */

struct text_block {
    struct fg_formatting_range range;
    size_t count; /* of its numbers of one word */
    const struct fg_results *results;
    const struct fg_column_block *columns; /* in place of results; NULL: none */
    size_t at;                             /* index in either of the first answer */
};

/* Returns how many of `left` answers make a text block, whatever they are. */
static size_t limit_answers(const struct fg_writer_config *writer, size_t left) {
    const size_t limit = writer->total_every > 0 ? BLOCK_INTERVALS : BLOCK_NUMBERS;
    return left < limit ? left : limit;
}

/* Returns how many of the `left` answers from results[at] on make a text block. */
static size_t count_answers(const struct fg_writer_config *writer, const struct fg_results *results,
                            size_t at, size_t left) {
    const size_t *const offsets = results->offsets + at;
    size_t count = limit_answers(writer, left);
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

/* Returns the part of the range that has `count` answers from its answer number `taken` on, of
 * `all`. */
static struct fg_formatting_range part_of(const struct fg_formatting_range *range, size_t taken,
                                          size_t count, size_t all) {
    const size_t first = range->first + taken;
    return (struct fg_formatting_range){
        .block = range->block,
        .first = first,
        .begin = taken == 0 ? range->begin : fg_input_block_index(range->block, first),
        .end =
            taken + count == all ? range->end : fg_input_block_index(range->block, first + count)};
}

/* A text in progress: of a range that holds numbers of two words. */
struct mixed_text {
    const struct fg_writer_config *writer;
    const struct fg_number_list *list;
    const struct fg_wide_answer *answers; /* to the wide numbers */
    const size_t *offsets;                /* of the next answer of one word */
    const uint64_t *values;
    size_t wide; /* index of the next wide number */
};

static bool shows_divisors(const struct fg_writer_config *writer) {
    return fg_columns_have(writer->columns, FG_COLUMN_DIVISORS);
}

/* Returns how many values of the answer are written. */
static uint64_t count_values(const struct fg_writer_config *writer,
                             const struct fg_wide_answer *answer) {
    const size_t *const offsets = answer->results->offsets + answer->index;
    const struct fg_uint128 *const primes = (const struct fg_uint128 *)answer->results->values;
    const size_t prime_count = offsets[1] - offsets[0];
    return shows_divisors(writer) ? fg_wide_count_divisors(primes + offsets[0], prime_count)
                                  : prime_count;
}

bool fg_formatting_is_long(const struct fg_formatting *formatting,
                           const struct fg_wide_answer *answer) {
    return count_values(formatting->writer, answer) > FG_WIDE_MAX_LISTED_DIVISORS;
}

/* Returns how many of the wide numbers from mixed->wide on, at places place .. end, are formatted
 * at once: neighbours whose answers are neighbours, too. */
static size_t count_wide(const struct mixed_text *mixed, size_t place, size_t end) {
    const struct fg_number_list *const list = mixed->list;
    const struct fg_wide_answer *const first = &mixed->answers[mixed->wide];
    uint64_t values = 0;
    size_t count = 1;
    for (; mixed->wide + count < list->wide_count && place + count < end; count++) {
        const struct fg_wide_answer *const last = first + count - 1;
        values += count_values(mixed->writer, last);
        if (list->wide_places[mixed->wide + count] != place + count || values > BLOCK_VALUES ||
            last[1].results != first->results || last[1].index != first->index + count)
            break;
    }
    return count;
}

/* Appends the lines from `place` on of numbers that are all of one width, and returns the place
 * behind them; `place` itself if memory is short. */
static size_t append_run(struct mixed_text *mixed, struct fg_text *text, size_t place, size_t end) {
    const struct fg_number_list *const list = mixed->list;
    const size_t next = mixed->wide < list->wide_count ? list->wide_places[mixed->wide] : end;
    if (next == place) {
        const struct fg_wide_answer *const answer = &mixed->answers[mixed->wide];
        const size_t count = count_wide(mixed, place, end);
        const bool is_made =
            fg_writer_wide_lines(mixed->writer, text, list->wide + mixed->wide, count,
                                 answer->results->offsets + answer->index, answer->results->values);
        mixed->wide += count;
        return is_made ? place + count : place;
    }
    const size_t stop = next < end ? next : end;
    if (!fg_writer_lines(mixed->writer, text, list->numbers + place, stop - place, mixed->offsets,
                         mixed->values))
        return place;
    for (size_t i = place; i < stop; i++)
        if (list->numbers[i] != 0) /* else the offsets may be NULL */
            mixed->offsets++;
    return stop;
}

/* Puts a text of the places that end at `end`. */
static void put_text(struct fg_formatting *formatting, struct fg_ordered_text *lines,
                     const struct fg_input_block *block, size_t end) {
    lines->end = block->begin + end;
    lines->origin = block;
    fg_ordered_output_put(formatting->output, lines);
}

/* Formats a range with numbers of two words, in several texts if they are long. */
static void format_mixed(struct fg_formatting *formatting, const struct fg_formatting_range *range,
                         const size_t *offsets, const uint64_t *values) {
    const struct fg_input_block *const block = range->block;
    struct mixed_text mixed = {.writer = formatting->writer,
                               .list = &block->read.list,
                               .answers = block->wide->list,
                               .offsets = offsets,
                               .values = values,
                               .wide = fg_number_list_find_wide(&block->read.list, range->begin)};
    for (size_t place = range->begin, end = range->end; place < end;) {
        struct fg_ordered_text *const lines =
            fg_ordered_output_take(formatting->output, block->begin + place);
        bool is_made = lines != NULL;
        while (is_made && place < end && lines->text.size < TEXT_BYTES) {
            const size_t next = append_run(&mixed, &lines->text, place, end);
            is_made = next > place;
            place = next;
        }
        if (!is_made) {
            fg_ordered_output_fail_memory(formatting->output, lines);
            return;
        }
        put_text(formatting, lines, block, place);
    }
}

/* Appends the lines of a range without numbers of two words. False if memory is short. */
static bool append_lines(const struct fg_writer_config *writer, struct fg_text *text,
                         const struct fg_formatting_range *range, const size_t *offsets,
                         const uint64_t *values) {
    const struct fg_number_list *const list = &range->block->read.list;
    const size_t count = range->end - range->begin;
    return list->is_range ? fg_writer_range_lines(writer, text, list->first + range->begin, count,
                                                  offsets, values)
                          : fg_writer_lines(writer, text, list->numbers + range->begin, count,
                                            offsets, values);
}

/* Appends the lines of a part of a range whose columns there are. False if memory is short. */
static bool append_columns(const struct fg_writer_config *writer, struct fg_text *text,
                           const struct text_block *block) {
    struct fg_column_request requests[FG_COLUMNS_MOST];
    const struct fg_column_block *const columns = block->columns;
    const uint64_t first = block->range.block->read.list.first + block->range.begin;
    for (size_t i = 0; i < columns->request_count; i++) {
        requests[i] = columns->requests[i];
        requests[i].values =
            (char *)requests[i].values + block->at * fg_column_entry_bytes(requests[i].column);
    }
    return fg_writer_column_lines(writer, text, first, block->count, requests);
}

static void format(struct fg_formatting *formatting, const struct text_block *text) {
    const struct fg_formatting_range *const range = &text->range;
    const struct fg_input_block *const block = range->block;
    const bool has_lists = text->results != NULL && text->columns == NULL;
    const size_t *const offsets = has_lists ? text->results->offsets + text->at : NULL;
    const uint64_t *const values = has_lists ? text->results->values : NULL;
    if (block->read.list.wide_count > 0) {
        format_mixed(formatting, range, offsets, values);
        return;
    }
    struct fg_ordered_text *const lines =
        fg_ordered_output_take(formatting->output, block->begin + range->begin);
    const bool is_made =
        lines != NULL &&
        (text->columns != NULL
             ? append_columns(formatting->writer, &lines->text, text)
             : append_lines(formatting->writer, &lines->text, range, offsets, values));
    if (!is_made) {
        fg_ordered_output_fail_memory(formatting->output, lines);
        return;
    }
    put_text(formatting, lines, block, range->end);
}

static bool must_give_up(const struct fg_formatting *formatting) {
    return formatting->is_given_up != NULL && formatting->is_given_up();
}

bool fg_formatting_take_long(struct fg_formatting *formatting, const struct fg_input_block *block,
                             size_t place) {
    const struct fg_number_list *const list = &block->read.list;
    const size_t wide = fg_number_list_find_wide(list, place);
    const struct fg_wide_answer *const answer = &block->wide->list[wide];
    const size_t *const offsets = answer->results->offsets + answer->index;
    const uint64_t begin = block->begin + place;
    fg_ordered_output_await(formatting->output, begin);
    struct fg_writer_line *const line =
        fg_writer_line_begin(formatting->writer, list->wide[wide],
                             answer->results->values + 2 * offsets[0], offsets[1] - offsets[0]);
    bool is_made = line != NULL, is_done = false;
    while (is_made && !is_done && !must_give_up(formatting) &&
           !fg_ordered_output_has_failed(formatting->output)) {
        struct fg_ordered_text *const part = fg_ordered_output_take(formatting->output, begin);
        is_made = part != NULL && fg_writer_line_next(line, &part->text, TEXT_BYTES, &is_done);
        if (is_made)
            put_text(formatting, part, block, is_done ? place + 1 : place);
        else
            fg_ordered_output_fail_memory(formatting->output, part);
    }
    if (line == NULL)
        fg_ordered_output_fail_memory(formatting->output, NULL);
    fg_writer_line_end(line);
    return is_done;
}

/* ---- The threads ---- */

/* Returns the oldest task with a part that no thread has taken. The caller holds the lock. */
static struct fg_formatting_task *next_task(struct fg_formatting *formatting) {
    struct fg_formatting_task *next = NULL;
    for (size_t i = 0; i < FG_FORMATTING_QUEUE; i++) {
        struct fg_formatting_task *const task = &formatting->tasks[i];
        if (task->order != 0 && task->taken < task->count &&
            (next == NULL || task->order < next->order))
            next = task;
    }
    return next;
}

/* Returns the next text block of a task with answers. */
static struct text_block next_answers(const struct fg_formatting *formatting,
                                      const struct fg_formatting_task *task) {
    const size_t left = task->count - task->taken;
    const bool has_columns = task->kind == FG_FORMATTING_COLUMNS;
    const size_t count = has_columns
                             ? limit_answers(formatting->writer, left)
                             : count_answers(formatting->writer, &task->results, task->taken, left);
    return (struct text_block){.range = part_of(&task->range, task->taken, count, task->count),
                               .count = count,
                               .results = &task->results,
                               .columns = has_columns ? &task->columns : NULL,
                               .at = task->taken};
}

/* Returns the next text block of a task without. */
static struct text_block next_others(const struct fg_formatting_task *task) {
    const size_t left = task->count - task->taken;
    struct text_block text = {.range = task->range};
    text.range.begin += task->taken;
    if (left > OTHER_PLACES)
        text.range.end = text.range.begin + OTHER_PLACES;
    return text;
}

/* Formats a text block of the task. The caller holds the lock; it is released meanwhile. */
static void format_part(struct fg_formatting *formatting, struct fg_formatting_task *task) {
    const bool has_answers = task->kind != FG_FORMATTING_OTHERS;
    const struct text_block text = has_answers ? next_answers(formatting, task) : next_others(task);
    const size_t count = has_answers ? text.count : text.range.end - text.range.begin;
    task->taken += count;
    if (task->taken < task->count)
        pthread_cond_signal(&formatting->task_put); /* another thread can take the rest */
    pthread_mutex_unlock(&formatting->lock);
    format(formatting, &text);
    pthread_mutex_lock(&formatting->lock);
    task->done += count;
    if (task->done == task->count) {
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

void fg_formatting_start(struct fg_formatting *formatting, unsigned count, bool takes_answers) {
    formatting->takes_answers |= takes_answers;
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

/* Begins a task whose answers are there, or that has none. The caller holds the lock. */
static void begin_task(struct fg_formatting *formatting, struct fg_formatting_task *task,
                       const struct fg_formatting_range *range, enum fg_formatting_kind kind,
                       size_t count) {
    task->range = *range;
    task->kind = kind;
    task->count = count;
    task->taken = task->done = 0;
    task->order = ++formatting->last_order;
    pthread_cond_signal(&formatting->task_put);
}

/* Hands a range over, with its answers, in whose place empty results are left, or NULL. */
static void hand_over(struct fg_formatting *formatting, const struct fg_formatting_range *range,
                      struct fg_results *results) {
    pthread_mutex_lock(&formatting->lock);
    struct fg_formatting_task *const empty = await_empty(formatting);
    if (empty != NULL && results != NULL) {
        const struct fg_results returned = empty->results;
        empty->results = *results;
        *results = returned;
        begin_task(formatting, empty, range, FG_FORMATTING_LISTS, empty->results.count);
    } else if (empty != NULL) {
        begin_task(formatting, empty, range, FG_FORMATTING_OTHERS, range->end - range->begin);
    }
    pthread_mutex_unlock(&formatting->lock);
}

static void hand_over_columns(struct fg_formatting *formatting,
                              const struct fg_formatting_range *range,
                              struct fg_column_block *columns, size_t count) {
    pthread_mutex_lock(&formatting->lock);
    struct fg_formatting_task *const empty = await_empty(formatting);
    if (empty != NULL) {
        const struct fg_column_block returned = empty->columns;
        empty->columns = *columns;
        *columns = returned;
        begin_task(formatting, empty, range, FG_FORMATTING_COLUMNS, count);
    }
    pthread_mutex_unlock(&formatting->lock);
}

void fg_formatting_take_others(struct fg_formatting *formatting,
                               const struct fg_formatting_range *range) {
    const struct text_block text = {.range = *range};
    if (formatting->thread_count > 0 && range->end - range->begin >= OTHER_PLACES_LEAST)
        hand_over(formatting, range, NULL);
    else
        format(formatting, &text);
}

void fg_formatting_take(struct fg_formatting *formatting, const struct fg_formatting_range *range,
                        struct fg_results *results) {
    if (formatting->thread_count > 0 && formatting->takes_answers) {
        hand_over(formatting, range, results);
        return;
    }
    for (size_t at = 0, count; at < results->count; at += count) {
        count = count_answers(formatting->writer, results, at, results->count - at);
        const struct text_block text = {.range = part_of(range, at, count, results->count),
                                        .count = count,
                                        .results = results,
                                        .at = at};
        format(formatting, &text);
    }
}

void fg_formatting_take_columns(struct fg_formatting *formatting,
                                const struct fg_formatting_range *range,
                                struct fg_column_block *columns, size_t count) {
    if (formatting->thread_count > 0) {
        hand_over_columns(formatting, range, columns, count);
        return;
    }
    for (size_t at = 0, rows; at < count; at += rows) {
        rows = limit_answers(formatting->writer, count - at);
        const struct text_block text = {
            .range = part_of(range, at, rows, count), .count = rows, .columns = columns, .at = at};
        format(formatting, &text);
    }
}

/* ---- Beginning and end ---- */

void fg_formatting_init(struct fg_formatting *formatting, const struct fg_writer_config *writer,
                        struct fg_ordered_output *output, bool (*is_given_up)(void)) {
    *formatting =
        (struct fg_formatting){.writer = writer, .output = output, .is_given_up = is_given_up};
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
    for (size_t i = 0; i < FG_FORMATTING_QUEUE; i++) {
        fg_results_free(&formatting->tasks[i].results);
        fg_column_block_free(&formatting->tasks[i].columns);
    }
    pthread_cond_destroy(&formatting->task_put);
    pthread_cond_destroy(&formatting->task_done);
    pthread_mutex_destroy(&formatting->lock);
}
