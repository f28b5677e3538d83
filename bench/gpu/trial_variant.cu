/* SPDX-License-Identifier: MIT */
/*
 * trial_variant.cu: one variant of kernels/candidates/window.cu, with a tunable replaced.
 *
 * Read once for each variant that CMakeLists.txt lists, by a file that it writes, with
 * FG_BENCH_VARIANT, the variant's name, and the tunable defined.
 */
#define GLUE(name, kernel) fg_bench_##name##_##kernel
#define VARIANT(name, kernel) GLUE(name, kernel)
#define fg_launch_trial32 VARIANT(FG_BENCH_VARIANT, trial32)
#define fg_launch_trial64 VARIANT(FG_BENCH_VARIANT, trial64)
#define fg_launch_exhaustive32 VARIANT(FG_BENCH_VARIANT, exhaustive32)
#define fg_launch_exhaustive64 VARIANT(FG_BENCH_VARIANT, exhaustive64)
#define fg_window_image_loads VARIANT(FG_BENCH_VARIANT, image_loads)
#include "kernels/candidates/window.cu"
