/*
 * strip_select.c: the portable variant, and the choice among them.
 */
#include "factor/strip.h"

#include "algorithms/small_primes.h"
#include "algorithms/split_plan.h"
#include "scan/scan.h"
#include <string.h>

uint64_t fg_strip_portable(uint64_t n, struct fg_factorization *factors, bool *settled) {
    return fg_small_primes_strip(n, FG_PLAN_SMALL_BLOCKS, factors, settled);
}

#ifdef FG_SCAN_X86
/* The scan's avx512 needs less: AVX-512F alone. */
static bool has_avx512dq(void) {
    return __builtin_cpu_supports("avx512dq");
}
#endif

fg_strip_function *fg_strip_select(void) {
#ifdef FG_SCAN_X86
    const char *const variant = fg_scan_select()->name;
    if (strcmp(variant, "avx512") == 0 && has_avx512dq())
        return fg_strip_avx512;
    if (strcmp(variant, "portable") != 0)
        return fg_strip_avx2;
#endif
    return fg_strip_portable;
}
