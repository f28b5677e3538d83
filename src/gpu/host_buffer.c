/* SPDX-License-Identifier: MIT */
/*
 * host_buffer.c: a buffer grows at least twofold, so that few batches wait for memory to be pinned.
 */
#include "gpu/host_buffer.h"

#include "gpu/device.h"
#include "gpu/vendor.h"
#include <stdlib.h>

void fg_host_buffer_free(struct fg_host_buffer *buffer) {
    if (buffer->pinned)
        cudaFreeHost(buffer->address);
    else
        free(buffer->address);
    *buffer = (struct fg_host_buffer){0};
}

/* Allocates the empty buffer, pinned if possible. */
static enum fg_status allocate(struct fg_host_buffer *buffer, size_t bytes,
                               struct fg_error *error) {
    const cudaError_t result = cudaHostAlloc(&buffer->address, bytes, cudaHostAllocDefault);
    buffer->pinned = result == cudaSuccess;
    if (result == cudaErrorMemoryAllocation) {
        cudaGetLastError(); /* or the next launch would find it */
        buffer->address = malloc(bytes);
        if (buffer->address == NULL)
            return fg_fail_memory(error, bytes);
    } else {
        FG_TRY(fg_gpu_check(result, "pinned memory", error));
    }
    buffer->bytes = bytes;
    return FG_OK;
}

enum fg_status fg_host_buffer_require(struct fg_host_buffer *buffer, size_t bytes, size_t max_bytes,
                                      struct fg_error *error) {
    if (bytes <= buffer->bytes)
        return FG_OK;
    size_t larger = 2 * buffer->bytes;
    if (larger > max_bytes)
        larger = max_bytes;
    if (larger < bytes)
        larger = bytes;
    fg_host_buffer_free(buffer);
    const enum fg_status status = allocate(buffer, larger, error);
    if (status != FG_OK)
        *buffer = (struct fg_host_buffer){0};
    return status;
}
