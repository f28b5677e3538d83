/* SPDX-License-Identifier: MIT */
/*
 * device_buffers.h: a stream's memory on a device, all of it or none, and launches that may find
 * too little left of it.
 *
 * A device without room is no fault: with smaller buffers it may still work. So a caller learns
 * whether memory was lacking, and tries again with less.
 *
 * All functions act on the device that is current in the calling thread.
 */
#ifndef FG_GPU_DEVICE_BUFFERS_H
#define FG_GPU_DEVICE_BUFFERS_H

#include "batch/error.h"
#include "gpu/vendor.h"
#include <stddef.h>

/* The place of a buffer's address, and its size; 0 bytes: it is not needed, and stays NULL. */
struct fg_device_buffer {
    void **address;
    size_t bytes;
};

/* Allocates the buffers, whose addresses are NULL. FG_ERROR_MEMORY if the device has no room for
 * them, or FG_ERROR_DEVICE; some may be allocated then. */
enum fg_status fg_device_buffers_allocate(const struct fg_device_buffer *buffers, size_t count,
                                          struct fg_error *error);

/* Frees the buffers, those never allocated too. Their addresses are as before, and of no use. */
void fg_device_buffers_free(const struct fg_device_buffer *buffers, size_t count);

/* Checks the result of a launch, `what` in the message. FG_ERROR_DEVICE, and *lacked_memory turns
 * true if it failed because the device has no room for the kernel's local memory, which CUDA takes
 * when a kernel is first launched. */
enum fg_status fg_gpu_check_launch(cudaError_t result, const char *what, bool *lacked_memory,
                                   struct fg_error *error);

#endif
