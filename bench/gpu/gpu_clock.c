/* SPDX-License-Identifier: MIT */
/*
 * gpu_clock.c: events on a stream of their own.
 */
#include "gpu_clock.h"

#include "gpu_calls.h"

bool fg_gpu_clock_open(struct fg_gpu_clock *clock) {
    *clock = (struct fg_gpu_clock){0};
    return FG_GPU(cudaStreamCreateWithFlags(&clock->stream, cudaStreamNonBlocking)) &&
           FG_GPU(cudaEventCreateWithFlags(&clock->before, cudaEventDefault)) &&
           FG_GPU(cudaEventCreateWithFlags(&clock->after, cudaEventDefault));
}

void fg_gpu_clock_close(struct fg_gpu_clock *clock) {
    if (clock->after != NULL)
        cudaEventDestroy(clock->after);
    if (clock->before != NULL)
        cudaEventDestroy(clock->before);
    if (clock->stream != NULL)
        cudaStreamDestroy(clock->stream);
    *clock = (struct fg_gpu_clock){0};
}

bool fg_gpu_clock_start(struct fg_gpu_clock *clock) {
    return FG_GPU(cudaEventRecord(clock->before, clock->stream));
}

bool fg_gpu_clock_stop(struct fg_gpu_clock *clock, double *elapsed_s) {
    float ms = 0;
    if (!FG_GPU(cudaEventRecord(clock->after, clock->stream)) ||
        !FG_GPU(cudaEventSynchronize(clock->after)) ||
        !FG_GPU(cudaEventElapsedTime(&ms, clock->before, clock->after)))
        return false;
    *elapsed_s = (double)ms * 1e-3;
    return true;
}
