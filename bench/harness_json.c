/* SPDX-License-Identifier: MIT */
/*
 * harness_json.c: races with every sample, for statistics of your own.
 */
#include "harness_json.h"

#include "measure/environment_json.h"

static struct fg_json_object describe_ratio(const struct fg_statistics_ratio *ratio) {
    struct fg_json_object object = fg_json_object_begin();
    fg_json_set(&object, "value", fg_json_real(ratio->value));
    fg_json_set(&object, "low", fg_json_real(ratio->low));
    fg_json_set(&object, "high", fg_json_real(ratio->high));
    return object;
}

static void set_target(struct fg_json_object *object, const struct fg_bench_contender *contender,
                       const struct fg_bench_result *result) {
    if (contender->target_ratio > 0)
        fg_json_set(object, "target_ratio", fg_json_real(contender->target_ratio));
    if (contender->target_s > 0)
        fg_json_set(object, "target_s", fg_json_real(contender->target_s));
    if (contender->target_ratio > 0 || contender->target_s > 0)
        fg_json_set(object, "target_reached",
                    json_boolean(fg_bench_target_reached(contender, result)));
}

static struct fg_json_object describe_row(const struct fg_bench_race *race, size_t index,
                                          const struct fg_bench_result *result, unsigned rounds) {
    const struct fg_bench_contender *const contender = &race->contenders[index];
    struct fg_json_object object = fg_json_object_begin();
    fg_json_set(&object, "name", fg_json_string(contender->name));
    fg_json_set(&object, "runs_per_sample", fg_json_integer(result->repetitions));
    fg_json_set(&object, "median_s", fg_json_real(result->summary.median_s));
    fg_json_set(&object, "min_s", fg_json_real(result->summary.min_s));
    fg_json_set(&object, "max_s", fg_json_real(result->summary.max_s));
    fg_json_set_object(&object, "ratio", describe_ratio(&result->ratio));
    set_target(&object, contender, result);
    if (race->covered != NULL)
        fg_json_set(&object, "units_covered", fg_json_real(race->covered[index]));
    fg_json_set_reals(&object, "samples_s", result->samples_s, rounds);
    fg_json_set_reals(&object, "others_cores", result->others_cores, rounds);
    return object;
}

static struct fg_json_object describe_lead(const struct fg_bench_race *race,
                                           const struct fg_bench_lead *lead,
                                           const struct fg_bench_result *results) {
    const struct fg_statistics_ratio ratio = fg_bench_lead_ratio(lead, results);
    struct fg_json_object object = fg_json_object_begin();
    fg_json_set(&object, "leader", fg_json_string(race->contenders[lead->leader].name));
    fg_json_set(&object, "other", fg_json_string(race->contenders[lead->other].name));
    fg_json_set(&object, "target_ratio", fg_json_real(lead->ratio));
    fg_json_set(&object, "target_reached", json_boolean(ratio.value >= lead->ratio));
    fg_json_set_object(&object, "ratio", describe_ratio(&ratio));
    return object;
}

struct fg_json_object fg_bench_json_race(const struct fg_bench_race *race,
                                         const struct fg_bench_result *results, unsigned rounds) {
    struct fg_json_object object = fg_json_object_begin();
    fg_json_set(&object, "topic", fg_json_string(race->topic));
    fg_json_set(&object, "title", fg_json_string(race->title));
    fg_json_set(&object, "clock", fg_json_string(fg_bench_clock_name(race->clock)));
    fg_json_set(&object, "rounds", fg_json_integer(rounds));
    fg_json_set(&object, "warm_up", json_boolean(!race->cold));
    if (race->unit_count > 0) {
        fg_json_set(&object, "unit", fg_json_string(race->unit_name));
        fg_json_set(&object, "units_per_run", fg_json_real(race->unit_count));
    }
    json_t *const rows = json_array();
    for (size_t i = 0; i < race->count; i++)
        fg_json_append_object(&object, rows, describe_row(race, i, &results[i], rounds));
    fg_json_set(&object, "rows", rows);
    if (race->lead_count > 0) {
        json_t *const leads = json_array();
        for (size_t i = 0; i < race->lead_count; i++)
            fg_json_append_object(&object, leads, describe_lead(race, &race->leads[i], results));
        fg_json_set(&object, "leads", leads);
    }
    return object;
}

struct fg_json_object fg_bench_json_head(const struct fg_bench *bench) {
    struct fg_json_object object = fg_json_object_begin();
    fg_json_set(&object, "benchmark", fg_json_string(bench->name));
    fg_json_set(&object, "date", fg_json_string(bench->environment.date));
    fg_json_set(&object, "load", fg_json_real(bench->load));
    fg_json_set_object(&object, "program", fg_build_json(bench->environment.build));
    fg_json_set_object(&object, "environment", fg_environment_json(&bench->environment));
    fg_json_set(&object, "races", json_array());
    fg_json_set(&object, "notes", json_array());
    return object;
}
