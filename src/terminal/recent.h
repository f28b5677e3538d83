/* SPDX-License-Identifier: MIT */
/*
 * recent.h: how fast a run is of late, for the rate and the time left.
 *
 * The average of the whole run would be wrong for as long again after the process was stopped, the
 * machine slept or the input became harder. So the last 15 seconds count, or the last 16 steps if
 * they take longer, and without the longest step if it took more than half of that time: one stop
 * or one hard number says nothing about what is left.
 */
#ifndef FG_CLI_RECENT_H
#define FG_CLI_RECENT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FG_RECENT_MARKS 16
/* Between two marks, at least. */
#define FG_RECENT_STEP_NS UINT64_C(1000000000)

/* How far a run was at a time. */
struct fg_recent_mark {
    uint64_t at_ns, numbers, bytes;
};

struct fg_recent {
    struct fg_recent_mark marks[FG_RECENT_MARKS]; /* a ring */
    size_t oldest, count;
};

/* What was done of late, and in what time. */
struct fg_recent_work {
    uint64_t numbers, bytes, elapsed_ns;
};

/* Begins anew: so far nothing was done. */
void fg_recent_start(struct fg_recent *recent, const struct fg_recent_mark *now);

/* Returns what was done up to `now`, which is no earlier than the times before, and notes it. */
struct fg_recent_work fg_recent_advance(struct fg_recent *recent, const struct fg_recent_mark *now);

#ifdef __cplusplus
}
#endif

#endif
