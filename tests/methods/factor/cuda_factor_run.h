/* SPDX-License-Identifier: MIT */
/*
 * cuda_factor_run.h: one run of the method factor on one device, with limits that the test sets. In
 * C, because the structs that it uses have atomic members.
 */
#ifndef FG_TESTS_CUDA_FACTOR_RUN_H
#define FG_TESTS_CUDA_FACTOR_RUN_H

#include "factor_gpu.h"
#include "kernels/factor/wavefront_launch.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Appends the divisors of a prefix of numbers[0 .. count), in batches of at most `batch`, until
 * there are `value_limit` of them. */
enum fg_status fg_test_factor_run(const uint64_t *numbers, size_t count, uint32_t batch,
                                  uint64_t value_limit, struct fg_results *results,
                                  struct fg_error *error);

/* Returns the buffers of the device's first wave in the current run; NULL if there is no run. */
const struct fg_wave *fg_test_factor_wave(void);

#ifdef __cplusplus
}
#endif

#endif
