/* SPDX-License-Identifier: MIT */
/*
 * progress_style.h: the ways to show progress on standard error, and how often each does.
 */
#ifndef FG_TERMINAL_PROGRESS_STYLE_H
#define FG_TERMINAL_PROGRESS_STYLE_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum fg_progress_style {
    FG_PROGRESS_NONE,
    FG_PROGRESS_REDRAWN, /* one line of a terminal, drawn again and again */
    FG_PROGRESS_LINES,   /* whole lines now and then, for a log */
    FG_PROGRESS_JSON,    /* a JSON object on each line, for programs */
};

/* Min times between two lines. Of whole lines, an hour has 114. */
#define FG_PROGRESS_REDRAWN_NS UINT64_C(200000000)
#define FG_PROGRESS_JSON_NS UINT64_C(1000000000)
#define FG_PROGRESS_LINES_NS UINT64_C(10000000000)
#define FG_PROGRESS_LATE_LINES_NS UINT64_C(60000000000)
/* The time from which whole lines are fewer. */
#define FG_PROGRESS_LATE_NS UINT64_C(600000000000)

/* The time at which the next line is due, on a clock that never goes back. */
struct fg_progress_schedule {
    enum fg_progress_style style;
    uint64_t begin_ns, next_ns;
};

/* Starts the clock; the first line is due one interval later. */
void fg_progress_schedule_start(struct fg_progress_schedule *schedule, enum fg_progress_style style,
                                uint64_t now_ns);

/* Returns whether a line is due; if so, the next one is due an interval after this one was, so that
 * lines keep to the beat. */
bool fg_progress_schedule_is_due(struct fg_progress_schedule *schedule, uint64_t now_ns);

#ifdef __cplusplus
}
#endif

#endif
