/* SPDX-License-Identifier: MIT */
/*
 * method_gpu_run.c: see method_gpu_run.h.
 */
#include "method_gpu_run.h"

#include "methods/contract/method_engine.h"
#include "methods/method.h"
#include <stdlib.h>

struct fg_test_method_gpu {
    const struct fg_method_gpu *method;
    void *state;
    atomic_bool cancelled, stop;
};

void fg_test_method_gpu_close(struct fg_test_method_gpu *gpu) {
    if (gpu->state != NULL) {
        gpu->method->close_device(gpu->state, 0);
        gpu->method->close(gpu->state);
    }
    free(gpu);
}

struct fg_test_method_gpu *fg_test_method_gpu_open(enum fg_method method, struct fg_error *error) {
    struct fg_test_method_gpu *const gpu = calloc(1, sizeof *gpu);
    if (gpu == NULL)
        return NULL;
    gpu->method = fg_method_engine(method)->gpu;
    const struct fg_method_setup setup = {
        .method = method, .answer = FG_ANSWER_DIVISORS, .cancelled = &gpu->cancelled};
    if (gpu->method->open(&setup, 1, 2, &gpu->state, error) == FG_OK &&
        gpu->method->open_device(gpu->state, 0, 0, error) == FG_OK)
        return gpu;
    fg_test_method_gpu_close(gpu);
    return NULL;
}

enum fg_status fg_test_method_gpu_run(struct fg_test_method_gpu *gpu, const uint64_t *numbers,
                                      size_t count, struct fg_results *results,
                                      struct fg_error *error) {
    const struct fg_numbers batch = fg_numbers_of_list(numbers, count);
    FG_TRY(gpu->method->begin(gpu->state, &batch, UINT64_MAX, results, error));
    FG_TRY(gpu->method->work(gpu->state, 0, &gpu->stop, error));
    return atomic_load(&gpu->stop) ? FG_OK : gpu->method->end(gpu->state, error);
}

void fg_test_method_gpu_cancel(struct fg_test_method_gpu *gpu, bool cancelled) {
    atomic_store(&gpu->cancelled, cancelled);
}

void fg_test_method_gpu_stop(struct fg_test_method_gpu *gpu, bool stop) {
    atomic_store(&gpu->stop, stop);
}
