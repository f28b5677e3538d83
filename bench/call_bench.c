/* SPDX-License-Identifier: MIT */
/*
 * call_bench.c: what a number costs if a call of the library has few of them. Most callers have
 * one.
 *
 *     call_bench [--rounds=N] [--json=FILE] [LIST]...
 *
 * Each race goes through one list in calls of 1, 2, 3 ... numbers, with the backend "serial" and
 * the answer "primes"; what is timed is CPU time. LIST is the beginning of a list's name.
 */
#include "harness.h"
#include "number_lists.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { list_numbers = 3072 }; /* of which every size below is a divisor */

static const size_t sizes[] = {1, 2, 3, 4, 8, 16, 32, 64, 256, 3072};
enum { size_count = sizeof sizes / sizeof sizes[0] };
static_assert(size_count <= FG_BENCH_CONTENDERS_MAX, "a race has a contender for each size");

struct input {
    const char *name, *title;
    struct fg_bench_list list; /* `first` alone, again and again, if it has no bits */
};

static const struct input inputs[] = {
    {"small", "360, again and again", {FG_BENCH_CONSECUTIVE, 0, 360}},
    {"random-40", "random 40-bit numbers", {FG_BENCH_RANDOM, 40, 1}},
    {"random-64", "random 64-bit numbers", {FG_BENCH_RANDOM, 64, 1}},
    {"primes-64", "64-bit primes", {FG_BENCH_PRIMES, 64, 1}},
    {"semiprimes-48", "48-bit semiprimes", {FG_BENCH_SEMIPRIMES, 48, 1}},
    {"semiprimes-64", "64-bit semiprimes", {FG_BENCH_SEMIPRIMES, 64, 1}},
};

/* Calls of one size. */
struct attempt {
    struct fg_engine *engine;
    const uint64_t *numbers;
    size_t size;
    struct fg_results results;
    bool has_failed;
};

static bool run(void *context) {
    struct attempt *const attempt = context;
    struct fg_error error;
    attempt->has_failed = false;
    for (size_t i = 0; i < list_numbers; i += attempt->size)
        attempt->has_failed |= fg_factor_batch(attempt->engine, attempt->numbers + i, attempt->size,
                                               &attempt->results, &error) != FG_OK;
    return true;
}

static bool check(void *context) {
    const struct attempt *const attempt = context;
    return !attempt->has_failed && attempt->results.count == attempt->size;
}

static bool race(struct fg_bench *bench, struct fg_engine *engine, const struct input *input) {
    static uint64_t numbers[list_numbers];
    struct attempt attempts[size_count];
    struct fg_bench_contender contenders[size_count];
    char names[size_count][24];
    if (input->list.bits > 0)
        fg_bench_fill(&input->list, numbers, list_numbers);
    for (size_t i = 0; i < list_numbers && input->list.bits == 0; i++)
        numbers[i] = input->list.first;
    for (size_t i = 0; i < size_count; i++) {
        snprintf(names[i], sizeof names[i], "%zu a call", sizes[i]);
        attempts[i] = (struct attempt){.engine = engine, .numbers = numbers, .size = sizes[i]};
        contenders[i] = (struct fg_bench_contender){
            .name = names[i], .run = run, .check = check, .context = &attempts[i]};
    }
    const struct fg_bench_race calls = {.topic = input->name,
                                        .title = input->title,
                                        .contenders = contenders,
                                        .count = size_count,
                                        .clock = FG_BENCH_CPU_TIME,
                                        .least_sample_s = 10e-3,
                                        .unit_count = list_numbers,
                                        .unit_name = "number"};
    const bool done = fg_bench_run(bench, &calls, NULL);
    for (size_t i = 0; i < size_count; i++)
        fg_results_free(&attempts[i].results);
    return done;
}

int main(int argc, char **argv) {
    const struct fg_config config = {.size = sizeof config,
                                     .backend = "serial",
                                     .method = FG_METHOD_FACTOR,
                                     .answer = FG_ANSWER_PRIMES};
    struct fg_bench bench;
    struct fg_engine *engine;
    struct fg_error error;
    if (!fg_bench_open(&bench, "call_bench", false, &argc, argv))
        return 1;
    bool done = fg_engine_open(&config, &engine, &error) == FG_OK;
    if (!done) {
        fprintf(stderr, "call_bench: %s\n", error.message);
    } else {
        for (size_t i = 0; i < sizeof inputs / sizeof inputs[0] && done; i++)
            if (fg_bench_is_asked_for(&bench, inputs[i].name))
                done = race(&bench, engine, &inputs[i]);
        fg_engine_close(engine);
    }
    return fg_bench_close(&bench) && done ? 0 : 1;
}
