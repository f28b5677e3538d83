/* SPDX-License-Identifier: MIT */
/*
 * cuda_factor_run.c: see cuda_factor_run.h.
 */
#include "cuda_factor_run.h"

#include "methods/factor/gpu_batches.h"

static struct fg_gpu_wavefronts device;
static struct fg_gpu_batches *running; /* NULL: no run of this file */

/* ---- What a run must not do ---- */

static unsigned broken_rules;
static bool holds_first;

enum fg_status __real_fg_results_reserve_run(struct fg_results *results, size_t count,
                                             size_t value_room, struct fg_error *error);
enum fg_status __wrap_fg_results_reserve_run(struct fg_results *results, size_t count,
                                             size_t value_room, struct fg_error *error);
enum fg_status __wrap_fg_results_reserve_run(struct fg_results *results, size_t count,
                                             size_t value_room, struct fg_error *error) {
    broken_rules += running != NULL && atomic_load(&running->copying) > 0;
    return __real_fg_results_reserve_run(results, count, value_room, error);
}

enum fg_status __real_fg_gpu_wavefront_step(struct fg_gpu_wavefront *wave, struct fg_error *error);
enum fg_status __wrap_fg_gpu_wavefront_step(struct fg_gpu_wavefront *wave, struct fg_error *error);
enum fg_status __wrap_fg_gpu_wavefront_step(struct fg_gpu_wavefront *wave, struct fg_error *error) {
    broken_rules += running != NULL && atomic_load(&running->full);
    if (holds_first && wave == &device.waves[0] && fg_gpu_wavefront_is_under_way(&device.waves[1]))
        return FG_OK;
    return __real_fg_gpu_wavefront_step(wave, error);
}

unsigned fg_test_factor_broken_rules(void) {
    return broken_rules;
}

void fg_test_factor_hold_first(bool held) {
    holds_first = held;
}

/* ---- Runs ---- */

/* Appends the answers of a run to the numbers that have none. */
static enum fg_status do_run(struct fg_gpu_batches *run, const struct fg_test_factor_limits *limits,
                             const uint64_t *numbers, size_t count, struct fg_results *results,
                             struct fg_error *error) {
    static const atomic_bool never = false;
    fg_gpu_batches_begin(run, FG_ANSWER_DIVISORS, numbers + results->count, count - results->count,
                         limits->values, limits->batch, FG_WAVES_PER_DEVICE, results);
    running = run;
    const enum fg_status status = fg_gpu_batches_work(&device, run, &never, &never, error);
    running = NULL;
    if (status == FG_OK)
        fg_gpu_batches_end(run);
    return status;
}

enum fg_status fg_test_factor_run(const uint64_t *numbers, size_t count,
                                  const struct fg_test_factor_limits *limits,
                                  struct fg_results *results, struct fg_error *error) {
    device = (struct fg_gpu_wavefronts){0};
    enum fg_status status = fg_gpu_wavefronts_open(&device, 0, FG_ANSWER_DIVISORS, error);
    if (status == FG_OK) {
        struct fg_gpu_batches run;
        FG_TRY(fg_gpu_batches_open(&run, 2, error));
        for (unsigned i = 0; i < limits->runs && status == FG_OK && results->count < count; i++)
            status = do_run(&run, limits, numbers, count, results, error);
        fg_gpu_wavefronts_close(&device);
        fg_gpu_batches_close(&run);
    }
    fg_gpu_wavefronts_close(&device);
    return status;
}

const struct fg_wave *fg_test_factor_wave(void) {
    return device.waves[0].stream.handle == NULL ? NULL : &device.waves[0].device;
}
