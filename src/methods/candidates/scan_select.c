/* SPDX-License-Identifier: MIT */
/*
 * scan_select.c: the table of scan variants, and the choice among them.
 */
#include "methods/candidates/scan.h"

const struct fg_scan fg_scans[] = {
#ifdef FG_SCAN_X86
    {"avx512", FG_CPU_AVX512, fg_scan_avx512},
    {"avx2", FG_CPU_AVX2, fg_scan_avx2},
#endif
    {"portable", FG_CPU_PORTABLE, fg_scan_portable},
};
const size_t fg_scan_count = sizeof fg_scans / sizeof fg_scans[0];

const struct fg_scan *fg_scan_select(void) {
    const enum fg_cpu_level level = fg_cpu_select();
    size_t i = 0;
    while (fg_scans[i].level > level)
        i++;
    return &fg_scans[i];
}
