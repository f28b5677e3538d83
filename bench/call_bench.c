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

enum { most_numbers = 3072 };

/* Those below a list's length are raced, and the whole list. */
static const size_t sizes[] = {1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24, 32, 48, 64, 256, most_numbers};
enum { size_count = sizeof sizes / sizeof sizes[0] };
static_assert(size_count <= FG_BENCH_CONTENDERS_MAX, "a race has a contender for each size");

struct input {
    const char *name, *title;
    struct fg_bench_list list; /* `first` alone, again and again, if it has no bits */
    size_t count;
};

static const struct input inputs[] = {
    {"small", "360, again and again", {FG_BENCH_CONSECUTIVE, 0, 360}, most_numbers},
    {"random-40", "random 40-bit numbers", {FG_BENCH_RANDOM, 40, 1}, most_numbers},
    {"random-64", "random 64-bit numbers", {FG_BENCH_RANDOM, 64, 1}, most_numbers},
    {"primes-64", "64-bit primes", {FG_BENCH_PRIMES, 64, 1}, most_numbers},
    {"semiprimes-48", "48-bit semiprimes", {FG_BENCH_SEMIPRIMES, 48, 1}, most_numbers},
    {"semiprimes-64", "64-bit semiprimes", {FG_BENCH_SEMIPRIMES, 64, 1}, most_numbers},
    {"semiprimes-66", "66-bit semiprimes", {FG_BENCH_SEMIPRIMES, 66, 0}, 768},
    {"semiprimes-80", "80-bit semiprimes", {FG_BENCH_SEMIPRIMES, 80, 0}, 768},
    {"semiprimes-96", "96-bit semiprimes", {FG_BENCH_SEMIPRIMES, 96, 0}, 192},
    {"random-96", "random 96-bit numbers", {FG_BENCH_RANDOM, 96, 0}, 768},
    {"random-128", "random 128-bit numbers", {FG_BENCH_RANDOM, 128, 0}, 768},
    {"primes-80", "80-bit primes, proved", {FG_BENCH_PRIMES, 80, 0}, 768},
    {"primes-96", "96-bit primes, proved", {FG_BENCH_PRIMES, 96, 0}, 768},
    {"primes-128", "128-bit primes, proved", {FG_BENCH_PRIMES, 128, 0}, 768},
};

/* Calls of one size. */
struct attempt {
    struct fg_engine *engine;
    const struct fg_numbers *list;
    size_t size;
    size_t count; /* of the list's numbers: those in whole calls */
    struct fg_results results;
    bool has_failed;
};

/* Returns `count` numbers of a list from number `first` on. */
static struct fg_numbers part_of(const struct fg_numbers *list, size_t first, size_t count) {
    struct fg_numbers part = *list;
    part.count = count;
    if (list->words == 2)
        part.wide_list += first;
    else
        part.list += first;
    return part;
}

static bool run(void *context) {
    struct attempt *const attempt = context;
    struct fg_error error;
    attempt->has_failed = false;
    for (size_t i = 0; i < attempt->count; i += attempt->size) {
        const struct fg_numbers part = part_of(attempt->list, i, attempt->size);
        attempt->has_failed |=
            fg_factor_numbers(attempt->engine, &part, &attempt->results, &error) != FG_OK;
    }
    return true;
}

static bool check(void *context) {
    const struct attempt *const attempt = context;
    return !attempt->has_failed && attempt->results.count == attempt->size;
}

/* Fills the list of an input. The numbers stay in static memory until the next call. */
static struct fg_numbers fill(const struct input *input) {
    static uint64_t numbers[most_numbers];
    static struct fg_uint128 wide[most_numbers];
    const bool is_wide = input->list.bits > 64;
    if (is_wide)
        fg_bench_fill_wide(&input->list, wide, input->count);
    else if (input->list.bits > 0)
        fg_bench_fill(&input->list, numbers, input->count);
    else
        for (size_t i = 0; i < input->count; i++)
            numbers[i] = input->list.first;
    return (struct fg_numbers){.size = sizeof(struct fg_numbers),
                               .words = is_wide ? 2 : 1,
                               .count = input->count,
                               .list = is_wide ? NULL : numbers,
                               .wide_list = is_wide ? wide : NULL};
}

static bool race(struct fg_bench *bench, struct fg_engine *engine, const struct input *input) {
    const struct fg_numbers list = fill(input);
    struct attempt attempts[size_count];
    struct fg_bench_contender contenders[size_count];
    char names[size_count][24];
    double covered[size_count];
    size_t count = 0;
    for (size_t i = 0; i < size_count; i++) {
        const size_t size = i + 1 == size_count ? list.count : sizes[i];
        if (i + 1 < size_count && size >= list.count)
            continue;
        const size_t whole = list.count - list.count % size;
        snprintf(names[count], sizeof names[count], "%zu a call", size);
        covered[count] = (double)whole;
        attempts[count] =
            (struct attempt){.engine = engine, .list = &list, .size = size, .count = whole};
        contenders[count] = (struct fg_bench_contender){
            .name = names[count], .run = run, .check = check, .context = &attempts[count]};
        count++;
    }
    const struct fg_bench_race calls = {.topic = input->name,
                                        .title = input->title,
                                        .contenders = contenders,
                                        .count = count,
                                        .clock = FG_BENCH_CPU_TIME,
                                        .least_sample_s = 10e-3,
                                        .unit_count = (double)list.count,
                                        .unit_name = "number",
                                        .covered = covered};
    const bool done = fg_bench_run(bench, &calls, NULL);
    for (size_t i = 0; i < count; i++)
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
