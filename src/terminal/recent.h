/* SPDX-License-Identifier: MIT */
/*
 * recent.h: the recent speed of a run, for the rate and the time left.
 *
 * The average of the whole run would stay wrong for long after the process was stopped, the machine
 * slept or the input became harder. So the last 15 seconds count, or the last 16 steps if they take
 * longer. The longest step does not count if it took more than half of that time: one stop or one
 * hard number says nothing about the rest.
 */
#ifndef FG_CLI_RECENT_H
#define FG_CLI_RECENT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FG_RECENT_MARKS 16
/* Min time between two marks. */
#define FG_RECENT_STEP_NS UINT64_C(1000000000)

/* The place that a run had reached at a time. */
struct fg_recent_mark {
    uint64_t at_ns, numbers, bytes;
};

struct fg_recent {
    struct fg_recent_mark marks[FG_RECENT_MARKS]; /* a ring */
    size_t oldest, count;
};

/* The recent work, and its time. */
struct fg_recent_work {
    uint64_t numbers, bytes, elapsed_ns;
};

/* Begins anew, with no work done. */
void fg_recent_start(struct fg_recent *recent, const struct fg_recent_mark *now);

/* Returns the recent work up to `now`, which must not be earlier than the times before. Makes `now`
 * a mark if FG_RECENT_STEP_NS have passed since the last one. */
struct fg_recent_work fg_recent_advance(struct fg_recent *recent, const struct fg_recent_mark *now);

#ifdef __cplusplus
}
#endif

#endif
