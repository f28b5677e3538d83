/* SPDX-License-Identifier: MIT */
/*
 * trial_variants.h: kernels/candidates/window.cu built again with other tunables, to be raced
 * against the one that is used.
 */
#ifndef FG_BENCH_TRIAL_VARIANTS_H
#define FG_BENCH_TRIAL_VARIANTS_H

#include "kernels/candidates/window_launch.h"
#include "trial_variants_generated.h" /* FG_BENCH_TRIAL_VARIANTS, from CMakeLists.txt */

#ifdef __cplusplus
extern "C" {
#endif

typedef cudaError_t fg_bench_launch(const struct fg_window *window, const struct fg_hit_list *list,
                                    cudaStream_t stream);

#define FG_BENCH_DECLARE(name, tunable, value)                                                     \
    fg_bench_launch fg_bench_##name##_trial32, fg_bench_##name##_trial64,                          \
        fg_bench_##name##_exhaustive32, fg_bench_##name##_exhaustive64;
FG_BENCH_TRIAL_VARIANTS(FG_BENCH_DECLARE)
#undef FG_BENCH_DECLARE

#ifdef __cplusplus
}
#endif

#endif
