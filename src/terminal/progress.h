/* SPDX-License-Identifier: MIT */
/*
 * progress.h: the line on standard error that says how far a long run is.
 *
 * "1234567 numbers, 45.2 k/s, 37 %, 0:12 left": redrawn in place, erased before anything else is
 * written to the same terminal and at the end.
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

/* Room for the words: three numbers of at most 20 digits, and what is around them. */
#define FG_PROGRESS_ROOM 160

/* "1234567 numbers, 45.2 k/s, 37 %, 0:12 left", without a NUL; returns its size. May be called from
 * a signal handler. */
size_t fg_progress_words(const struct fg_progress_place *place, char text[FG_PROGRESS_ROOM]);

/* Nanoseconds on a clock that never goes back. */
typedef uint64_t fg_progress_clock(void *context);

struct fg_progress {
    FILE *out; /* NULL: there is no progress line, and all functions do nothing */
    fg_progress_clock *now_ns;
    void *clock_context;
    uint64_t drawn_ns;
    uint64_t total_bytes;
    struct fg_recent recent;
    bool drawn; /* a line stands on the terminal */
};

/* Starts the clock. `total_bytes` is the size of the input, 0 where it is not known. */
void fg_progress_start(struct fg_progress *progress, FILE *out, fg_progress_clock *now_ns,
                       void *clock_context, uint64_t total_bytes);

/* So much was answered before the clock was started, and says nothing about the rate. */
void fg_progress_begin_at(struct fg_progress *progress, uint64_t numbers, uint64_t bytes);

/* So far `numbers` were answered, and `bytes` of the input. Draws once an interval has passed. */
void fg_progress_update(struct fg_progress *progress, uint64_t numbers, uint64_t bytes);

/* Takes the line away; the next update may draw it again. */
void fg_progress_erase(struct fg_progress *progress);

/* The clock to use outside of tests: CLOCK_MONOTONIC. */
uint64_t fg_progress_monotonic_ns(void *context);

#ifdef __cplusplus
}
#endif

#endif
