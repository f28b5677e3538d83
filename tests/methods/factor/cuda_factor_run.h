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

/* Limits of a test's runs, each of which goes on where the one before has ended. */
struct fg_test_factor_limits {
    uint32_t batch;  /* most numbers of a batch */
    uint64_t values; /* a run ends with this many */
    unsigned runs;   /* at most */
};

/* Appends the divisors of a prefix of numbers[0 .. count) to `results`, which are empty. */
enum fg_status fg_test_factor_run(const uint64_t *numbers, size_t count,
                                  const struct fg_test_factor_limits *limits,
                                  struct fg_results *results, struct fg_error *error);

/* Lets one device work on the first `batch` numbers until it fails, and another one, which does not
 * know of the failure yet, on the rest. Returns the failure of the first. */
enum fg_status fg_test_factor_go_on(const uint64_t *numbers, size_t count, uint32_t batch,
                                    struct fg_results *results, struct fg_error *error);

/* Returns how often such a run has moved its results during a copy, or without the end of the last
 * answer, or gone on with a batch that it had no use for. The library's objects call what does it
 * through this file (--wrap). */
unsigned fg_test_factor_broken_rules(void);

/* Makes the device's first wave go on only when its second has answers or no work. */
void fg_test_factor_hold_first(bool held);

/* Returns the buffers of the device's first wave in the current run; NULL if there is no run. */
const struct fg_wave *fg_test_factor_wave(void);

#ifdef __cplusplus
}
#endif

#endif
