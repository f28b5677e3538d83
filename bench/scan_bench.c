/* SPDX-License-Identifier: MIT */
/*
 * scan_bench.c: what the candidate scan's variants gain over one division a candidate, on one core.
 *
 * `exhaustive` on the four numbers of the Python experiment, and `trial` on primes of 32 to 64
 * bits, where the whole range up to the root has to be tested. All contenders find the same
 * divisors.
 */
#include "harness.h"
#include "remainder_loop.h"

#include "algorithms/candidates.h"
#include "methods/candidates/scan.h"
#include <stdlib.h>
#include <string.h>

/* The targets: times as fast as the loop, for the variants that have one. */
struct variant_target {
    const char *variant;
    double exhaustive, trial;
};
static const struct variant_target variant_targets[] = {{"avx512", 8, 6}, {"avx2", 4, 3}};

static struct variant_target target_of(const char *variant) {
    for (size_t i = 0; i < sizeof variant_targets / sizeof variant_targets[0]; i++)
        if (strcmp(variant, variant_targets[i].variant) == 0)
            return variant_targets[i];
    return (struct variant_target){variant, 0, 0};
}

enum { numbers_max = 4, hits_max = 64 };

/* The work of a race, which all contenders share. */
struct work {
    uint64_t numbers[numbers_max];
    size_t number_count;
    enum fg_method method;
    uint64_t last; /* the candidates end here, or with the number's own last one */
    uint64_t expected[hits_max];
    size_t expected_count;
};

/* A contender's. */
struct attempt {
    const struct work *work;
    fg_scan_function *scan; /* NULL: the loop */
    bool narrow;            /* the loop's 32-bit form */
    uint64_t hits[hits_max];
    size_t hit_count;
};

/* The last integer that the method has to test for n, within the work's bound. */
static uint64_t last_integer(const struct work *work, uint64_t n) {
    const uint64_t end = work->method == FG_METHOD_EXHAUSTIVE ? n : fg_isqrt64(n);
    return end < work->last ? end : work->last;
}

static size_t run_loop(const struct attempt *attempt, uint64_t n, uint64_t *hits) {
    const uint64_t last = last_integer(attempt->work, n);
    return attempt->narrow ? fg_bench_remainder_loop_u32((uint32_t)n, (uint32_t)last, hits)
                           : fg_bench_remainder_loop_u64(n, last, hits);
}

static size_t run_scan(const struct attempt *attempt, uint64_t n, uint64_t *hits) {
    const struct fg_candidates candidates = attempt->work->method == FG_METHOD_EXHAUSTIVE
                                                ? fg_candidates_exhaustive(n)
                                                : fg_candidates_trial(n);
    const uint64_t end = (last_integer(attempt->work, n) - 1) / candidates.step + 1;
    return attempt->scan(candidates, 0, end, hits);
}

static bool run_attempt(void *context) {
    struct attempt *const attempt = context;
    attempt->hit_count = 0;
    for (size_t i = 0; i < attempt->work->number_count; i++) {
        const uint64_t n = attempt->work->numbers[i];
        uint64_t *const hits = attempt->hits + attempt->hit_count;
        attempt->hit_count +=
            attempt->scan != NULL ? run_scan(attempt, n, hits) : run_loop(attempt, n, hits);
    }
    return true;
}

static bool check_attempt(void *context) {
    const struct attempt *const attempt = context;
    const struct work *const work = attempt->work;
    return attempt->hit_count == work->expected_count &&
           memcmp(attempt->hits, work->expected, work->expected_count * sizeof work->expected[0]) ==
               0;
}

static double integers_covered(const struct work *work) {
    double integers = 0;
    for (size_t i = 0; i < work->number_count; i++)
        integers += (double)last_integer(work, work->numbers[i]);
    return integers;
}

/* Returns whether the 32-bit loop can do the work. */
static bool is_narrow(const struct work *work) {
    for (size_t i = 0; i < work->number_count; i++)
        if (work->numbers[i] >= UINT32_MAX)
            return false;
    return true;
}

/* The loops against every variant that runs here. If the 32-bit loop can do the work it is the
 * baseline: the stricter one, above all on CPUs that divide 64 bits slowly. */
static bool race_scans(struct fg_bench *bench, const struct work *work,
                       const struct fg_bench_race *like) {
    struct attempt attempts[FG_BENCH_CONTENDERS_MAX];
    struct fg_bench_contender contenders[FG_BENCH_CONTENDERS_MAX];
    struct fg_bench_race race = *like;
    race.count = 0;
    race.contenders = contenders;
    race.unit_count = integers_covered(work);
    race.unit_name = "int";
    race.clock = FG_BENCH_CPU_TIME;
    for (int narrow = is_narrow(work); narrow >= 0; narrow--, race.count++) {
        attempts[race.count] = (struct attempt){.work = work, .narrow = narrow};
        contenders[race.count] =
            (struct fg_bench_contender){.name = narrow ? "n % d, 32-bit" : "n % d, 64-bit"};
    }
    for (size_t i = 0; i < fg_scan_count && race.count < FG_BENCH_CONTENDERS_MAX; i++) {
        if (!fg_cpu_runs(fg_scans[i].level))
            continue;
        const struct variant_target target = target_of(fg_scans[i].name);
        attempts[race.count] = (struct attempt){.work = work, .scan = fg_scans[i].scan};
        contenders[race.count++] = (struct fg_bench_contender){
            .name = fg_scans[i].name,
            .target_ratio = work->method == FG_METHOD_EXHAUSTIVE ? target.exhaustive : target.trial,
        };
    }
    for (size_t i = 0; i < race.count; i++) {
        contenders[i].run = run_attempt;
        contenders[i].check = check_attempt;
        contenders[i].context = &attempts[i];
    }
    return fg_bench_run(bench, &race, NULL);
}

static bool race_exhaustive(struct fg_bench *bench) {
    static const struct work work = {
        .numbers = {53541233, 21235343, 11421443, 5423123},
        .number_count = 4,
        .method = FG_METHOD_EXHAUSTIVE,
        .last = UINT64_MAX,
        .expected = {1, 5501, 9733, 53541233,                          /* of the first number */
                     1, 21235343,                                      /* second */
                     1, 11, 383, 2711, 4213, 29821, 1038313, 11421443, /* third */
                     1, 5423123},
        .expected_count = 16,
    };
    static const struct fg_bench_race race = {
        .topic = "exhaustive-article",
        .title = "exhaustive, the article's four numbers, 16 hits, one core",
        .least_sample_s = 0.01,
    };
    return !fg_bench_is_asked_for(bench, race.topic) || race_scans(bench, &work, &race);
}

/* `last` ends the candidates early; 0: they all are tested. */
static bool race_trial(struct fg_bench *bench, uint64_t prime, unsigned bits, uint64_t last,
                       struct fg_bench_race like) {
    const struct work work = {
        .numbers = {prime},
        .number_count = 1,
        .method = FG_METHOD_TRIAL,
        .last = last > 0 ? last : UINT64_MAX,
        .expected = {1},
        .expected_count = 1,
    };
    char topic[40], title[79];
    snprintf(topic, sizeof topic, "trial-%u-bit%s", bits, last > 0 ? "-part" : "");
    snprintf(title, sizeof title, "trial, the %u-bit prime %ju, %s, one core", bits,
             (uintmax_t)prime, last > 0 ? "d up to 2^28" : "whole");
    like.topic = topic;
    like.title = title;
    return !fg_bench_is_asked_for(bench, topic) || race_scans(bench, &work, &like);
}

static bool race_all(struct fg_bench *bench) {
    const struct fg_bench_race quick = {.least_sample_s = 0.01};
    const struct fg_bench_race slow = {.rounds_most = 3, .cold = true};
    return race_exhaustive(bench) && race_trial(bench, UINT64_C(4294967291), 32, 0, quick) &&
           race_trial(bench, UINT64_C(1099511627689), 40, 0, quick) &&
           race_trial(bench, UINT64_C(281474976710597), 48, 0, quick) &&
           race_trial(bench, UINT64_C(72057594037927931), 56, 0, quick) &&
           race_trial(bench, UINT64_C(18446744073709551557), 64, UINT64_C(1) << 28, quick) &&
           race_trial(bench, UINT64_C(18446744073709551557), 64, 0, slow);
}

int main(int argc, char **argv) {
    struct fg_bench bench;
    if (!fg_bench_open(&bench, "scan_bench", false, &argc, argv))
        return EXIT_FAILURE;
    for (size_t i = 0; i < fg_scan_count; i++)
        if (!fg_cpu_runs(fg_scans[i].level))
            fg_bench_note(&bench, "%s is not run: this CPU does not have it", fg_scans[i].name);
    const bool raced = race_all(&bench);
    const bool written = fg_bench_close(&bench);
    return raced && written ? EXIT_SUCCESS : EXIT_FAILURE;
}
