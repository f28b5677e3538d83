/* SPDX-License-Identifier: MIT */
/*
 * estimate_bench.c: how long --compare expects a row to take, beside how long it takes.
 *
 *     estimate_bench [--rounds=N] [--json=FILE] [ROW]...
 *
 * For each method, CPU backend and size of numbers: the estimate of a comparison that may not run
 * the row, and the time of one that does, if it is expected to take less than LONGEST_RUN_S. Both
 * are medians of at most five, taken in turns. "Spread" is the slowest of these runs over the
 * fastest. "Of CPU" is the estimate over each worker's share of the last run's CPU time. Estimates
 * of exhaustive and trial rows are samples, fg_sample_work(): no test holds these against real
 * runs, because tests do not depend on times. A ROW is the beginning of "METHOD/BACKEND NUMBERS",
 * as in "factor/fork 2^64". FACTOR_GPU_CPU chooses the variant. An estimate is to be within a fifth
 * of the truth.
 */
#include "compare/compare_run.h"
#include "harness.h"
#include "measure/clock.h"
#include "measure/quantity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Longer runs are not made; slow ones are made at most three times. */
#define LONGEST_RUN_S 20.0
#define SLOW_RUN_S 3.0
#define TARGET 1.2
/* A row with runs shorter than FG_COMPARE_SHORT_TURN_S has so many in a comparison: a single one
 * may find two workers on one CPU. */
#define SHORT_RUNS 5
/* The usual budget, and runs that it has no time for. */
#define BUDGET_S 30.0
#define TOO_MANY_RUNS 100000
#define NUMBERS_MAX 4000000

enum shape {
    ODD,   /* odd numbers downwards from `largest` */
    MIXED, /* and numbers of up to twenty bits less */
    RANGE, /* all numbers up to `largest` */
};

struct input {
    const char *name;
    uint64_t largest;
    size_t count;
    enum fg_method method;
    enum shape shape;
};

static const struct input inputs[] = {
    {"2^20", UINT64_C(1) << 20, 256, FG_METHOD_EXHAUSTIVE, ODD},
    {"2^28", UINT64_C(1) << 28, 8, FG_METHOD_EXHAUSTIVE, ODD},
    {"2^31 + 2^29", UINT64_C(5) << 29, 2, FG_METHOD_EXHAUSTIVE, ODD},
    {"2^32", UINT64_C(1) << 32, 2, FG_METHOD_EXHAUSTIVE, ODD},
    {"2^32 + 2^20", (UINT64_C(1) << 32) + (1 << 20), 2, FG_METHOD_EXHAUSTIVE, ODD},
    {"2^34", UINT64_C(1) << 34, 2, FG_METHOD_EXHAUSTIVE, ODD},
    {"2^36, one", UINT64_C(1) << 36, 1, FG_METHOD_EXHAUSTIVE, ODD},
    {"2^64", UINT64_MAX, 2, FG_METHOD_EXHAUSTIVE, ODD},
    {"mixed to 2^33", UINT64_C(1) << 33, 100, FG_METHOD_EXHAUSTIVE, MIXED},
    {"2^32", UINT64_C(1) << 32, 2048, FG_METHOD_TRIAL, ODD},
    {"2^40", UINT64_C(1) << 40, 256, FG_METHOD_TRIAL, ODD},
    {"2^48", UINT64_C(1) << 48, 64, FG_METHOD_TRIAL, ODD},
    {"2^52", UINT64_C(1) << 52, 16, FG_METHOD_TRIAL, ODD},
    {"2^56", UINT64_C(1) << 56, 8, FG_METHOD_TRIAL, ODD},
    {"2^60", UINT64_C(1) << 60, 4, FG_METHOD_TRIAL, ODD},
    {"2^64", UINT64_MAX, 4, FG_METHOD_TRIAL, ODD},
    {"2^64, one", UINT64_MAX, 1, FG_METHOD_TRIAL, ODD},
    {"mixed to 2^64", UINT64_MAX, 200, FG_METHOD_TRIAL, MIXED},
    {"2^20", UINT64_C(1) << 20, 20000, FG_METHOD_FACTOR, ODD},
    {"2^40", UINT64_C(1) << 40, 20000, FG_METHOD_FACTOR, ODD},
    {"2^64", UINT64_MAX, 20000, FG_METHOD_FACTOR, ODD},
    {"mixed to 2^64", UINT64_MAX, 20000, FG_METHOD_FACTOR, MIXED},
    {"10^6", 1000000, 1000000, FG_METHOD_SIEVE, RANGE},
    {"10^12", UINT64_C(1000000000000), 1000000, FG_METHOD_SIEVE, RANGE},
    {"10^18", UINT64_C(1000000000000000000), 1000000, FG_METHOD_SIEVE, RANGE},
    {"2^64", UINT64_MAX, 1000000, FG_METHOD_SIEVE, RANGE},
    {"10^18, long", UINT64_C(1000000000000000000), NUMBERS_MAX, FG_METHOD_SIEVE, RANGE},
};

static uint64_t numbers[NUMBERS_MAX];

static void fill(const struct input *input) {
    for (size_t i = 0; i < input->count; i++)
        switch (input->shape) {
        case ODD:
            numbers[i] = (input->largest - 1 - 2 * i) | 1;
            break;
        case MIXED:
            numbers[i] = (input->largest >> i % 20) - 2 * (i / 20);
            break;
        case RANGE:
            numbers[i] = input->largest - input->count + 1 + i;
            break;
        }
}

/* Compares a single row, with so many timed runs if the budget allows it. The caller frees the
 * report. False, after a message, if the row has no estimate. */
static bool compare(const struct input *input, const char *backend, double budget_s,
                    unsigned repeat, struct fg_compare_report *report) {
    const struct fg_compare_request request = {
        .numbers = numbers,
        .count = input->count,
        .is_range = input->shape == RANGE,
        .input_label = input->name,
        .method = input->method,
        .backend = backend,
        .budget_s = budget_s,
        .repeat = repeat,
        .quiet = true,
    };
    struct fg_error error = {0};
    bool known =
        fg_compare_run(&request, report, stderr, &error) == FG_OK && report->row_count == 1;
    if (known) {
        known = report->rows[0].estimate.known;
        snprintf(error.message, sizeof error.message, "%.500s", report->rows[0].reason);
    }
    if (!known)
        fprintf(stderr, "estimate_bench: %s: %s\n", backend, error.message);
    return known;
}

/* A row that is estimated and run in turns, each time in a comparison of its own. */
struct row {
    const struct input *input;
    const char *backend;
    double estimate_s;
    double run_s;
    double spread;       /* the slowest run over the fastest; >= 1 */
    double worker_cpu_s; /* each worker's share of its CPU time */
};

/* Sets row->estimate_s to what a comparison expects of one run if it has no time for all of them.
 */
static bool estimate(void *context) {
    struct row *const row = context;
    struct fg_compare_report report = {0};
    const bool known = compare(row->input, row->backend, BUDGET_S, TOO_MANY_RUNS, &report);
    if (known)
        row->estimate_s = report.rows[0].estimate.run_s;
    fg_compare_report_free(&report);
    return known;
}

static bool run(void *context) {
    struct row *const row = context;
    struct fg_compare_report report = {0};
    const unsigned runs = row->estimate_s < FG_COMPARE_SHORT_TURN_S ? SHORT_RUNS : 1;
    bool measured = compare(row->input, row->backend, INFINITY, runs, &report);
    if (measured) {
        const struct fg_compare_row *const of_report = &report.rows[0];
        measured = of_report->state == FG_COMPARE_MEASURED;
        row->run_s = of_report->summary.median_s;
        row->worker_cpu_s =
            of_report->cpu_s / (of_report->properties->one_worker ? 1 : of_report->jobs);
        if (!measured)
            fprintf(stderr, "estimate_bench: %s: %s\n", row->backend, of_report->reason);
    }
    fg_compare_report_free(&report);
    return measured;
}

static double estimate_s(void *context) {
    return ((const struct row *)context)->estimate_s;
}

static double run_s(void *context) {
    return ((const struct row *)context)->run_s;
}

/* Sets the row's estimate and its run to the medians of both, taken in turns: a machine may change
 * its speed by a quarter for some seconds. */
static bool measure(struct fg_bench *bench, struct row *row, bool slow) {
    const struct input *const input = row->input;
    const struct fg_bench_contender contenders[] = {
        {"estimate", .run = estimate, .elapsed_s = estimate_s, .context = row},
        {"run", .run = run, .elapsed_s = run_s, .context = row},
    };
    char topic[64];
    snprintf(topic, sizeof topic, "%s/%s %s", fg_method_name(input->method), row->backend,
             input->name);
    const struct fg_bench_race race = {
        .topic = topic,
        .title = topic,
        .contenders = contenders,
        .count = sizeof contenders / sizeof contenders[0],
        .rounds_most = slow ? 3 : 5,
        .untold = true,
        .cold = true, /* a comparison warms its rows up */
        .clock = FG_BENCH_PART_TIME,
    };
    struct fg_bench_result results[2];
    if (!fg_bench_run(bench, &race, results))
        return false;
    row->estimate_s = results[0].summary.median_s;
    row->run_s = results[1].summary.median_s;
    row->spread = results[1].summary.max_s / results[1].summary.min_s;
    return true;
}

/* The rows so far whose runs take about the same, and those whose runs do not: a single run of such
 * a row may be further from their median than TARGET. */
struct tally {
    unsigned steady, reached, unsteady, unsteady_reached;
    double worst; /* of the steady ones: the estimate that is furthest off */
    const struct input *input;
    const char *backend;
};

static void count(struct tally *tally, const struct row *row) {
    const double off = fmax(row->estimate_s / row->run_s, row->run_s / row->estimate_s);
    if (row->spread > TARGET) {
        tally->unsteady++;
        tally->unsteady_reached += off <= TARGET;
        return;
    }
    tally->steady++;
    tally->reached += off <= TARGET;
    if (off <= tally->worst)
        return;
    tally->worst = off;
    tally->input = row->input;
    tally->backend = row->backend;
}

static bool show(struct fg_bench *bench, const struct input *input, const char *backend,
                 struct tally *tally) {
    struct row row = {.input = input, .backend = backend};
    char expected[FG_QUANTITY_CELL], measured[FG_QUANTITY_CELL] = "-", name[32], ratio[16] = "";
    char of_cpu[16] = "", spread[16] = "";
    if (!estimate(&row))
        return false;
    if (row.estimate_s < LONGEST_RUN_S) {
        if (!measure(bench, &row, row.estimate_s >= SLOW_RUN_S))
            return false;
        count(tally, &row);
        fg_format_duration(row.run_s, FG_MEASURED_DIGITS, measured);
        snprintf(ratio, sizeof ratio, "%.3f", row.estimate_s / row.run_s);
        snprintf(spread, sizeof spread, "%.3f", row.spread);
        snprintf(of_cpu, sizeof of_cpu, "%.3f", row.estimate_s / row.worker_cpu_s);
    }
    fg_format_duration(row.estimate_s, FG_MEASURED_DIGITS, expected);
    snprintf(name, sizeof name, "%s/%s", fg_method_name(input->method), backend);
    fg_bench_note(bench, "%-18s %-14s %7zu %12s %12s %7s %7s %7s", name, input->name, input->count,
                  expected, measured, ratio, spread, of_cpu);
    return true;
}

static bool is_asked_for(struct fg_bench *bench, const struct input *input, const char *backend) {
    const struct fg_backend_properties *const properties = fg_backend_get_properties(backend);
    if (properties->uses_devices || (input->shape == RANGE && properties->process_per_number))
        return false;
    char row[64];
    snprintf(row, sizeof row, "%s/%s %s", fg_method_name(input->method), backend, input->name);
    return fg_bench_is_asked_for(bench, row);
}

static bool show_all(struct fg_bench *bench) {
    struct tally tally = {0};
    printf("\n  %-18s %-14s %7s %12s %12s %7s %7s %7s\n", "row", "numbers near", "count",
           "estimate", "run", "ratio", "spread", "of CPU");
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++)
        for (size_t b = 0; b < fg_backend_count(); b++) {
            const char *const backend = fg_backend_name(b);
            if (!is_asked_for(bench, &inputs[i], backend))
                continue;
            fill(&inputs[i]);
            if (!show(bench, &inputs[i], backend, &tally))
                return false;
        }
    if (tally.steady > 0)
        fg_bench_note(bench,
                      "target: at most %g times off: reached by %u of %u rows (%.2f: %s/%s, %s)",
                      TARGET, tally.reached, tally.steady, tally.worst,
                      fg_method_name(tally.input->method), tally.backend, tally.input->name);
    if (tally.unsteady > 0)
        fg_bench_note(bench,
                      "%u more rows have runs that differ by more than that, %u of them reach it",
                      tally.unsteady, tally.unsteady_reached);
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
