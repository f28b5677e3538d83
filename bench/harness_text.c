/* SPDX-License-Identifier: MIT */
/*
 * harness_text.c: a race as a table that fits 80 columns. Units are chosen here and nowhere else.
 */
#include "harness_text.h"

#include "measure/quantity.h"
#include <math.h>

void fg_bench_print_environment(const struct fg_bench *bench) {
    const struct fg_environment *const environment = &bench->environment;
    const struct fg_build_info *const build = environment->build;
    printf("%s, %s\n", bench->name, environment->date);
    printf("  CPU    %s, %u usable, scan variant %s\n", environment->cpu_model,
           environment->cpus.usable, environment->cpu_variant);
    for (size_t i = 0; i < environment->device_count; i++)
        printf(
            "  GPU    %d: %s, %d multiprocessors, driver for CUDA %d.%d%s%s\n",
            environment->devices[i].index, environment->devices[i].name,
            environment->devices[i].multiprocessor_count,
            environment->devices[i].driver_version / 1000,
            environment->devices[i].driver_version % 1000 / 10,
            environment->devices[i].usable ? "" : ", not usable: ", environment->devices[i].reason);
    printf("  system %s, load %.2f before the benchmark\n", environment->system, bench->load);
    printf("  build  factor-gpu %s (%s), %s, %s\n", build->version, build->git_revision,
           build->compiler, build->build_type);
}

/* The unit of rates, such that the fastest has one to three digits before its point. */
struct rate_scale {
    const char *prefix;
    double divisor;
};

static struct rate_scale rate_scale_for(double fastest) {
    static const struct rate_scale scales[] = {{"T", 1e12}, {"G", 1e9}, {"M", 1e6}, {"k", 1e3}};
    for (size_t i = 0; i < sizeof scales / sizeof *scales; i++)
        if (fastest >= scales[i].divisor)
            return scales[i];
    return (struct rate_scale){"", 1};
}

static void print_time(double seconds, struct fg_unit unit, int width) {
    char time[FG_QUANTITY_CELL];
    fg_format_time(seconds, unit, time);
    printf(" %*s", width, time);
}

static void print_ratio(const struct fg_statistics_ratio *ratio) {
    char value[FG_QUANTITY_CELL], low[FG_QUANTITY_CELL], high[FG_QUANTITY_CELL];
    fg_format_ratio(ratio->value, value);
    fg_format_ratio(ratio->low, low);
    fg_format_ratio(ratio->high, high);
    printf(" %6s %s-%s", value, low, high);
}

static void print_target(const struct fg_bench_contender *contender,
                         const struct fg_bench_result *result, const char *baseline) {
    const char *const verdict =
        fg_bench_target_reached(contender, result) ? "reached" : "NOT reached";
    if (contender->target_ratio > 0)
        printf("  target: %s >= %gx %s: %s (%.2fx)\n", contender->name, contender->target_ratio,
               baseline, verdict, result->ratio.value);
    if (contender->target_s > 0) {
        char target[FG_QUANTITY_CELL], measured[FG_QUANTITY_CELL];
        fg_format_duration(contender->target_s, FG_MEASURED_DIGITS, target);
        fg_format_duration(result->summary.median_s, FG_MEASURED_DIGITS, measured);
        printf("  target: %s <= %s: %s (%s)\n", contender->name, target, verdict, measured);
    }
}

static void print_lead(const struct fg_bench_race *race, const struct fg_bench_lead *lead,
                       const struct fg_bench_result *results) {
    const struct fg_statistics_ratio ratio = fg_bench_lead_ratio(lead, results);
    printf("  target: %s >= %gx %s: %s (%.2fx, %.2f-%.2f)\n", race->contenders[lead->leader].name,
           lead->ratio, race->contenders[lead->other].name,
           ratio.value >= lead->ratio ? "reached" : "NOT reached", ratio.value, ratio.low,
           ratio.high);
}

/* Warns if other programs took part of the machine. */
static void print_disturbance(const struct fg_bench_race *race,
                              const struct fg_bench_result *results, unsigned rounds) {
    double others_cores = 0;
    for (size_t i = 0; i < race->count; i++)
        for (unsigned round = 0; round < rounds; round++)
            others_cores = fmax(others_cores, results[i].others_cores[round]);
    if (others_cores > FG_BENCH_QUIET_CORES)
        printf("  busy machine: other programs took up to %.2f CPUs from these samples\n",
               others_cores);
}

/* The column of what a unit takes, or of how many a second there are. */
static void print_per_unit(const struct fg_bench_race *race, double median_s, double slowest_s,
                           double fastest_s) {
    if (race->unit_count == 0)
        return;
    if (race->rates)
        printf(" %10.4g",
               race->unit_count / median_s / rate_scale_for(race->unit_count / fastest_s).divisor);
    else
        print_time(median_s / race->unit_count, fg_unit_for(slowest_s / race->unit_count), 11);
}

static void print_heading(const struct fg_bench_race *race, unsigned rounds, double slowest_s,
                          double fastest_s) {
    char median[16], per_unit[24] = "";
    snprintf(median, sizeof median, "median %s", fg_unit_for(slowest_s).name);
    if (race->unit_count > 0 && race->rates)
        snprintf(per_unit, sizeof per_unit, "%s%.7s/s",
                 rate_scale_for(race->unit_count / fastest_s).prefix, race->unit_name);
    else if (race->unit_count > 0)
        snprintf(per_unit, sizeof per_unit, "%s/%.7s",
                 fg_unit_for(slowest_s / race->unit_count).name, race->unit_name);
    printf("\n%s\n", race->title);
    char clock[24];
    snprintf(clock, sizeof clock, "%s time", fg_bench_clock_name(race->clock));
    printf("  %-20s %9s %8s %8s", clock, median, "min", "max");
    if (race->unit_count > 0)
        printf(" %10s", per_unit);
    printf(" %6s %u round%s\n", race->count > 1 ? "ratio" : "", rounds, rounds == 1 ? "" : "s");
}

void fg_bench_print_race(const struct fg_bench_race *race, const struct fg_bench_result *results,
                         unsigned rounds) {
    double slowest_s = 0, fastest_s = results[0].summary.median_s;
    for (size_t i = 0; i < race->count; i++) {
        slowest_s = fmax(slowest_s, results[i].summary.median_s);
        fastest_s = fmin(fastest_s, results[i].summary.median_s);
    }
    const struct fg_unit unit = fg_unit_for(slowest_s);
    print_heading(race, rounds, slowest_s, fastest_s);
    for (size_t i = 0; i < race->count; i++) {
        const struct fg_statistics_summary *const summary = &results[i].summary;
        printf("  %-20s", race->contenders[i].name);
        print_time(summary->median_s, unit, 9);
        print_time(summary->min_s, unit, 8);
        print_time(summary->max_s, unit, 8);
        print_per_unit(race, summary->median_s, slowest_s, fastest_s);
        if (i > 0)
            print_ratio(&results[i].ratio);
        else if (race->count > 1)
            printf(" %6s", "1");
        printf("\n");
    }
    print_disturbance(race, results, rounds);
    for (size_t i = 0; i < race->count; i++)
        print_target(&race->contenders[i], &results[i], race->contenders[0].name);
    for (size_t i = 0; i < race->lead_count; i++)
        print_lead(race, &race->leads[i], results);
}
