/* SPDX-License-Identifier: MIT */
/*
 * harness_json.h: the same with all samples, as JSON.
 */
#ifndef FG_BENCH_HARNESS_JSON_H
#define FG_BENCH_HARNESS_JSON_H

#include "race.h"

/* Writes the head of an object that has been begun. */
void fg_bench_json_head(struct fg_json *json, const struct fg_bench *bench);
void fg_bench_json_race(struct fg_json *json, const struct fg_bench_race *race,
                        const struct fg_bench_result *results, unsigned rounds);

#endif
