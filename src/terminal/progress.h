/* SPDX-License-Identifier: MIT */
/*
 * progress.h: how far a long run is, on standard error, in the style that was chosen.
 *
 * "1234567 numbers, 45.2 k/s, 37 %, 0:12 left": on a terminal the line is redrawn in place, and
 * erased at the end and before anything else is written there.
 */
#ifndef FG_CLI_PROGRESS_H
#define FG_CLI_PROGRESS_H

#include "terminal/progress_style.h"
#include "terminal/recent.h"
#include "terminal/terminal_line.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The place that a run has reached, and its speed. */
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

struct fg_progress_config {
    FILE *out;
    enum fg_progress_style style;
    fg_progress_clock *now_ns;
    void *clock_context;
    uint64_t total_numbers, total_bytes; /* of the input; 0: not known */
    /* Answered before the clock is started; this does not count for the rate. */
    uint64_t begin_numbers, begin_bytes;
    const char *method;
};

/* All zero: nothing is shown, and all functions do nothing. */
struct fg_progress {
    struct fg_progress_config config;
    struct fg_progress_schedule schedule;
    struct fg_terminal_line line;
    struct fg_recent recent;
    uint64_t numbers, bytes; /* answered so far */
    const char *backend;     /* that works; NULL: none yet */
};

/* Starts the clock. */
void fg_progress_start(struct fg_progress *progress, const struct fg_progress_config *config);

/* Notes that `numbers` numbers and `bytes` bytes of the input are answered so far. Shows it if that
 * is due. */
void fg_progress_update(struct fg_progress *progress, uint64_t numbers, uint64_t bytes);

/* Shows how far the run is, though nothing more was answered, if that is due. */
void fg_progress_tick(struct fg_progress *progress);

/* Erases the line; the next update may draw it again. */
void fg_progress_erase(struct fg_progress *progress);

/* Shows nothing more. Erases the line, or writes the last JSON line; `is_complete`: all of the
 * input was answered. */
void fg_progress_end(struct fg_progress *progress, bool is_complete);

/* The clock to use outside of tests: CLOCK_MONOTONIC. */
uint64_t fg_progress_monotonic_ns(void *context);

#ifdef __cplusplus
}
#endif

#endif
