/* SPDX-License-Identifier: MIT */
/*
 * candidates_device.c: devices pull windows from one plan, and their hits are put in order.
 *
 * Each device keeps two streams busy, called lanes here: while one computes, the other's hits are
 * taken and its next window is copied in.
 */
#include "methods/candidates/candidates_device.h"

#include "batch/answers.h"
#include "gpu/timing.h"
#include "methods/candidates/candidates_self_test.h"
#include "methods/candidates/gpu_hits.h"
#include "methods/candidates/gpu_plan.h"
#include "methods/candidates/gpu_stream.h"
#include <stdlib.h>

/* A slot's buffers: 64 Ki numbers (1 MiB in) and 1 Mi hits (16 MiB out), halved if there is less
 * memory, down to a tile. A window of one candidate has at most a hit a number, so it always fits.
 */
#define SLOT_NUMBERS 65536
#define SLOT_HITS_PER_NUMBER 16
#define LANES_PER_DEVICE 2

/* A slot, and the windows that overflowed on it, halved, waiting to be run again. Each halving
 * pushes one more: 64 candidate bits, 16 number bits. */
struct lane {
    struct fg_candidates_stream slot;
    bool busy;
    struct fg_gpu_window window; /* the one under way */
    struct fg_gpu_window waiting[96];
    unsigned waiting_count;
};

struct device {
    struct fg_wakeup wakeup; /* raised when a lane's stream is ready */
    struct lane lanes[LANES_PER_DEVICE];
    struct fg_gpu_hits found; /* this device's hits of the current batch */
};

struct candidates_gpu {
    struct fg_method_setup setup;
    struct fg_gpu_plan plan;
    uint32_t group_limit; /* the smallest of the slots' number capacities */
    /* The batch. */
    const struct fg_numbers *numbers;
    struct fg_results *results;
    uint64_t host_ns;
    size_t device_count;
    struct device devices[];
};

/* ---- Opening and closing ---- */

/* The devices' threads do all the work on the host: `jobs` changes nothing. */
static enum fg_status open_engine(const struct fg_method_setup *setup, size_t device_count,
                                  unsigned jobs, void **state, struct fg_error *error) {
    (void)jobs;
    const size_t bytes = sizeof(struct candidates_gpu) + device_count * sizeof(struct device);
    struct candidates_gpu *const engine = calloc(1, bytes);
    if (engine == NULL)
        return fg_fail_memory(error, bytes);
    engine->setup = *setup;
    engine->group_limit = UINT32_MAX;
    engine->device_count = device_count;
    fg_gpu_plan_init(&engine->plan);
    for (size_t i = 0; i < device_count; i++)
        fg_wakeup_init(&engine->devices[i].wakeup);
    *state = engine;
    return FG_OK;
}

static void close_slots(struct device *device) {
    for (int lane = 0; lane < LANES_PER_DEVICE; lane++)
        fg_candidates_stream_close(&device->lanes[lane].slot);
}

static enum fg_status open_slots(struct device *device, uint32_t numbers, struct fg_error *error) {
    for (int lane = 0; lane < LANES_PER_DEVICE; lane++)
        FG_TRY(fg_candidates_stream_open(&device->lanes[lane].slot, numbers,
                                         (uint64_t)numbers * SLOT_HITS_PER_NUMBER, error));
    return FG_OK;
}

/* Opens all slots with the largest buffers that fit into memory. */
static enum fg_status open_largest_slots(struct device *device, int index, uint32_t *numbers,
                                         struct fg_error *error) {
    for (*numbers = SLOT_NUMBERS;; *numbers /= 2) {
        const enum fg_status status = open_slots(device, *numbers, error);
        if (status != FG_ERROR_MEMORY)
            return status;
        close_slots(device);
        if (*numbers / 2 < FG_TILE_NUMBERS)
            return fg_fail(error, FG_ERROR_DEVICE,
                           "CUDA device %d has too little free memory, or this process may pin too "
                           "little (ulimit -l)",
                           index);
    }
}

static enum fg_status open_device(void *state, size_t which, int index, struct fg_error *error) {
    struct candidates_gpu *const engine = state;
    struct device *const device = &engine->devices[which];
    uint32_t numbers = 0;
    FG_TRY(open_largest_slots(device, index, &numbers, error));
    if (numbers < engine->group_limit)
        engine->group_limit = numbers;
    return fg_candidates_self_test(index, &device->lanes[0].slot, error);
}

static void close_device(void *state, size_t which) {
    struct candidates_gpu *const engine = state;
    close_slots(&engine->devices[which]);
}

static void close_engine(void *state) {
    struct candidates_gpu *const engine = state;
    for (size_t i = 0; i < engine->device_count; i++) {
        fg_gpu_hits_free(&engine->devices[i].found);
    }
    fg_gpu_plan_free(&engine->plan);
    free(engine);
}

/* ---- Windows ---- */

/* Halves a window whose hits did not fit: by candidates, or, of one candidate, by numbers. */
static enum fg_status halve_window(struct lane *lane, struct fg_error *error) {
    struct fg_gpu_window half = lane->window, other = lane->window;
    if (half.end - half.begin > 1) {
        half.end = half.begin + (half.end - half.begin) / 2;
        other.begin = half.end;
    } else {
        half.count /= 2;
        other.first += half.count;
        other.count -= half.count;
    }
    if (half.count == 0 || lane->waiting_count + 2 > sizeof lane->waiting / sizeof *lane->waiting)
        return fg_fail(error, FG_ERROR_INTERNAL, "a window of one test overflowed");
    lane->waiting[lane->waiting_count++] = other;
    lane->waiting[lane->waiting_count++] = half;
    return FG_OK;
}

/* Waits for the lane's launch, if it is not done yet, and keeps its hits. */
static enum fg_status finish_lane(const struct candidates_gpu *engine, struct device *device,
                                  struct lane *lane, struct fg_error *error) {
    bool overflow;
    lane->busy = false;
    FG_TRY(fg_candidates_stream_finish(&lane->slot, &overflow, error));
    if (overflow)
        return halve_window(lane, error);
    const struct fg_gpu_output *const output = lane->slot.host_output;
    return fg_gpu_hits_append(&device->found, output->hits, output->hit_count,
                              engine->plan.indices + lane->window.first, lane->window.count, error);
}

/* Starts the lane's next window; leaves it idle if there is none. */
static enum fg_status start_lane(struct candidates_gpu *engine, struct lane *lane,
                                 struct fg_error *error) {
    struct fg_gpu_plan *const plan = &engine->plan;
    if (lane->waiting_count > 0)
        lane->window = lane->waiting[--lane->waiting_count];
    else if (!fg_gpu_plan_next(plan, &lane->window))
        return FG_OK;
    const struct fg_gpu_launch launch = {
        .method = engine->setup.method,
        .wide = lane->window.wide,
        .dividends = plan->dividends + lane->window.first,
        .counts = plan->counts + lane->window.first,
        .number_count = lane->window.count,
        .begin = lane->window.begin,
        .end = lane->window.end,
    };
    FG_TRY(fg_candidates_stream_start(&lane->slot, &launch, error));
    lane->busy = true;
    return FG_OK;
}

/* Advances the lane as far as possible without waiting. */
static enum fg_status advance_lane(struct candidates_gpu *engine, struct device *device,
                                   struct lane *lane, struct fg_error *error) {
    if (lane->busy && fg_gpu_stream_is_ready(&lane->slot.stream))
        FG_TRY(finish_lane(engine, device, lane, error));
    return lane->busy ? FG_OK : start_lane(engine, lane, error);
}

/* Waits until a lane of the device is ready, unless the wakeup was raised since `seen`. A lane that
 * is alone is finished at once, which is the quickest way to wait for a stream. *idle: there is
 * nothing to wait for. */
static enum fg_status wait_for_lanes(struct candidates_gpu *engine, struct device *device,
                                     uint64_t seen, bool *idle, struct fg_error *error) {
    struct fg_gpu_stream *streams[LANES_PER_DEVICE];
    struct lane *busy = NULL;
    unsigned count = 0;
    for (int i = 0; i < LANES_PER_DEVICE; i++)
        if (device->lanes[i].busy) {
            busy = &device->lanes[i];
            streams[count++] = &busy->slot.stream;
        }
    *idle = count == 0;
    if (*idle)
        return FG_OK;
    if (count == 1)
        return finish_lane(engine, device, busy, error);
    return fg_gpu_streams_wait(streams, count, &device->wakeup, seen, error);
}

static enum fg_status work_on_plan(struct candidates_gpu *engine, struct device *device,
                                   const atomic_bool *stop, struct fg_error *error) {
    bool idle = false;
    while (!idle) {
        const uint64_t seen = fg_wakeup_count(&device->wakeup);
        for (int i = 0; i < LANES_PER_DEVICE; i++) {
            if (atomic_load(engine->setup.cancelled))
                return fg_fail(error, FG_ERROR_CANCELLED, "cancelled");
            if (atomic_load(stop))
                return FG_OK; /* another device reports why */
            FG_TRY(advance_lane(engine, device, &device->lanes[i], error));
        }
        FG_TRY(wait_for_lanes(engine, device, seen, &idle, error));
    }
    return FG_OK;
}

/* Leaves the lanes idle after a batch that ended before they did. */
static enum fg_status abandon_lanes(struct device *device, struct fg_error *error) {
    for (int i = 0; i < LANES_PER_DEVICE; i++) {
        struct lane *const lane = &device->lanes[i];
        lane->waiting_count = 0;
        if (lane->busy)
            FG_TRY(fg_gpu_stream_wait(&lane->slot.stream, error));
        lane->busy = false;
    }
    return FG_OK;
}

static enum fg_status work(void *state, size_t which, const atomic_bool *stop,
                           struct fg_error *error) {
    struct candidates_gpu *const engine = state;
    struct device *const device = &engine->devices[which];
    const enum fg_status status = work_on_plan(engine, device, stop, error);
    if (status == FG_OK || status == FG_ERROR_CANCELLED)
        FG_TRY(abandon_lanes(device, error));
    return status;
}

/* ---- A batch ---- */

/* All of the batch is answered: the engine gives no more numbers than have `value_limit` divisors.
 */
static enum fg_status begin(void *state, const struct fg_numbers *numbers, uint64_t value_limit,
                            struct fg_results *results, struct fg_error *error) {
    struct candidates_gpu *const engine = state;
    const uint64_t start = fg_gpu_now_ns();
    (void)value_limit;
    engine->numbers = numbers;
    engine->results = results;
    for (size_t i = 0; i < engine->device_count; i++)
        fg_gpu_hits_clear(&engine->devices[i].found);
    FG_TRY(fg_gpu_plan_fill(&engine->plan, engine->setup.method, numbers->list, numbers->count,
                            (unsigned)engine->device_count * LANES_PER_DEVICE, engine->group_limit,
                            error));
    engine->host_ns += fg_gpu_now_ns() - start;
    return FG_OK;
}

static enum fg_status end(void *state, struct fg_error *error) {
    struct candidates_gpu *const engine = state;
    const uint64_t start = fg_gpu_now_ns();
    const uint64_t *const list = engine->numbers->list;
    const size_t first = engine->results->count;
    struct fg_gpu_hits *const found = &engine->devices[0].found;
    for (size_t i = 1; i < engine->device_count; i++)
        FG_TRY(fg_gpu_hits_merge(found, &engine->devices[i].found, error));
    FG_TRY(fg_gpu_hits_gather(found, engine->setup.method, list, engine->numbers->count,
                              engine->results, error));
    FG_TRY(fg_answers_check(FG_ANSWER_DIVISORS, list, engine->results, first, false, error));
    engine->host_ns += fg_gpu_now_ns() - start;
    return FG_OK;
}

static void timing(const void *state, struct fg_timing *sum) {
    const struct candidates_gpu *const engine = state;
    for (size_t i = 0; i < engine->device_count; i++)
        for (int lane = 0; lane < LANES_PER_DEVICE; lane++)
            fg_gpu_timing_add(sum, &engine->devices[i].lanes[lane].slot.timing);
    sum->host_ns += engine->host_ns;
}

const struct fg_method_gpu fg_candidates_device = {
    .open = open_engine,
    .open_device = open_device,
    .begin = begin,
    .work = work,
    .end = end,
    .timing = timing,
    .close_device = close_device,
    .close = close_engine,
    .forget = close_engine,
};
