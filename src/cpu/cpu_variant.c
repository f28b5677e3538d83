/* SPDX-License-Identifier: MIT */
/*
 * cpu_variant.c: the names of the instruction sets, and the choice among them.
 */
#include "cpu/cpu_variant.h"

#include "factor_gpu.h"
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {
    [FG_CPU_PORTABLE] = "portable", [FG_CPU_AVX2] = "avx2", [FG_CPU_AVX512] = "avx512"};

bool fg_cpu_runs(enum fg_cpu_level level) {
#ifdef FG_SCAN_X86
    if (level == FG_CPU_AVX2)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (level == FG_CPU_AVX512)
        return __builtin_cpu_supports("avx512f");
#endif
    return level == FG_CPU_PORTABLE;
}

enum fg_cpu_level fg_cpu_select(void) {
    const char *const forced = getenv("FACTOR_GPU_CPU");
    enum fg_cpu_level best = FG_CPU_PORTABLE;
    for (enum fg_cpu_level level = FG_CPU_PORTABLE; level <= FG_CPU_AVX512; level++) {
        if (!fg_cpu_runs(level))
            continue;
        best = level;
        if (forced != NULL && strcmp(forced, names[level]) == 0)
            return level;
    }
    return best;
}

const char *fg_cpu_variant(void) {
    return names[fg_cpu_select()];
}
