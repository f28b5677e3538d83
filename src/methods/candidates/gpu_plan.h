/* SPDX-License-Identifier: MIT */
/*
 * gpu_plan.h: a batch cut into windows for the GPU, handed out to several devices.
 *
 * Numbers are grouped by width and by how many candidates they have, so that the tiles of a launch
 * end together. A window is a run of numbers and a range of candidates; it carries everything that
 * a device needs, so that any device can take the next one and a batch may exceed a device's
 * memory.
 */
#ifndef FG_METHODS_CANDIDATES_GPU_PLAN_H
#define FG_METHODS_CANDIDATES_GPU_PLAN_H

#include "batch/error.h"
#include <pthread.h>

/* The work of one launch: numbers [first, first + count) of the plan, candidates [begin, end). */
struct fg_gpu_window {
    size_t first;
    uint32_t count;
    uint64_t begin, end;
    bool wide; /* the dividends are 2^32 or more */
};

struct fg_gpu_plan {
    /* The numbers in the plan's order: wide ones first, many candidates before few. */
    uint64_t *dividends;
    uint64_t *counts;  /* candidates of each */
    uint32_t *indices; /* which number of the batch each is */
    size_t number_count, wide_count, capacity;

    /* The hand-out. */
    pthread_mutex_t lock;
    uint32_t group_limit; /* most numbers in a window; a multiple of FG_TILE_NUMBERS */
    double window_tests;  /* candidate tests that a window should hold */
    size_t group_first;   /* the group that is being handed out, */
    uint64_t group_begin; /* and its first candidate not handed out yet */
};

void fg_gpu_plan_init(struct fg_gpu_plan *plan);
void fg_gpu_plan_free(struct fg_gpu_plan *plan);

/*
 * Replaces the plan by one for numbers[0 .. count), count < 2^32, to be worked on by `slot_count`
 * streams at once with windows of at most `group_limit` numbers.
 */
enum fg_status fg_gpu_plan_fill(struct fg_gpu_plan *plan, enum fg_method method,
                                const uint64_t *numbers, size_t count, unsigned slot_count,
                                uint32_t group_limit, struct fg_error *error);

/* Hands out the next window; false when there is none left. Thread-safe. */
bool fg_gpu_plan_next(struct fg_gpu_plan *plan, struct fg_gpu_window *window);

#endif
