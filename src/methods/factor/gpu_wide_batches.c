/* SPDX-License-Identifier: MIT */
/*
 * gpu_wide_batches.c: a device's thread steps its waves in turn, so that one wave's rounds run
 * while the other waits or the host completes its batch.
 */
#include "methods/factor/gpu_wide_batches.h"

#include "algorithms/primality.h"
#include "algorithms/wide_proof.h"
#include "batch/answers.h"
#include "batch/numbers.h"
#include "gpu/timing.h"
#include "methods/factor/wide_factor.h"
#include "methods/factor/wide_self_test.h"
#include "methods/factor/wide_work.h"
#include <stdlib.h>

/* The fewest numbers that are worth a wave. */
#define LEAST_BATCH 256
/* One number in so many has its primes proved again by the CPU. */
#define PROVED_AGAIN 256
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
    fg_wide_work_close(device->work);
    fg_wide_answers_close(&device->answers);
    device->work = NULL;
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
    if (device->work == NULL)
        FG_TRY(fg_wide_work_open(&device->work, error));
    if (device->answers.walk == NULL)
        FG_TRY(fg_wide_answers_open(&device->answers, setup, error));
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

void fg_gpu_wide_begin(struct fg_gpu_wide_run *run, struct fg_wakeup *wakeup,
                       const struct fg_numbers *numbers, uint64_t value_limit, unsigned wave_count,
                       struct fg_results *results) {
    const size_t batch = numbers->count / wave_count + 1;
    run->wakeup = wakeup;
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

static enum fg_status fail_number(const struct fg_gpu_wide_wavefront *wave, uint32_t i,
                                  struct fg_error *error) {
    const struct fg_uint128 number = {wave->numbers[i].low, wave->numbers[i].high};
    char text[FG_NUMBER_TEXT];
    return fg_fail(error, FG_ERROR_SELF_CHECK, "the factors of %s that a GPU has found are wrong",
                   fg_number_text(number, text));
}

/* Numbers that the CPU completes: what is left of them, and which they are. */
struct left_over {
    size_t count;
    struct fg_uint128 rests[FG_WIDE_TILE];
    uint32_t places[FG_WIDE_TILE];
    struct fg_wide_factorization factors[FG_WIDE_TILE];
};

/* Returns whether the i-th rest, which is not 0, divides its number: if not, its primes say nothing
 * about that. */
static bool rest_divides(const struct fg_gpu_wide_wavefront *wave, const struct left_over *left,
                         size_t i) {
    const struct fg_wide_words n = wave->numbers[left->places[i]];
    return fg_wide_join(n.low, n.high) % fg_wide_of_uint128(left->rests[i]) == 0;
}

/* Factorises what is left, and adds its primes. A number that is seen not to be smooth, if there is
 * a bound, has no entries afterwards. */
static enum fg_status complete_rests(struct fg_gpu_wide_wavefronts *device,
                                     struct fg_gpu_wide_wavefront *wave, struct left_over *left,
                                     const atomic_bool *cancelled, struct fg_error *error) {
    const struct fg_wide_options options = {.smooth_bound =
                                                fg_uint128_of_wide(device->answers.smooth_bound)};
    const enum fg_status status = fg_wide_factor_run_with(device->work, options, left->rests,
                                                          left->count, cancelled, left->factors);
    if (status == FG_ERROR_CANCELLED)
        return fg_fail(error, status, "cancelled");
    if (status != FG_OK)
        return fg_fail(error, status,
                       "a factorisation on the CPU that completes the GPU's failed its check");
    for (size_t i = 0; i < left->count; i++) {
        const struct fg_wide_factorization *const factors = &left->factors[i];
        if (factors->not_smooth) {
            if (!rest_divides(wave, left, i))
                return fail_number(wave, left->places[i], error);
            fg_wide_factorization_clear(&wave->factors[left->places[i]]);
            wave->factors[left->places[i]].not_smooth = 1;
            continue;
        }
        for (uint32_t k = 0; k < factors->distinct; k++)
            if (!fg_gpu_wide_wavefront_add(wave, left->places[i], factors->primes[k],
                                           factors->exponents[k]))
                return fail_number(wave, left->places[i], error);
    }
    left->count = 0;
    return FG_OK;
}

/* Adds the primes above 2^64, those that the device has proved and those that it has left. */
static enum fg_status take_rests(struct fg_gpu_wide_wavefronts *device,
                                 struct fg_gpu_wide_wavefront *wave, struct left_over *left,
                                 const atomic_bool *cancelled, struct fg_error *error) {
    left->count = 0;
    for (uint32_t i = 0; i < wave->number_count; i++) {
        const struct fg_wide_rest rest = wave->rests[i];
        if (rest.kind == FG_WIDE_REST_NONE)
            continue;
        const fg_wide n = fg_wide_join(rest.n.low, rest.n.high);
        if (rest.kind == FG_WIDE_REST_PRIME) {
            if (n >= FG_PROOF_BASES_END || !fg_gpu_wide_wavefront_add(wave, i, n, 1))
                return fail_number(wave, i, error);
            continue;
        }
        if (n == 0)
            return fail_number(wave, i, error);
        left->rests[left->count] = (struct fg_uint128){rest.n.low, rest.n.high};
        left->places[left->count++] = i;
        if (left->count == FG_WIDE_TILE)
            FG_TRY(complete_rests(device, wave, left, cancelled, error));
    }
    return left->count > 0 ? complete_rests(device, wave, left, cancelled, error) : FG_OK;
}

/* Returns whether the CPU, too, proves the primes of a factorisation that the device has proved. */
static bool primes_are_right(const struct fg_wide_factorization *factors) {
    for (uint32_t i = 0; i < factors->distinct; i++) {
        const fg_wide prime = factors->primes[i];
        if (prime < FG_PROOF_BASES_END &&
            !(fg_wide_high(prime) == 0 ? fg_is_prime64(fg_wide_low(prime))
                                       : fg_proof_by_bases(prime)))
            return false;
    }
    return true;
}

/*
 * Checks the factorisations of the batch, which is the `first`-th number's of the run and those
 * behind it. A product cannot show that a composite was taken for a prime. A device whose tests go
 * wrong makes this error again and again, so it is enough to prove the primes of a sample again.
 */
static enum fg_status check_factors(const struct fg_gpu_wide_wavefront *wave, size_t first,
                                    struct fg_error *error) {
    for (uint32_t i = 0; i < wave->number_count; i++) {
        const struct fg_wide_factorization *const factors = &wave->factors[i];
        const fg_wide n = fg_wide_join(wave->numbers[i].low, wave->numbers[i].high);
        if (factors->not_smooth)
            continue; /* complete_rests() has checked it */
        if (!fg_wide_factorization_product_is(factors, n) ||
            ((first + i) % PROVED_AGAIN == 0 && !primes_are_right(factors)))
            return fail_number(wave, i, error);
    }
    return FG_OK;
}

/* Completes the batch of a wave that is ready. */
static enum fg_status complete(struct fg_gpu_wide_wavefronts *device, int which,
                               const atomic_bool *cancelled, struct fg_error *error) {
    struct fg_gpu_wide_wavefront *const wave = &device->waves[which];
    struct left_over *const left = malloc(sizeof *left);
    if (left == NULL)
        return fg_fail_memory(error, sizeof *left);
    const uint64_t start = fg_gpu_now_ns();
    const enum fg_status status = take_rests(device, wave, left, cancelled, error);
    free(left);
    FG_TRY(status);
    FG_TRY(check_factors(wave, device->first[which], error));
    device->complete[which] = true;
    device->host_ns += fg_gpu_now_ns() - start;
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
    fg_wakeup_raise(run->wakeup);
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

/* Takes the wave a step further. *moved says whether there was one. */
static enum fg_status advance(struct fg_gpu_wide_wavefronts *device, int which,
                              struct fg_gpu_wide_run *run, const atomic_bool *cancelled,
                              bool *moved, struct fg_error *error) {
    struct fg_gpu_wide_wavefront *const wave = &device->waves[which];
    if (wave->phase == FG_WIDE_WAVE_READY && !device->complete[which]) {
        *moved = true;
        return complete(device, which, cancelled, error);
    }
    if (wave->phase == FG_WIDE_WAVE_READY) {
        if (atomic_load(&run->placed) != device->first[which])
            return FG_OK;
        *moved = true;
        FG_TRY(place(device, which, run, cancelled, error));
        return start_wave(device, which, run, error);
    }
    if (wave->phase == FG_WIDE_WAVE_IDLE)
        return start_wave(device, which, run, error);
    *moved = true;
    return fg_gpu_wide_wavefront_step(wave, error);
}

static bool all_are_idle(const struct fg_gpu_wide_wavefronts *device) {
    bool idle = true;
    for (int i = 0; i < FG_WIDE_WAVES_PER_DEVICE; i++)
        idle &= device->waves[i].phase == FG_WIDE_WAVE_IDLE;
    return idle;
}

static enum fg_status work_on_run(struct fg_gpu_wide_wavefronts *device,
                                  struct fg_gpu_wide_run *run, const atomic_bool *cancelled,
                                  const atomic_bool *stop, struct fg_error *error) {
    for (;;) {
        const uint64_t seen = fg_wakeup_count(run->wakeup);
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
            fg_wakeup_wait(run->wakeup, seen);
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
    if (status == FG_OK || status == FG_ERROR_CANCELLED || status == FG_ERROR_TOO_MANY)
        FG_TRY(abandon_waves(device, error));
    return status;
}
