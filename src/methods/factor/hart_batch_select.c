/* SPDX-License-Identifier: MIT */
/*
 * hart_batch_select.c: the portable variant, and the choice among them.
 */
#include "methods/factor/hart_batch.h"

#include "algorithms/hart.h"
#include "cpu/cpu_variant.h"

void fg_hart_batch_portable(const uint64_t *n, unsigned count, uint64_t *found) {
    for (unsigned i = 0; i < count; i++)
        found[i] = fg_hart_block(n[i], 1, FG_HART_STEPS);
}

fg_hart_batch_function *fg_hart_batch_select(void) {
#ifdef FG_SCAN_X86
    const enum fg_cpu_level level = fg_cpu_select();
    if (level >= FG_CPU_AVX512)
        return fg_hart_batch_avx512;
    if (level >= FG_CPU_AVX2)
        return fg_hart_batch_avx2;
#endif
    return fg_hart_batch_portable;
}
