/* SPDX-License-Identifier: MIT */
/*
 * factor_device.c: a batch is one run of wavefronts over all devices (gpu_batches.c), during which
 * the host's threads check and copy the answers. One of numbers of two words is a run of
 * gpu_wide_batches.c, whose waves a device gets with the first such batch.
 */
#include "methods/factor/factor_device.h"

#include "gpu/timing.h"
#include "methods/factor/gpu_batches.h"
#include "methods/factor/gpu_wide_batches.h"
#include <stdlib.h>

/* A device, for numbers of one word and of two. */
struct factor_device {
    struct fg_gpu_wavefronts narrow;
    struct fg_gpu_wide_wavefronts wide;
};

struct factor_gpu {
    struct fg_method_setup setup;
    struct fg_gpu_batches run;
    struct fg_gpu_wide_run wide_run;
    unsigned words;       /* of the numbers of the run */
    uint32_t batch_limit; /* the smallest of the waves' capacities */
    size_t device_count;
    struct factor_device devices[];
};

static enum fg_status open_engine(const struct fg_method_setup *setup, size_t device_count,
                                  unsigned jobs, void **state, struct fg_error *error) {
    const size_t bytes = sizeof(struct factor_gpu) + device_count * sizeof(struct factor_device);
    struct factor_gpu *const engine = calloc(1, bytes);
    if (engine == NULL)
        return fg_fail_memory(error, bytes);
    engine->setup = *setup;
    engine->batch_limit = UINT32_MAX;
    engine->device_count = device_count;
    const enum fg_status status = fg_gpu_batches_open(
        &engine->run, jobs > device_count ? jobs - (unsigned)device_count : 0, error);
    if (status == FG_OK)
        *state = engine;
    else
        free(engine);
    return status;
}

static enum fg_status open_device(void *state, size_t which, int index, struct fg_error *error) {
    struct factor_gpu *const engine = state;
    struct fg_gpu_wavefronts *const device = &engine->devices[which].narrow;
    FG_TRY(fg_gpu_wavefronts_open(device, index, engine->setup.answer, error));
    if (device->waves[0].number_capacity < engine->batch_limit)
        engine->batch_limit = device->waves[0].number_capacity;
    return FG_OK;
}

static enum fg_status begin(void *state, const struct fg_numbers *numbers, uint64_t value_limit,
                            struct fg_results *results, struct fg_error *error) {
    struct factor_gpu *const engine = state;
    const unsigned devices = (unsigned)engine->device_count;
    (void)error;
    engine->words = numbers->words;
    if (numbers->words == 2)
        fg_gpu_wide_begin(&engine->wide_run, &engine->run.workers, numbers, value_limit,
                          devices * FG_WIDE_WAVES_PER_DEVICE, results);
    else
        fg_gpu_batches_begin(&engine->run, engine->setup.answer, numbers->list, numbers->count,
                             value_limit, engine->batch_limit, devices * FG_WAVES_PER_DEVICE,
                             results);
    return FG_OK;
}

static enum fg_status work(void *state, size_t which, const atomic_bool *stop,
                           struct fg_error *error) {
    struct factor_gpu *const engine = state;
    struct factor_device *const device = &engine->devices[which];
    const struct fg_method_setup *const setup = &engine->setup;
    if (engine->words == 2)
        return fg_gpu_wide_work(&device->wide, device->narrow.index, setup, &engine->wide_run,
                                setup->cancelled, stop, error);
    return fg_gpu_batches_work(&device->narrow, &engine->run, setup->cancelled, stop, error);
}

static enum fg_status end(void *state, struct fg_error *error) {
    struct factor_gpu *const engine = state;
    (void)error;
    if (engine->words == 1)
        fg_gpu_batches_end(&engine->run);
    return FG_OK;
}

static void timing(const void *state, struct fg_timing *sum) {
    const struct factor_gpu *const engine = state;
    for (size_t i = 0; i < engine->device_count; i++) {
        const struct factor_device *const device = &engine->devices[i];
        for (int wave = 0; wave < FG_WAVES_PER_DEVICE; wave++)
            fg_gpu_timing_add(sum, &device->narrow.waves[wave].timing);
        fg_gpu_wide_wavefronts_add_timing(&device->wide, sum);
    }
    sum->host_ns += atomic_load(&engine->run.workers.busy_ns);
}

static void close_device(void *state, size_t which) {
    struct factor_gpu *const engine = state;
    fg_gpu_wide_wavefronts_close(&engine->devices[which].wide);
    fg_gpu_wavefronts_close(&engine->devices[which].narrow);
}

static void close_engine(void *state) {
    struct factor_gpu *const engine = state;
    fg_gpu_batches_close(&engine->run);
    free(engine);
}

static void forget_engine(void *state) {
    struct factor_gpu *const engine = state;
    for (size_t i = 0; i < engine->device_count; i++)
        fg_gpu_wide_wavefronts_forget(&engine->devices[i].wide);
    fg_gpu_batches_forget(&engine->run);
    free(engine);
}

const struct fg_method_gpu fg_factor_device = {
    .open = open_engine,
    .open_device = open_device,
    .begin = begin,
    .work = work,
    .end = end,
    .timing = timing,
    .close_device = close_device,
    .close = close_engine,
    .forget = forget_engine,
};
