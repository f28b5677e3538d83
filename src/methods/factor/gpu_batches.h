/* SPDX-License-Identifier: MIT */
/*
 * gpu_batches.h: the method `factor` on several devices: hands out batches to their waves, and
 * appends the answers in the order of the numbers.
 */
#ifndef FG_METHODS_FACTOR_GPU_BATCHES_H
#define FG_METHODS_FACTOR_GPU_BATCHES_H

#include "batch/results.h"
#include "methods/factor/gpu_wavefront.h"
#include <stdatomic.h>

#define FG_WAVES_PER_DEVICE 2
/* Capacity of a wave in numbers. On the device its buffers take about 60 MiB, and two more of 96 MiB
 * hold divisors; the capacity is halved until they fit. On the host a full batch pins 3 MiB and as
 * many bytes as its answers have, at most 96 MiB of divisors or 16 MiB of primes; a small one pins
 * as much as it needs. */
#define FG_WAVE_NUMBERS (UINT32_C(1) << 18)
/* Capacity for the answers if they are primes. */
#define FG_WAVE_PRIMES_PER_NUMBER 8

/* The state of one device. */
struct fg_gpu_wavefronts {
    int index; /* which device, for messages */
    struct fg_gpu_wavefront waves[FG_WAVES_PER_DEVICE];
    size_t first[FG_WAVES_PER_DEVICE]; /* where in the run each wave's batch begins */
    bool checked[FG_WAVES_PER_DEVICE]; /* whether the piece that is ready has passed its check */
    uint64_t host_ns;
};

/* A run, shared by its devices. */
struct fg_gpu_batches {
    struct fg_wakeup
        wakeup; /* raised when a stream is ready and when `delivered` or `full` moves */
    enum fg_answer answer;
    const uint64_t *numbers;
    size_t count;
    uint32_t batch;           /* numbers of a wave */
    uint64_t value_limit;     /* the run ends once it has this many values */
    atomic_size_t handed_out; /* numbers */
    atomic_size_t delivered;  /* numbers; the wave that has the next one may deliver */
    atomic_bool full;
    struct fg_results *results; /* used only by the wave that may deliver */
};

/*
 * Opens the waves of the current device and tests them with numbers whose factors are known.
 * Buffers are halved until they fit into memory. FG_ERROR_SELF_CHECK if the device answers wrongly:
 * it must not be used.
 */
enum fg_status fg_gpu_wavefronts_open(struct fg_gpu_wavefronts *device, int index,
                                      enum fg_answer answer, struct fg_error *error);
void fg_gpu_wavefronts_close(struct fg_gpu_wavefronts *device);

/* Initialises a run that has not begun. */
void fg_gpu_batches_init(struct fg_gpu_batches *run);

/* Begins a run. The smallest capacity of all waves decides how it is cut. */
void fg_gpu_batches_begin(struct fg_gpu_batches *run, enum fg_answer answer,
                          const uint64_t *numbers, size_t count, uint64_t value_limit,
                          uint32_t batch_limit, unsigned wave_count, struct fg_results *results);

/*
 * Works on the run, on the current device, until the run is done or full, or until `cancelled` or
 * `stop` turns true. FG_OK after `stop`. Several threads may call it at once, each for its device.
 */
enum fg_status fg_gpu_batches_work(struct fg_gpu_wavefronts *device, struct fg_gpu_batches *run,
                                   const atomic_bool *cancelled, const atomic_bool *stop,
                                   struct fg_error *error);

#endif
