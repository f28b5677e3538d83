/*
 * stream.h: batches from the reader to the caller who has them answered, and the answers on to the
 * output, in order.
 *
 * With more than one job, reading, answering and writing overlap. A thread reads ahead. Answers are
 * formatted by whoever hands them over: the engine's own threads, while the numbers are still in
 * their caches. Where only the caller does that, he can have formatting threads take it off him. A
 * piece of text is written by whoever has made the one that was next in order. Memory is bounded:
 * who is too far ahead waits.
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
#include "text/digest.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How far a run has got, for another to go on from there. */
struct fg_stream_mark {
    uint64_t numbers;                   /* so many of the input are answered, zeros included, */
    struct fg_digest digest;            /* these, */
    uint64_t output_bytes;              /* with so much text */
    bool had_bad_token, had_unreadable; /* before them, or not far behind */
};

struct fg_stream_config {
    struct fg_reader *reader;
    struct fg_output *output;
    struct fg_writer_config writer;
    bool headerless;      /* no line before the first answer, even where the format has one */
    size_t batch_numbers; /* at most so many in a batch; at least 1 */
    unsigned jobs;        /* at least 1; with 1 no thread is created */
    bool brief_tasks; /* who consumes answers has the next ones within milliseconds, or the caller
                         is back in fg_stream_next() */
    /* Called as answers have been written, in order, from whichever thread did it, one at a time:
     * so many numbers, up to that byte of the input. */
    void (*written)(void *context, uint64_t numbers, uint64_t end_byte);
    /* Called once, from any thread, when the output has failed. output->error says why:
     * FG_ERROR_MEMORY also if there was no memory to format in. */
    void (*output_failed)(void *context);
    /* NULL, or where the run goes on from; then marks are kept, and this is called with each, after
     * the writes that it is about: in order, one at a time, from any thread, which may take its
     * time. Returns the output's status. */
    const struct fg_stream_mark *begin;
    enum fg_status (*marked)(void *context, const struct fg_stream_mark *mark);
    void *context; /* of the three functions */
};

/* The numbers of a batch that are to be answered: all but the zeros. */
struct fg_stream_batch {
    const uint64_t *numbers;
    size_t count; /* 0 where all are zeros: fg_stream_consume() wants a call nevertheless */
};

struct fg_stream;

/* NULL where memory is short. The config's reader and output must outlive the stream. Fewer threads
 * than wished for are no error: what has no thread is done in the caller's. */
struct fg_stream *fg_stream_open(const struct fg_stream_config *config);

/* Whether the caller waits in fg_stream_next(); for the reader's `wanted`. Any thread. */
bool fg_stream_is_waiting(struct fg_stream *stream);

/* The next batch, once all of the one before it was consumed: from then on that one is the stream's
 * again and may hold anything. NULL at the end of the input, and once the output has failed. */
const struct fg_stream_batch *fg_stream_next(struct fg_stream *stream);

/* From now on formatting is taken off the caller, with more than one job. Not while a batch is
 * being answered. */
void fg_stream_use_formatters(struct fg_stream *stream);

/*
 * Takes the answers to results->count of the batch's numbers, from batch->numbers[first] on, as an
 * fg_consumer is handed them: each number's once, in any order. Any thread.
 */
void fg_stream_consume(struct fg_stream *stream, size_t first, struct fg_results *results);

/*
 * Waits until what was consumed is written, up to the first number that was not, and the threads
 * have ended. The reader must be at its end or have been told to stop. No other function but
 * the next two may follow.
 */
void fg_stream_drain(struct fg_stream *stream);

/* How far it got; after fg_stream_drain(). Only where config.begin was given. */
const struct fg_stream_mark *fg_stream_last_mark(const struct fg_stream *stream);

void fg_stream_close(struct fg_stream *stream); /* drained, or never used; NULL is allowed */

#ifdef __cplusplus
}
#endif

#endif
