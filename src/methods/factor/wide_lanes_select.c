/* SPDX-License-Identifier: MIT */
/*
 * wide_lanes_select.c: the table of instruction sets for numbers of two words, and the choice.
 */
#include "methods/factor/wide_lanes.h"

#include "cpu/cpu_variant.h"

const struct fg_wide_lanes *const fg_wide_lanes_all[] = {
#ifdef FG_SCAN_X86
    &fg_wide_lanes_ifma,
    &fg_wide_lanes_avx2,
#endif
    &fg_wide_lanes_scalar,
};
const unsigned fg_wide_lanes_count = sizeof fg_wide_lanes_all / sizeof fg_wide_lanes_all[0];

const struct fg_wide_lanes *fg_wide_lanes_select(void) {
#ifdef FG_SCAN_X86
    const enum fg_cpu_level level = fg_cpu_select();
    if (level >= FG_CPU_AVX512 && fg_wide_lanes_ifma.runs_here())
        return &fg_wide_lanes_ifma;
    if (level >= FG_CPU_AVX2 && fg_wide_lanes_avx2.runs_here())
        return &fg_wide_lanes_avx2;
#endif
    return &fg_wide_lanes_scalar;
}
