/* SPDX-License-Identifier: MIT */
/*
 * backend_bench.c: what two workers gain over one: `threads`, `pool` and `fork` against `serial`.
 *
 * Work of more than a second through the public API, from opening the engine to closing it, so that
 * starting workers counts. Two engines of `serial` in two processes, half of the list each, are the
 * most that the machine gives: its cores may share a clock, a cache or a power budget.
 */
#include "bench_clock.h"
#include "harness.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORK_S 1.2 /* for `serial` */
enum { jobs = 2, numbers_max = 1 << 16 };

struct work {
    enum fg_method method;
    uint64_t numbers[numbers_max];
    size_t count;
    struct fg_results expected;
};

struct attempt {
    const struct work *work;
    const char *backend; /* NULL: two processes */
    struct fg_results results;
};

static bool factor(const char *backend, const struct work *work, const uint64_t *numbers,
                   size_t count, struct fg_results *results) {
    const struct fg_config config = {.backend = backend, .method = work->method, .jobs = jobs};
    struct fg_engine *engine = NULL;
    struct fg_error error;
    enum fg_status status = fg_engine_open(&config, &engine, &error);
    if (status == FG_OK)
        status = fg_factor_batch(engine, numbers, count, results, &error);
    if (status != FG_OK)
        fprintf(stderr, "backend_bench: %s: %s\n", backend, error.message);
    fg_engine_close(engine);
    return status == FG_OK;
}

/* Half the list in a child, the other half here, each with `serial`. */
static bool run_two_processes(void *context) {
    struct attempt *const attempt = context;
    const struct work *const work = attempt->work;
    const size_t half = work->count / 2;
    const pid_t child = fork();
    if (child < 0)
        return false;
    const bool done = factor("serial", work, work->numbers + (child == 0 ? half : 0),
                             child == 0 ? work->count - half : half, &attempt->results);
    if (child == 0)
        _exit(done ? EXIT_SUCCESS : EXIT_FAILURE);
    int status;
    return waitpid(child, &status, 0) == child && status == 0 && done;
}

static bool run_backend(void *context) {
    struct attempt *const attempt = context;
    return factor(attempt->backend, attempt->work, attempt->work->numbers, attempt->work->count,
                  &attempt->results);
}

static bool check_backend(void *context) {
    const struct attempt *const attempt = context;
    const struct fg_results *const results = &attempt->results, *const expected =
                                                                    &attempt->work->expected;
    return results->count == expected->count &&
           memcmp(results->offsets, expected->offsets,
                  (expected->count + 1) * sizeof *expected->offsets) == 0 &&
           memcmp(results->values, expected->values,
                  expected->offsets[expected->count] * sizeof *expected->values) == 0;
}

/* Number i of the list: the odd numbers below 2^56 downwards, or the article's numbers repeated.
 * `trial` tests every candidate up to the root, whether a number is prime or not. */
static uint64_t number_at(enum fg_method method, size_t i) {
    static const uint64_t article[] = {53541233, 21235343, 11421443, 5423123};
    return method == FG_METHOD_TRIAL ? (UINT64_C(1) << 56) - 1 - 2 * i : article[i % 4];
}

/* Lengthens the list until `serial` takes long enough, and keeps its answers. */
static bool prepare(struct work *work) {
    double elapsed_s = 0;
    for (size_t i = 0; i < numbers_max; i++)
        work->numbers[i] = number_at(work->method, i);
    for (work->count = 8; elapsed_s < WORK_S; work->count *= 2) {
        const double start_s = fg_bench_now_s(CLOCK_MONOTONIC);
        if (!factor("serial", work, work->numbers, work->count, &work->expected))
            return false;
        elapsed_s = fg_bench_now_s(CLOCK_MONOTONIC) - start_s;
        if (elapsed_s >= WORK_S || work->count > numbers_max / 2)
            break;
    }
    return true;
}

static bool race_backends(struct fg_bench *bench, struct work *work, const char *topic,
                          const char *what) {
    struct attempt attempts[] = {
        {.work = work, .backend = "serial"},  {.work = work},
        {.work = work, .backend = "threads"}, {.work = work, .backend = "pool"},
        {.work = work, .backend = "fork"},
    };
    enum { count = sizeof attempts / sizeof attempts[0] };
    const struct fg_bench_contender contenders[count] = {
        {"serial", .run = run_backend, .check = check_backend, .context = &attempts[0]},
        {"two of serial", .run = run_two_processes, .context = &attempts[1]},
        {"threads", .run = run_backend, .check = check_backend, .context = &attempts[2],
         .target_ratio = 1.8},
        {"pool", .run = run_backend, .check = check_backend, .context = &attempts[3],
         .target_ratio = 1.7},
        {"fork", .run = run_backend, .check = check_backend, .context = &attempts[4],
         .target_ratio = 1.7},
    };
    if (!prepare(work))
        return false;
    char title[79];
    snprintf(title, sizeof title, "%s, %zu numbers: %s, %d jobs", fg_method_name(work->method),
             work->count, what, jobs);
    const struct fg_bench_race race = {
        .topic = topic,
        .title = title,
        .contenders = contenders,
        .count = count,
        .unit_count = (double)work->count,
        .unit_name = "number",
        .rounds_most = 7,
    };
    struct fg_bench_result results[count];
    const bool raced = fg_bench_run(bench, &race, results);
    for (size_t i = 2; raced && i < count; i++)
        fg_bench_note(bench, "%s: %.0f %% of what two processes of serial reach",
                      contenders[i].name,
                      100 * results[1].summary.median_s / results[i].summary.median_s);
    for (size_t i = 0; i < count; i++)
        fg_results_free(&attempts[i].results);
    fg_results_free(&work->expected);
    return raced;
}

int main(int argc, char **argv) {
    static struct work trial = {.method = FG_METHOD_TRIAL},
                       exhaustive = {.method = FG_METHOD_EXHAUSTIVE};
    struct fg_bench bench;
    if (!fg_bench_open(&bench, "backend_bench", false, &argc, argv))
        return EXIT_FAILURE;
    bool raced = true;
    if (bench.environment.usable_cpus < jobs)
        fg_bench_note(&bench, "not run: %d jobs need as many CPUs, and one is usable here", jobs);
    else
        raced = race_backends(&bench, &trial, "backends-trial", "odd numbers below 2^56") &&
                race_backends(&bench, &exhaustive, "backends-exhaustive", "the article's repeated");
    const bool written = fg_bench_close(&bench);
    return raced && written ? EXIT_SUCCESS : EXIT_FAILURE;
}
