/* SPDX-License-Identifier: MIT */
/*
 * bench_clock.h: the host's clocks, in seconds.
 */
#ifndef FG_BENCH_CLOCK_H
#define FG_BENCH_CLOCK_H

#include <time.h>

/* Returns what the clock shows: CLOCK_MONOTONIC, or CLOCK_THREAD_CPUTIME_ID for the thread's own.
 */
static inline double fg_bench_now_s(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

#endif
