/* SPDX-License-Identifier: MIT */
/*
 * stream.c: joins reading ahead, formatting and the ordered output. Each has its own lock; no
 * thread holds two of them.
 */
#include "cli/run/stream.h"

#include "cli/run/formatting.h"
#include "cli/run/ordered_output.h"
#include "cli/run/pace.h"
#include "cli/run/read_ahead.h"
#include "terminal/progress.h"

#include <stdlib.h>

/* Max count of texts for each job that are being made or pending. With twice as many the memory for
 * 1 .. 10^7 was 7 % above that for 1 .. 10^6, not 3 %; neither those nor a hundred times as many
 * took less time. */
#define TEXTS_PER_JOB 8

struct fg_stream {
    struct fg_stream_config config;
    struct fg_read_ahead ahead;
    struct fg_ordered_output output;
    struct fg_formatting formatting;
    bool has_begun, has_given_up; /* the latter: a line */
    bool lists_are_ranges;        /* because the method answers nothing else */

    /* Used by the caller's thread only: */
    const struct fg_input_block *block; /* which the batch is a part of */
    /* Copies of the block's counts of all its numbers and of those of two words, because a block
     * whose last number was formatted may hold anything. */
    size_t block_end, wide_count;
    size_t place;            /* of the block: what is before it was in a batch, or needs none */
    size_t wide_answered;    /* how many of two words were in a batch */
    struct fg_numbers batch; /* with the range of a batch of one word */
    bool wants_columns;      /* the batch does */
    size_t column_capacity;  /* numbers of such a batch; 0: there is none */
    struct fg_column_block columns;   /* for it */
    struct fg_formatting_range range; /* that it belongs to */
    struct fg_pace pace, range_pace, wide_pace;
    uint64_t batch_begin_ns;
};

/* ---- What the ordered output calls ---- */

/* Estimates the byte of the input at which the block's first `count` numbers end. */
static uint64_t end_byte(const struct fg_input_block *block, uint64_t count) {
    const double share = (double)count / (double)block->read.list.count;
    const double bytes = share * (double)(block->read.end_byte - block->read.begin_byte);
    return block->read.begin_byte + (uint64_t)bytes;
}

static enum fg_status on_written(void *context, const struct fg_ordered_text *text) {
    struct fg_stream *const stream = context;
    const struct fg_input_block *const block = text->origin;
    const uint64_t begin = text->begin - block->begin, end = text->end - block->begin;
    if (begin == end)
        return FG_OK; /* a part of a line */
    const struct fg_stream_written written = {.list = &block->read.list,
                                              .begin = begin,
                                              .end = end,
                                              .end_byte = end_byte(block, end),
                                              .had_bad_token = block->had_bad_token,
                                              .had_unreadable = block->had_unreadable};
    const enum fg_status status = stream->config.written(stream->config.context, &written);
    if (end == block->read.list.count)
        fg_read_ahead_release(&stream->ahead);
    return status;
}

/* Turns the tallies of a text into the rows of intervals that have ended. */
static enum fg_status prepare(void *context, struct fg_ordered_text *text) {
    struct fg_stream *const stream = context;
    return fg_running_tally_take(stream->config.tally, &text->text, &stream->config.output->error);
}

static void on_failed(void *context) {
    struct fg_stream *const stream = context;
    fg_read_ahead_stop(&stream->ahead);
    fg_formatting_stop(&stream->formatting);
    stream->config.output_failed(stream->config.context);
}

/* ---- Batches ---- */

/* Takes the next block; false if there is none. */
static bool take_block(struct fg_stream *stream) {
    if (!stream->has_begun && stream->config.jobs > 1)
        fg_read_ahead_start(&stream->ahead);
    stream->has_begun = true;
    fg_ordered_output_flush(&stream->output);
    stream->block = fg_read_ahead_next(&stream->ahead);
    if (stream->block == NULL)
        return false;
    stream->block_end = stream->block->read.list.count;
    stream->wide_count = stream->block->read.list.wide_count;
    stream->place = stream->wide_answered = 0;
    return true;
}

/* Makes the next numbers of two words the batch. */
static void begin_wide_batch(struct fg_stream *stream) {
    const struct fg_uint128 *const numbers = stream->block->read.list.wide + stream->wide_answered;
    const size_t left = stream->wide_count - stream->wide_answered;
    fg_ordered_output_flush(&stream->output);
    stream->wants_columns = false;
    stream->batch = (struct fg_numbers){
        .kind = FG_NUMBERS_LIST,
        .words = 2,
        .count = fg_pace_count_wide(&stream->wide_pace, numbers, left),
        .wide_list = numbers,
    };
}

/* Returns the place up to which the answers to numbers of two words are there, and `*is_long` if
 * the number there is the first whose text is written in parts. */
static size_t find_end(const struct fg_stream *stream, size_t wide, bool *is_long) {
    const struct fg_number_list *const list = &stream->block->read.list;
    for (size_t i = wide; i < stream->wide_answered; i++)
        if (fg_formatting_is_long(&stream->formatting, &stream->block->wide->list[i])) {
            *is_long = true;
            return list->wide_places[i];
        }
    *is_long = false;
    return stream->wide_answered < stream->wide_count ? list->wide_places[stream->wide_answered]
                                                      : stream->block_end;
}

/* Makes a list the range of its first numbers, as long as they follow one another. */
static void make_range(struct fg_numbers *batch) {
    const uint64_t *const list = batch->list;
    size_t count = 1;
    while (count < batch->count && list[count] - list[0] == count)
        count++;
    *batch = (struct fg_numbers){
        .kind = FG_NUMBERS_RANGE, .words = 1, .count = count, .begin = {.low = list[0]}};
}

/* Lets the batch, a range, be answered in columns if the method and the writer can have that, and
 * if a part that has memory is worth beginning. */
static void cut_for_columns(struct fg_stream *stream) {
    struct fg_numbers *const batch = &stream->batch;
    const size_t most = stream->column_capacity;
    const size_t part = batch->count < most ? batch->count : most;
    const size_t jobs = part > stream->config.jobs ? stream->config.jobs : 1; /* that share it */
    stream->wants_columns =
        most > 0 && (part == batch->count || fg_pace_is_fair(&stream->range_pace, batch->begin.low,
                                                             part / jobs, batch->count / jobs));
    if (stream->wants_columns)
        batch->count = part;
}

/* Makes the first of `left` numbers of one word, from number `first` of the block on, the batch,
 * and returns how many. */
static size_t set_narrow_batch(struct fg_stream *stream, size_t first, size_t left) {
    const struct fg_input_block *const block = stream->block;
    struct fg_numbers *const batch = &stream->batch;
    *batch = (struct fg_numbers){.words = 1};
    stream->wants_columns = false;
    if (block->read.list.is_range) {
        batch->kind = FG_NUMBERS_RANGE;
        batch->begin.low = block->read.list.first + first;
        batch->count = fg_pace_count_range(&stream->range_pace, batch->begin.low, left);
        cut_for_columns(stream);
    } else {
        batch->kind = FG_NUMBERS_LIST;
        batch->list = block->numbers + first;
        batch->count = fg_pace_count(&stream->pace, batch->list, left);
    }
    if (batch->kind == FG_NUMBERS_LIST && stream->lists_are_ranges)
        make_range(batch);
    return batch->count;
}

/* Makes numbers of one word from the block's place on, and before `end`, the batch, and moves the
 * place behind them. If there are none, formats what else is there and returns false. */
static bool begin_narrow_batch(struct fg_stream *stream, size_t end) {
    const struct fg_input_block *const block = stream->block;
    const size_t first = fg_input_block_count_before(block, stream->place);
    const size_t left = fg_input_block_count_before(block, end) - first;
    const struct fg_formatting_range all = {block, first, stream->place, end};
    stream->range = all;
    stream->place = end;
    if (left == 0) {
        fg_formatting_take_others(&stream->formatting, &all);
        return false;
    }
    const size_t count = set_narrow_batch(stream, first, left);
    if (count < left)
        stream->place = stream->range.end = fg_input_block_index(block, first + count);
    return true;
}

/* Makes the next numbers of the block the batch; false if there are no more. */
static bool begin_batch(struct fg_stream *stream) {
    while (stream->place < stream->block_end && !stream->has_given_up) {
        const size_t wide =
            stream->wide_count == 0
                ? 0
                : fg_number_list_find_wide(&stream->block->read.list, stream->place);
        if (wide == stream->wide_answered && wide < stream->wide_count) {
            begin_wide_batch(stream);
            return true;
        }
        bool is_long;
        const size_t end = find_end(stream, wide, &is_long);
        if (is_long && end == stream->place)
            stream->has_given_up =
                !fg_formatting_take_long(&stream->formatting, stream->block, stream->place++);
        else if (begin_narrow_batch(stream, end))
            return true;
    }
    return false;
}

/* Learns from the batch that is answered, but not from the last of a block, which may be smaller
 * than wanted. */
static void end_batch(struct fg_stream *stream) {
    const uint64_t elapsed_ns = fg_progress_monotonic_ns(NULL) - stream->batch_begin_ns;
    const bool is_wide = stream->batch.words == 2;
    if (is_wide)
        stream->wide_answered += stream->batch.count;
    if (is_wide && stream->wide_answered < stream->wide_count)
        fg_pace_learn(&stream->wide_pace, elapsed_ns);
    else if (!is_wide && stream->place < stream->block_end && !stream->wants_columns)
        fg_pace_learn(stream->batch.kind == FG_NUMBERS_RANGE ? &stream->range_pace : &stream->pace,
                      elapsed_ns);
    stream->batch.count = 0;
}

const struct fg_numbers *fg_stream_next(struct fg_stream *stream) {
    if (stream->batch.count > 0)
        end_batch(stream);
    if (fg_ordered_output_has_failed(&stream->output)) /* some answers may not be there */
        return NULL;
    while (!begin_batch(stream))
        if (stream->has_given_up || !take_block(stream))
            return NULL;
    if (fg_ordered_output_has_failed(&stream->output))
        return NULL;
    stream->batch_begin_ns = fg_progress_monotonic_ns(NULL);
    return &stream->batch;
}

/* Formats what lies before the first number of a batch of one word that no engine answers. */
static void format_before_batch(struct fg_stream *stream) {
    struct fg_formatting_range before = stream->range;
    before.end = before.block->count == before.block->read.list.count
                     ? before.first
                     : before.block->indices[before.first];
    if (before.end > before.begin)
        fg_formatting_take_others(&stream->formatting, &before);
}

void fg_stream_end_batch(struct fg_stream *stream) {
    if (stream->batch.count == 0)
        return;
    end_batch(stream);
    if (!fg_ordered_output_has_failed(&stream->output) && begin_batch(stream) &&
        stream->batch.words == 1)
        format_before_batch(stream);
    stream->batch.count = 0;
}

void fg_stream_use_formatters(struct fg_stream *stream, bool all) {
    if (stream->config.jobs > 1)
        fg_formatting_start(&stream->formatting, stream->config.jobs, all);
}

void fg_stream_consume(void *stream, size_t first, struct fg_results *results) {
    struct fg_stream *const own = stream;
    const struct fg_input_block *const block = own->block;
    if (own->batch.words == 2) {
        if (!fg_wide_answers_take(block->wide, own->wide_answered + first, results))
            fg_ordered_output_fail_memory(&own->output, NULL);
        return;
    }
    struct fg_formatting_range range = own->range;
    const size_t end = first + results->count;
    range.first += first;
    if (first > 0)
        range.begin = fg_input_block_index(block, range.first);
    if (end < own->batch.count)
        range.end = fg_input_block_index(block, own->range.first + end);
    fg_formatting_take(&own->formatting, &range, results);
}

void fg_stream_consume_tally(struct fg_stream *stream, size_t first, size_t count,
                             struct fg_tally *tally) {
    const uint64_t begin = stream->block->begin + stream->range.begin + first;
    struct fg_ordered_text *const text = fg_ordered_output_take(&stream->output, begin);
    if (text == NULL) {
        fg_tally_free_list(tally);
        fg_ordered_output_fail_memory(&stream->output, NULL);
        return;
    }
    text->text.tallies = text->text.last_tally = tally;
    text->end = begin + count;
    text->origin = stream->block;
    fg_ordered_output_put(&stream->output, text);
}

bool fg_stream_wants_columns(const struct fg_stream *stream) {
    return stream->wants_columns;
}

const struct fg_column_block *fg_stream_columns(struct fg_stream *stream) {
    return fg_column_block_make(&stream->columns, stream->config.writer.columns,
                                stream->column_capacity)
               ? &stream->columns
               : NULL;
}

void fg_stream_take_columns(struct fg_stream *stream) {
    fg_formatting_take_columns(&stream->formatting, &stream->range, &stream->columns,
                               stream->batch.count);
}

/* ---- Beginning and end ---- */

/* Writes the header, if there is one. False if memory is short. */
static bool write_header(struct fg_stream *stream) {
    struct fg_output *const output = stream->config.output;
    struct fg_text text = {0};
    if (stream->config.headerless || output->bytes > 0)
        return true; /* no header, or it is there already */
    const bool is_made = fg_writer_header(&stream->config.writer, &text);
    if (is_made && text.size > 0 && fg_output_write(output, text.data, text.size) != FG_OK)
        fg_ordered_output_fail(&stream->output);
    fg_text_free(&text);
    return is_made;
}

struct fg_stream *fg_stream_open(const struct fg_stream_config *config) {
    struct fg_stream *const stream = calloc(1, sizeof *stream);
    if (stream == NULL)
        return NULL;
    stream->config = *config;
    stream->pace = stream->wide_pace = fg_pace_start(config->method);
    stream->range_pace = config->sums_ranges ? fg_pace_start_totals(config->method)
                                             : fg_pace_start_ranges(config->method);
    stream->lists_are_ranges = !fg_method_takes(config->method, FG_NUMBERS_LIST, 1);
    const bool has_columns = config->method == FG_METHOD_AUTO || stream->lists_are_ranges;
    if (has_columns && !config->writer.smooth_only && !config->sums_ranges)
        stream->column_capacity = fg_column_block_capacity(config->writer.columns, config->jobs);
    const struct fg_ordered_output_config output = {.output = config->output,
                                                    .text_max = TEXTS_PER_JOB * config->jobs,
                                                    .brief_tasks = config->brief_tasks,
                                                    .prepare =
                                                        config->tally != NULL ? prepare : NULL,
                                                    .written = on_written,
                                                    .failed = on_failed,
                                                    .context = stream};
    fg_ordered_output_init(&stream->output, &output);
    fg_formatting_init(&stream->formatting, &stream->config.writer, &stream->output,
                       config->is_given_up);
    if (fg_read_ahead_init(&stream->ahead, config->reader, config->block_numbers,
                           config->takes_wide) &&
        write_header(stream))
        return stream;
    fg_stream_close(stream);
    return NULL;
}

void fg_stream_drain(struct fg_stream *stream) {
    fg_read_ahead_stop(&stream->ahead);
    fg_read_ahead_join(&stream->ahead);
    fg_formatting_finish(&stream->formatting);
    fg_ordered_output_finish(&stream->output);
}

void fg_stream_close(struct fg_stream *stream) {
    if (stream == NULL)
        return;
    fg_formatting_destroy(&stream->formatting);
    fg_column_block_free(&stream->columns);
    fg_ordered_output_destroy(&stream->output);
    fg_read_ahead_destroy(&stream->ahead);
    free(stream);
}
