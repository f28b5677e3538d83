/* SPDX-License-Identifier: MIT */
/*
 * gpu_clock.h: the device's own clock: two events around what is measured.
 */
#ifndef FG_BENCH_GPU_CLOCK_H
#define FG_BENCH_GPU_CLOCK_H

#include <cuda_runtime_api.h>
#include <stdbool.h>

struct fg_gpu_clock {
    cudaStream_t stream;
    cudaEvent_t before, after;
};

/* clock_start, what is measured, clock_stop, which waits for it and says how long it took. */
bool fg_gpu_clock_open(struct fg_gpu_clock *clock);
void fg_gpu_clock_close(struct fg_gpu_clock *clock);
bool fg_gpu_clock_start(struct fg_gpu_clock *clock);
bool fg_gpu_clock_stop(struct fg_gpu_clock *clock, double *elapsed_s);

#endif
