/* SPDX-License-Identifier: MIT */
/*
 * gpu_wide.c: numbers above 2^64, from memory to memory, beside the CPU's threads.
 *
 * The CPU gets the first part of the same list. After every sample the device's answers to that
 * part must be the CPU's. Each list repeats its first numbers, because one core makes them.
 */
#include "gpu_engines.h"
#include "gpu_topics.h"
#include "number_lists.h"

#include <stdlib.h>
#include <string.h>

static const struct list {
    const char *name;
    struct fg_bench_list numbers_of;
    size_t count;
} lists[] = {
    {"semiprimes-80", {FG_BENCH_SEMIPRIMES, 80, 0}, (size_t)1 << 20},
    {"semiprimes-96", {FG_BENCH_SEMIPRIMES, 96, 0}, (size_t)1 << 18},
    {"semiprimes-112", {FG_BENCH_SEMIPRIMES, 112, 0}, (size_t)1 << 16},
    {"semiprimes-128", {FG_BENCH_SEMIPRIMES, 128, 0}, (size_t)1 << 13},
    {"random-128", {FG_BENCH_RANDOM, 128, 0}, (size_t)1 << 16},
};
#define LISTS (sizeof lists / sizeof *lists)
#define DIFFERENT_NUMBERS ((size_t)1 << 13)
/* The CPU's part of a list. */
#define CPU_SHARE 32
/* The first list and the last, with so few numbers. */
#define SMOKE_NUMBERS ((size_t)16)

/* A contender: the primes of the first numbers of a list by one side. */
struct batch {
    struct fg_engine *engine;
    const struct fg_uint128 *numbers;
    size_t count;
    struct fg_results results;
    const struct fg_results
        *other; /* the device's answers, of which these are the first; or NULL */
};

static bool run_batch(void *context) {
    struct batch *const batch = context;
    struct fg_error error = {0};
    return fg_gpu_fine(
        fg_factor_wide_batch(batch->engine, batch->numbers, batch->count, &batch->results, &error),
        &error, "numbers above 2^64");
}

static bool check_batch(void *context) {
    const struct batch *const batch = context;
    const struct fg_results *const here = &batch->results, *const other = batch->other;
    if (here->count != batch->count) {
        fprintf(stderr, "gpu_bench: %zu answers to %zu numbers\n", here->count, batch->count);
        return false;
    }
    if (other == NULL)
        return true;
    const size_t values = here->offsets[here->count];
    if (other->count >= here->count &&
        memcmp(here->offsets, other->offsets, (here->count + 1) * sizeof *here->offsets) == 0 &&
        memcmp(here->values, other->values, 2 * values * sizeof *here->values) == 0)
        return true;
    fprintf(stderr, "gpu_bench: cuda and threads differ in numbers above 2^64\n");
    return false;
}

static struct fg_uint128 *make_numbers(const struct list *list, size_t count) {
    struct fg_uint128 *const numbers = malloc(count * sizeof *numbers);
    const size_t made = count < DIFFERENT_NUMBERS ? count : DIFFERENT_NUMBERS;
    if (numbers == NULL) {
        fprintf(stderr, "gpu_bench: out of memory\n");
        return NULL;
    }
    fg_bench_fill_wide(&list->numbers_of, numbers, made);
    for (size_t i = made; i < count; i++)
        numbers[i] = numbers[i - made];
    return numbers;
}

static bool race_list(struct fg_gpu_bench *bench, const struct fg_gpu_engines *engines,
                      const struct list *list) {
    const size_t count = bench->smoke ? SMOKE_NUMBERS : list->count;
    struct fg_uint128 *const numbers = make_numbers(list, count);
    struct batch batches[FG_GPU_SIDES] = {0};
    struct fg_bench_contender contenders[FG_GPU_SIDES];
    double covered[FG_GPU_SIDES];
    char topic[64], title[80];
    if (numbers == NULL)
        return false;
    for (int side = 0; side < FG_GPU_SIDES; side++) {
        const size_t part = bench->smoke ? count / 2 : count / CPU_SHARE;
        batches[side] = (struct batch){.engine = engines->on[side],
                                       .numbers = numbers,
                                       .count = side == FG_GPU_ON_DEVICE ? count : part};
        contenders[side] = (struct fg_bench_contender){.name = fg_gpu_side_names[side],
                                                       .run = run_batch,
                                                       .check = check_batch,
                                                       .context = &batches[side]};
        covered[side] = (double)batches[side].count;
    }
    batches[FG_GPU_ON_THREADS].other = &batches[FG_GPU_ON_DEVICE].results;
    snprintf(topic, sizeof topic, "wide-%s", list->name);
    snprintf(title, sizeof title, "Numbers above 2^64 from memory to memory: %s", list->name);
    /* The other side's answers come first. */
    const bool fine = run_batch(&batches[FG_GPU_ON_DEVICE]) &&
                      fg_gpu_race_sides(bench, topic, title, contenders, covered);
    for (int side = 0; side < FG_GPU_SIDES; side++)
        fg_results_free(&batches[side].results);
    free(numbers);
    return fine;
}

bool fg_gpu_bench_wide(struct fg_gpu_bench *bench) {
    struct fg_gpu_engines engines;
    bool fine = fg_gpu_engines_open(&engines, bench);
    for (size_t i = 0; fine && i < LISTS; i += bench->smoke ? LISTS - 1 : 1)
        fine = race_list(bench, &engines, &lists[i]);
    fg_gpu_engines_close(&engines);
    return fine;
}
