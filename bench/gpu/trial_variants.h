/* SPDX-License-Identifier: MIT */
/*
 * trial_variants.h: kernels/candidates/window.cu built again with other tunables, to be raced
 * against the one that is used.
 */
#ifndef FG_BENCH_TRIAL_VARIANTS_H
#define FG_BENCH_TRIAL_VARIANTS_H

#include "kernels/candidates/window_launch.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef cudaError_t fg_bench_launch(const struct fg_window *window, const struct fg_hit_list *list,
                                    cudaStream_t stream);

/* X(name, tunable, value); CMakeLists.txt takes the list from here. A thread has as many candidates
 * as its block has, 1024, over its threads. */
#define FG_BENCH_TRIAL_VARIANTS(X)                                                                 \
    X(tile_16, FG_TILE_NUMBERS, 16)                                                                \
    X(tile_256, FG_TILE_NUMBERS, 256)                                                              \
    X(tile_1024, FG_TILE_NUMBERS, 1024)                                                            \
    X(candidates_2, FG_WINDOW_THREADS, 512)                                                        \
    X(candidates_4, FG_WINDOW_THREADS, 256)                                                        \
    X(candidates_16, FG_WINDOW_THREADS, 64)                                                        \
    X(resident_1536, FG_WINDOW_RESIDENT, 1536)                                                     \
    X(branch_1, FG_WINDOW_NUMBERS, 1)                                                              \
    X(branch_8, FG_WINDOW_NUMBERS, 8)

#define FG_BENCH_DECLARE(name, tunable, value)                                                     \
    fg_bench_launch fg_bench_##name##_trial32, fg_bench_##name##_trial64,                          \
        fg_bench_##name##_exhaustive32, fg_bench_##name##_exhaustive64;
FG_BENCH_TRIAL_VARIANTS(FG_BENCH_DECLARE)
#undef FG_BENCH_DECLARE

#ifdef __cplusplus
}
#endif

#endif
