/* SPDX-License-Identifier: MIT */
/*
 * finish_select.c: the table of instruction sets for finishing planes, and the choice.
 */
#include "methods/sieve/finish.h"

#include "cpu/cpu_variant.h"

const struct fg_finish *const fg_finish_all[] = {
#ifdef FG_SCAN_X86
    &fg_finish_avx512,
    &fg_finish_avx2,
#endif
    &fg_finish_portable,
};
const unsigned fg_finish_count = sizeof fg_finish_all / sizeof fg_finish_all[0];

const struct fg_finish *fg_finish_select(void) {
#ifdef FG_SCAN_X86
    const enum fg_cpu_level level = fg_cpu_select();
    if (level >= FG_CPU_AVX512 && fg_finish_avx512.runs_here())
        return &fg_finish_avx512;
    if (level >= FG_CPU_AVX2 && fg_finish_avx2.runs_here())
        return &fg_finish_avx2;
#endif
    return &fg_finish_portable;
}
