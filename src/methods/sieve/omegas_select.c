/* SPDX-License-Identifier: MIT */
/*
 * omegas_select.c: counting number by number, and the choice among the instruction sets.
 */
#include "methods/sieve/omegas_count.h"

#include "cpu/cpu_variant.h"

void fg_omegas_count_portable(const uint16_t *cells, uint32_t count, uint16_t threshold,
                              const struct fg_omegas_pattern patterns[FG_OMEGAS_PATTERNS],
                              struct fg_omegas_counts *counts) {
    uint32_t at[FG_OMEGAS_PATTERNS];
    for (int k = 0; k < FG_OMEGAS_PATTERNS; k++)
        at[k] = patterns[k].at;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t sum = cells[i]; /* below 2^16 with all patterns: omegas.h */
        for (int k = 0; k < FG_OMEGAS_PATTERNS; k++) {
            sum += patterns[k].cells[at[k]];
            at[k] = at[k] + 1 < patterns[k].period ? at[k] + 1 : 0;
        }
        sum += sum < threshold ? FG_CELL_PRIME : 0;
        const uint32_t omega = fg_cell_omega(sum), bigomega = fg_cell_bigomega(sum);
        counts->omega[omega]++;
        counts->bigomega[bigomega]++;
        counts->squarefree += omega == bigomega;
        counts->odd += (omega == bigomega) & omega;
    }
    counts->numbers += count;
}

fg_omegas_count_function *fg_omegas_count_select(void) {
#ifdef FG_SCAN_X86
    const enum fg_cpu_level level = fg_cpu_select();
    if (level >= FG_CPU_AVX512 && __builtin_cpu_supports("avx512bw"))
        return fg_omegas_count_avx512;
    if (level >= FG_CPU_AVX2 && __builtin_cpu_supports("popcnt"))
        return fg_omegas_count_avx2;
#endif
    return fg_omegas_count_portable;
}
