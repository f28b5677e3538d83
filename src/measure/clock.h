/* SPDX-License-Identifier: MIT */
/*
 * clock.h: the clocks that measurements read, in seconds.
 */
#ifndef FG_MEASURE_CLOCK_H
#define FG_MEASURE_CLOCK_H

#include <time.h>

/* Min length of an interval: a time too short to measure must not be 0, because ratios divide by
 * it. */
#define FG_CLOCK_RESOLUTION_S 1e-9

/* Returns what a clock shows: CLOCK_MONOTONIC for wall time, CLOCK_THREAD_CPUTIME_ID for the
 * thread's own, CLOCK_PROCESS_CPUTIME_ID for that of all threads. */
static inline double fg_clock_s(clockid_t clock) {
    struct timespec now = {0};
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

#endif
