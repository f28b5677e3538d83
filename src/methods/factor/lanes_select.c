/* SPDX-License-Identifier: MIT */
/*
 * lanes_select.c: the table of instruction sets for the steps of factorisation, and the choice.
 */
#include "methods/factor/lanes.h"

#include "cpu/cpu_variant.h"
#include "factor_gpu.h"

const struct fg_lanes *const fg_lanes_all[] = {
#ifdef FG_SCAN_X86
    &fg_lanes_ifma,
    &fg_lanes_avx2,
#endif
    &fg_lanes_scalar,
};
const unsigned fg_lanes_count = sizeof fg_lanes_all / sizeof fg_lanes_all[0];

const struct fg_lanes *fg_lanes_select(void) {
#ifdef FG_SCAN_X86
    const enum fg_cpu_level level = fg_cpu_select();
    if (level >= FG_CPU_AVX512 && fg_lanes_ifma.runs_here())
        return &fg_lanes_ifma;
    if (level >= FG_CPU_AVX2 && fg_lanes_avx2.runs_here())
        return &fg_lanes_avx2;
#endif
    return &fg_lanes_scalar;
}

const char *fg_cpu_lanes(void) {
    return fg_lanes_select()->name;
}
