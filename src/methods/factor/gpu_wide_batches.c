/* SPDX-License-Identifier: MIT */
/*
 * gpu_wide_batches.c: a device's thread steps whichever of its waves is ready, so that one wave's
 * rounds run while the host's threads complete the other's batch.
 */
#include "methods/factor/gpu_wide_batches.h"

#include "algorithms/wide_plan.h"
#include "batch/answers.h"
#include "gpu/timing.h"
#include "methods/factor/wide_self_test.h"
#include <stdlib.h>

/* The fewest numbers that are worth a wave. */
#define LEAST_BATCH 256
/* Numbers whose answers are appended between two polls. */
#define PLACED_AT_ONCE 1024

/* ---- Opening and closing ---- */

static void close_waves(struct fg_gpu_wide_wavefronts *device) {
    for (int i = 0; i < FG_WIDE_WAVES_PER_DEVICE; i++)
        fg_gpu_wide_wavefront_close(&device->waves[i]);
}

void fg_gpu_wide_wavefronts_forget(struct fg_gpu_wide_wavefronts *device) {
    for (int i = 0; i < FG_WIDE_WAVES_PER_DEVICE; i++) {
        free(device->waves[i].factors);
        device->waves[i].factors = NULL;
        device->waves[i].factor_capacity = 0;
    }
    fg_worker_space_release(&device->space);
    fg_wide_answers_close(&device->answers);
    device->opened = false;
}

void fg_gpu_wide_wavefronts_close(struct fg_gpu_wide_wavefronts *device) {
    close_waves(device);
    fg_gpu_wide_wavefronts_forget(device);
}

void fg_gpu_wide_wavefronts_add_timing(const struct fg_gpu_wide_wavefronts *device,
                                       struct fg_timing *sum) {
    for (int i = 0; i < FG_WIDE_WAVES_PER_DEVICE; i++) {
        fg_gpu_timing_add(sum, &device->waves[i].timing);
        fg_gpu_timing_add(sum, &device->waves[i].narrow.timing);
    }
    sum->host_ns += device->host_ns;
}

/* Opens all waves with buffers for so many numbers, and tests the device. *less_may_fit says
 * whether it failed because they, or the kernels beside them, have no room there. */
static enum fg_status open_waves(struct fg_gpu_wide_wavefronts *device, int index, uint32_t numbers,
                                 bool *less_may_fit, struct fg_error *error) {
    struct fg_gpu_wide_wavefront *const tested = &device->waves[0];
    enum fg_status status = FG_OK;
    for (int i = 0; i < FG_WIDE_WAVES_PER_DEVICE && status == FG_OK; i++)
        status = fg_gpu_wide_wavefront_open(&device->waves[i], numbers, error);
    *less_may_fit = status == FG_ERROR_MEMORY;
    FG_TRY(status);
    status = fg_wide_self_test(index, tested, error); /* FG_ERROR_MEMORY is the host's */
    *less_may_fit = status == FG_ERROR_DEVICE &&
                    (tested->launch_lacked_memory || tested->narrow.launch_lacked_memory);
    return status;
}

static enum fg_status open_device(struct fg_gpu_wide_wavefronts *device, int index,
                                  const struct fg_method_setup *setup, struct fg_error *error) {
    if (device->answers.walk == NULL)
        FG_TRY(fg_wide_answers_open(&device->answers, setup, error));
    device->setup = setup;
    for (uint32_t numbers = FG_WIDE_WAVE_NUMBERS;; numbers /= 2) {
        bool less_may_fit;
        const enum fg_status status = open_waves(device, index, numbers, &less_may_fit, error);
        device->opened = status == FG_OK;
        if (status == FG_OK)
            return FG_OK;
        close_waves(device);
        if (!less_may_fit)
            return status;
        if (numbers / 2 < FG_WIDE_WAVE_MIN_NUMBERS) {
            const struct fg_error reason = *error;
            return fg_fail(error, FG_ERROR_DEVICE,
                           "CUDA device %d has too little free memory for numbers above 2^64 "
                           "(%.300s)",
                           index, reason.message);
        }
    }
}

void fg_gpu_wide_begin(struct fg_gpu_wide_run *run, struct fg_block_workers *workers,
                       const struct fg_numbers *numbers, uint64_t value_limit, unsigned wave_count,
                       struct fg_results *results) {
    const size_t batch = numbers->count / wave_count + 1;
    run->workers = workers;
    run->numbers = numbers->wide_list;
    run->count = numbers->count;
    run->batch = batch < LEAST_BATCH            ? LEAST_BATCH
                 : batch < FG_WIDE_WAVE_NUMBERS ? (uint32_t)batch
                                                : FG_WIDE_WAVE_NUMBERS;
    run->value_limit = value_limit;
    run->results = results;
    atomic_store(&run->handed_out, 0);
    atomic_store(&run->placed, 0);
    atomic_store(&run->full, false);
}

/* ---- A batch ---- */

/* Gives the batch of a wave that is ready to the workers. */
static void offer(struct fg_gpu_wide_wavefronts *device, int which,
                  const struct fg_gpu_wide_run *run, const atomic_bool *cancelled) {
    const struct fg_gpu_wide_wavefront *const wave = &device->waves[which];
    device->batches[which] = (struct fg_wide_completion){
        .job = {.kind = &fg_wide_completions, .count = wave->number_count},
        .numbers = wave->numbers,
        .rests = wave->rests,
        .factors = wave->factors,
        .first = device->first[which],
        .smooth_bound = device->answers.smooth_bound,
        .cancelled = cancelled,
        .take_certificate = device->setup->take_certificate,
        .certificate_context = device->setup->certificate_context,
    };
    device->offered[which] = true;
    fg_block_workers_offer(run->workers, &device->batches[which].job);
}

/* Takes the batch back from the workers if they are done with it. */
static enum fg_status take_back(struct fg_gpu_wide_wavefronts *device, int which,
                                const struct fg_gpu_wide_run *run, bool *moved,
                                struct fg_error *error) {
    const struct fg_block_job *const job = &device->batches[which].job;
    if (!fg_block_workers_is_done(run->workers, job))
        return FG_OK;
    *moved = true;
    device->offered[which] = false;
    FG_TRY(fg_block_job_outcome(job, error));
    device->complete[which] = true;
    return FG_OK;
}

/* Appends the answers to as many of the next `count` numbers of a wave's batch as the run has room
 * for, and checks them. *appended, which is added to, says how many. */
static enum fg_status append_piece(const struct fg_gpu_wide_wavefronts *device, int which,
                                   struct fg_gpu_wide_run *run, size_t count, size_t *appended,
                                   struct fg_error *error) {
    const struct fg_uint128 *const numbers = run->numbers + device->first[which] + *appended;
    const struct fg_wide_factorization *const factors = device->waves[which].factors + *appended;
    struct fg_results *const results = run->results;
    const size_t before = results->count;
    FG_TRY(fg_wide_answers_append(&device->answers, numbers, factors, count,
                                  device->first[which] + *appended == 0, &run->value_limit,
                                  appended, results, error));
    return fg_answers_check_wide(device->answers.answer, numbers, results, before,
                                 device->answers.smooth_bound != 0, error);
}

/* Appends the answers of a complete batch, whose turn it is, and leaves the wave idle. */
static enum fg_status place(struct fg_gpu_wide_wavefronts *device, int which,
                            struct fg_gpu_wide_run *run, const atomic_bool *cancelled,
                            struct fg_error *error) {
    struct fg_gpu_wide_wavefront *const wave = &device->waves[which];
    const uint64_t start = fg_gpu_now_ns();
    size_t appended = 0;
    for (size_t end = 0; appended == end && end < wave->number_count;) {
        if (atomic_load(cancelled))
            return fg_fail(error, FG_ERROR_CANCELLED, "cancelled");
        const size_t left = wave->number_count - end;
        const size_t count = left < PLACED_AT_ONCE ? left : PLACED_AT_ONCE;
        end += count;
        FG_TRY(append_piece(device, which, run, count, &appended, error));
    }
    device->host_ns += fg_gpu_now_ns() - start;
    if (appended < wave->number_count || run->value_limit == 0)
        atomic_store(&run->full, true);
    atomic_fetch_add(&run->placed, appended);
    device->complete[which] = false;
    wave->phase = FG_WIDE_WAVE_IDLE;
    fg_wakeup_raise(run->workers->wakeup);
    return FG_OK;
}

/* ---- A device's run ---- */

/* Starts the wave's next batch; leaves it idle if there is none. */
static enum fg_status start_wave(struct fg_gpu_wide_wavefronts *device, int which,
                                 struct fg_gpu_wide_run *run, struct fg_error *error) {
    struct fg_gpu_wide_wavefront *const wave = &device->waves[which];
    if (atomic_load(&run->full) || atomic_load(&run->handed_out) >= run->count)
        return FG_OK;
    const uint32_t batch = run->batch < wave->number_capacity ? run->batch : wave->number_capacity;
    const size_t first = atomic_fetch_add(&run->handed_out, batch);
    if (first >= run->count)
        return FG_OK;
    const size_t left = run->count - first;
    device->first[which] = first;
    return fg_gpu_wide_wavefront_start(wave, run->numbers + first,
                                       left < batch ? (uint32_t)left : batch, FG_WIDE_PLAN_STEPS,
                                       error);
}

/* Takes a wave that is ready further: its batch to the workers, back, and to the results. */
static enum fg_status advance_ready(struct fg_gpu_wide_wavefronts *device, int which,
                                    struct fg_gpu_wide_run *run, const atomic_bool *cancelled,
                                    bool *moved, struct fg_error *error) {
    if (device->offered[which])
        return take_back(device, which, run, moved, error);
    if (!device->complete[which]) {
        *moved = true;
        offer(device, which, run, cancelled);
        return FG_OK;
    }
    if (atomic_load(&run->placed) != device->first[which])
        return FG_OK;
    *moved = true;
    FG_TRY(place(device, which, run, cancelled, error));
    return start_wave(device, which, run, error);
}

/* Takes the wave a step further if that needs no waiting. *moved says whether there was one. */
static enum fg_status advance(struct fg_gpu_wide_wavefronts *device, int which,
                              struct fg_gpu_wide_run *run, const atomic_bool *cancelled,
                              bool *moved, struct fg_error *error) {
    struct fg_gpu_wide_wavefront *const wave = &device->waves[which];
    const struct fg_gpu_stream *const stream = fg_gpu_wide_wavefront_stream(wave);
    if (wave->phase == FG_WIDE_WAVE_READY)
        return advance_ready(device, which, run, cancelled, moved, error);
    if (wave->phase == FG_WIDE_WAVE_IDLE)
        return start_wave(device, which, run, error);
    if (!fg_gpu_stream_is_ready(stream))
        return FG_OK;
    *moved = true;
    return fg_gpu_wide_wavefront_step(wave, error);
}

static bool all_are_idle(const struct fg_gpu_wide_wavefronts *device) {
    bool idle = true;
    for (int i = 0; i < FG_WIDE_WAVES_PER_DEVICE; i++)
        idle &= device->waves[i].phase == FG_WIDE_WAVE_IDLE;
    return idle;
}

/*
 * Goes on until a wave of the device may have something to do, or the wakeup was raised since
 * `seen` for another reason. The thread takes a block of the workers' only if it has nothing else
 * to do: a block lasts as long as many rounds.
 */
static enum fg_status wait_for_waves(struct fg_gpu_wide_wavefronts *device,
                                     const struct fg_gpu_wide_run *run, uint64_t seen,
                                     struct fg_error *error) {
    struct fg_gpu_stream *streams[FG_WIDE_WAVES_PER_DEVICE];
    unsigned count = 0;
    for (int i = 0; i < FG_WIDE_WAVES_PER_DEVICE; i++) {
        streams[count] = fg_gpu_wide_wavefront_stream(&device->waves[i]);
        count += streams[count] != NULL;
    }
    if ((count == 0 || !fg_block_workers_have_helpers(run->workers)) &&
        fg_block_workers_have_work(run->workers)) {
        FG_TRY(fg_gpu_streams_watch(streams, count, run->workers->wakeup, error));
        fg_block_workers_work(run->workers, &device->space);
        return FG_OK;
    }
    return fg_gpu_streams_wait(streams, count, run->workers->wakeup, seen, error);
}

static enum fg_status work_on_run(struct fg_gpu_wide_wavefronts *device,
                                  struct fg_gpu_wide_run *run, const atomic_bool *cancelled,
                                  const atomic_bool *stop, struct fg_error *error) {
    for (;;) {
        const uint64_t seen = fg_wakeup_count(run->workers->wakeup);
        bool moved = false;
        for (int i = 0; i < FG_WIDE_WAVES_PER_DEVICE; i++) {
            if (atomic_load(cancelled))
                return fg_fail(error, FG_ERROR_CANCELLED, "cancelled");
            if (atomic_load(stop) || atomic_load(&run->full))
                return FG_OK; /* another device reports why, or no more is wanted */
            FG_TRY(advance(device, i, run, cancelled, &moved, error));
        }
        if (all_are_idle(device))
            return FG_OK;
        if (!moved)
            FG_TRY(wait_for_waves(device, run, seen, error));
    }
}

/* Takes all batches back from the workers, also in the middle of their blocks. */
static void withdraw_batches(struct fg_gpu_wide_wavefronts *device,
                             const struct fg_gpu_wide_run *run) {
    for (int i = 0; i < FG_WIDE_WAVES_PER_DEVICE; i++) {
        if (device->offered[i])
            fg_block_workers_withdraw(run->workers, &device->batches[i].job);
        device->offered[i] = false;
    }
}

/* Leaves the waves idle after a run that ended before they did. */
static enum fg_status abandon_waves(struct fg_gpu_wide_wavefronts *device, struct fg_error *error) {
    for (int i = 0; i < FG_WIDE_WAVES_PER_DEVICE; i++) {
        device->complete[i] = false;
        FG_TRY(fg_gpu_wide_wavefront_abandon(&device->waves[i], error));
    }
    return FG_OK;
}

enum fg_status fg_gpu_wide_work(struct fg_gpu_wide_wavefronts *device, int index,
                                const struct fg_method_setup *setup, struct fg_gpu_wide_run *run,
                                const atomic_bool *cancelled, const atomic_bool *stop,
                                struct fg_error *error) {
    if (!device->opened)
        FG_TRY(open_device(device, index, setup, error));
    const enum fg_status status = work_on_run(device, run, cancelled, stop, error);
    withdraw_batches(device, run);
    if (status == FG_OK || status == FG_ERROR_CANCELLED || status == FG_ERROR_TOO_MANY)
        FG_TRY(abandon_waves(device, error));
    return status;
}
