/* SPDX-License-Identifier: MIT */
/*
 * estimate_bench.c: how long --compare expects a row to take, beside how long it takes.
 *
 *     estimate_bench [--rounds=N] [--json=FILE] [ROW]...
 *
 * For each method, CPU backend and size of numbers: the estimate of a comparison that may not run
 * the row, and the median of real runs, if one is expected to take less than LONGEST_RUN_S. A ROW
 * is the beginning of METHOD/BACKEND. FACTOR_GPU_CPU chooses the variant. An estimate is to be
 * within a fifth of the truth.
 */
#include "compare/compare_run.h"
#include "harness.h"
#include "measure/clock.h"
#include "measure/quantity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST_RUN_S 3.0
#define TARGET 1.2
#define NUMBERS_MAX 20000

/* `count` odd numbers downwards from `largest`, or numbers of up to twenty bits less. */
struct input {
    const char *name;
    uint64_t largest;
    size_t count;
    enum fg_method method;
    bool mixed;
};

static const struct input inputs[] = {
    {"2^20", UINT64_C(1) << 20, 256, FG_METHOD_EXHAUSTIVE, false},
    {"2^28", UINT64_C(1) << 28, 8, FG_METHOD_EXHAUSTIVE, false},
    {"2^31 + 2^29", UINT64_C(5) << 29, 2, FG_METHOD_EXHAUSTIVE, false},
    {"2^32", UINT64_C(1) << 32, 2, FG_METHOD_EXHAUSTIVE, false},
    {"2^32 + 2^20", (UINT64_C(1) << 32) + (1 << 20), 2, FG_METHOD_EXHAUSTIVE, false},
    {"2^34", UINT64_C(1) << 34, 2, FG_METHOD_EXHAUSTIVE, false},
    {"2^36, one", UINT64_C(1) << 36, 1, FG_METHOD_EXHAUSTIVE, false},
    {"2^64", UINT64_MAX, 2, FG_METHOD_EXHAUSTIVE, false},
    {"mixed to 2^33", UINT64_C(1) << 33, 100, FG_METHOD_EXHAUSTIVE, true},
    {"2^32", UINT64_C(1) << 32, 2048, FG_METHOD_TRIAL, false},
    {"2^40", UINT64_C(1) << 40, 256, FG_METHOD_TRIAL, false},
    {"2^48", UINT64_C(1) << 48, 64, FG_METHOD_TRIAL, false},
    {"2^52", UINT64_C(1) << 52, 16, FG_METHOD_TRIAL, false},
    {"2^56", UINT64_C(1) << 56, 8, FG_METHOD_TRIAL, false},
    {"2^60", UINT64_C(1) << 60, 4, FG_METHOD_TRIAL, false},
    {"2^64", UINT64_MAX, 4, FG_METHOD_TRIAL, false},
    {"2^64, one", UINT64_MAX, 1, FG_METHOD_TRIAL, false},
    {"mixed to 2^64", UINT64_MAX, 200, FG_METHOD_TRIAL, true},
    {"2^20", UINT64_C(1) << 20, 20000, FG_METHOD_FACTOR, false},
    {"2^40", UINT64_C(1) << 40, 20000, FG_METHOD_FACTOR, false},
    {"2^64", UINT64_MAX, 20000, FG_METHOD_FACTOR, false},
    {"mixed to 2^64", UINT64_MAX, 20000, FG_METHOD_FACTOR, true},
};

static uint64_t numbers[NUMBERS_MAX];

static void fill(const struct input *input) {
    for (size_t i = 0; i < input->count; i++)
        numbers[i] = input->mixed ? (input->largest >> i % 20) - 2 * (i / 20)
                                  : (input->largest - 1 - 2 * i) | 1;
}

/* A row that runs. */
struct row {
    struct fg_engine *engine;
    size_t count;
    struct fg_results results;
    double cpu_s; /* of the fastest run, all threads together */
};

static bool run(void *context) {
    struct row *const row = context;
    struct fg_error error;
    const double begin_s = fg_clock_s(CLOCK_PROCESS_CPUTIME_ID);
    const enum fg_status status =
        fg_factor_batch(row->engine, numbers, row->count, &row->results, &error);
    row->cpu_s = fmin(row->cpu_s, fg_clock_s(CLOCK_PROCESS_CPUTIME_ID) - begin_s);
    if (status == FG_OK)
        return true;
    fprintf(stderr, "estimate_bench: %s\n", error.message);
    return false;
}

/* Sets *run_s to what a comparison without a budget expects of one run. */
static bool estimate(const struct input *input, const char *backend, double *run_s) {
    const struct fg_compare_request request = {
        .numbers = numbers,
        .count = input->count,
        .input_label = input->name,
        .method = input->method,
        .backend = backend,
        .repeat = 1,
        .quiet = true,
    };
    struct fg_compare_report report = {0};
    struct fg_error error = {0};
    bool known =
        fg_compare_run(&request, &report, stderr, &error) == FG_OK && report.row_count == 1;
    if (known) {
        known = report.rows[0].estimate.known;
        *run_s = report.rows[0].estimate.run_s;
        snprintf(error.message, sizeof error.message, "%.500s", report.rows[0].reason);
    }
    if (!known)
        fprintf(stderr, "estimate_bench: %s: %s\n", backend, error.message);
    fg_compare_report_free(&report);
    return known;
}

/* Sets *run_s to the median of real runs, and *cpu_s to each worker's share of the CPU time of the
 * fastest; 0 if the workers are processes. */
static bool measure(struct fg_bench *bench, const struct input *input, const char *backend,
                    double *run_s, double *cpu_s) {
    const struct fg_config config = {
        .size = sizeof config, .backend = backend, .method = input->method};
    struct row row = {.count = input->count, .cpu_s = INFINITY};
    struct fg_error error;
    if (fg_engine_open(&config, &row.engine, &error) != FG_OK) {
        fprintf(stderr, "estimate_bench: %s\n", error.message);
        return false;
    }
    const struct fg_bench_contender contender = {backend, .run = run, .context = &row};
    char topic[64];
    snprintf(topic, sizeof topic, "%s/%s %s", fg_method_name(input->method), backend, input->name);
    const struct fg_bench_race race = {
        .topic = topic,
        .title = topic,
        .contenders = &contender,
        .count = 1,
        .rounds_most = 3,
        .untold = true,
    };
    struct fg_bench_result result;
    const bool measured = fg_bench_run(bench, &race, &result);
    *run_s = result.summary.median_s;
    const struct fg_backend_properties *const properties = fg_backend_get_properties(backend);
    const unsigned workers = properties->one_worker ? 1 : fg_engine_jobs(row.engine);
    *cpu_s = properties->uses_processes ? 0 : row.cpu_s / workers;
    fg_engine_close(row.engine);
    fg_results_free(&row.results);
    return measured;
}

/* The estimate that is furthest off so far. */
struct worst {
    double ratio;
    const struct input *input;
    const char *backend;
};

static bool show(struct fg_bench *bench, const struct input *input, const char *backend,
                 struct worst *worst) {
    double expected_s = 0, run_s = 0, cpu_s = 0;
    char expected[FG_QUANTITY_CELL], measured[FG_QUANTITY_CELL] = "-", row[32], ratio[16] = "";
    char of_cpu[16] = "";
    if (!estimate(input, backend, &expected_s))
        return false;
    if (expected_s < LONGEST_RUN_S) {
        if (!measure(bench, input, backend, &run_s, &cpu_s))
            return false;
        const double off = expected_s > run_s ? expected_s / run_s : run_s / expected_s;
        if (off > worst->ratio)
            *worst = (struct worst){off, input, backend};
        fg_format_duration(run_s, FG_MEASURED_DIGITS, measured);
        snprintf(ratio, sizeof ratio, "%.3f", expected_s / run_s);
        if (cpu_s > 0)
            snprintf(of_cpu, sizeof of_cpu, "%.3f", expected_s / cpu_s);
    }
    fg_format_duration(expected_s, FG_MEASURED_DIGITS, expected);
    snprintf(row, sizeof row, "%s/%s", fg_method_name(input->method), backend);
    fg_bench_note(bench, "%-18s %-14s %6zu %12s %12s %7s %7s", row, input->name, input->count,
                  expected, measured, ratio, of_cpu);
    return true;
}

static bool is_asked_for(struct fg_bench *bench, const char *method, const char *backend) {
    char row[64];
    snprintf(row, sizeof row, "%s/%s", method, backend);
    return fg_bench_is_asked_for(bench, row);
}

static bool show_all(struct fg_bench *bench) {
    struct worst worst = {0};
    printf("\n  %-18s %-14s %6s %12s %12s %7s %7s\n", "row", "numbers near", "count", "estimate",
           "run", "ratio", "of CPU");
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++)
        for (size_t b = 0; b < fg_backend_count(); b++) {
            const char *const backend = fg_backend_name(b);
            if (fg_backend_get_properties(backend)->uses_devices ||
                !is_asked_for(bench, fg_method_name(inputs[i].method), backend))
                continue;
            fill(&inputs[i]);
            if (!show(bench, &inputs[i], backend, &worst))
                return false;
        }
    if (worst.input != NULL)
        fg_bench_note(bench, "target: at most %g times off: %s (%.2f: %s/%s, %s)", TARGET,
                      worst.ratio <= TARGET ? "reached" : "NOT reached", worst.ratio,
                      fg_method_name(worst.input->method), worst.backend, worst.input->name);
    return true;
}

int main(int argc, char **argv) {
    struct fg_bench bench;
    if (!fg_bench_open(&bench, "estimate_bench", false, &argc, argv))
        return EXIT_FAILURE;
    const bool shown = show_all(&bench);
    const bool written = fg_bench_close(&bench);
    return shown && written ? EXIT_SUCCESS : EXIT_FAILURE;
}
