/* SPDX-License-Identifier: MIT */
/*
 * host_buffer.h: memory of the host for copies to and from a device, which grows with what is
 * copied.
 *
 * It is pinned, because a device copies from and to pinned memory without another copy and beside
 * its kernels. Pinning takes time, and nobody else can use the memory, so no more is pinned than
 * the largest batch so far needed. If the system pins no more, ordinary memory serves, more slowly.
 */
#ifndef FG_GPU_HOST_BUFFER_H
#define FG_GPU_HOST_BUFFER_H

#include "batch/error.h"

/* Zero-initialise. */
struct fg_host_buffer {
    void *address;
    size_t bytes;
    bool pinned;
};

/*
 * Makes the buffer hold at least `bytes` bytes, and at most `max_bytes` if that is not less. A
 * buffer that grows loses its contents, so nothing may be under way to or from it. FG_ERROR_MEMORY,
 * or FG_ERROR_DEVICE if CUDA fails otherwise; the buffer is empty then.
 */
enum fg_status fg_host_buffer_require(struct fg_host_buffer *buffer, size_t bytes, size_t max_bytes,
                                      struct fg_error *error);

/* Frees the buffer, which is empty then. */
void fg_host_buffer_free(struct fg_host_buffer *buffer);

#endif
