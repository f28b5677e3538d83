/* SPDX-License-Identifier: MIT */
/*
 * compare_power.c: medians over a row's runs, in which unknown values do not count.
 */
#include "compare/compare_power.h"

#include <math.h>
#include <stdlib.h>

static int compare_values(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* A quantity of a run; NAN: unknown. */
typedef double quantity(const struct fg_compare_sample *sample, int which);

/* Returns the median over the runs that count; NAN if the quantity is unknown in all of them, or if
 * memory is short. */
static double median_over_runs(const struct fg_compare_row *row, quantity *of, int which) {
    double *const values = calloc(row->taken_count + 1, sizeof *values);
    size_t count = 0;
    if (values == NULL)
        return NAN;
    for (size_t i = 0; i < row->taken_count; i++) {
        const double value = row->taken[i].replaced ? NAN : of(&row->taken[i], which);
        if (!isnan(value))
            values[count++] = value;
    }
    qsort(values, count, sizeof *values, compare_values);
    const double median = count == 0 ? NAN : (values[(count - 1) / 2] + values[count / 2]) / 2;
    free(values);
    return median;
}

/* ---- Energy ---- */

enum { OF_CPU, OF_GPU };

static double joules_per_run(const struct fg_compare_energy *energy, int which) {
    if (energy->run_count == 0)
        return NAN;
    return (which == OF_CPU ? energy->cpu_j : energy->gpu_j) / (double)energy->run_count;
}

static double joules_of(const struct fg_compare_sample *sample, int which) {
    return joules_per_run(&sample->energy, which);
}

static double per_million(const struct fg_compare_row *row, int which, size_t count) {
    const double timed_j = median_over_runs(row, joules_of, which);
    const double run_j = isnan(timed_j) ? joules_per_run(&row->energy, which) : timed_j;
    return run_j * 1e6 / (double)count;
}

struct fg_compare_joules fg_compare_row_joules(const struct fg_compare_row *row, size_t count) {
    return (struct fg_compare_joules){.cpu = per_million(row, OF_CPU, count),
                                      .gpu = per_million(row, OF_GPU, count)};
}

/* ---- Limits ---- */

bool fg_compare_is_throttled(const struct fg_compare_sample *sample) {
    return sample->gpu.known && fg_gpu_limits_throttle(sample->gpu.limits);
}

bool fg_compare_knows_limits(const struct fg_compare_row *row) {
    for (size_t i = 0; i < row->taken_count; i++)
        if (!row->taken[i].replaced && row->taken[i].gpu.knows_limits)
            return true;
    return false;
}

size_t fg_compare_throttled_count(const struct fg_compare_row *row, uint64_t *limits) {
    size_t count = 0;
    *limits = 0;
    for (size_t i = 0; i < row->taken_count; i++) {
        if (row->taken[i].replaced || !fg_compare_is_throttled(&row->taken[i]))
            continue;
        count++;
        *limits |= row->taken[i].gpu.limits;
    }
    return count;
}

/* ---- Readings ---- */

/* Members of a reading. */
enum { SM, MEMORY, TEMPERATURE, POWER, MEMBER_COUNT };

/* `which` is a moment and a member. */
static double member_of(const struct fg_compare_sample *sample, int which) {
    const struct fg_gpu_course *const course = &sample->gpu;
    const int moment = which / MEMBER_COUNT;
    if (!course->known)
        return NAN;
    const struct fg_gpu_reading *const reading = moment == FG_COMPARE_BEFORE   ? &course->before
                                                 : moment == FG_COMPARE_DURING ? &course->during
                                                                               : &course->after;
    const double members[MEMBER_COUNT] = {
        [SM] = reading->sm_mhz,
        [MEMORY] = reading->memory_mhz,
        [TEMPERATURE] = reading->temperature_c,
        [POWER] = reading->power_w,
    };
    return members[which % MEMBER_COUNT];
}

struct fg_gpu_reading fg_compare_row_reading(const struct fg_compare_row *row,
                                             enum fg_compare_moment moment) {
    const int first = (int)moment * MEMBER_COUNT;
    return (struct fg_gpu_reading){
        .sm_mhz = median_over_runs(row, member_of, first + SM),
        .memory_mhz = median_over_runs(row, member_of, first + MEMORY),
        .temperature_c = median_over_runs(row, member_of, first + TEMPERATURE),
        .power_w = median_over_runs(row, member_of, first + POWER),
    };
}
