/* SPDX-License-Identifier: MIT */
/*
 * gpu_batches.c: a device keeps its waves busy. The device that has a piece of answers checks it,
 * and delivers it when everything before it has been delivered. Batches are handed out in order, so
 * that the first one outstanding never waits for another, and nothing is copied twice.
 */
#include "methods/factor/gpu_batches.h"

#include "algorithms/factorization.h"
#include "algorithms/primality.h"
#include "algorithms/split_plan.h"
#include "batch/results.h"
#include "gpu/timing.h"
#include "methods/factor/factor_self_test.h"

/* Room for the answers to a wave's numbers, as many as they have on average (44 divisors near
 * 2^64).
 */
#define DIVISORS_PER_NUMBER 48
#define LEAST_WAVE_NUMBERS FG_FACTOR_SELF_TEST_NUMBERS
/* The fewest numbers that are worth a wave. */
#define LEAST_BATCH 4096
/* One number in so many has its primes proved again by the CPU, in some microseconds. */
#define PROVED_AGAIN 256

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

void fg_gpu_batches_init(struct fg_gpu_batches *run) {
    *run = (struct fg_gpu_batches){0};
    fg_wakeup_init(&run->wakeup);
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
    atomic_store(&run->handed_out, 0);
    atomic_store(&run->delivered, 0);
    atomic_store(&run->full, false);
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
    device->checked[index] = false;
    return fg_gpu_wavefront_start(&device->waves[index], run->numbers + first,
                                  left < run->batch ? (uint32_t)left : run->batch, FG_PLAN_CURVES,
                                  error);
}

/* Returns whether the CPU, too, proves the primes of a checked answer. */
static bool is_proved(enum fg_answer answer, uint64_t n, const uint64_t *values, size_t count) {
    struct fg_prime_power primes[FG_MAX_DISTINCT_PRIMES];
    const bool in_a_row = answer == FG_ANSWER_PRIMES;
    const size_t prime_count = in_a_row ? count : fg_prime_factors(n, values, count, primes);
    for (size_t i = 0; i < prime_count; i++)
        if (!fg_is_prime64(in_a_row ? values[i] : primes[i].prime))
            return false;
    return true;
}

/*
 * Checks the wave's piece, whose first number is number `first` of the run. This check cannot see a
 * composite that was taken for a prime, because the factors still multiply to their number. A
 * device whose tests go wrong after it was opened makes this error again and again, so it is enough
 * to prove the primes of a sample again.
 */
static enum fg_status check_piece(const struct fg_gpu_batches *run,
                                  const struct fg_gpu_wavefront *wave, size_t first,
                                  struct fg_error *error) {
    const uint64_t *values = wave->values;
    for (uint32_t i = 0; i < wave->piece_count; i++) {
        const uint64_t n = run->numbers[first + i];
        const size_t count = wave->value_counts[wave->piece_first + i];
        const bool right = run->answer == FG_ANSWER_PRIMES ? fg_check_primes(n, values, count)
                                                           : fg_check_divisors(n, values, count);
        if (!right ||
            ((first + i) % PROVED_AGAIN == 0 && !is_proved(run->answer, n, values, count)))
            return fg_fail(error, FG_ERROR_SELF_CHECK, "the answer for %llu failed its check",
                           (unsigned long long)n);
        values += count;
    }
    return FG_OK;
}

/* Appends the piece that is ready and checked to the run's answers. */
static enum fg_status deliver(struct fg_gpu_batches *run, const struct fg_gpu_wavefront *wave,
                              struct fg_error *error) {
    struct fg_results *const results = run->results;
    const size_t before = results->count;
    FG_TRY(fg_results_append(results, wave->value_counts + wave->piece_first, wave->piece_count,
                             wave->values, error));
    const size_t values = results->offsets[results->count] - results->offsets[before];
    run->value_limit = values < run->value_limit ? run->value_limit - values : 0;
    if (run->value_limit == 0)
        atomic_store(&run->full, true);
    return FG_OK;
}

/* Returns whether everything before number `first` has been delivered, and more is wanted. "Full"
 * is written before "delivered", so it is read after it. */
static bool is_turn(const struct fg_gpu_batches *run, size_t first) {
    return atomic_load(&run->delivered) == first && !atomic_load(&run->full);
}

/* Checks the wave's piece at once, and delivers it if its turn has come. */
static enum fg_status hand_over(struct fg_gpu_wavefronts *device, int index,
                                struct fg_gpu_batches *run, bool *delivered,
                                struct fg_error *error) {
    struct fg_gpu_wavefront *const wave = &device->waves[index];
    const size_t first = device->first[index] + wave->piece_first;
    if (!device->checked[index])
        FG_TRY(check_piece(run, wave, first, error));
    device->checked[index] = true;
    *delivered = is_turn(run, first);
    return *delivered ? deliver(run, wave, error) : FG_OK;
}

/* Hands the wave's piece over, if its turn has come, and goes on with the next one. */
static enum fg_status take_piece(struct fg_gpu_wavefronts *device, int index,
                                 struct fg_gpu_batches *run, struct fg_error *error) {
    struct fg_gpu_wavefront *const wave = &device->waves[index];
    if (atomic_load(&run->full))
        return FG_OK; /* no answer is wanted any more */
    const uint64_t start = fg_gpu_now_ns();
    bool delivered;
    const enum fg_status status = hand_over(device, index, run, &delivered, error);
    device->host_ns += fg_gpu_now_ns() - start;
    if (status != FG_OK || !delivered)
        return status;
    device->checked[index] = false;
    const uint32_t count = wave->piece_count;
    FG_TRY(fg_gpu_wavefront_next_piece(wave, error));
    atomic_fetch_add(&run->delivered, count);
    fg_wakeup_raise(&run->wakeup);
    return FG_OK;
}

/* Advances the wave as far as possible without waiting. */
static enum fg_status advance(struct fg_gpu_wavefronts *device, int index,
                              struct fg_gpu_batches *run, struct fg_error *error) {
    struct fg_gpu_wavefront *const wave = &device->waves[index];
    if (fg_gpu_wavefront_is_under_way(wave) && fg_gpu_stream_is_ready(&wave->stream))
        FG_TRY(fg_gpu_wavefront_step(wave, error));
    if (wave->phase == FG_WAVE_READY)
        FG_TRY(take_piece(device, index, run, error));
    return wave->phase == FG_WAVE_IDLE ? start_wave(device, index, run, error) : FG_OK;
}

/*
 * Waits until a wave of the device can go on: its stream is ready, or its piece's turn has come; or
 * until the run's wakeup was raised since `seen`. A wave that is alone is simply stepped, which is
 * the quickest way to wait for a stream. *idle: there is nothing to wait for.
 */
static enum fg_status wait_for_waves(struct fg_gpu_wavefronts *device, struct fg_gpu_batches *run,
                                     uint64_t seen, bool *idle, struct fg_error *error) {
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
    *idle = stream_count + ready_count == 0;
    if (*idle)
        return FG_OK;
    if (stream_count == 1 && ready_count == 0)
        return fg_gpu_wavefront_step(under_way, error);
    return fg_gpu_streams_wait(streams, stream_count, &run->wakeup, seen, error);
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
    bool idle = false;
    while (!idle && !atomic_load(&run->full)) {
        const uint64_t seen = fg_wakeup_count(&run->wakeup);
        for (int i = 0; i < FG_WAVES_PER_DEVICE; i++) {
            if (atomic_load(cancelled))
                return fg_fail(error, FG_ERROR_CANCELLED, "cancelled");
            if (atomic_load(stop))
                return FG_OK; /* another device reports why */
            FG_TRY(advance(device, i, run, error));
        }
        FG_TRY(wait_for_waves(device, run, seen, &idle, error));
    }
    return FG_OK;
}

enum fg_status fg_gpu_batches_work(struct fg_gpu_wavefronts *device, struct fg_gpu_batches *run,
                                   const atomic_bool *cancelled, const atomic_bool *stop,
                                   struct fg_error *error) {
    const enum fg_status status = work_on_run(device, run, cancelled, stop, error);
    if (status == FG_OK || status == FG_ERROR_CANCELLED)
        FG_TRY(abandon_waves(device, error));
    return status;
}
