/*
 * scan_select.c: the table of scan variants, and the choice among them.
 *
 * The only place that knows which instruction sets were compiled in (FG_SCAN_X86).
 */
#include "methods/candidates/scan.h"

#include "factor_gpu.h"
#include <stdlib.h>
#include <string.h>

static bool always_runs(void) {
    return true;
}

#ifdef FG_SCAN_X86
static bool has_avx512(void) {
    return __builtin_cpu_supports("avx512f");
}
static bool has_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
#endif

const struct fg_scan fg_scans[] = {
#ifdef FG_SCAN_X86
    {"avx512", has_avx512, fg_scan_avx512},
    {"avx2", has_avx2, fg_scan_avx2},
#endif
    {"portable", always_runs, fg_scan_portable},
};
const size_t fg_scan_count = sizeof fg_scans / sizeof fg_scans[0];

const struct fg_scan *fg_scan_select(void) {
    const char *const forced = getenv("FACTOR_GPU_CPU");
    if (forced != NULL)
        for (size_t i = 0; i < fg_scan_count; i++)
            if (strcmp(forced, fg_scans[i].name) == 0 && fg_scans[i].runs_here())
                return &fg_scans[i];
    for (size_t i = 0; i < fg_scan_count; i++)
        if (fg_scans[i].runs_here())
            return &fg_scans[i];
    return &fg_scans[fg_scan_count - 1]; /* the portable variant, which always runs */
}

const char *fg_cpu_variant(void) {
    return fg_scan_select()->name;
}
