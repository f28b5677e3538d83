/* SPDX-License-Identifier: MIT */
/*
 * remainder_loop.h: the yardsticks of scan_bench: the loop that anyone would write in C first.
 */
#ifndef FG_BENCH_REMAINDER_LOOP_H
#define FG_BENCH_REMAINDER_LOOP_H

#include <stddef.h>
#include <stdint.h>

/*
 * Writes every d in 1 .. last with n % d == 0 to `hits`, which has room for them, ascending, and
 * returns how many. The 32-bit form needs last < 2^32 - 1.
 */
size_t fg_bench_remainder_loop_u64(uint64_t n, uint64_t last, uint64_t *hits);
size_t fg_bench_remainder_loop_u32(uint32_t n, uint32_t last, uint64_t *hits);

#endif
