/* SPDX-License-Identifier: MIT */
/*
 * harness_json.h: the same with all samples, as JSON.
 */
#ifndef FG_BENCH_HARNESS_JSON_H
#define FG_BENCH_HARNESS_JSON_H

#include "race.h"

/* Describes the benchmark, its build and its machine, before the first race. */
struct fg_json_object fg_bench_json_head(const struct fg_bench *bench);
struct fg_json_object fg_bench_json_race(const struct fg_bench_race *race,
                                         const struct fg_bench_result *results, unsigned rounds);

#endif
