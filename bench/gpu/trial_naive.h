/* SPDX-License-Identifier: MIT */
/*
 * trial_naive.h: trial division as it is written first, to hold kernels/candidates/window.cu
 * against.
 */
#ifndef FG_BENCH_TRIAL_NAIVE_H
#define FG_BENCH_TRIAL_NAIVE_H

#include "kernels/candidates/window_launch.h"
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Enqueues the window: a thread tests the candidate 1 + step * c against one number by `n % d`, in
 * 32 bits or in 64. Every candidate of the window counts, whatever `counts` says, and it is at most
 * 65535 numbers long; `wide` false: numbers and candidates are below 2^32.
 */
cudaError_t fg_bench_launch_naive(const struct fg_window *window, const struct fg_hit_list *list,
                                  bool wide, uint32_t step, cudaStream_t stream);

#ifdef __cplusplus
}
#endif

#endif
