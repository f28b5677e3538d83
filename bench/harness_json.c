/*
 * harness_json.c: races with every sample, for those who want to do their own statistics.
 */
#include "harness.h"

static void set_text(json_t *object, const char *key, const char *value) {
    json_object_set_new(object, key, json_string(value));
}

static void set_real(json_t *object, const char *key, double value) {
    json_object_set_new(object, key, json_real(value));
}

static void set_integer(json_t *object, const char *key, unsigned value) {
    json_object_set_new(object, key, json_integer(value));
}

static void set_ratio(json_t *row, const struct fg_statistics_ratio *ratio) {
    json_t *const object = json_object();
    set_real(object, "value", ratio->value);
    set_real(object, "low", ratio->low);
    set_real(object, "high", ratio->high);
    json_object_set_new(row, "ratio", object);
}

static void set_target(json_t *row, const struct fg_bench_contender *contender,
                       const struct fg_bench_result *result) {
    if (contender->target_ratio > 0)
        set_real(row, "target_ratio", contender->target_ratio);
    if (contender->target_s > 0)
        set_real(row, "target_s", contender->target_s);
    if (contender->target_ratio > 0 || contender->target_s > 0)
        json_object_set_new(row, "target_reached",
                            json_boolean(fg_bench_target_reached(contender, result)));
}

static json_t *json_row(const struct fg_bench_contender *contender,
                        const struct fg_bench_result *result, unsigned rounds) {
    json_t *const row = json_object(), *const samples = json_array();
    set_text(row, "name", contender->name);
    set_integer(row, "runs_per_sample", result->repetitions);
    set_real(row, "median_s", result->summary.median_s);
    set_real(row, "min_s", result->summary.min_s);
    set_real(row, "max_s", result->summary.max_s);
    set_ratio(row, &result->ratio);
    set_target(row, contender, result);
    set_real(row, "others_cores_most", result->others_cores);
    for (unsigned round = 0; round < rounds; round++)
        json_array_append_new(samples, json_real(result->samples_s[round]));
    json_object_set_new(row, "samples_s", samples);
    return row;
}

static json_t *json_lead(const struct fg_bench_race *race, const struct fg_bench_lead *lead,
                         const struct fg_bench_result *results) {
    const struct fg_statistics_ratio ratio = fg_bench_lead_ratio(lead, results);
    json_t *const object = json_object();
    set_text(object, "leader", race->contenders[lead->leader].name);
    set_text(object, "other", race->contenders[lead->other].name);
    set_real(object, "target_ratio", lead->ratio);
    json_object_set_new(object, "target_reached", json_boolean(ratio.value >= lead->ratio));
    set_ratio(object, &ratio);
    return object;
}

json_t *fg_bench_json_race(const struct fg_bench_race *race, const struct fg_bench_result *results,
                           unsigned rounds) {
    json_t *const object = json_object(), *const rows = json_array();
    set_text(object, "topic", race->topic);
    set_text(object, "title", race->title);
    set_text(object, "clock", race->cpu_time ? "cpu" : "wall");
    set_integer(object, "rounds", rounds);
    json_object_set_new(object, "warm_up", json_boolean(!race->cold));
    if (race->unit_count > 0) {
        set_text(object, "unit", race->unit_name);
        set_real(object, "units_per_run", race->unit_count);
    }
    for (size_t i = 0; i < race->count; i++) {
        json_t *const row = json_row(&race->contenders[i], &results[i], rounds);
        if (race->covered != NULL)
            set_real(row, "units_covered", race->covered[i]);
        json_array_append_new(rows, row);
    }
    json_object_set_new(object, "rows", rows);
    if (race->lead_count > 0) {
        json_t *const leads = json_array();
        for (size_t i = 0; i < race->lead_count; i++)
            json_array_append_new(leads, json_lead(race, &race->leads[i], results));
        json_object_set_new(object, "leads", leads);
    }
    return object;
}

static json_t *json_machine(const struct fg_bench *bench) {
    const struct fg_environment *const environment = &bench->environment;
    json_t *const machine = json_object();
    set_text(machine, "cpu_model", environment->cpu_model);
    set_integer(machine, "usable_cpus", environment->usable_cpus);
    set_text(machine, "system", environment->system);
    set_text(machine, "scan_variant", environment->cpu_variant);
    set_real(machine, "load", bench->load);
    return machine;
}

static json_t *json_build(const struct fg_build_info *info) {
    json_t *const build = json_object();
    set_text(build, "version", info->version);
    set_text(build, "git_revision", info->git_revision);
    set_text(build, "compiler", info->compiler);
    set_text(build, "build_type", info->build_type);
    return build;
}

json_t *fg_bench_json_document(const struct fg_bench *bench) {
    json_t *const document = json_object();
    set_text(document, "benchmark", bench->name);
    set_text(document, "date", bench->environment.date);
    json_object_set_new(document, "machine", json_machine(bench));
    json_object_set_new(document, "build", json_build(bench->environment.build));
    json_object_set(document, "races", bench->races);
    json_object_set(document, "notes", bench->notes);
    return document;
}
