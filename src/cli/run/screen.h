/* SPDX-License-Identifier: MIT */
/*
 * screen.h: what a run shows on standard error: messages, the progress line, which is erased before
 * a message, and the progress for SIGUSR1. From any thread.
 */
#ifndef FG_CLI_SCREEN_H
#define FG_CLI_SCREEN_H

#include "terminal/progress.h"
#include "terminal/ticker.h"

#include <pthread.h>

struct fg_screen {
    bool quiet;       /* only errors */
    bool mutes_input; /* an earlier run has reported what is wrong with the input */

    pthread_mutex_t lock; /* for standard error and what follows */
    struct fg_progress progress;
    struct fg_ticker ticker;
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

/* The facts about a run that its progress needs before the first answer. */
struct fg_screen_start {
    enum fg_progress_style style;
    uint64_t total_numbers, total_bytes; /* 0: not known */
    uint64_t begin_numbers, begin_bytes; /* answered before */
    const char *method;
};

/* Starts the clock, and shows progress from now on. */
void fg_screen_start(struct fg_screen *screen, const struct fg_screen_start *start);

/* Notes which backend works. */
void fg_screen_note_backend(struct fg_screen *screen, const char *backend);

/* Notes that `numbers` more numbers were answered, up to byte `end_byte` of the input. */
void fg_screen_advance(struct fg_screen *screen, uint64_t numbers, uint64_t end_byte);

/* Ends the progress; `is_complete`: all of the input was answered. */
void fg_screen_end(struct fg_screen *screen, bool is_complete);

#endif
