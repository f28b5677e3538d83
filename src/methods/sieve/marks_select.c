/* SPDX-License-Identifier: MIT */
/*
 * marks_select.c: counting number by number, and the choice among the instruction sets.
 */
#include "methods/sieve/marks_count.h"

#include "cpu/cpu_variant.h"

void fg_marks_count_portable(const uint8_t *bytes, uint32_t count, uint8_t threshold,
                             const struct fg_marks_pattern patterns[FG_MARKS_PATTERNS],
                             struct fg_marks_counts *counts) {
    uint32_t at[FG_MARKS_PATTERNS];
    for (int k = 0; k < FG_MARKS_PATTERNS; k++)
        at[k] = patterns[k].at;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t sum = bytes[i]; /* at most 255 + 7 * 255: no saturation is needed */
        for (int k = 0; k < FG_MARKS_PATTERNS; k++) {
            sum += patterns[k].bytes[at[k]];
            at[k] = at[k] + 1 < patterns[k].period ? at[k] + 1 : 0;
        }
        const uint32_t without = sum < 128;
        counts->squarefree += without;
        counts->odd += without & (sum ^ (sum < threshold));
    }
    counts->numbers += count;
}

fg_marks_count_function *fg_marks_count_select(void) {
#ifdef FG_SCAN_X86
    const enum fg_cpu_level level = fg_cpu_select();
    if (level >= FG_CPU_AVX512 && __builtin_cpu_supports("avx512bw"))
        return fg_marks_count_avx512;
    if (level >= FG_CPU_AVX2 && __builtin_cpu_supports("popcnt"))
        return fg_marks_count_avx2;
#endif
    return fg_marks_count_portable;
}
