/* SPDX-License-Identifier: MIT */
/*
 * ordered_output.h: writes texts in the order of the input; threads make them in any order.
 *
 * A number's place is how many numbers of the input lie before it. Each text covers a range of
 * places, and is written once everything before its first place has been written. Usually the
 * thread that has made the next text in order writes it, because the text is in its cache. Memory
 * is bounded, by the count of texts and by their bytes: a thread that is too far ahead waits.
 */
#ifndef FG_CLI_ORDERED_OUTPUT_H
#define FG_CLI_ORDERED_OUTPUT_H

#include "cli/output/output.h"
#include "cli/output/writer.h"

#include <pthread.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A text of the numbers at places begin .. end, or, if both are the same, the next part of the text
 * of the number at that place. */
struct fg_ordered_text {
    struct fg_text text;
    uint64_t begin, end;
    const void *origin;           /* set by the maker, for config.written */
    pthread_t maker;              /* this and the next are ordered_output.c's */
    struct fg_ordered_text *next; /* in the list of unused or of pending texts */
};

struct fg_ordered_output_config {
    struct fg_output *output;
    /* Max count of texts that are being made or pending. Beyond it, a thread waits a little before
     * it makes another. */
    unsigned text_max;
    /* A thread that has made a text makes the next one within milliseconds, or calls
     * fg_ordered_output_flush() at the end. Texts are then left to their makers for a while. */
    bool brief_tasks;
    /* Called before a text is written: in order, one at a time, from any thread. May change the
     * text. Returns the output's status. NULL: not needed. */
    enum fg_status (*prepare)(void *context, struct fg_ordered_text *text);
    /* Called when a text has been written: in order, one at a time, from any thread, which may take
     * its time. Returns the output's status. */
    enum fg_status (*written)(void *context, const struct fg_ordered_text *text);
    /* Called once, from any thread, when the output has failed or memory is short. */
    void (*failed)(void *context);
    void *context; /* of all three */
};

/* All of it belongs to ordered_output.c. */
struct fg_ordered_output {
    struct fg_ordered_output_config config;
    pthread_mutex_t lock; /* for all that follows */
    pthread_cond_t text_written;
    struct fg_ordered_text *unused, *pending; /* pending: in order of their places */
    size_t pending_count, pending_bytes;      /* they and their texts */
    unsigned text_count;                      /* texts that there are */
    uint64_t written_end;                     /* the first place that is not yet written */
    bool is_stalled;                          /* no text was written for a long time */
    bool is_writing;                          /* a thread is */
    bool has_failed;                          /* the output has, or memory was short */
    bool lacks_memory;
};

void fg_ordered_output_init(struct fg_ordered_output *ordered,
                            const struct fg_ordered_output_config *config);
void fg_ordered_output_destroy(struct fg_ordered_output *ordered);

/* The functions below may be called by any thread. */

/* Returns an empty text for the numbers from place `begin` on; it may have memory from earlier use.
 * The thread returns it with one of the next two functions. NULL if memory is short. */
struct fg_ordered_text *fg_ordered_output_take(struct fg_ordered_output *ordered, uint64_t begin);

/* Takes a finished text. If it is next, writes it and those that follow. */
void fg_ordered_output_put(struct fg_ordered_output *ordered, struct fg_ordered_text *text);

/* Ends the output because memory is short, and frees `text`, which may be NULL. Earlier texts are
 * still written. */
void fg_ordered_output_fail_memory(struct fg_ordered_output *ordered, struct fg_ordered_text *text);

/* Ends the output, after a write outside this interface failed. */
void fg_ordered_output_fail(struct fg_ordered_output *ordered);

/* Waits until all texts before place `begin` are written, or the output has failed. The caller must
 * have put all of them, or have given them to threads that put them without the caller. */
void fg_ordered_output_await(struct fg_ordered_output *ordered, uint64_t begin);

bool fg_ordered_output_has_failed(struct fg_ordered_output *ordered);

/* Writes the first text that waits, if it is next and no other thread is writing; else false. */
bool fg_ordered_output_write_one(struct fg_ordered_output *ordered);

/* Writes all texts that are next, unless another thread is writing. */
void fg_ordered_output_flush(struct fg_ordered_output *ordered);

/* Writes the rest, once no other thread uses `ordered`. If memory was short, the output fails with
 * that error. */
void fg_ordered_output_finish(struct fg_ordered_output *ordered);

#ifdef __cplusplus
}
#endif

#endif
