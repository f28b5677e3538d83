/* SPDX-License-Identifier: MIT */
/*
 * gpu_wide_batches.h: numbers of two words on several devices: hands out batches to their waves,
 * completes on the host what a device leaves, and appends the answers in the order of the numbers.
 *
 * The device finds all factors and proves primes below 2^64, and those below
 * 3317044064679887385961981. The host's threads prove larger ones (wide_completion.h), and split
 * composites that every step of their plan has missed.
 */
#ifndef FG_METHODS_FACTOR_GPU_WIDE_BATCHES_H
#define FG_METHODS_FACTOR_GPU_WIDE_BATCHES_H

#include "batch/results.h"
#include "methods/factor/gpu_wide_wavefront.h"
#include "methods/factor/wide_answer_lists.h"
#include "methods/factor/wide_completion.h"
#include <stdatomic.h>

/* Several, because the last rounds of a batch are few curves that take long: of random 128-bit
 * numbers a batch takes four times as long as the device works for it (predicted). */
#define FG_WIDE_WAVES_PER_DEVICE 4
/* Capacity of a wave in numbers. On the device its buffers take 32 MiB, and those for its parts
 * below 2^64 another 80; the capacity is halved until they fit. */
#define FG_WIDE_WAVE_NUMBERS (UINT32_C(1) << 17)

/* The state of one device. Zero-initialise. */
struct fg_gpu_wide_wavefronts {
    bool opened; /* with the first batch of such numbers */
    struct fg_gpu_wide_wavefront waves[FG_WIDE_WAVES_PER_DEVICE];
    size_t first[FG_WIDE_WAVES_PER_DEVICE]; /* where in the run each wave's batch begins */
    /* Whether the wave is ready and the workers have its batch; whether they are done with it. */
    bool offered[FG_WIDE_WAVES_PER_DEVICE], complete[FG_WIDE_WAVES_PER_DEVICE];
    struct fg_wide_completion batches[FG_WIDE_WAVES_PER_DEVICE];
    struct fg_worker_space space; /* of the device's thread */
    struct fg_wide_answers answers;
    const struct fg_method_setup *setup; /* the engine's, once opened */
    uint64_t host_ns;                    /* appending */
};

/* A run, shared by its devices. */
struct fg_gpu_wide_run {
    struct fg_block_workers *workers; /* whose wakeup is also raised when `placed` moves */
    const struct fg_uint128 *numbers;
    size_t count;
    uint32_t batch;           /* numbers of a wave */
    atomic_size_t handed_out; /* numbers */
    atomic_size_t placed;     /* numbers; the wave that has the next one may append its answers */
    atomic_bool full;

    /* These belong to the wave that may append. */
    struct fg_results *results;
    size_t value_limit; /* the run ends once it has this many more values */
};

/* Frees what the first work on a device has opened there. */
void fg_gpu_wide_wavefronts_close(struct fg_gpu_wide_wavefronts *device);
/* Frees the host's memory alone, in a forked child. */
void fg_gpu_wide_wavefronts_forget(struct fg_gpu_wide_wavefronts *device);

/* Adds the device's account of time to *sum. */
void fg_gpu_wide_wavefronts_add_timing(const struct fg_gpu_wide_wavefronts *device,
                                       struct fg_timing *sum);

/* Begins a run over `wave_count` waves, whose batches `workers` complete. */
void fg_gpu_wide_begin(struct fg_gpu_wide_run *run, struct fg_block_workers *workers,
                       const struct fg_numbers *numbers, uint64_t value_limit, unsigned wave_count,
                       struct fg_results *results);

/*
 * Works on the run, on the current device, until the run is done or full, or until `cancelled` or
 * `stop` turns true. FG_OK after `stop`. Several threads may call it at once, each for its device.
 * The first call opens the waves of the device, `index` in messages, and tests it:
 * FG_ERROR_SELF_CHECK if it answers wrongly.
 */
enum fg_status fg_gpu_wide_work(struct fg_gpu_wide_wavefronts *device, int index,
                                const struct fg_method_setup *setup, struct fg_gpu_wide_run *run,
                                const atomic_bool *cancelled, const atomic_bool *stop,
                                struct fg_error *error);

#endif
