/* SPDX-License-Identifier: MIT */
/*
 * wide_batches_run.c: see wide_batches_run.h.
 */
#include "wide_batches_run.h"

#include "batch/numbers.h"
#include "methods/factor/gpu_wide_batches.h"
#include "methods/factor/wide_factor.h"
#include <stdlib.h>
#include <time.h>

/* The time that the engine's thread waits for a helper, in seconds. */
#define HELPER_TIMEOUT_S 600

struct fg_test_wide_calls fg_test_wide_calls;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of `blocks` and `by_helpers` */
static pthread_cond_t helper_began = PTHREAD_COND_INITIALIZER;
static pthread_t engine_thread;

void fg_test_wide_reset(void) {
    fg_test_wide_calls = (struct fg_test_wide_calls){0};
    engine_thread = pthread_self();
}

void *__real_malloc(size_t bytes);
void *__wrap_malloc(size_t bytes);
void *__wrap_malloc(size_t bytes) {
    const bool is_list = bytes > 0 && bytes % sizeof(struct fg_wide_factorization) == 0;
    return fg_test_wide_calls.no_memory && is_list ? NULL : __real_malloc(bytes);
}

void __real_fg_gpu_wide_begin(struct fg_gpu_wide_run *run, struct fg_block_workers *workers,
                              const struct fg_numbers *numbers, uint64_t value_limit,
                              unsigned wave_count, struct fg_results *results);
void __wrap_fg_gpu_wide_begin(struct fg_gpu_wide_run *run, struct fg_block_workers *workers,
                              const struct fg_numbers *numbers, uint64_t value_limit,
                              unsigned wave_count, struct fg_results *results);
void __wrap_fg_gpu_wide_begin(struct fg_gpu_wide_run *run, struct fg_block_workers *workers,
                              const struct fg_numbers *numbers, uint64_t value_limit,
                              unsigned wave_count, struct fg_results *results) {
    struct fg_test_wide_calls *const calls = &fg_test_wide_calls;
    calls->value_limit = value_limit;
    if (calls->replaced_limit != 0)
        value_limit = calls->replaced_limit;
    __real_fg_gpu_wide_begin(run, workers, numbers, value_limit, wave_count, results);
}

enum fg_status __real_fg_wide_answers_append(const struct fg_wide_answers *answers,
                                             const struct fg_uint128 *numbers,
                                             const struct fg_wide_factorization *factors,
                                             size_t count, bool first, size_t *room,
                                             size_t *appended, struct fg_results *results,
                                             struct fg_error *error);
enum fg_status __wrap_fg_wide_answers_append(const struct fg_wide_answers *answers,
                                             const struct fg_uint128 *numbers,
                                             const struct fg_wide_factorization *factors,
                                             size_t count, bool first, size_t *room,
                                             size_t *appended, struct fg_results *results,
                                             struct fg_error *error);
enum fg_status __wrap_fg_wide_answers_append(const struct fg_wide_answers *answers,
                                             const struct fg_uint128 *numbers,
                                             const struct fg_wide_factorization *factors,
                                             size_t count, bool first, size_t *room,
                                             size_t *appended, struct fg_results *results,
                                             struct fg_error *error) {
    struct fg_test_wide_calls *const calls = &fg_test_wide_calls;
    calls->appends++;
    if (count > calls->most_appended)
        calls->most_appended = count;
    if (calls->appends == calls->cancel_at)
        fg_engine_cancel(calls->engine);
    const enum fg_status status = __real_fg_wide_answers_append(
        answers, numbers, factors, count, first, room, appended, results, error);
    if (calls->value_change != 0)
        fg_results_wide_end(results)[-1].low += calls->value_change;
    return status;
}

enum fg_status __real_fg_gpu_wide_wavefront_step(struct fg_gpu_wide_wavefront *wave,
                                                 struct fg_error *error);
enum fg_status __wrap_fg_gpu_wide_wavefront_step(struct fg_gpu_wide_wavefront *wave,
                                                 struct fg_error *error);
enum fg_status __wrap_fg_gpu_wide_wavefront_step(struct fg_gpu_wide_wavefront *wave,
                                                 struct fg_error *error) {
    const enum fg_status status = __real_fg_gpu_wide_wavefront_step(wave, error);
    if (wave->phase == FG_WIDE_WAVE_READY)
        wave->rests[0].n.low += fg_test_wide_calls.rest_change;
    return status;
}

/* Counts a block, and waits in the engine's thread if that is asked for. */
static void enter_block(struct fg_test_wide_calls *calls) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += HELPER_TIMEOUT_S;
    pthread_mutex_lock(&lock);
    if (!pthread_equal(pthread_self(), engine_thread))
        calls->by_helpers++;
    pthread_cond_broadcast(&helper_began);
    int result = 0;
    while (calls->awaits_helper && calls->by_helpers == 0 && result == 0)
        result = pthread_cond_timedwait(&helper_began, &lock, &until);
    if (calls->cancels_block && calls->blocks == 0)
        fg_engine_cancel(calls->engine);
    calls->blocks++;
    pthread_mutex_unlock(&lock);
}

enum fg_status __real_fg_wide_factor_run_with(struct fg_wide_work *work,
                                              struct fg_wide_options options,
                                              const struct fg_uint128 *numbers, size_t count,
                                              const atomic_bool *cancelled,
                                              struct fg_wide_factorization *factors);
enum fg_status __wrap_fg_wide_factor_run_with(struct fg_wide_work *work,
                                              struct fg_wide_options options,
                                              const struct fg_uint128 *numbers, size_t count,
                                              const atomic_bool *cancelled,
                                              struct fg_wide_factorization *factors);
enum fg_status __wrap_fg_wide_factor_run_with(struct fg_wide_work *work,
                                              struct fg_wide_options options,
                                              const struct fg_uint128 *numbers, size_t count,
                                              const atomic_bool *cancelled,
                                              struct fg_wide_factorization *factors) {
    enter_block(&fg_test_wide_calls);
    return __real_fg_wide_factor_run_with(work, options, numbers, count, cancelled, factors);
}

/* ---- A device that is stopped ---- */

static atomic_bool stopped;

void __real_fg_block_workers_offer(struct fg_block_workers *workers, struct fg_block_job *job);
void __wrap_fg_block_workers_offer(struct fg_block_workers *workers, struct fg_block_job *job);
void __wrap_fg_block_workers_offer(struct fg_block_workers *workers, struct fg_block_job *job) {
    __real_fg_block_workers_offer(workers, job);
    if (fg_test_wide_calls.stops_at_offer)
        atomic_store(&stopped, true);
}

enum fg_status __real_fg_gpu_streams_wait(struct fg_gpu_stream *const *streams, unsigned count,
                                          struct fg_wakeup *wakeup, uint64_t seen,
                                          struct fg_error *error);
enum fg_status __wrap_fg_gpu_streams_wait(struct fg_gpu_stream *const *streams, unsigned count,
                                          struct fg_wakeup *wakeup, uint64_t seen,
                                          struct fg_error *error);
enum fg_status __wrap_fg_gpu_streams_wait(struct fg_gpu_stream *const *streams, unsigned count,
                                          struct fg_wakeup *wakeup, uint64_t seen,
                                          struct fg_error *error) {
    if (count == 0 && fg_test_wide_calls.stops_at_rest)
        atomic_store(&stopped, true);
    return __real_fg_gpu_streams_wait(streams, count, wakeup, seen, error);
}

/* A device, and the workers of its runs. */
struct stopping {
    struct fg_wakeup wakeup;
    struct fg_block_workers workers;
    struct fg_gpu_wide_wavefronts device;
};

/* Does a run, in which so many numbers have their place when it begins. */
static enum fg_status run_from(struct stopping *stopping, const struct fg_uint128 *number,
                               size_t placed, struct fg_results *results, struct fg_error *error) {
    static const atomic_bool never = false;
    static const struct fg_method_setup setup = {
        .method = FG_METHOD_FACTOR, .answer = FG_ANSWER_PRIMES, .cancelled = &never};
    const struct fg_numbers numbers = fg_numbers_of_wide_list(number, 1);
    struct fg_gpu_wide_run run;
    results->words = 2;
    fg_gpu_wide_begin(&run, &stopping->workers, &numbers, UINT64_MAX, 1, results);
    atomic_store(&run.placed, placed);
    atomic_store(&stopped, false);
    return fg_gpu_wide_work(&stopping->device, 0, &setup, &run, &never, &stopped, error);
}

enum fg_status fg_test_wide_go_on(const struct fg_uint128 *number, bool *kept,
                                  struct fg_results *results, struct fg_error *error) {
    struct stopping *const stopping = calloc(1, sizeof *stopping);
    fg_wakeup_init(&stopping->wakeup);
    enum fg_status status = fg_block_workers_open(&stopping->workers, 0, &stopping->wakeup, error);
    *kept = false;
    for (int turn = 0; turn < 2 && status == FG_OK; turn++) {
        fg_test_wide_calls.stops_at_offer = turn == 0;
        fg_test_wide_calls.stops_at_rest = turn == 1;
        status = run_from(stopping, number, 1, results, error);
        *kept |= fg_block_workers_have_work(&stopping->workers);
    }
    fg_test_wide_reset();
    if (status == FG_OK)
        status = run_from(stopping, number, 0, results, error);
    fg_gpu_wide_wavefronts_close(&stopping->device);
    fg_block_workers_close(&stopping->workers);
    free(stopping);
    return status;
}

bool fg_test_wide_forget(void) {
    struct fg_gpu_wide_wavefronts device = {.opened = true};
    bool forgotten = true;
    for (int i = 0; i < FG_WIDE_WAVES_PER_DEVICE; i++) {
        device.waves[i].factor_capacity = 2;
        device.waves[i].factors = malloc(2 * sizeof *device.waves[i].factors);
        forgotten &= device.waves[i].factors != NULL;
    }
    fg_gpu_wide_wavefronts_forget(&device);
    for (int i = 0; i < FG_WIDE_WAVES_PER_DEVICE; i++)
        forgotten &= device.waves[i].factors == NULL && device.waves[i].factor_capacity == 0;
    return forgotten && !device.opened;
}
