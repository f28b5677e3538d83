/* SPDX-License-Identifier: MIT */
/*
 * progress.h: the line on standard error that says how far a long run is.
 *
 * "1234567 numbers, 45.2 k/s, 37 %, 0:12 left": redrawn in place. It is erased at the end, and
 * before anything else is written to the terminal.
 */
#ifndef FG_CLI_PROGRESS_H
#define FG_CLI_PROGRESS_H

#include "terminal/recent.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FG_PROGRESS_INTERVAL_NS UINT64_C(200000000)

/* How far a run is, and how fast. */
struct fg_progress_place {
    uint64_t numbers, bytes; /* of the input: answered */
    uint64_t total_bytes;    /* 0: not known */
    struct fg_recent_work recent;
};

/* Capacity for the words: three numbers of at most 20 digits, and the text around them. */
#define FG_PROGRESS_ROOM 160

/* "1234567 numbers, 45.2 k/s, 37 %, 0:12 left", without a NUL; returns its size. May be called from
 * a signal handler. */
size_t fg_progress_words(const struct fg_progress_place *place, char text[FG_PROGRESS_ROOM]);

/* Returns nanoseconds on a clock that never goes back. */
typedef uint64_t fg_progress_clock(void *context);

struct fg_progress {
    FILE *out; /* NULL: there is no progress line, and all functions do nothing */
    fg_progress_clock *now_ns;
    void *clock_context;
    uint64_t drawn_ns;
    uint64_t total_bytes;
    struct fg_recent recent;
    bool drawn; /* the line is on the terminal */
};

/* Starts the clock. `total_bytes` is the size of the input; 0 if it is not known. */
void fg_progress_start(struct fg_progress *progress, FILE *out, fg_progress_clock *now_ns,
                       void *clock_context, uint64_t total_bytes);

/* Notes what was answered before the clock was started; it does not count for the rate. */
void fg_progress_begin_at(struct fg_progress *progress, uint64_t numbers, uint64_t bytes);

/* Notes that `numbers` numbers and `bytes` bytes of the input are answered so far. Draws the line
 * if an interval has passed. */
void fg_progress_update(struct fg_progress *progress, uint64_t numbers, uint64_t bytes);

/* Erases the line; the next update may draw it again. */
void fg_progress_erase(struct fg_progress *progress);

/* The clock to use outside of tests: CLOCK_MONOTONIC. */
uint64_t fg_progress_monotonic_ns(void *context);

#ifdef __cplusplus
}
#endif

#endif
