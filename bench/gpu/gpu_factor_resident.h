/* SPDX-License-Identifier: MIT */
/*
 * gpu_factor_resident.h: lists that stay in the device's memory together with their answers.
 */
#ifndef FG_BENCH_GPU_FACTOR_RESIDENT_H
#define FG_BENCH_GPU_FACTOR_RESIDENT_H

#include "factor_lists.h"
#include "methods/factor/gpu_batches.h"

/* The way in which a list goes through the device. */
struct fg_gpu_schedule {
    uint32_t numbers; /* of a wave */
    unsigned waves;   /* at once, each on a stream: 1 .. FG_WAVES_PER_DEVICE */
    unsigned rounds_per_look;
    uint32_t blocks, threads; /* those of struct fg_wave */
    bool doubles;             /* likewise */
};

/* Waves over a list in the device's memory. */
struct fg_gpu_resident {
    struct fg_gpu_factor *factor;
    struct fg_gpu_wavefront waves[FG_WAVES_PER_DEVICE]; /* their streams and buffers */
    struct fg_wave current[FG_WAVES_PER_DEVICE];        /* what the launches work on */
    uint32_t first[FG_WAVES_PER_DEVICE]; /* where each wave's numbers are in the list */
    uint32_t capacity;                   /* numbers, of each wave and of the list */
    uint64_t *device_numbers;            /* the list, repeated until there are so many */
    const struct fg_gpu_list *list;
    /* For checks: the list, and the answers of a wave. */
    uint64_t *numbers;
    uint32_t *value_counts;
    uint64_t *values;
};

/* Takes as much memory as waves of `capacity` numbers need, or halves it until they fit. On failure
 * it must be closed as well. */
bool fg_gpu_resident_open(struct fg_gpu_resident *resident, struct fg_gpu_factor *factor,
                          uint32_t capacity);
void fg_gpu_resident_close(struct fg_gpu_resident *resident);

/* Puts the filled list into the place that all that follows reads. */
bool fg_gpu_resident_load(struct fg_gpu_resident *resident, struct fg_gpu_list *list);

/* Makes current[wave] ready for the launches over numbers [first, first + count) of the list, and
 * enqueues on the wave's stream that its state is zeroed. */
bool fg_gpu_resident_begin(struct fg_gpu_resident *resident, unsigned wave,
                           const struct fg_gpu_schedule *schedule, uint32_t first, uint32_t count);

/* Factorises `total` numbers, whole waves; when the list ends it begins again. *elapsed_s is the
 * device's time from the first launch until the host knows that all is done. `checked`: the answers
 * of every wave are, which takes long. */
bool fg_gpu_resident_run(struct fg_gpu_resident *resident, const struct fg_gpu_schedule *schedule,
                         size_t total, bool checked, double *elapsed_s);

/* Returns whether the answers that a wave has left in the device's memory are right: every product,
 * and one number in so many has its primes proved. */
bool fg_gpu_resident_check(struct fg_gpu_resident *resident, unsigned wave);

/* Returns the way in which the backend cuts a list, in waves of at most what the buffers hold. */
struct fg_gpu_schedule fg_gpu_resident_schedule(const struct fg_gpu_resident *resident);

#endif
