/* SPDX-License-Identifier: MIT */
/*
 * cpu_variant.h: which instruction set the CPU's loops use, for the methods that have one variant
 * each.
 */
#ifndef FG_CPU_CPU_VARIANT_H
#define FG_CPU_CPU_VARIANT_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* From the least to the best; each includes those before it. */
enum fg_cpu_level {
    FG_CPU_PORTABLE,
    FG_CPU_AVX2,   /* AVX2 and FMA */
    FG_CPU_AVX512, /* AVX-512F as well */
};

/* Returns whether the level was compiled in and runs on this CPU. Thread-safe. */
bool fg_cpu_runs(enum fg_cpu_level level);

/*
 * Returns the best level that runs here, or the one that the environment variable FACTOR_GPU_CPU
 * names if it runs here. Ignores other names. Thread-safe.
 */
enum fg_cpu_level fg_cpu_select(void);

#ifdef __cplusplus
}
#endif

#endif
