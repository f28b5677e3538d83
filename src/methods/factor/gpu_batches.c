/*
 * cuda_factor.c: a device keeps its waves busy; whichever comes to a piece of answers checks it,
 * and delivers it when everything before it has been delivered. Batches are handed out in order, so
 * that the first one outstanding never waits for another, and nothing is copied twice.
 */
#include "methods/factor/gpu_batches.h"

#include "algorithms/factorization.h"
#include "algorithms/primality.h"
#include "algorithms/split_plan.h"
#include "batch/results.h"
#include "methods/factor/factor_self_test.h"
#include <time.h>

/* Room for the answers to a wave's numbers, as many as they have on average (44 divisors near
 * 2^64).
 */
#define DIVISORS_PER_NUMBER 48
#define LEAST_WAVE_NUMBERS FG_FACTOR_SELF_TEST_NUMBERS
/* A batch worth a wave of its own. */
#define LEAST_BATCH 4096
/* One number in so many has its primes proved again by the CPU, in some microseconds. */
#define PROVED_AGAIN 256

static uint64_t now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

void fg_cuda_factor_close(struct fg_cuda_factor *device) {
    for (int i = 0; i < FG_WAVES_PER_DEVICE; i++)
        fg_cuda_wave_close(&device->waves[i]);
}

static enum fg_status open_wave(struct fg_cuda_wave *wave, bool primes, uint32_t numbers,
                                struct fg_error *error) {
    const uint32_t least = primes ? FG_FACTORIZATION_PRIMES : (uint32_t)FG_MAX_DIVISORS;
    const uint32_t values = numbers * (primes ? FG_WAVE_PRIMES_PER_NUMBER : DIVISORS_PER_NUMBER);
    return fg_cuda_wave_open(wave, primes, numbers, values > least ? values : least, error);
}

/* Opens all waves with buffers for so many numbers, and tests the device. FG_ERROR_MEMORY where
 * there is no room for that. */
static enum fg_status open_waves(struct fg_cuda_factor *device, bool primes, uint32_t numbers,
                                 struct fg_error *error) {
    enum fg_status status = FG_OK;
    for (int i = 0; status == FG_OK && i < FG_WAVES_PER_DEVICE; i++)
        status = open_wave(&device->waves[i], primes, numbers, error);
    if (status == FG_OK)
        status = fg_cuda_factor_self_test(device->index, &device->waves[0], error);
    if (status == FG_ERROR_DEVICE && device->waves[0].launch_lacked_memory)
        status = FG_ERROR_MEMORY; /* the buffers left too little for the kernels themselves */
    return status;
}

enum fg_status fg_cuda_factor_open(struct fg_cuda_factor *device, int index, enum fg_answer answer,
                                   struct fg_error *error) {
    device->index = index;
    for (uint32_t numbers = FG_WAVE_NUMBERS;; numbers /= 2) {
        const enum fg_status status =
            open_waves(device, answer == FG_ANSWER_PRIMES, numbers, error);
        if (status != FG_ERROR_MEMORY)
            return status;
        fg_cuda_factor_close(device);
        if (numbers / 2 < LEAST_WAVE_NUMBERS)
            return fg_fail(error, FG_ERROR_DEVICE,
                           "CUDA device %d has too little free memory, or this process may pin too "
                           "little (ulimit -l)",
                           index);
    }
}

void fg_cuda_factor_begin(struct fg_cuda_factor_run *run, enum fg_answer answer,
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
static enum fg_status start_wave(struct fg_cuda_factor *device, int index,
                                 struct fg_cuda_factor_run *run, struct fg_error *error) {
    if (atomic_load(&run->full) || atomic_load(&run->handed_out) >= run->count)
        return FG_OK;
    const size_t first = atomic_fetch_add(&run->handed_out, run->batch);
    if (first >= run->count)
        return FG_OK;
    const size_t left = run->count - first;
    device->first[index] = first;
    device->checked[index] = false;
    return fg_cuda_wave_start(&device->waves[index], run->numbers + first,
                              left < run->batch ? (uint32_t)left : run->batch, FG_PLAN_CURVES,
                              error);
}

/* Whether the primes of a checked answer are primes, to the CPU too. */
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
 * Checks the wave's piece, whose first number is number `first` of the run. The check of every
 * answer cannot see a composite that was taken for a prime, for the factors multiply to their
 * number all the same. A device whose tests have gone wrong since it was opened does that again and
 * again, so that primes of a sample, proved anew, are enough to catch it.
 */
static enum fg_status check_piece(const struct fg_cuda_factor_run *run,
                                  const struct fg_cuda_wave *wave, size_t first,
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
static enum fg_status deliver(struct fg_cuda_factor_run *run, const struct fg_cuda_wave *wave,
                              struct fg_error *error) {
    struct fg_results *const results = run->results;
    const size_t before = results->count;
    const enum fg_status status = fg_results_append(results, wave->value_counts + wave->piece_first,
                                                    wave->piece_count, wave->values, error);
    if (status != FG_OK)
        return status;
    const size_t values = results->offsets[results->count] - results->offsets[before];
    run->value_limit = values < run->value_limit ? run->value_limit - values : 0;
    if (run->value_limit == 0)
        atomic_store(&run->full, true);
    return FG_OK;
}

/* Checks the wave's piece, which need not wait for its turn, and delivers it if that has come.
 * *moved: there was something to do. */
static enum fg_status take_piece(struct fg_cuda_factor *device, int index,
                                 struct fg_cuda_factor_run *run, bool *moved,
                                 struct fg_error *error) {
    struct fg_cuda_wave *const wave = &device->waves[index];
    const size_t first = device->first[index] + wave->piece_first;
    if (atomic_load(&run->full))
        return FG_OK; /* no answer is wanted any more */
    const uint64_t start = now_ns();
    enum fg_status status = FG_OK;
    if (!device->checked[index]) {
        *moved = device->checked[index] = true;
        status = check_piece(run, wave, first, error);
    }
    const bool turn = status == FG_OK && atomic_load(&run->delivered) == first &&
                      !atomic_load(&run->full); /* in this order: "full" is told first */
    if (turn)
        status = deliver(run, wave, error);
    device->host_ns += now_ns() - start;
    if (!turn || status != FG_OK)
        return status;
    *moved = true;
    device->checked[index] = false;
    const uint32_t count = wave->piece_count;
    status = fg_cuda_wave_next_piece(wave, error);
    if (status == FG_OK)
        atomic_fetch_add(&run->delivered, count);
    return status;
}

/* Takes the wave one step further. *moved: there was something to do. */
static enum fg_status advance(struct fg_cuda_factor *device, int index,
                              struct fg_cuda_factor_run *run, bool *moved, struct fg_error *error) {
    struct fg_cuda_wave *const wave = &device->waves[index];
    enum fg_status status = FG_OK;
    *moved = wave->phase != FG_WAVE_IDLE && wave->phase != FG_WAVE_READY;
    if (*moved)
        status = fg_cuda_wave_step(wave, error);
    if (status == FG_OK && wave->phase == FG_WAVE_READY)
        status = take_piece(device, index, run, moved, error);
    if (status == FG_OK && wave->phase == FG_WAVE_IDLE) {
        status = start_wave(device, index, run, error);
        *moved |= wave->phase != FG_WAVE_IDLE;
    }
    return status;
}

static bool all_idle(const struct fg_cuda_factor *device) {
    for (int i = 0; i < FG_WAVES_PER_DEVICE; i++)
        if (device->waves[i].phase != FG_WAVE_IDLE)
            return false;
    return true;
}

enum fg_status fg_cuda_factor_work(struct fg_cuda_factor *device, struct fg_cuda_factor_run *run,
                                   const atomic_bool *cancelled, const atomic_bool *stop,
                                   struct fg_error *error) {
    static const struct timespec a_moment = {.tv_nsec = 50000};
    enum fg_status status = FG_OK;
    do {
        bool any = false, moved;
        for (int i = 0; status == FG_OK && i < FG_WAVES_PER_DEVICE; i++) {
            if (atomic_load(cancelled))
                return fg_fail(error, FG_ERROR_CANCELLED, "cancelled");
            if (atomic_load(stop))
                return FG_OK; /* another device reports why */
            status = advance(device, i, run, &moved, error);
            any |= moved;
        }
        if (status == FG_OK && !any && !all_idle(device))
            nanosleep(&a_moment, NULL); /* another device's answers come first */
    } while (status == FG_OK && !all_idle(device) && !atomic_load(&run->full));
    for (int i = 0; status == FG_OK && i < FG_WAVES_PER_DEVICE; i++)
        status = fg_cuda_wave_abandon(&device->waves[i], error);
    return status;
}
