/*
 * gpu_clock.c: the device's own clock, and what is said where CUDA refuses.
 */
#include "gpu_bench.h"

#include <stdlib.h>

bool fg_gpu_succeeded(cudaError_t result, const char *call) {
    if (result == cudaSuccess)
        return true;
    fprintf(stderr, "gpu_bench: %s: %s (%s)\n", call, cudaGetErrorString(result),
            cudaGetErrorName(result));
    return false;
}

bool fg_gpu_fine(enum fg_status status, const struct fg_error *error, const char *what) {
    if (status == FG_OK)
        return true;
    fprintf(stderr, "gpu_bench: %s: %s\n", what,
            error->message[0] != '\0' ? error->message : fg_strerror(status));
    return false;
}

void *fg_gpu_allocate(size_t count, size_t size) {
    void *const memory = calloc(count, size);
    if (memory == NULL)
        fprintf(stderr, "gpu_bench: this machine has no room for %zu times %zu bytes\n", count,
                size);
    return memory;
}

bool fg_gpu_upload(void *to, const void *from, size_t bytes) {
    return FG_GPU(cudaMemcpy(to, from, bytes, cudaMemcpyHostToDevice)) &&
           FG_GPU(cudaDeviceSynchronize());
}

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
