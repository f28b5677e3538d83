/* SPDX-License-Identifier: MIT */
/*
 * buckets_select.c: the choice among the instruction sets.
 */
#include "methods/sieve/buckets.h"

#include "cpu/cpu_variant.h"

#ifdef FG_SCAN_X86
/* Returns whether the CPU has more than FG_CPU_AVX512 says. */
static bool has_avx512dq(void) {
    return __builtin_cpu_supports("avx512dq");
}
#endif

const struct fg_bucket_steps *fg_bucket_steps_select(void) {
#ifdef FG_SCAN_X86
    const enum fg_cpu_level level = fg_cpu_select();
    if (level >= FG_CPU_AVX512 && has_avx512dq())
        return &fg_bucket_steps_avx512;
    if (level >= FG_CPU_AVX2)
        return &fg_bucket_steps_avx2;
#endif
    return &fg_bucket_steps_portable;
}
