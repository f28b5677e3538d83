/*
 * progress.h: the line on standard error that says how far a long run is.
 *
 * "1234567 numbers, 45.2 k/s, 37 %, 0:12 left": redrawn in place, erased before anything else is
 * written to the same terminal and at the end.
 */
#ifndef FG_CLI_PROGRESS_H
#define FG_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FG_PROGRESS_INTERVAL_NS UINT64_C(200000000)

/* Nanoseconds on a clock that never goes back. */
typedef uint64_t fg_progress_clock(void *context);

struct fg_progress {
    FILE *out; /* NULL: there is no progress line, and all functions do nothing */
    fg_progress_clock *now_ns;
    void *clock_context;
    uint64_t start_ns, drawn_ns;
    uint64_t total_bytes;
    bool drawn; /* a line stands on the terminal */
};

/* Starts the clock. `total_bytes` is the size of the input, 0 where it is not known. */
void fg_progress_start(struct fg_progress *progress, FILE *out, fg_progress_clock *now_ns,
                       void *clock_context, uint64_t total_bytes);

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
