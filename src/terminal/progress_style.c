/* SPDX-License-Identifier: MIT */
/*
 * progress_style.c: the interval of each style.
 */
#include "terminal/progress_style.h"

static uint64_t interval_ns(const struct fg_progress_schedule *schedule, uint64_t now_ns) {
    switch (schedule->style) {
    case FG_PROGRESS_REDRAWN:
        return FG_PROGRESS_REDRAWN_NS;
    case FG_PROGRESS_JSON:
        return FG_PROGRESS_JSON_NS;
    case FG_PROGRESS_LINES:
    case FG_PROGRESS_NONE:
        break;
    }
    return now_ns - schedule->begin_ns < FG_PROGRESS_LATE_NS ? FG_PROGRESS_LINES_NS
                                                             : FG_PROGRESS_LATE_LINES_NS;
}

void fg_progress_schedule_start(struct fg_progress_schedule *schedule, enum fg_progress_style style,
                                uint64_t now_ns) {
    *schedule = (struct fg_progress_schedule){.style = style, .begin_ns = now_ns};
    schedule->next_ns = now_ns + interval_ns(schedule, now_ns);
}

bool fg_progress_schedule_is_due(struct fg_progress_schedule *schedule, uint64_t now_ns) {
    if (schedule->style == FG_PROGRESS_NONE || now_ns < schedule->next_ns)
        return false;
    const uint64_t interval = interval_ns(schedule, now_ns);
    schedule->next_ns += interval * (1 + (now_ns - schedule->next_ns) / interval);
    return true;
}
