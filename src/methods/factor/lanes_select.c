/*
 * lanes_select.c: the table of instruction sets for the steps of factorisation, and the choice.
 */
#include "methods/factor/lanes.h"

#include "factor_gpu.h"
#include "methods/candidates/scan.h"
#include <string.h>

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
    const char *const variant = fg_scan_select()->name;
    if (strcmp(variant, "avx512") == 0 && fg_lanes_ifma.runs_here())
        return &fg_lanes_ifma;
    if (strcmp(variant, "portable") != 0 && fg_lanes_avx2.runs_here())
        return &fg_lanes_avx2;
#endif
    return &fg_lanes_scalar;
}

const char *fg_cpu_lanes(void) {
    return fg_lanes_select()->name;
}
