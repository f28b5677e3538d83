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
    bool has_begun;

    /* Used by the caller's thread only: */
    const struct fg_input_block *block; /* which the batch is a part of */
    /* A copy of the block's count, because a block whose last number was consumed may hold
     * anything, and how many of its numbers were in a batch. */
    size_t block_count, block_taken;
    struct fg_stream_batch batch;
    struct fg_pace pace;
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
    const struct fg_stream_written written = {.numbers = block->read.list.numbers + begin,
                                              .count = (size_t)(end - begin),
                                              .end_byte = end_byte(block, end),
                                              .had_bad_token = block->had_bad_token,
                                              .had_unreadable = block->had_unreadable};
    const enum fg_status status = stream->config.written(stream->config.context, &written);
    if (end == block->read.list.count)
        fg_read_ahead_release(&stream->ahead);
    return status;
}

static void on_failed(void *context) {
    struct fg_stream *const stream = context;
    fg_read_ahead_stop(&stream->ahead);
    fg_formatting_stop(&stream->formatting);
    stream->config.output_failed(stream->config.context);
}

/* ---- Batches ---- */

/* Takes the next block that has numbers to answer; false if there is none. */
static bool take_block(struct fg_stream *stream) {
    if (!stream->has_begun && stream->config.jobs > 1)
        fg_read_ahead_start(&stream->ahead);
    stream->has_begun = true;
    do {
        fg_ordered_output_flush(&stream->output);
        stream->block = fg_read_ahead_next(&stream->ahead);
        if (stream->block == NULL)
            return false;
        stream->block_count = stream->block->count;
        stream->block_taken = 0;
        if (stream->block_count == 0)
            fg_formatting_take_zeros(&stream->formatting, stream->block);
    } while (stream->block_count == 0);
    return true;
}

const struct fg_stream_batch *fg_stream_next(struct fg_stream *stream) {
    if (stream->block_taken < stream->block_count)
        fg_pace_learn(&stream->pace, fg_progress_monotonic_ns(NULL) - stream->batch_begin_ns);
    else if (!take_block(stream))
        return NULL;
    if (fg_ordered_output_has_failed(&stream->output))
        return NULL;
    const uint64_t *const numbers = stream->block->numbers + stream->block_taken;
    const size_t left = stream->block_count - stream->block_taken;
    stream->batch = (struct fg_stream_batch){numbers, fg_pace_count(&stream->pace, numbers, left)};
    stream->block_taken += stream->batch.count;
    stream->batch_begin_ns = fg_progress_monotonic_ns(NULL);
    return &stream->batch;
}

void fg_stream_use_formatters(struct fg_stream *stream) {
    if (stream->config.jobs > 1)
        fg_formatting_start(&stream->formatting, stream->config.jobs);
}

void fg_stream_consume(void *stream, size_t first, struct fg_results *results) {
    struct fg_stream *const own = stream;
    const size_t begin = own->block_taken - own->batch.count; /* of the batch, in the block */
    fg_formatting_take(&own->formatting, own->block, begin + first, results);
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
    stream->pace = fg_pace_start(config->method);
    const struct fg_ordered_output_config output = {.output = config->output,
                                                    .text_max = TEXTS_PER_JOB * config->jobs,
                                                    .brief_tasks = config->brief_tasks,
                                                    .written = on_written,
                                                    .failed = on_failed,
                                                    .context = stream};
    fg_ordered_output_init(&stream->output, &output);
    fg_formatting_init(&stream->formatting, &stream->config.writer, &stream->output);
    if (fg_read_ahead_init(&stream->ahead, config->reader, config->block_numbers) &&
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
    fg_ordered_output_destroy(&stream->output);
    fg_read_ahead_destroy(&stream->ahead);
    free(stream);
}
