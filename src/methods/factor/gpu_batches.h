/* SPDX-License-Identifier: MIT */
/*
 * gpu_batches.h: the method `factor` on several devices: hands out batches to their waves, and
 * gives each piece of answers its place, in the order of the numbers.
 */
#ifndef FG_METHODS_FACTOR_GPU_BATCHES_H
#define FG_METHODS_FACTOR_GPU_BATCHES_H

#include "batch/results.h"
#include "methods/factor/gpu_wavefront.h"
#include "methods/factor/piece_checks.h"
#include <stdatomic.h>

#define FG_WAVES_PER_DEVICE 2
/* Capacity of a wave in numbers. On the device its buffers take about 60 MiB, and two more of 96
 * MiB hold divisors; the capacity is halved until they fit. On the host a full batch pins 3 MiB and
 * as many bytes as its answers have, at most 96 MiB of divisors or 16 MiB of primes; a small one
 * pins as much as it needs. */
#define FG_WAVE_NUMBERS (UINT32_C(1) << 18)
/* Capacity for the answers if they are primes. */
#define FG_WAVE_PRIMES_PER_NUMBER 8

/* The state of one device. */
struct fg_gpu_wavefronts {
    int index; /* which device, for messages */
    struct fg_gpu_wavefront waves[FG_WAVES_PER_DEVICE];
    size_t first[FG_WAVES_PER_DEVICE]; /* where in the run each wave's batch begins */
    /* The piece that is ready has its place and is with the workers. */
    bool is_placed[FG_WAVES_PER_DEVICE];
    struct fg_piece pieces[FG_WAVES_PER_DEVICE];
};

/* A run, shared by its devices. */
struct fg_gpu_batches {
    struct fg_wakeup wakeup; /* raised when a stream is ready or a piece done, and when `placed` or
                                `copying` moves */
    struct fg_block_workers workers;
    enum fg_answer answer;
    const uint64_t *numbers;
    size_t count;
    uint32_t batch;           /* numbers of a wave */
    atomic_size_t handed_out; /* numbers */
    atomic_size_t placed;     /* numbers; the wave that has the next one may place its piece */
    atomic_uint copying;      /* pieces placed and not done: the results must stay where they are */
    atomic_bool full;

    /* These belong to the wave that may place its piece. */
    struct fg_results *results;
    size_t first_answer;  /* the results that were there before */
    size_t end_value;     /* where in the results the values placed so far end */
    uint64_t value_limit; /* the run ends once it has this many more values */
};

/*
 * Opens the waves of the current device and tests them with numbers whose factors are known.
 * Buffers are halved until they fit into memory. FG_ERROR_SELF_CHECK if the device answers wrongly:
 * it must not be used.
 */
enum fg_status fg_gpu_wavefronts_open(struct fg_gpu_wavefronts *device, int index,
                                      enum fg_answer answer, struct fg_error *error);
void fg_gpu_wavefronts_close(struct fg_gpu_wavefronts *device);

/* Makes a run that has not begun. Besides the devices' threads up to `helper_limit` others check
 * its answers. FG_ERROR_MEMORY. */
enum fg_status fg_gpu_batches_open(struct fg_gpu_batches *run, unsigned helper_limit,
                                   struct fg_error *error);
void fg_gpu_batches_close(struct fg_gpu_batches *run);
/* Frees the memory in a forked child. */
void fg_gpu_batches_forget(struct fg_gpu_batches *run);

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

/* Completes the results, after the work of every device has ended with FG_OK. */
void fg_gpu_batches_end(struct fg_gpu_batches *run);

#endif
