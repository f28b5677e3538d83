/* SPDX-License-Identifier: MIT */
/*
 * remainder_loop.c: one division a candidate. In a file of its own, and never inlined, so that the
 * compiler knows neither n nor `last`.
 */
#include "remainder_loop.h"

__attribute__((noinline)) size_t fg_bench_remainder_loop_u64(uint64_t n, uint64_t last,
                                                             uint64_t *hits) {
    size_t count = 0;
    for (uint64_t d = 1; d <= last; d++)
        if (n % d == 0)
            hits[count++] = d;
    return count;
}

__attribute__((noinline)) size_t fg_bench_remainder_loop_u32(uint32_t n, uint32_t last,
                                                             uint64_t *hits) {
    size_t count = 0;
    for (uint32_t d = 1; d <= last; d++)
        if (n % d == 0)
            hits[count++] = d;
    return count;
}
