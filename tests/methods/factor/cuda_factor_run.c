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

/* Returns whether the results, which may move now, say where their last answer ends. */
static bool end_is_written(const struct fg_results *results) {
    return results->offset_capacity <= results->count ||
           results->offsets[results->count] == running->end_value;
}

enum fg_status __real_fg_results_reserve_run(struct fg_results *results, size_t count,
                                             size_t value_room, struct fg_error *error);
enum fg_status __wrap_fg_results_reserve_run(struct fg_results *results, size_t count,
                                             size_t value_room, struct fg_error *error);
enum fg_status __wrap_fg_results_reserve_run(struct fg_results *results, size_t count,
                                             size_t value_room, struct fg_error *error) {
    broken_rules += running != NULL && atomic_load(&running->copying) > 0;
    if (running != NULL && !end_is_written(results)) {
        broken_rules++;
        return fg_fail(error, FG_ERROR_INTERNAL, "nobody knows where the answers end");
    }
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

enum fg_status fg_test_factor_go_on(const uint64_t *numbers, size_t count, uint32_t batch,
                                    struct fg_results *results, struct fg_error *error) {
    static const atomic_bool never = false;
    struct fg_gpu_wavefronts other = {0};
    struct fg_gpu_batches run;
    device = (struct fg_gpu_wavefronts){0};
    FG_TRY(fg_gpu_wavefronts_open(&device, 0, FG_ANSWER_DIVISORS, error));
    FG_TRY(fg_gpu_wavefronts_open(&other, 0, FG_ANSWER_DIVISORS, error));
    FG_TRY(fg_gpu_batches_open(&run, 0, error));
    fg_gpu_batches_begin(&run, FG_ANSWER_DIVISORS, numbers, count, UINT64_MAX, batch,
                         2 * FG_WAVES_PER_DEVICE, results);
    running = &run;
    const enum fg_status failure = fg_gpu_batches_work(&device, &run, &never, &never, error);
    atomic_store(&run.handed_out, batch); /* the device's second wave had none */
    fg_gpu_batches_work(&other, &run, &never, &never, NULL);
    running = NULL;
    fg_gpu_wavefronts_close(&device);
    fg_gpu_wavefronts_close(&other);
    fg_gpu_batches_close(&run);
    return failure;
}

const struct fg_wave *fg_test_factor_wave(void) {
    return device.waves[0].stream.handle == NULL ? NULL : &device.waves[0].device;
}
