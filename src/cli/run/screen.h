/* SPDX-License-Identifier: MIT */
/*
 * screen.h: what a run shows on standard error: messages, the progress line, which is erased before
 * a message, and the progress for SIGUSR1. From any thread.
 */
#ifndef FG_CLI_SCREEN_H
#define FG_CLI_SCREEN_H

#include "terminal/progress.h"

#include <pthread.h>

struct fg_screen {
    bool quiet;       /* only errors */
    bool mutes_input; /* an earlier run has reported what is wrong with the input */

    pthread_mutex_t lock; /* for standard error and what follows */
    struct fg_progress progress;
    uint64_t begin_numbers; /* numbers that an earlier run answered */
    uint64_t answered;      /* numbers that this run answered */
};

void fg_screen_open(struct fg_screen *screen, bool quiet);
void fg_screen_close(struct fg_screen *screen);

/* Writes a message. */
__attribute__((format(printf, 2, 3))) void fg_screen_say(struct fg_screen *screen,
                                                         const char *format, ...);

/* Writes a notice, which --quiet leaves out. */
__attribute__((format(printf, 2, 3))) void fg_screen_note(struct fg_screen *screen,
                                                          const char *format, ...);

/* Writes what is wrong with the input. Serves as the callback `report` of a reader whose context is
 * the screen. */
void fg_screen_report_input(void *screen, const char *message);

/* Starts the clock, and the progress line if the screen `draws` it. `numbers` and `bytes` of the
 * input were answered before; it has `total_bytes`, or 0 if that is not known. */
void fg_screen_start(struct fg_screen *screen, bool draws, uint64_t total_bytes, uint64_t numbers,
                     uint64_t bytes);

/* Notes that `numbers` more numbers were answered, up to byte `end_byte` of the input. */
void fg_screen_advance(struct fg_screen *screen, uint64_t numbers, uint64_t end_byte);

/* Erases the progress line. */
void fg_screen_clear(struct fg_screen *screen);

#endif
