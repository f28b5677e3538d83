/* SPDX-License-Identifier: MIT */
/*
 * pace.c: the amount of work is doubled or halved until its time is right.
 */
#include "cli/run/pace.h"

/* The work of the first batch. */
#define WORK (UINT64_C(1) << 32)
#define WORK_MIN (UINT64_C(1) << 24)
#define WORK_MAX (UINT64_C(1) << 56)
#define SHORT_NS UINT64_C(250000000)
#define LONG_NS UINT64_C(1000000000)

struct fg_pace fg_pace_start(enum fg_method method) {
    return (struct fg_pace){method, WORK};
}

size_t fg_pace_count(const struct fg_pace *pace, const uint64_t *numbers, size_t count) {
    /* Takes all numbers, without computing the work of each, if they are small: an odd number has
     * at least as much work as any smaller number. */
    uint64_t bits = 1;
    for (size_t i = 0; i < count; i++)
        bits |= numbers[i];
    if (fg_work(pace->method, bits) <= pace->work / (count + 1))
        return count;

    uint64_t work = 0;
    for (size_t i = 0; i < count; i++) {
        const uint64_t more = fg_work(pace->method, numbers[i]);
        if (i > 0 && (work > pace->work || more > pace->work - work))
            return i;
        work += more;
    }
    return count;
}

size_t fg_pace_count_range(const struct fg_pace *pace, uint64_t first, size_t count) {
    size_t taken = 1;
    while (taken <= count / 2) {
        const uint64_t last = first + (2 * taken - 1); /* of twice as many */
        if (fg_work(pace->method, last | 1) > pace->work / (2 * taken))
            return taken;
        taken *= 2;
    }
    return taken > count / 2 &&
                   fg_work(pace->method, (first + (count - 1)) | 1) <= pace->work / count
               ? count
               : taken;
}

size_t fg_pace_count_wide(const struct fg_pace *pace, const struct fg_uint128 *numbers,
                          size_t count) {
    uint64_t work = 0;
    for (size_t i = 0; i < count; i++) {
        const uint64_t more = fg_wide_work(pace->method, numbers[i]);
        if (i > 0 && (work > pace->work || more > pace->work - work))
            return i;
        work += more;
    }
    return count;
}

void fg_pace_learn(struct fg_pace *pace, uint64_t elapsed_ns) {
    if (elapsed_ns < SHORT_NS && pace->work < WORK_MAX)
        pace->work *= 2;
    else if (elapsed_ns > LONG_NS && pace->work > WORK_MIN)
        pace->work /= 2;
}
