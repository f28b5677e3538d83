/* SPDX-License-Identifier: MIT */
/*
 * compare_progress.h: how far a comparison is, on the error stream, in the style that was chosen.
 */
#ifndef FG_COMPARE_PROGRESS_H
#define FG_COMPARE_PROGRESS_H

#include "compare/compare_report.h"
#include "terminal/progress_style.h"
#include "terminal/terminal_line.h"

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Capacity for "exhaustive/threads: batches of 18446744073709551615". */
#define FG_COMPARE_PROGRESS_ROOM 128

struct fg_compare_progress {
    const struct fg_compare_report *report;
    struct fg_progress_schedule schedule;
    struct fg_terminal_line line;
    const struct fg_compare_row *row; /* that is at work; NULL: none yet */
    const char *phase;
    char text[FG_COMPARE_PROGRESS_ROOM]; /* the line for people */
};

/* Starts the clock. The report's rows are looked at as they change. */
void fg_compare_progress_start(struct fg_compare_progress *progress,
                               const struct fg_compare_report *report, FILE *err);

/* Notes what a row does now; `stage`, `run` and `run_count` as compare_operations.h has them. */
void fg_compare_progress_note(struct fg_compare_progress *progress,
                              const struct fg_compare_row *row, const char *stage, unsigned run,
                              unsigned run_count);

/* Shows the same again, if that is due. */
void fg_compare_progress_tick(struct fg_compare_progress *progress);

/* Erases the line, or writes the last JSON line; `is_complete`: the comparison has ended as it
 * should. */
void fg_compare_progress_end(struct fg_compare_progress *progress, bool is_complete);

#ifdef __cplusplus
}
#endif

#endif
