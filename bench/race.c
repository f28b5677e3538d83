/* SPDX-License-Identifier: MIT */
/*
 * race.c: what results of races come to.
 */
#include "race.h"

const char *fg_bench_clock_name(enum fg_bench_clock clock) {
    static const char *const names[] = {"wall", "cpu", "device", "wall"};
    return names[clock];
}

bool fg_bench_target_reached(const struct fg_bench_contender *contender,
                             const struct fg_bench_result *result) {
    return (contender->target_ratio == 0 || result->ratio.value >= contender->target_ratio) &&
           (contender->target_s == 0 || result->summary.median_s <= contender->target_s);
}

struct fg_statistics_ratio fg_bench_lead_ratio(const struct fg_bench_lead *lead,
                                               const struct fg_bench_result *results) {
    return fg_statistics_ratio_of(&results[lead->other].summary, &results[lead->leader].summary);
}
