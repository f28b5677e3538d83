/* SPDX-License-Identifier: MIT */
/*
 * gpu_calls.c: what is said when CUDA or the library refuses.
 */
#include "gpu_calls.h"

#include <stdio.h>
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
