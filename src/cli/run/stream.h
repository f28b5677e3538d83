/* SPDX-License-Identifier: MIT */
/*
 * stream.h: batches from the reader to the caller that has them answered, and the answers on to the
 * output, in order.
 *
 * With more than one job, reading, answering and writing overlap. Memory is bounded: a thread that
 * is too far ahead waits. The input is cut three times: into blocks, which are read at once
 * (read_ahead.h); a block into batches, which an engine answers at once, about half a second of
 * work (pace.h); and the answers into text blocks, which are formatted and written at once
 * (formatting.h).
 *
 *     while ((batch = fg_stream_next(stream)) != NULL)
 *         answer batch->numbers[0 .. count), all of it by calls of fg_stream_consume()
 *     fg_stream_drain(stream);
 */
#ifndef FG_CLI_STREAM_H
#define FG_CLI_STREAM_H

#include "cli/input/reader.h"
#include "cli/output/output.h"
#include "cli/output/writer.h"
#include "factor_gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Numbers whose answers have been written, zeros included. */
struct fg_stream_written {
    const uint64_t *numbers; /* until the callback returns */
    size_t count;
    uint64_t end_byte;                  /* of the input, up to which they reach */
    bool had_bad_token, had_unreadable; /* the input, before them or not far behind */
};

struct fg_stream_config {
    struct fg_reader *reader;
    struct fg_output *output;
    struct fg_writer_config writer;
    bool headerless;       /* no line before the first answer, even where the format has one */
    size_t block_numbers;  /* at most so many are read at once; at least 1 */
    enum fg_method method; /* whose work makes a batch */
    unsigned jobs;         /* at least 1; with 1 no thread is created */
    bool brief_tasks; /* a thread that consumes answers has the next ones within milliseconds, or
                         the caller is back in fg_stream_next() */
    /* Called as answers have been written, in order, one at a time, from any thread, which may take
     * its time. Returns the output's status. */
    enum fg_status (*written)(void *context, const struct fg_stream_written *written);
    /* Called once, from any thread, when the output has failed. output->error says why after
     * fg_stream_drain(): FG_ERROR_MEMORY also if there was no memory to format in. */
    void (*output_failed)(void *context);
    void *context; /* of both */
};

/* The numbers that are to be answered next. */
struct fg_stream_batch {
    const uint64_t *numbers;
    size_t count; /* at least 1 */
};

struct fg_stream;

/* NULL if memory is short. The config's reader and output must outlive the stream. Fewer threads
 * than wished for are no error: what has no thread is done in the caller's. */
struct fg_stream *fg_stream_open(const struct fg_stream_config *config);

/* Returns the next batch, once all of the one before it was consumed: from then on that one is the
 * stream's again and may hold anything. NULL at the end of the input, and once the output has
 * failed. */
const struct fg_stream_batch *fg_stream_next(struct fg_stream *stream);

/* From now on formatting is taken off the caller, with more than one job. Not while a batch is
 * being answered. */
void fg_stream_use_formatters(struct fg_stream *stream);

/*
 * Takes the answers to results->count of the batch's numbers, at least one, from
 * batch->numbers[first] on: each number's once, in any order. An fg_consumer whose context is the
 * stream. Any thread.
 */
void fg_stream_consume(void *stream, size_t first, struct fg_results *results);

/*
 * Waits until what was consumed is written, up to the first number that was not, and the threads
 * have ended. The reader must be at its end or have been told to stop. No other function but
 * fg_stream_close() may follow.
 */
void fg_stream_drain(struct fg_stream *stream);

void fg_stream_close(struct fg_stream *stream); /* drained, or never used; NULL is allowed */

#ifdef __cplusplus
}
#endif

#endif
