/* SPDX-License-Identifier: MIT */
/*
 * device_buffers.c: the buffers of a stream, one after the other.
 */
#include "gpu/device_buffers.h"

#include "gpu/device.h"

enum fg_status fg_device_buffers_allocate(const struct fg_device_buffer *buffers, size_t count,
                                          struct fg_error *error) {
    cudaError_t result = cudaSuccess;
    size_t bytes = 0;
    for (size_t i = 0; i < count && result == cudaSuccess; i++) {
        bytes += buffers[i].bytes;
        if (buffers[i].bytes > 0)
            result = cudaMalloc(buffers[i].address, buffers[i].bytes);
    }
    const enum fg_status status = fg_gpu_check(result, "a stream's buffers", error);
    if (result != cudaErrorMemoryAllocation)
        return status;
    return fg_fail(error, FG_ERROR_MEMORY,
                   "the GPU has no room for a stream's buffers: %zu bytes were asked for", bytes);
}

void fg_device_buffers_free(const struct fg_device_buffer *buffers, size_t count) {
    for (size_t i = 0; i < count; i++)
        cudaFree(*buffers[i].address); /* which ignores NULL */
}

enum fg_status fg_gpu_check_launch(cudaError_t result, const char *what, bool *lacked_memory,
                                   struct fg_error *error) {
    *lacked_memory |= result == cudaErrorMemoryAllocation;
    return fg_gpu_check(result, what, error);
}
