/* SPDX-License-Identifier: MIT */
/*
 * gpu_ranges.c: totals of ranges, which the device sieves and sums up itself, beside the CPU's.
 *
 * The CPU gets a shorter range, from the same number on. Before a race the device sums that up,
 * too, and both totals must be the same.
 */
#include "gpu_engines.h"
#include "gpu_topics.h"

#include <string.h>

static const struct range {
    const char *name;
    uint64_t first, device_count, cpu_count;
} ranges[] = {
    {"12", UINT64_C(1000000000000), UINT64_C(1) << 34, UINT64_C(1) << 28},
    {"15", UINT64_C(1000000000000000), UINT64_C(1) << 33, UINT64_C(1) << 27},
    {"18", UINT64_C(1000000000000000000), UINT64_C(1) << 32, UINT64_C(1) << 27},
};
#define RANGES (sizeof ranges / sizeof *ranges)
/* The first range alone, with so few numbers. */
#define SMOKE_NUMBERS (UINT64_C(1) << 15)

static const enum fg_column columns[] = {FG_COLUMN_MOBIUS, FG_COLUMN_PHI};
#define COLUMNS (sizeof columns / sizeof *columns)

/* A contender: totals of a column over a range by one side. */
struct sum {
    struct fg_engine *engine;
    uint64_t first, count;
    struct fg_totals totals, expected; /* of the last run, and of the first */
};

static bool run_sum(void *context) {
    struct sum *const sum = context;
    struct fg_error error = {0};
    const struct fg_numbers range = {
        .kind = FG_NUMBERS_RANGE, .words = 1, .begin = {sum->first, 0}, .count = sum->count};
    sum->totals = (struct fg_totals){.column = sum->expected.column};
    return fg_gpu_fine(fg_factor_totals(sum->engine, &range, &sum->totals, 1, &error), &error,
                       "totals of a range");
}

static bool is_same(const struct fg_totals *one, const struct fg_totals *other) {
    return one->count == other->count && memcmp(&one->sum, &other->sum, sizeof one->sum) == 0 &&
           memcmp(&one->least, &other->least, sizeof one->least) == 0 &&
           memcmp(&one->greatest, &other->greatest, sizeof one->greatest) == 0 &&
           one->least_n.low == other->least_n.low && one->greatest_n.low == other->greatest_n.low &&
           memcmp(one->histogram, other->histogram, sizeof one->histogram) == 0;
}

static bool complain(const struct sum *sum) {
    fprintf(stderr, "gpu_bench: the totals of %s of %llu numbers from %llu on are wrong\n",
            fg_column_name(sum->expected.column), (unsigned long long)sum->count,
            (unsigned long long)sum->first);
    return false;
}

static bool check_sum(void *context) {
    struct sum *const sum = context;
    if (sum->expected.count == 0 && sum->totals.count == sum->count)
        sum->expected = sum->totals;
    return is_same(&sum->totals, &sum->expected) || complain(sum);
}

/* Sums the CPU's range up by both, which must agree. */
static bool agree(const struct sum *on_threads, struct fg_engine *device) {
    struct sum here = *on_threads, there = *on_threads;
    there.engine = device;
    if (!run_sum(&here) || !run_sum(&there))
        return false;
    return (here.totals.count == here.count && is_same(&here.totals, &there.totals)) ||
           complain(&there);
}

static bool race_range(struct fg_gpu_bench *bench, const struct fg_gpu_engines *engines,
                       const struct range *range, enum fg_column column) {
    struct sum sums[FG_GPU_SIDES];
    struct fg_bench_contender contenders[FG_GPU_SIDES];
    double covered[FG_GPU_SIDES];
    char topic[64], title[80];
    for (int side = 0; side < FG_GPU_SIDES; side++) {
        const uint64_t count = side == FG_GPU_ON_DEVICE ? range->device_count : range->cpu_count;
        sums[side] = (struct sum){.engine = engines->on[side],
                                  .first = range->first,
                                  .count = bench->smoke ? SMOKE_NUMBERS >> side : count,
                                  .expected = {.column = column}};
        contenders[side] = (struct fg_bench_contender){.name = fg_gpu_side_names[side],
                                                       .run = run_sum,
                                                       .check = check_sum,
                                                       .context = &sums[side]};
        covered[side] = (double)sums[side].count;
    }
    if (!agree(&sums[FG_GPU_ON_THREADS], engines->on[FG_GPU_ON_DEVICE]))
        return false;
    snprintf(topic, sizeof topic, "ranges-%s-%s", fg_column_name(column), range->name);
    snprintf(title, sizeof title, "Totals of %s from 10^%s on", fg_column_name(column),
             range->name);
    return fg_gpu_race_sides(bench, topic, title, contenders, covered);
}

/* Returns whether the device has worked on the races, and notes chunks that the host has sieved. */
static bool note_device(struct fg_gpu_bench *bench, const struct fg_engine *device) {
    struct fg_timing timing = {0};
    fg_engine_timing(device, &timing);
    fg_bench_note(&bench->bench, "%llu launches; %llu chunks did not fit, and the host sieved them",
                  (unsigned long long)timing.launch_count, (unsigned long long)timing.rerun_count);
    if (timing.launch_count == 0)
        fprintf(stderr, "gpu_bench: the device has not summed up anything\n");
    return timing.launch_count > 0;
}

bool fg_gpu_bench_ranges(struct fg_gpu_bench *bench) {
    struct fg_gpu_engines engines;
    bool fine = fg_gpu_engines_open(&engines, bench);
    for (size_t i = 0; fine && i < (bench->smoke ? 1 : RANGES); i++)
        for (size_t k = 0; fine && k < COLUMNS; k++)
            fine = race_range(bench, &engines, &ranges[i], columns[k]);
    fine = fine && note_device(bench, engines.on[FG_GPU_ON_DEVICE]);
    fg_gpu_engines_close(&engines);
    return fine;
}
