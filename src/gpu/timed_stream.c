/* SPDX-License-Identifier: MIT */
/*
 * timed_stream.c: the life of a stream.
 */
#include "gpu/timed_stream.h"

#include "gpu/device.h"
#include "gpu/profile_range.h"

enum fg_status fg_gpu_stream_open(struct fg_gpu_stream *stream, struct fg_error *error) {
    *stream = (struct fg_gpu_stream){0};
    enum fg_status status =
        FG_CUDA(cudaStreamCreateWithFlags(&stream->handle, cudaStreamNonBlocking), error);
    for (int i = 0; status == FG_OK && i < 4; i++)
        status = FG_CUDA(cudaEventCreateWithFlags(&stream->events[i], cudaEventDefault), error);
    if (status == FG_OK)
        status = FG_CUDA(
            cudaEventCreateWithFlags(&stream->end, cudaEventBlockingSync | cudaEventDisableTiming),
            error);
    if (status != FG_OK)
        fg_gpu_stream_close(stream);
    return status;
}

static enum fg_status create_urgent(struct fg_gpu_stream *stream, struct fg_error *error) {
    int lowest, highest;
    FG_TRY(FG_CUDA(cudaDeviceGetStreamPriorityRange(&lowest, &highest), error));
    return FG_CUDA(cudaStreamCreateWithPriority(&stream->other, cudaStreamNonBlocking, highest),
                   error);
}

enum fg_status fg_gpu_stream_add_urgent(struct fg_gpu_stream *stream, struct fg_error *error) {
    const enum fg_status status = create_urgent(stream, error);
    if (status != FG_OK)
        fg_gpu_stream_close(stream);
    return status;
}

void fg_gpu_stream_set_urgent(struct fg_gpu_stream *stream, bool urgent) {
    if (stream->urgent == urgent)
        return;
    cudaStream_t other = stream->other;
    stream->other = stream->handle;
    stream->handle = other;
    stream->urgent = urgent;
}

/* Sleeps until all that is enqueued on one of the stream's handles is done, a host function too. */
static enum fg_status sleep_until_done(const struct fg_gpu_stream *stream, cudaStream_t handle,
                                       struct fg_error *error) {
    FG_TRY(FG_CUDA(cudaEventRecord(stream->end, handle), error));
    return FG_CUDA(cudaEventSynchronize(stream->end), error);
}

/* If an event cannot be recorded any more, the stream itself may still be waited for. */
static void settle_handle(const struct fg_gpu_stream *stream, cudaStream_t handle) {
    if (handle != NULL && sleep_until_done(stream, handle, NULL) != FG_OK)
        cudaStreamSynchronize(handle);
}

/* The other handle may still be in a host function that has said that the stream is ready. */
void fg_gpu_stream_settle(struct fg_gpu_stream *stream) {
    settle_handle(stream, stream->handle);
    settle_handle(stream, stream->other);
}

void fg_gpu_stream_close(struct fg_gpu_stream *stream) {
    for (int i = 0; i < 4; i++)
        if (stream->events[i] != NULL)
            cudaEventDestroy(stream->events[i]);
    if (stream->end != NULL)
        cudaEventDestroy(stream->end);
    if (stream->handle != NULL)
        cudaStreamDestroy(stream->handle);
    if (stream->other != NULL)
        cudaStreamDestroy(stream->other);
    cudaGetLastError();
    *stream = (struct fg_gpu_stream){0};
}

enum fg_status fg_gpu_stream_record(struct fg_gpu_stream *stream, int event,
                                    struct fg_error *error) {
    return FG_CUDA(cudaEventRecord(stream->events[event], stream->handle), error);
}

enum fg_status fg_gpu_stream_copy_out(struct fg_gpu_stream *stream, void *to, const void *from,
                                      size_t bytes, struct fg_error *error) {
    FG_PROFILE_RANGE("copy out", bytes);
    return FG_CUDA(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, stream->handle), error);
}

enum fg_status fg_gpu_stream_add_elapsed(const struct fg_gpu_stream *stream, int from,
                                         uint64_t *sum_ns, struct fg_error *error) {
    float ms = 0;
    FG_TRY(
        FG_CUDA(cudaEventElapsedTime(&ms, stream->events[from], stream->events[from + 1]), error));
    *sum_ns += (uint64_t)((double)ms * 1e6);
    return FG_OK;
}

static void mark_ready(struct fg_gpu_stream *stream) {
    pthread_mutex_lock(&stream->wakeup->lock);
    stream->ready = true;
    pthread_mutex_unlock(&stream->wakeup->lock);
}

/* The host function that the runtime calls, in a thread of its own, when the stream reaches it. */
static void stream_is_ready(void *data) {
    struct fg_gpu_stream *const stream = data;
    struct fg_wakeup *const wakeup = stream->wakeup; /* the stream's once it is ready */
    mark_ready(stream);
    fg_wakeup_raise(wakeup);
}

bool fg_gpu_stream_is_ready(const struct fg_gpu_stream *stream) {
    if (!stream->watched)
        return false;
    pthread_mutex_lock(&stream->wakeup->lock);
    const bool ready = stream->ready;
    pthread_mutex_unlock(&stream->wakeup->lock);
    return ready;
}

enum fg_status fg_gpu_stream_wait(struct fg_gpu_stream *stream, struct fg_error *error) {
    FG_PROFILE_RANGE("wait for a stream", 1);
    if (!fg_gpu_stream_is_ready(stream))
        FG_TRY(sleep_until_done(stream, stream->handle, error));
    stream->watched = stream->ready = false; /* a function that was enqueued has been called */
    return FG_OK;
}

static enum fg_status watch(struct fg_gpu_stream *stream, struct fg_wakeup *wakeup,
                            struct fg_error *error) {
    if (stream->watched)
        return FG_OK;
    stream->wakeup = wakeup;
    FG_TRY(FG_CUDA(cudaLaunchHostFunc(stream->handle, stream_is_ready, stream), error));
    stream->watched = true;
    return FG_OK;
}

/* Asks the runtime whether the device has failed: after a failure the runtime calls no host
 * function. */
static enum fg_status ask(struct fg_gpu_stream *stream, struct fg_error *error) {
    const cudaError_t result = cudaStreamQuery(stream->handle);
    if (result == cudaErrorNotReady) {
        cudaGetLastError(); /* or the next launch would find it */
        return FG_OK;
    }
    FG_TRY(fg_gpu_check(result, "cudaStreamQuery(stream->handle)", error));
    mark_ready(stream);
    return FG_OK;
}

enum fg_status fg_gpu_streams_watch(struct fg_gpu_stream *const *streams, unsigned count,
                                    struct fg_wakeup *wakeup, struct fg_error *error) {
    for (unsigned i = 0; i < count; i++)
        FG_TRY(watch(streams[i], wakeup, error));
    return FG_OK;
}

enum fg_status fg_gpu_streams_wait(struct fg_gpu_stream *const *streams, unsigned count,
                                   struct fg_wakeup *wakeup, uint64_t seen,
                                   struct fg_error *error) {
    FG_PROFILE_RANGE("wait for a stream", count);
    FG_TRY(fg_gpu_streams_watch(streams, count, wakeup, error));
    if (fg_wakeup_wait(wakeup, seen))
        return FG_OK;
    for (unsigned i = 0; i < count; i++)
        FG_TRY(ask(streams[i], error));
    return FG_OK;
}
