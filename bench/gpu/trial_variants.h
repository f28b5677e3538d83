/*
 * trial_variants.h: kernels/window.cu built again with other tunables, to be raced against the one
 * that is used.
 */
#ifndef FG_BENCH_TRIAL_VARIANTS_H
#define FG_BENCH_TRIAL_VARIANTS_H

#include "launch.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef cudaError_t fg_bench_launch(const struct fg_window *window, cudaStream_t stream);

/* X(name, tunable, value); CMakeLists.txt takes the list from here. */
#define FG_BENCH_TRIAL_VARIANTS(X)                                                                 \
    X(tile_16, FG_TILE_NUMBERS, 16)                                                                \
    X(tile_256, FG_TILE_NUMBERS, 256)                                                              \
    X(tile_1024, FG_TILE_NUMBERS, 1024)                                                            \
    X(candidates_2, FG_BLOCK_CANDIDATES, 512)                                                      \
    X(candidates_8, FG_BLOCK_CANDIDATES, 2048)                                                     \
    X(blocks_2, FG_WINDOW_BLOCKS, 2)                                                               \
    X(blocks_6, FG_WINDOW_BLOCKS, 6)                                                               \
    X(blocks_8, FG_WINDOW_BLOCKS, 8)

#define FG_BENCH_DECLARE(name, tunable, value)                                                     \
    fg_bench_launch fg_bench_##name##_trial32, fg_bench_##name##_trial64,                          \
        fg_bench_##name##_exhaustive32, fg_bench_##name##_exhaustive64;
FG_BENCH_TRIAL_VARIANTS(FG_BENCH_DECLARE)
#undef FG_BENCH_DECLARE

#ifdef __cplusplus
}
#endif

#endif
