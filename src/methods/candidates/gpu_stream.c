/* SPDX-License-Identifier: MIT */
/*
 * gpu_stream.c: the life of a launch on one stream.
 */
#include "methods/candidates/gpu_stream.h"

#include "gpu/device.h"
#include "gpu/profile_range.h"
#include <string.h>

/* Hits that come back with the counter, before the host knows how many there are: most windows have
 * fewer, and the 32 KiB cost about a microsecond. */
#define FG_EAGER_HITS 2048

static size_t tile_count(uint32_t number_count) {
    return (number_count + FG_TILE_NUMBERS - 1) / FG_TILE_NUMBERS;
}

static size_t input_bytes(uint32_t number_count) {
    return (2 * (size_t)number_count + tile_count(number_count)) * sizeof(uint64_t);
}

static size_t output_bytes(uint64_t hit_count) {
    return sizeof(struct fg_gpu_output) + hit_count * sizeof(struct fg_hit);
}

/* Frees the buffers; those never allocated are NULL, which CUDA's functions ignore. */
static void release(struct fg_candidates_stream *slot) {
    cudaFree(slot->device_input);
    cudaFree(slot->device_output);
    cudaFreeHost(slot->host_input);
    cudaFreeHost(slot->host_output);
    slot->device_input = slot->host_input = NULL;
    slot->device_output = slot->host_output = NULL;
}

void fg_candidates_stream_close(struct fg_candidates_stream *slot) {
    if (slot->stream.handle == NULL)
        return; /* never opened: CUDA may not even have started */
    fg_gpu_stream_settle(&slot->stream);
    release(slot);
    fg_gpu_stream_close(&slot->stream);
    const struct fg_timing timing = slot->timing;
    *slot = (struct fg_candidates_stream){.timing = timing};
}

/* All four buffers for the capacities set, or an error with some of them. */
static enum fg_status allocate(struct fg_candidates_stream *slot, struct fg_error *error) {
    const size_t in = input_bytes(slot->number_capacity), out = output_bytes(slot->hit_capacity);
    cudaError_t result = cudaMalloc((void **)&slot->device_input, in);
    if (result == cudaSuccess)
        result = cudaMalloc((void **)&slot->device_output, out);
    if (result == cudaSuccess)
        result = cudaHostAlloc((void **)&slot->host_input, in, cudaHostAllocDefault);
    if (result == cudaSuccess)
        result = cudaHostAlloc((void **)&slot->host_output, out, cudaHostAllocDefault);
    const enum fg_status status = fg_gpu_check(result, "a stream's buffers", error);
    if (result != cudaErrorMemoryAllocation)
        return status;
    return fg_fail(error, FG_ERROR_MEMORY,
                   "the GPU has no room for two buffers of %zu bytes and as much pinned memory",
                   in + out);
}

enum fg_status fg_candidates_stream_open(struct fg_candidates_stream *slot,
                                         uint32_t number_capacity, uint64_t hit_capacity,
                                         struct fg_error *error) {
    *slot = (struct fg_candidates_stream){.number_capacity = number_capacity,
                                          .hit_capacity = hit_capacity};
    FG_TRY(fg_gpu_stream_open(&slot->stream, error));
    const enum fg_status status = allocate(slot, error);
    if (status != FG_OK)
        fg_candidates_stream_close(slot);
    return status;
}

/* Lays the launch's input out in pinned memory. */
static void fill_input(const struct fg_candidates_stream *slot,
                       const struct fg_gpu_launch *launch) {
    const uint32_t count = launch->number_count;
    uint64_t *const dividends = (uint64_t *)slot->host_input;
    uint64_t *const counts = dividends + count, *const tile_counts = counts + count;
    memcpy(dividends, launch->dividends, count * sizeof *dividends);
    memcpy(counts, launch->counts, count * sizeof *counts);
    memset(tile_counts, 0, tile_count(count) * sizeof *tile_counts);
    for (uint32_t i = 0; i < count; i++)
        if (counts[i] > tile_counts[i / FG_TILE_NUMBERS])
            tile_counts[i / FG_TILE_NUMBERS] = counts[i];
}

static cudaError_t launch_kernel(const struct fg_candidates_stream *slot,
                                 const struct fg_gpu_launch *launch) {
    cudaStream_t stream = slot->stream.handle;
    const uint32_t count = launch->number_count;
    const uint64_t *const dividends = (const uint64_t *)slot->device_input;
    const struct fg_window window = {
        .dividends = dividends,
        .counts = dividends + count,
        .tile_counts = dividends + 2 * (size_t)count,
        .number_count = count,
        .begin = launch->begin,
        .end = launch->end,
    };
    const struct fg_hit_list list = {
        .count = &slot->device_output->hit_count,
        .hits = slot->device_output->hits,
        .capacity = slot->hit_capacity,
    };
    if (launch->method == FG_METHOD_EXHAUSTIVE)
        return launch->wide ? fg_launch_exhaustive64(&window, &list, stream)
                            : fg_launch_exhaustive32(&window, &list, stream);
    return launch->wide ? fg_launch_trial64(&window, &list, stream)
                        : fg_launch_trial32(&window, &list, stream);
}

static uint64_t eager_hits(const struct fg_candidates_stream *slot) {
    return slot->hit_capacity < FG_EAGER_HITS ? slot->hit_capacity : FG_EAGER_HITS;
}

/* Copies the launch's input in, and clears the count of hits. */
static enum fg_status copy_in(struct fg_candidates_stream *slot, uint32_t number_count,
                              struct fg_error *error) {
    cudaStream_t stream = slot->stream.handle;
    const size_t bytes = input_bytes(number_count);
    FG_PROFILE_RANGE("copy in", bytes);
    FG_TRY(FG_CUDA(cudaMemcpyAsync(slot->device_input, slot->host_input, bytes,
                                   cudaMemcpyHostToDevice, stream),
                   error));
    return FG_CUDA(cudaMemsetAsync(slot->device_output, 0, sizeof *slot->device_output, stream),
                   error);
}

/* Copies bytes of the output out, from `offset` on. */
static enum fg_status copy_out(struct fg_candidates_stream *slot, size_t offset, size_t bytes,
                               struct fg_error *error) {
    return fg_gpu_stream_copy_out(&slot->stream, (unsigned char *)slot->host_output + offset,
                                  (const unsigned char *)slot->device_output + offset, bytes,
                                  error);
}

enum fg_status fg_candidates_stream_start(struct fg_candidates_stream *slot,
                                          const struct fg_gpu_launch *launch,
                                          struct fg_error *error) {
    FG_PROFILE_RANGE("window", launch->end - launch->begin);
    fill_input(slot, launch);
    FG_TRY(fg_gpu_stream_record(&slot->stream, 0, error));
    FG_TRY(copy_in(slot, launch->number_count, error));
    FG_TRY(fg_gpu_stream_record(&slot->stream, 1, error));
    FG_TRY(fg_gpu_check(launch_kernel(slot, launch), "a kernel's launch", error));
    slot->timing.launch_count++;
    FG_TRY(fg_gpu_stream_record(&slot->stream, 2, error));
    FG_TRY(copy_out(slot, 0, output_bytes(eager_hits(slot)), error));
    return fg_gpu_stream_record(&slot->stream, 3, error);
}

/* Brings the hits that did not come with the counter. */
static enum fg_status copy_late_hits(struct fg_candidates_stream *slot, uint64_t hit_count,
                                     struct fg_error *error) {
    const uint64_t eager = eager_hits(slot);
    if (hit_count <= eager)
        return FG_OK;
    FG_TRY(fg_gpu_stream_record(&slot->stream, 2, error));
    FG_TRY(copy_out(slot, output_bytes(eager), (hit_count - eager) * sizeof(struct fg_hit), error));
    FG_TRY(fg_gpu_stream_record(&slot->stream, 3, error));
    FG_TRY(fg_gpu_stream_wait(&slot->stream, error));
    return fg_gpu_stream_add_elapsed(&slot->stream, 2, &slot->timing.copy_out_ns, error);
}

enum fg_status fg_candidates_stream_finish(struct fg_candidates_stream *slot, bool *overflow,
                                           struct fg_error *error) {
    FG_TRY(fg_gpu_stream_wait(&slot->stream, error));
    FG_TRY(fg_gpu_stream_add_elapsed(&slot->stream, 0, &slot->timing.copy_in_ns, error));
    FG_TRY(fg_gpu_stream_add_elapsed(&slot->stream, 1, &slot->timing.kernels_ns, error));
    FG_TRY(fg_gpu_stream_add_elapsed(&slot->stream, 2, &slot->timing.copy_out_ns, error));
    *overflow = slot->host_output->hit_count > slot->hit_capacity;
    if (*overflow) {
        slot->timing.rerun_count++;
        return FG_OK;
    }
    return copy_late_hits(slot, slot->host_output->hit_count, error);
}
