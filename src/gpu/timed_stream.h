/* SPDX-License-Identifier: MIT */
/*
 * timed_stream.h: a stream with the events that time its work, and waiting for whichever of several
 * streams is ready.
 *
 * All functions act on the device that is current in the calling thread. The work of a stream is
 * enqueued, and then the thread either waits for it or watches it: a host function, enqueued behind
 * the work, marks the stream as ready and raises a wakeup. Every wait sleeps: by default CUDA polls
 * in a loop, which takes a core of the host for each device.
 */
#ifndef FG_GPU_TIMED_STREAM_H
#define FG_GPU_TIMED_STREAM_H

#include "batch/error.h"
#include "gpu/vendor.h"
#include "gpu/wakeup.h"

struct fg_gpu_stream {
    cudaStream_t handle;   /* the one in use; NULL: not open */
    cudaStream_t other;    /* the one of the other priority; NULL: there is none */
    bool urgent;           /* the one in use is the urgent one */
    cudaEvent_t events[4]; /* before and after: copy in, kernels, copy out */
    cudaEvent_t end;       /* what a wait sleeps for */
    struct fg_wakeup *wakeup;
    bool watched; /* a function behind what is enqueued will raise `wakeup` */
    bool ready;   /* it has; under the wakeup's lock */
};

/* On failure the stream is as fg_gpu_stream_close() leaves it. */
enum fg_status fg_gpu_stream_open(struct fg_gpu_stream *stream, struct fg_error *error);

/* Gives an open stream a second priority, the device's highest. On failure it is closed. */
enum fg_status fg_gpu_stream_add_urgent(struct fg_gpu_stream *stream, struct fg_error *error);

/* Says whether blocks of what is enqueued from now on come before those of other streams. Nothing
 * may be under way on a stream with two priorities. */
void fg_gpu_stream_set_urgent(struct fg_gpu_stream *stream, bool urgent);

/* Waits for what is enqueued, so that nothing still writes to the buffers. Before a close. */
void fg_gpu_stream_settle(struct fg_gpu_stream *stream);
void fg_gpu_stream_close(struct fg_gpu_stream *stream);

/* Records one of the events behind what is enqueued. */
enum fg_status fg_gpu_stream_record(struct fg_gpu_stream *stream, int event,
                                    struct fg_error *error);

/* Enqueues a copy of `bytes` bytes from the device to the host. */
enum fg_status fg_gpu_stream_copy_out(struct fg_gpu_stream *stream, void *to, const void *from,
                                      size_t bytes, struct fg_error *error);

/* Adds the time from an event to the next one, when both have happened. */
enum fg_status fg_gpu_stream_add_elapsed(const struct fg_gpu_stream *stream, int from,
                                         uint64_t *sum_ns, struct fg_error *error);

/* Waits for what is enqueued, unless a watched stream is ready; it is no longer watched. */
enum fg_status fg_gpu_stream_wait(struct fg_gpu_stream *stream, struct fg_error *error);

/* Returns whether a watched stream is known to have done what was enqueued. */
bool fg_gpu_stream_is_ready(const struct fg_gpu_stream *stream);

/* Watches the streams, each with work under way: `wakeup` is raised when one of them is ready. */
enum fg_status fg_gpu_streams_watch(struct fg_gpu_stream *const *streams, unsigned count,
                                    struct fg_wakeup *wakeup, struct fg_error *error);

/*
 * Watches the streams, each with work under way, and sleeps until one of them is ready, or the
 * wakeup has been raised since its count was `seen`, or FG_WAKEUP_MAX_MS have passed. Fails if a
 * device has.
 */
enum fg_status fg_gpu_streams_wait(struct fg_gpu_stream *const *streams, unsigned count,
                                   struct fg_wakeup *wakeup, uint64_t seen, struct fg_error *error);

#endif
