/*
 * harness_text.c: a race as a table that fits 80 columns. Units are chosen here and nowhere else.
 */
#include "harness.h"

#include "cli/compare_format.h"
#include <string.h>

void fg_bench_print_environment(const struct fg_bench *bench) {
    const struct fg_environment *const environment = &bench->environment;
    const struct fg_build_info *const build = environment->build;
    printf("%s, %s\n", bench->name, environment->date);
    printf("  CPU    %s, %u usable, scan variant %s\n", environment->cpu_model,
           environment->usable_cpus, environment->cpu_variant);
    printf("  system %s, load %.2f before the benchmark\n", environment->system, bench->load);
    printf("  build  factor-gpu %s (%s), %s, %s\n", build->version, build->git_revision,
           build->compiler, build->build_type);
}

static double slowest_median_s(const struct fg_bench_race *race,
                               const struct fg_bench_result *results) {
    double slowest_s = 0;
    for (size_t i = 0; i < race->count; i++)
        if (results[i].summary.median_s > slowest_s)
            slowest_s = results[i].summary.median_s;
    return slowest_s;
}

static void print_time(double seconds, struct fg_compare_unit unit, int width) {
    char time[FG_COMPARE_CELL];
    fg_compare_format_time(seconds, unit, time);
    printf(" %*s", width, time);
}

static void print_ratio(const struct fg_statistics_ratio *ratio) {
    char value[FG_COMPARE_CELL], low[FG_COMPARE_CELL], high[FG_COMPARE_CELL];
    fg_compare_format_ratio(ratio->value, value);
    fg_compare_format_ratio(ratio->low, low);
    fg_compare_format_ratio(ratio->high, high);
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
        char target[FG_COMPARE_CELL], measured[FG_COMPARE_CELL];
        fg_compare_format_duration(contender->target_s, FG_COMPARE_MEASURED_DIGITS, target);
        fg_compare_format_duration(result->summary.median_s, FG_COMPARE_MEASURED_DIGITS, measured);
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

/* Warns where other programs took part of the machine. */
static void print_disturbance(const struct fg_bench_race *race,
                              const struct fg_bench_result *results) {
    double others_cores = 0;
    for (size_t i = 0; i < race->count; i++)
        if (results[i].others_cores > others_cores)
            others_cores = results[i].others_cores;
    if (others_cores > FG_BENCH_QUIET_CORES)
        printf("  busy machine: other programs took up to %.2f CPUs from these samples\n",
               others_cores);
}

void fg_bench_print_race(const struct fg_bench_race *race, const struct fg_bench_result *results,
                         unsigned rounds) {
    const double slowest_s = slowest_median_s(race, results);
    const struct fg_compare_unit unit = fg_compare_unit_for(slowest_s);
    const double units = race->unit_count > 0 ? race->unit_count : 1;
    const struct fg_compare_unit per_unit = fg_compare_unit_for(slowest_s / units);
    char median_heading[16], unit_heading[16] = "";
    snprintf(median_heading, sizeof median_heading, "median %s", unit.name);
    if (race->unit_count > 0)
        snprintf(unit_heading, sizeof unit_heading, "%s/%.7s", per_unit.name, race->unit_name);

    printf("\n%s\n", race->title);
    printf("  %-20s %9s %8s %8s", race->cpu_time ? "CPU time" : "wall time", median_heading, "min",
           "max");
    if (race->unit_count > 0)
        printf(" %9s", unit_heading);
    printf(" %6s %u round%s\n", race->count > 1 ? "ratio" : "", rounds, rounds == 1 ? "" : "s");
    for (size_t i = 0; i < race->count; i++) {
        printf("  %-20s", race->contenders[i].name);
        const struct fg_statistics_summary *const summary = &results[i].summary;
        print_time(summary->median_s, unit, 9);
        print_time(summary->min_s, unit, 8);
        print_time(summary->max_s, unit, 8);
        if (race->unit_count > 0)
            print_time(summary->median_s / units, per_unit, 9);
        if (i > 0)
            print_ratio(&results[i].ratio);
        else if (race->count > 1)
            printf(" %6s", "1");
        printf("\n");
    }
    print_disturbance(race, results);
    for (size_t i = 0; i < race->count; i++)
        print_target(&race->contenders[i], &results[i], race->contenders[0].name);
    for (size_t i = 0; i < race->lead_count; i++)
        print_lead(race, &race->leads[i], results);
}
