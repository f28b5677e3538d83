/* SPDX-License-Identifier: MIT */
/*
 * method_gpu_run.h: a method's half on a device, without a backend. In C, because what it calls has
 * atomic members.
 */
#ifndef FG_TESTS_METHOD_GPU_RUN_H
#define FG_TESTS_METHOD_GPU_RUN_H

#include "factor_gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fg_test_method_gpu;

/* Opens device 0 for the divisors of a method; NULL after a failure. */
struct fg_test_method_gpu *fg_test_method_gpu_open(enum fg_method method, struct fg_error *error);
void fg_test_method_gpu_close(struct fg_test_method_gpu *gpu);

/* Answers a batch. */
enum fg_status fg_test_method_gpu_run(struct fg_test_method_gpu *gpu, const uint64_t *numbers,
                                      size_t count, struct fg_results *results,
                                      struct fg_error *error);

/* Sets one of the two flags that end a batch early; from any thread. */
void fg_test_method_gpu_cancel(struct fg_test_method_gpu *gpu, bool cancelled);
void fg_test_method_gpu_stop(struct fg_test_method_gpu *gpu, bool stop);

#ifdef __cplusplus
}
#endif

#endif
