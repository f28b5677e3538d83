/* SPDX-License-Identifier: MIT */
/*
 * stream.h: passes batches from the reader to the caller, and their answers to the output, in
 * order.
 *
 * With more than one job, reading, answering and writing overlap. Memory is bounded: a thread that
 * is too far ahead waits. The input is cut three times: the input into blocks, which are read at
 * once (read_ahead.h); a block into batches, which an engine answers at once, about half a second
 * of work (pace.h); the answers into text blocks, which are formatted and written at once
 * (formatting.h).
 *
 * A batch is a list or a range. All its numbers have one width. In a block with numbers of both,
 * those of two words come first, and their answers wait in it for the numbers around them.
 *
 *     while ((batch = fg_stream_next(stream)) != NULL)
 *         answer *batch, all of it by calls of fg_stream_consume()
 *     fg_stream_drain(stream);
 */
#ifndef FG_CLI_STREAM_H
#define FG_CLI_STREAM_H

#include "cli/input/reader.h"
#include "cli/output/output.h"
#include "cli/output/writer.h"
#include "cli/run/column_block.h"
#include "cli/run/running_tally.h"
#include "factor_gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Numbers whose answers have been written, zeros included. */
struct fg_stream_written {
    const struct fg_number_list *list; /* these of it, until the callback returns: begin .. end */
    size_t begin, end;
    uint64_t end_byte;                  /* of the input, where they end */
    bool had_bad_token, had_unreadable; /* the input, before them or not far behind */
};

struct fg_stream_config {
    struct fg_reader *reader;
    struct fg_output *output;
    struct fg_writer_config writer;
    struct fg_running_tally *tally; /* takes the totals, in order, if writer.totals; else NULL */
    bool headerless;                /* no header, even if the format has one */
    size_t block_numbers;           /* max count read at once; at least 1 */
    bool takes_wide;                /* numbers from 2^64 on are answered, and not bad ones */
    /* Returns whether a line that is written in parts is to end unfinished: the stream then ends
     * there. NULL: never. */
    bool (*is_given_up)(void);
    enum fg_method method; /* its work decides the size of a batch */
    bool sums_ranges;      /* the caller answers ranges by fg_stream_consume_tally() */
    unsigned jobs;         /* at least 1; with 1 no thread is created */
    bool brief_tasks; /* a thread that delivers answers delivers the next ones within milliseconds,
                         or the caller is back in fg_stream_next() */
    /* Called as answers have been written, in order, one at a time, from any thread, which may take
     * its time. Returns the output's status. */
    enum fg_status (*written)(void *context, const struct fg_stream_written *written);
    /* Called once, from any thread, when the output has failed. output->error says why after
     * fg_stream_drain(): FG_ERROR_MEMORY also if memory was short for formatting. */
    void (*output_failed)(void *context);
    void *context; /* of both */
};

struct fg_stream;

/* Returns a stream; NULL if memory is short. The config's reader and output must outlive the
 * stream. It is no error if threads cannot be created: the caller's thread then does their work. */
struct fg_stream *fg_stream_open(const struct fg_stream_config *config);

/* Returns the next batch. Call it after all of the previous batch was consumed; that batch's memory
 * may then hold anything. NULL at the end of the input, once the output has failed, and
 * once a line was given up. */
const struct fg_numbers *fg_stream_next(struct fg_stream *stream);

/* Returns whether the batch is to be answered in columns, without lists: then the arrays of
 * fg_stream_columns() are to be filled with those of all its numbers, and fg_stream_take_columns()
 * called once in place of fg_stream_consume(). */
bool fg_stream_wants_columns(const struct fg_stream *stream);

/* Returns the arrays for the batch, which is the stream's; NULL if memory is short. */
const struct fg_column_block *fg_stream_columns(struct fg_stream *stream);
void fg_stream_take_columns(struct fg_stream *stream);

/* Ends the last batch, all of which was consumed, if no other follows: formats what waited
 * for it, up to the next number that is not answered. Without a batch it does nothing. */
void fg_stream_end_batch(struct fg_stream *stream);

/* With more than one job, formats in separate threads from now on: numbers of two words, and with
 * `all` also the others, which their thread formats if it delivers them. Not while a batch is being
 * answered. */
void fg_stream_use_formatters(struct fg_stream *stream, bool all);

/*
 * Takes the answers to results->count of the batch's numbers, at least one, from number `first` on:
 * each number once, in any order; to numbers of two words their primes. Serves as an fg_consumer
 * whose context is the stream. Any thread.
 */
void fg_stream_consume(void *stream, size_t first, struct fg_results *results);

/* Takes the totals of `count` of the batch's numbers, at least one, from number `first` on, in
 * place of their answers. The batch is a range, and they lie in one interval. The tally is the
 * stream's from now on. */
void fg_stream_consume_tally(struct fg_stream *stream, size_t first, size_t count,
                             struct fg_tally *tally);

/*
 * Waits until the answers before the first missing one are written and the threads have ended. The
 * reader must be at its end or have been stopped. Only fg_stream_close() may follow.
 */
void fg_stream_drain(struct fg_stream *stream);

void fg_stream_close(struct fg_stream *stream); /* drained, or never used; NULL is allowed */

#ifdef __cplusplus
}
#endif

#endif
