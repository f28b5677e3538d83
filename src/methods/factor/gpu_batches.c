/* SPDX-License-Identifier: MIT */
/*
 * gpu_batches.c: a device keeps its waves busy. A piece of answers gets its place in the results
 * when everything before it has one, and then the host's threads check it and copy it there, the
 * device's own thread among them. Batches are handed out in order, so that the first one
 * outstanding never waits for another, and nothing is copied twice.
 */
#include "methods/factor/gpu_batches.h"

#include "algorithms/factorization.h"
#include "algorithms/split_plan.h"
#include "batch/results.h"
#include "methods/factor/factor_self_test.h"

/* Room for the answers to a wave's numbers, as many as they have on average (44 divisors near
 * 2^64).
 */
#define DIVISORS_PER_NUMBER 48
#define LEAST_WAVE_NUMBERS FG_FACTOR_SELF_TEST_NUMBERS
/* The fewest numbers that are worth a wave. */
#define LEAST_BATCH 4096
/* Reserved for each value that is expected by the first piece of a run, because lists differ. */
#define RESERVED_PER_EXPECTED 1.125

void fg_gpu_wavefronts_close(struct fg_gpu_wavefronts *device) {
    for (int i = 0; i < FG_WAVES_PER_DEVICE; i++)
        fg_gpu_wavefront_close(&device->waves[i]);
}

static enum fg_status open_wave(struct fg_gpu_wavefront *wave, bool primes, uint32_t numbers,
                                struct fg_error *error) {
    const uint32_t least = primes ? FG_FACTORIZATION_PRIMES : (uint32_t)FG_MAX_DIVISORS;
    const uint32_t values = numbers * (primes ? FG_WAVE_PRIMES_PER_NUMBER : DIVISORS_PER_NUMBER);
    return fg_gpu_wavefront_open(wave, primes, numbers, values > least ? values : least, error);
}

/* Opens all waves with buffers for so many numbers, and tests the device. FG_ERROR_MEMORY if
 * there is no room for that. */
static enum fg_status open_waves(struct fg_gpu_wavefronts *device, bool primes, uint32_t numbers,
                                 struct fg_error *error) {
    for (int i = 0; i < FG_WAVES_PER_DEVICE; i++)
        FG_TRY(open_wave(&device->waves[i], primes, numbers, error));
    const enum fg_status status = fg_factor_self_test(device->index, &device->waves[0], error);
    if (status == FG_ERROR_DEVICE && device->waves[0].launch_lacked_memory)
        return FG_ERROR_MEMORY; /* the buffers left too little for the kernels themselves */
    return status;
}

enum fg_status fg_gpu_wavefronts_open(struct fg_gpu_wavefronts *device, int index,
                                      enum fg_answer answer, struct fg_error *error) {
    device->index = index;
    for (uint32_t numbers = FG_WAVE_NUMBERS;; numbers /= 2) {
        const enum fg_status status =
            open_waves(device, answer == FG_ANSWER_PRIMES, numbers, error);
        if (status != FG_ERROR_MEMORY)
            return status;
        fg_gpu_wavefronts_close(device);
        if (numbers / 2 < LEAST_WAVE_NUMBERS)
            return fg_fail(error, FG_ERROR_DEVICE, "CUDA device %d has too little free memory",
                           index);
    }
}

enum fg_status fg_gpu_batches_open(struct fg_gpu_batches *run, unsigned helper_limit,
                                   struct fg_error *error) {
    *run = (struct fg_gpu_batches){0};
    fg_wakeup_init(&run->wakeup);
    return fg_block_workers_open(&run->workers, helper_limit, &run->wakeup, error);
}

void fg_gpu_batches_close(struct fg_gpu_batches *run) {
    fg_block_workers_close(&run->workers);
}

void fg_gpu_batches_forget(struct fg_gpu_batches *run) {
    fg_block_workers_forget(&run->workers);
}

void fg_gpu_batches_begin(struct fg_gpu_batches *run, enum fg_answer answer,
                          const uint64_t *numbers, size_t count, uint64_t value_limit,
                          uint32_t batch_limit, unsigned wave_count, struct fg_results *results) {
    size_t batch = count / wave_count + 1;
    if (batch < LEAST_BATCH)
        batch = LEAST_BATCH;
    run->answer = answer;
    run->numbers = numbers;
    run->count = count;
    run->batch = batch < batch_limit ? (uint32_t)batch : batch_limit;
    run->value_limit = value_limit;
    run->results = results;
    run->first_answer = results->count;
    run->end_value = results->count > 0 ? results->offsets[results->count] : 0;
    atomic_store(&run->handed_out, 0);
    atomic_store(&run->placed, 0);
    atomic_store(&run->full, false);
}

/* The offsets and values were written in their place. */
void fg_gpu_batches_end(struct fg_gpu_batches *run) {
    run->results->count = run->first_answer + atomic_load(&run->placed);
}

/* Starts the wave's next batch; leaves it idle when there is none. */
static enum fg_status start_wave(struct fg_gpu_wavefronts *device, int index,
                                 struct fg_gpu_batches *run, struct fg_error *error) {
    if (atomic_load(&run->full) || atomic_load(&run->handed_out) >= run->count)
        return FG_OK;
    const size_t first = atomic_fetch_add(&run->handed_out, run->batch);
    if (first >= run->count)
        return FG_OK;
    const size_t left = run->count - first;
    device->first[index] = first;
    return fg_gpu_wavefront_start(&device->waves[index], run->numbers + first,
                                  left < run->batch ? (uint32_t)left : run->batch, FG_PLAN_CURVES,
                                  error);
}

/* ---- Pieces ---- */

/* Returns whether everything before number `first` has its place, and more is wanted. "Full" is
 * written before "placed", so it is read after it. */
static bool is_turn(const struct fg_gpu_batches *run, size_t first) {
    return atomic_load(&run->placed) == first && !atomic_load(&run->full);
}

/* Returns whether the results have room for the piece, whose first number is number `first`. */
static bool has_room(const struct fg_gpu_batches *run, const struct fg_gpu_wavefront *wave,
                     size_t first) {
    const struct fg_results *const results = run->results;
    return results->values != NULL &&
           results->offset_capacity > run->first_answer + first + wave->piece_count &&
           results->value_capacity >= run->end_value + wave->piece_values;
}

/* Makes room for the piece, and if there is memory for them, for all answers that will follow if
 * they are like these. No piece is being copied, so that the results can move. Writes where this
 * piece begins, too: if the piece before was wrong, its end was not copied with it. */
static enum fg_status make_room(struct fg_gpu_batches *run, const struct fg_gpu_wavefront *wave,
                                size_t first, struct fg_error *error) {
    struct fg_results *const results = run->results;
    const size_t left = run->count - first;
    const double mean = (double)wave->piece_values / wave->piece_count;
    const double expected = mean * (double)left * RESERVED_PER_EXPECTED;
    const double most = (double)run->value_limit + wave->piece_values;
    const double wanted = expected < most ? expected : most;
    const size_t values = wanted > wave->piece_values ? (size_t)wanted : wave->piece_values;
    results->count = run->first_answer + first;
    if (results->offset_capacity > results->count)
        results->offsets[results->count] = run->end_value;
    if (fg_results_reserve_run(results, left, values, NULL) == FG_OK)
        return FG_OK;
    return fg_results_reserve_run(results, wave->piece_count, wave->piece_values, error);
}

/* Gives the wave's piece to the workers, with its place. */
static void offer(struct fg_gpu_wavefronts *device, int index, struct fg_gpu_batches *run,
                  size_t first) {
    const struct fg_gpu_wavefront *const wave = &device->waves[index];
    struct fg_results *const results = run->results;
    size_t *const offsets = results->offsets + run->first_answer + first;
    if (first == 0)
        offsets[0] = run->end_value;
    device->pieces[index] = (struct fg_piece){
        .job = {.kind = &fg_piece_checks,
                .count = wave->piece_count,
                .value_counts = wave->value_counts + wave->piece_first,
                .value_count = wave->piece_values},
        .answer = run->answer,
        .numbers = run->numbers + first,
        .values = wave->values,
        .first = first,
        .offsets = offsets + 1,
        .place = results->values + run->end_value,
        .begin = run->end_value,
    };
    device->is_placed[index] = true;
    atomic_fetch_add(&run->copying, 1);
    fg_block_workers_offer(&run->workers, &device->pieces[index].job);
}

/* Gives the wave's piece its place if its turn has come, and hands it to the workers. */
static enum fg_status place_piece(struct fg_gpu_wavefronts *device, int index,
                                  struct fg_gpu_batches *run, struct fg_error *error) {
    const struct fg_gpu_wavefront *const wave = &device->waves[index];
    const size_t first = device->first[index] + wave->piece_first;
    if (!is_turn(run, first))
        return FG_OK;
    if (!has_room(run, wave, first)) {
        if (atomic_load(&run->copying) > 0)
            return FG_OK; /* `wakeup` is raised when it is not */
        FG_TRY(make_room(run, wave, first, error));
    }
    offer(device, index, run, first);
    run->end_value += wave->piece_values;
    run->value_limit =
        wave->piece_values < run->value_limit ? run->value_limit - wave->piece_values : 0;
    if (run->value_limit == 0)
        atomic_store(&run->full, true);
    atomic_fetch_add(&run->placed, wave->piece_count);
    fg_wakeup_raise(&run->wakeup);
    return FG_OK;
}

/* Takes the piece back from the workers. */
static void release_piece(struct fg_gpu_wavefronts *device, int index, struct fg_gpu_batches *run) {
    device->is_placed[index] = false;
    atomic_fetch_sub(&run->copying, 1);
    fg_wakeup_raise(&run->wakeup);
}

/* Places the wave's piece, or goes on with the next one if this one is done. */
static enum fg_status take_piece(struct fg_gpu_wavefronts *device, int index,
                                 struct fg_gpu_batches *run, struct fg_error *error) {
    const struct fg_block_job *const job = &device->pieces[index].job;
    if (!device->is_placed[index])
        return place_piece(device, index, run, error);
    if (!fg_block_workers_is_done(&run->workers, job))
        return FG_OK;
    release_piece(device, index, run);
    FG_TRY(fg_block_job_outcome(job, error));
    return fg_gpu_wavefront_next_piece(&device->waves[index], error);
}

/* ---- A device's run ---- */

/* Advances the wave as far as possible without waiting. If the run is full, only a piece that has
 * its place goes on. */
static enum fg_status advance(struct fg_gpu_wavefronts *device, int index,
                              struct fg_gpu_batches *run, struct fg_error *error) {
    struct fg_gpu_wavefront *const wave = &device->waves[index];
    if (atomic_load(&run->full) && !device->is_placed[index])
        return FG_OK;
    if (fg_gpu_wavefront_is_under_way(wave) && fg_gpu_stream_is_ready(&wave->stream))
        FG_TRY(fg_gpu_wavefront_step(wave, error));
    if (wave->phase == FG_WAVE_READY)
        FG_TRY(take_piece(device, index, run, error));
    return wave->phase == FG_WAVE_IDLE ? start_wave(device, index, run, error) : FG_OK;
}

/* Returns whether the device has nothing left to do in the run. */
static bool is_finished(const struct fg_gpu_wavefronts *device, const struct fg_gpu_batches *run) {
    bool placed = false, idle = true;
    for (int i = 0; i < FG_WAVES_PER_DEVICE; i++) {
        placed |= device->is_placed[i];
        idle &= device->waves[i].phase == FG_WAVE_IDLE;
    }
    return idle || (!placed && atomic_load(&run->full));
}

/*
 * Goes on until a wave of the device may have something to do: its stream is ready, or its piece is
 * done or its turn has come, or the run's wakeup was raised since `seen` for another reason.
 * Meanwhile the thread checks a block of answers if there is one; that takes so little time that
 * the device, which has another wave to compute, does not run dry. A wave that is alone is simply
 * stepped, which is the quickest way to wait for a stream.
 */
static enum fg_status wait_for_waves(struct fg_gpu_wavefronts *device, struct fg_gpu_batches *run,
                                     uint64_t seen, struct fg_error *error) {
    struct fg_gpu_stream *streams[FG_WAVES_PER_DEVICE];
    struct fg_gpu_wavefront *under_way = NULL;
    unsigned stream_count = 0, ready_count = 0;
    for (int i = 0; i < FG_WAVES_PER_DEVICE; i++) {
        struct fg_gpu_wavefront *const wave = &device->waves[i];
        ready_count += wave->phase == FG_WAVE_READY;
        if (fg_gpu_wavefront_is_under_way(wave)) {
            under_way = wave;
            streams[stream_count++] = &wave->stream;
        }
    }
    if (fg_block_workers_have_work(&run->workers)) {
        FG_TRY(fg_gpu_streams_watch(streams, stream_count, &run->wakeup, error));
        struct fg_worker_space no_space = {0}; /* a check needs none */
        fg_block_workers_work(&run->workers, &no_space);
        return FG_OK;
    }
    if (stream_count == 1 && ready_count == 0)
        return fg_gpu_wavefront_step(under_way, error);
    return fg_gpu_streams_wait(streams, stream_count, &run->wakeup, seen, error);
}

/* Takes all pieces back, also in the middle of their copies. */
static void withdraw_pieces(struct fg_gpu_wavefronts *device, struct fg_gpu_batches *run) {
    for (int i = 0; i < FG_WAVES_PER_DEVICE; i++)
        if (device->is_placed[i]) {
            fg_block_workers_withdraw(&run->workers, &device->pieces[i].job);
            release_piece(device, i, run);
        }
}

/* Leaves the waves idle after a run that ended before they did. */
static enum fg_status abandon_waves(struct fg_gpu_wavefronts *device, struct fg_error *error) {
    for (int i = 0; i < FG_WAVES_PER_DEVICE; i++)
        FG_TRY(fg_gpu_wavefront_abandon(&device->waves[i], error));
    return FG_OK;
}

static enum fg_status work_on_run(struct fg_gpu_wavefronts *device, struct fg_gpu_batches *run,
                                  const atomic_bool *cancelled, const atomic_bool *stop,
                                  struct fg_error *error) {
    for (;;) {
        const uint64_t seen = fg_wakeup_count(&run->wakeup);
        for (int i = 0; i < FG_WAVES_PER_DEVICE; i++) {
            if (atomic_load(cancelled))
                return fg_fail(error, FG_ERROR_CANCELLED, "cancelled");
            if (atomic_load(stop))
                return FG_OK; /* another device reports why */
            FG_TRY(advance(device, i, run, error));
        }
        if (is_finished(device, run))
            return FG_OK;
        FG_TRY(wait_for_waves(device, run, seen, error));
    }
}

enum fg_status fg_gpu_batches_work(struct fg_gpu_wavefronts *device, struct fg_gpu_batches *run,
                                   const atomic_bool *cancelled, const atomic_bool *stop,
                                   struct fg_error *error) {
    const enum fg_status status = work_on_run(device, run, cancelled, stop, error);
    withdraw_pieces(device, run);
    if (status == FG_OK || status == FG_ERROR_CANCELLED)
        FG_TRY(abandon_waves(device, error));
    return status;
}
