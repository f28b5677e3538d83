/* SPDX-License-Identifier: MIT */
/*
 * timing.h: the account of a device's time.
 */
#ifndef FG_GPU_TIMING_H
#define FG_GPU_TIMING_H

#include "factor_gpu.h"
#include <time.h>

/* This machine's clock, for differences. */
static inline uint64_t fg_gpu_now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

/* Adds a stream's account to that of its engine. */
static inline void fg_gpu_timing_add(struct fg_timing *sum, const struct fg_timing *part) {
    sum->copy_in_ns += part->copy_in_ns;
    sum->kernels_ns += part->kernels_ns;
    sum->copy_out_ns += part->copy_out_ns;
    sum->launch_count += part->launch_count;
    sum->rerun_count += part->rerun_count;
}

#endif
