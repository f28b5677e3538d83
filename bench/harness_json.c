/* SPDX-License-Identifier: MIT */
/*
 * harness_json.c: races with every sample, for statistics of your own.
 */
#include "harness_json.h"

static void put_ratio(struct fg_json *json, const struct fg_statistics_ratio *ratio) {
    fg_json_begin_object(json, "ratio");
    fg_json_real(json, "value", ratio->value);
    fg_json_real(json, "low", ratio->low);
    fg_json_real(json, "high", ratio->high);
    fg_json_end(json);
}

static void put_target(struct fg_json *json, const struct fg_bench_contender *contender,
                       const struct fg_bench_result *result) {
    if (contender->target_ratio > 0)
        fg_json_real(json, "target_ratio", contender->target_ratio);
    if (contender->target_s > 0)
        fg_json_real(json, "target_s", contender->target_s);
    if (contender->target_ratio > 0 || contender->target_s > 0)
        fg_json_boolean(json, "target_reached", fg_bench_target_reached(contender, result));
}

static void put_row(struct fg_json *json, const struct fg_bench_race *race, size_t index,
                    const struct fg_bench_result *result, unsigned rounds) {
    const struct fg_bench_contender *const contender = &race->contenders[index];
    fg_json_begin_object(json, NULL);
    fg_json_text(json, "name", contender->name);
    fg_json_integer(json, "runs_per_sample", result->repetitions);
    fg_json_real(json, "median_s", result->summary.median_s);
    fg_json_real(json, "min_s", result->summary.min_s);
    fg_json_real(json, "max_s", result->summary.max_s);
    put_ratio(json, &result->ratio);
    put_target(json, contender, result);
    fg_json_real(json, "others_cores_most", result->others_cores);
    if (race->covered != NULL)
        fg_json_real(json, "units_covered", race->covered[index]);
    fg_json_begin_array(json, "samples_s");
    for (unsigned round = 0; round < rounds; round++)
        fg_json_real(json, NULL, result->samples_s[round]);
    fg_json_end(json);
    fg_json_end(json);
}

static void put_lead(struct fg_json *json, const struct fg_bench_race *race,
                     const struct fg_bench_lead *lead, const struct fg_bench_result *results) {
    const struct fg_statistics_ratio ratio = fg_bench_lead_ratio(lead, results);
    fg_json_begin_object(json, NULL);
    fg_json_text(json, "leader", race->contenders[lead->leader].name);
    fg_json_text(json, "other", race->contenders[lead->other].name);
    fg_json_real(json, "target_ratio", lead->ratio);
    fg_json_boolean(json, "target_reached", ratio.value >= lead->ratio);
    put_ratio(json, &ratio);
    fg_json_end(json);
}

void fg_bench_json_race(struct fg_json *json, const struct fg_bench_race *race,
                        const struct fg_bench_result *results, unsigned rounds) {
    fg_json_begin_object(json, NULL);
    fg_json_text(json, "topic", race->topic);
    fg_json_text(json, "title", race->title);
    fg_json_text(json, "clock", fg_bench_clock_name(race->clock));
    fg_json_integer(json, "rounds", rounds);
    fg_json_boolean(json, "warm_up", !race->cold);
    if (race->unit_count > 0) {
        fg_json_text(json, "unit", race->unit_name);
        fg_json_real(json, "units_per_run", race->unit_count);
    }
    fg_json_begin_array(json, "rows");
    for (size_t i = 0; i < race->count; i++)
        put_row(json, race, i, &results[i], rounds);
    fg_json_end(json);
    if (race->lead_count > 0) {
        fg_json_begin_array(json, "leads");
        for (size_t i = 0; i < race->lead_count; i++)
            put_lead(json, race, &race->leads[i], results);
        fg_json_end(json);
    }
    fg_json_end(json);
}

static void put_devices(struct fg_json *json, const struct fg_environment *environment) {
    fg_json_begin_array(json, "devices");
    for (size_t i = 0; i < environment->device_count; i++) {
        const struct fg_device *const device = &environment->devices[i];
        fg_json_begin_object(json, NULL);
        fg_json_text(json, "name", device->name);
        fg_json_integer(json, "index", (unsigned)device->index);
        fg_json_integer(json, "capability_major", (unsigned)device->capability_major);
        fg_json_integer(json, "capability_minor", (unsigned)device->capability_minor);
        fg_json_integer(json, "multiprocessors", (unsigned)device->multiprocessor_count);
        fg_json_integer(json, "memory_bytes", device->memory_bytes);
        fg_json_integer(json, "driver_cuda_version", (unsigned)device->driver_version);
        fg_json_integer(json, "runtime_cuda_version", (unsigned)device->runtime_version);
        fg_json_end(json);
    }
    fg_json_end(json);
}

static void put_machine(struct fg_json *json, const struct fg_bench *bench) {
    const struct fg_environment *const environment = &bench->environment;
    fg_json_begin_object(json, "machine");
    fg_json_text(json, "cpu_model", environment->cpu_model);
    fg_json_integer(json, "usable_cpus", environment->usable_cpus);
    fg_json_text(json, "system", environment->system);
    fg_json_text(json, "scan_variant", environment->cpu_variant);
    fg_json_real(json, "load", bench->load);
    if (environment->device_count > 0)
        put_devices(json, environment);
    fg_json_end(json);
}

static void put_build(struct fg_json *json, const struct fg_build_info *info) {
    fg_json_begin_object(json, "build");
    fg_json_text(json, "version", info->version);
    fg_json_text(json, "git_revision", info->git_revision);
    fg_json_text(json, "compiler", info->compiler);
    fg_json_text(json, "build_type", info->build_type);
    if (info->cuda_toolkit != NULL) {
        fg_json_text(json, "cuda_toolkit", info->cuda_toolkit);
        fg_json_text(json, "cuda_architectures", info->cuda_architectures);
    }
    fg_json_end(json);
}

void fg_bench_json_head(struct fg_json *json, const struct fg_bench *bench) {
    fg_json_text(json, "benchmark", bench->name);
    fg_json_text(json, "date", bench->environment.date);
    put_machine(json, bench);
    put_build(json, bench->environment.build);
}
