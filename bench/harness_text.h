/* SPDX-License-Identifier: MIT */
/*
 * harness_text.h: what fg_bench_open() and fg_bench_run() print.
 */
#ifndef FG_BENCH_HARNESS_TEXT_H
#define FG_BENCH_HARNESS_TEXT_H

#include "race.h"

void fg_bench_print_environment(const struct fg_bench *bench);
void fg_bench_print_race(const struct fg_bench_race *race, const struct fg_bench_result *results,
                         unsigned rounds);

#endif
