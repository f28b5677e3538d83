/* SPDX-License-Identifier: MIT */
/*
 * recent.c: a ring of marks, and the sum over the steps between them.
 */
#include "terminal/recent.h"

/* Min count of steps to leave the longest out: with fewer it may be typical of the run. */
#define STEPS_MIN 4

/* Returns mark i; 0 is the oldest. */
static const struct fg_recent_mark *mark(const struct fg_recent *recent, size_t i) {
    return &recent->marks[(recent->oldest + i) % FG_RECENT_MARKS];
}

static void append(struct fg_recent *recent, const struct fg_recent_mark *now) {
    if (recent->count == FG_RECENT_MARKS) {
        recent->oldest = (recent->oldest + 1) % FG_RECENT_MARKS;
        recent->count--;
    }
    recent->marks[(recent->oldest + recent->count) % FG_RECENT_MARKS] = *now;
    recent->count++;
}

static struct fg_recent_work between(const struct fg_recent_mark *begin,
                                     const struct fg_recent_mark *end) {
    return (struct fg_recent_work){.numbers = end->numbers - begin->numbers,
                                   .bytes = end->bytes - begin->bytes,
                                   .elapsed_ns = end->at_ns - begin->at_ns};
}

/* Returns the step that took longest, the one up to `now` included. */
static struct fg_recent_work find_longest(const struct fg_recent *recent,
                                          const struct fg_recent_mark *now) {
    struct fg_recent_work longest = between(mark(recent, recent->count - 1), now);
    for (size_t i = 1; i < recent->count; i++) {
        const struct fg_recent_work step = between(mark(recent, i - 1), mark(recent, i));
        if (step.elapsed_ns > longest.elapsed_ns)
            longest = step;
    }
    return longest;
}

void fg_recent_start(struct fg_recent *recent, const struct fg_recent_mark *now) {
    recent->oldest = recent->count = 0;
    append(recent, now);
}

struct fg_recent_work fg_recent_advance(struct fg_recent *recent,
                                        const struct fg_recent_mark *now) {
    struct fg_recent_work work = between(mark(recent, 0), now);
    const struct fg_recent_work longest = find_longest(recent, now);
    if (recent->count >= STEPS_MIN && longest.elapsed_ns > work.elapsed_ns / 2) {
        work.numbers -= longest.numbers;
        work.bytes -= longest.bytes;
        work.elapsed_ns -= longest.elapsed_ns;
    }
    if (now->at_ns - mark(recent, recent->count - 1)->at_ns >= FG_RECENT_STEP_NS)
        append(recent, now);
    return work;
}
