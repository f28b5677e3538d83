/* SPDX-License-Identifier: MIT */
/*
 * gpu_stream.h: one stream of one device with its buffers: copy in, launch, copy out.
 *
 * A device has two streams, so that one's copies and the host's work on its hits overlap with the
 * other's kernel. All functions act on the device that is current in the calling thread.
 */
#ifndef FG_METHODS_CANDIDATES_GPU_STREAM_H
#define FG_METHODS_CANDIDATES_GPU_STREAM_H

#include "batch/error.h"
#include "gpu/timed_stream.h"
#include "kernels/candidates/window_launch.h"

/* The input of a launch. Arrays are host memory, read before fg_candidates_stream_start()
 * returns. */
struct fg_gpu_launch {
    enum fg_method method;
    bool wide; /* take the 64-bit form */
    const uint64_t *dividends, *counts;
    uint32_t number_count; /* at most the slot's number_capacity */
    uint64_t begin, end;
};

struct fg_candidates_stream {
    struct fg_gpu_stream stream;
    unsigned char *device_input; /* dividends, counts, tile counts, one behind the other */
    unsigned char *host_input;   /* pinned, the same */
    struct fg_gpu_output *device_output;
    struct fg_gpu_output *host_output; /* pinned, the same */
    uint32_t number_capacity;
    uint64_t hit_capacity;
    struct fg_timing timing; /* summed over the slot's launches */
};

/* A counter and the hits behind it, so that both come back in one copy. */
struct fg_gpu_output {
    unsigned long long hit_count;
    unsigned long long reserved;
    struct fg_hit hits[];
};

/*
 * Allocates buffers for up to `number_capacity` numbers and `hit_capacity` hits. FG_ERROR_MEMORY
 * if there is too little, on the device or of pinned memory: less may succeed. On failure the
 * slot is empty, as fg_candidates_stream_close() leaves it.
 */
enum fg_status fg_candidates_stream_open(struct fg_candidates_stream *slot,
                                         uint32_t number_capacity, uint64_t hit_capacity,
                                         struct fg_error *error);
void fg_candidates_stream_close(struct fg_candidates_stream *slot);

/* Enqueues a launch with its copies. The slot must not have one under way. */
enum fg_status fg_candidates_stream_start(struct fg_candidates_stream *slot,
                                          const struct fg_gpu_launch *launch,
                                          struct fg_error *error);

/*
 * Waits for the launch, if it is not done yet, and brings its hits to slot->host_output, in no
 * order. If there were more than fit, *overflow is true and the hits are incomplete: launch
 * smaller windows instead.
 */
enum fg_status fg_candidates_stream_finish(struct fg_candidates_stream *slot, bool *overflow,
                                           struct fg_error *error);

#endif
