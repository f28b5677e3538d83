/* SPDX-License-Identifier: MIT */
/*
 * gpu_copies.c: how fast bytes move: between pinned or pageable memory of the host and the device,
 * and within the device.
 *
 * All buffers hold the same words. Before a copy a few places of its destination are cleared, and
 * after it they have to be right again: enough to see that it was made, and to which place.
 */
#include "gpu_copies.h"

#include <stdlib.h>
#include <string.h>

#define PLACES 64

struct buffers {
    size_t bytes;
    uint64_t *pinned, *pageable;
    uint64_t *d_source, *d_target;
};

struct copy {
    const struct fg_gpu_bench *bench;
    size_t bytes;
    uint64_t *target;
    const uint64_t *source;
    enum cudaMemcpyKind kind;
    double elapsed_s; /* of the last run */
};

static uint64_t word_at(size_t index) {
    return (index + 1) * UINT64_C(0x9E3779B97F4A7C15);
}

/* The word that place number `place` is looked at by: the first is the first, the last the last. */
static size_t index_at(const struct copy *copy, unsigned place) {
    return place * (copy->bytes / sizeof(uint64_t) - 1) / (PLACES - 1);
}

static bool prepare_copy(void *context) {
    const struct copy *const copy = context;
    for (unsigned i = 0; i < PLACES; i++) {
        uint64_t *const place = copy->target + index_at(copy, i);
        if (copy->kind == cudaMemcpyDeviceToHost)
            *place = 0;
        else if (!FG_GPU(cudaMemsetAsync(place, 0, sizeof *place, copy->bench->clock.stream)))
            return false;
    }
    return FG_GPU(cudaStreamSynchronize(copy->bench->clock.stream));
}

static bool run_copy(void *context) {
    struct copy *const copy = context;
    struct fg_gpu_clock clock = copy->bench->clock;
    return fg_gpu_clock_start(&clock) &&
           FG_GPU(cudaMemcpyAsync(copy->target, copy->source, copy->bytes, copy->kind,
                                  clock.stream)) &&
           fg_gpu_clock_stop(&clock, &copy->elapsed_s);
}

static bool check_copy(void *context) {
    const struct copy *const copy = context;
    for (unsigned i = 0; i < PLACES; i++) {
        const size_t index = index_at(copy, i);
        uint64_t word = 0;
        if (copy->kind == cudaMemcpyDeviceToHost)
            word = copy->target[index];
        else if (!FG_GPU(
                     cudaMemcpy(&word, copy->target + index, sizeof word, cudaMemcpyDeviceToHost)))
            return false;
        if (word != word_at(index))
            return false;
    }
    return true;
}

static double copy_elapsed_s(void *context) {
    const struct copy *const copy = context;
    return copy->elapsed_s;
}

static struct fg_bench_contender contender(const char *name, struct copy *copy) {
    return (struct fg_bench_contender){.name = name,
                                       .run = run_copy,
                                       .check = check_copy,
                                       .context = copy,
                                       .prepare = prepare_copy,
                                       .elapsed_s = copy_elapsed_s};
}

/* ---- Buffers ---- */

static void free_buffers(struct buffers *buffers) {
    cudaFree(buffers->d_target);
    cudaFree(buffers->d_source);
    free(buffers->pageable);
    if (buffers->pinned != NULL)
        cudaFreeHost(buffers->pinned);
}

static bool allocate_buffers(struct buffers *buffers) {
    const size_t bytes = buffers->bytes;
    buffers->pageable = fg_gpu_allocate(bytes, 1);
    return buffers->pageable != NULL && FG_GPU(cudaMallocHost((void **)&buffers->pinned, bytes)) &&
           FG_GPU(cudaMalloc((void **)&buffers->d_source, bytes)) &&
           FG_GPU(cudaMalloc((void **)&buffers->d_target, bytes));
}

static bool fill_buffers(struct buffers *buffers) {
    for (size_t i = 0; i < buffers->bytes / sizeof(uint64_t); i++)
        buffers->pageable[i] = word_at(i);
    memcpy(buffers->pinned, buffers->pageable, buffers->bytes);
    return FG_GPU(cudaMemset(buffers->d_target, 0, buffers->bytes)) &&
           fg_gpu_upload(buffers->d_source, buffers->pinned, buffers->bytes);
}

/* ---- Races ---- */

static bool race_with_host(struct fg_gpu_bench *bench, const struct buffers *buffers) {
    struct copy copies[] = {
        {bench, buffers->bytes, buffers->d_target, buffers->pinned, cudaMemcpyHostToDevice, 0},
        {bench, buffers->bytes, buffers->pinned, buffers->d_source, cudaMemcpyDeviceToHost, 0},
        {bench, buffers->bytes, buffers->d_target, buffers->pageable, cudaMemcpyHostToDevice, 0},
        {bench, buffers->bytes, buffers->pageable, buffers->d_source, cudaMemcpyDeviceToHost, 0},
    };
    const struct fg_bench_contender contenders[] = {
        contender("pinned, to the GPU", &copies[0]),
        contender("pinned, from it", &copies[1]),
        contender("pageable, to the GPU", &copies[2]),
        contender("pageable, from it", &copies[3]),
    };
    const struct fg_bench_race race = {.topic = "ceilings-copies",
                                       .title = bench->smoke
                                                    ? "Copies of 64 KiB between host and GPU"
                                                    : "Copies of 256 MiB between host and GPU",
                                       .contenders = contenders,
                                       .count = 4,
                                       .clock = FG_BENCH_DEVICE_TIME,
                                       .rates = true,
                                       .unit_count = (double)buffers->bytes,
                                       .unit_name = "B"};
    return fg_bench_run(&bench->bench, &race, NULL);
}

static bool race_within_device(struct fg_gpu_bench *bench, const struct buffers *buffers) {
    struct copy copy = {
        bench, buffers->bytes, buffers->d_target, buffers->d_source, cudaMemcpyDeviceToDevice, 0};
    const struct fg_bench_contender contenders[] = {contender("within the GPU", &copy)};
    const struct fg_bench_race race = {.topic = "ceilings-memory",
                                       .title = "The GPU's memory: bytes read and bytes written",
                                       .contenders = contenders,
                                       .count = 1,
                                       .clock = FG_BENCH_DEVICE_TIME,
                                       .rates = true,
                                       .least_sample_s = bench->smoke ? 0 : 5e-3,
                                       .unit_count = 2 * (double)buffers->bytes,
                                       .unit_name = "B"};
    return fg_bench_run(&bench->bench, &race, NULL);
}

bool fg_gpu_bench_copies(struct fg_gpu_bench *bench) {
    struct buffers buffers = {.bytes = bench->smoke ? (size_t)64 << 10 : (size_t)256 << 20};
    const bool fine = allocate_buffers(&buffers) && fill_buffers(&buffers) &&
                      race_with_host(bench, &buffers) && race_within_device(bench, &buffers);
    free_buffers(&buffers);
    return fine;
}
