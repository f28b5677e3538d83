/* SPDX-License-Identifier: MIT */
/*
 * factor_lists.c: the numbers of the lists, and what is left of the topic's time.
 */
#include "factor_lists.h"

#include "gpu/device.h"
#include "measure/clock.h"
#include <stdlib.h>
#include <string.h>

/* Numbers of a list that differ. One core makes them while the GPU waits: 2^18 semiprimes of 64
 * bits in 1.5 s. */
#define LIST ((size_t)1 << 18)
/* Numbers whose products are counted. */
#define PRODUCTS_COUNTED 4096

bool fg_gpu_factor_has_time(struct fg_gpu_factor *factor, double expected_s, const char *what) {
    if (fg_clock_s(CLOCK_MONOTONIC) - factor->begun_s + expected_s <= FG_GPU_FACTOR_BUDGET_S)
        return true;
    fg_bench_note(&factor->bench->bench, "left out for want of time: %s", what);
    return false;
}

void fg_gpu_list_repeat(const struct fg_gpu_list *list, uint64_t *numbers, size_t count) {
    for (size_t done = 0; done < count; done += list->count) {
        const size_t left = count - done;
        memcpy(numbers + done, list->numbers,
               (left < list->count ? left : list->count) * sizeof *numbers);
    }
}

static const struct fg_gpu_list lists[FG_GPU_LISTS] = {
    [FG_GPU_HARD] = {.name = "semiprimes-64",
                     .title = "balanced 64-bit semiprimes",
                     .numbers_of = {FG_BENCH_SEMIPRIMES, 64, 0},
                     .target = 30e6},
    [FG_GPU_RANDOM] = {.name = "random-64",
                       .title = "random 64-bit numbers",
                       .numbers_of = {FG_BENCH_RANDOM, 64, 0},
                       .target = 120e6},
    {.name = "primes-64", .title = "64-bit primes", .numbers_of = {FG_BENCH_PRIMES, 64, 0}},
    {.name = "semiprimes-62",
     .title = "balanced 62-bit semiprimes",
     .numbers_of = {FG_BENCH_SEMIPRIMES, 62, 0}},
    {.name = "semiprimes-56",
     .title = "balanced 56-bit semiprimes",
     .numbers_of = {FG_BENCH_SEMIPRIMES, 56, 0}},
    [FG_GPU_SMALL] = {.name = "semiprimes-48",
                      .title = "balanced 48-bit semiprimes",
                      .numbers_of = {FG_BENCH_SEMIPRIMES, 48, 0}},
    {.name = "semiprimes-40",
     .title = "balanced 40-bit semiprimes",
     .numbers_of = {FG_BENCH_SEMIPRIMES, 40, 0}},
};

struct fg_gpu_factor fg_gpu_factor_begin(struct fg_gpu_bench *bench) {
    struct fg_gpu_factor factor = {.bench = bench, .begun_s = fg_clock_s(CLOCK_MONOTONIC)};
    const bool doubles = fg_gpu_has_fast_doubles(bench->capability / 10, bench->capability % 10);
    memcpy(factor.lists, lists, sizeof lists);
    for (size_t i = 0; i < FG_GPU_LISTS; i++) {
        factor.lists[i].count = bench->smoke ? FG_GPU_SMOKE_NUMBERS : LIST;
        factor.lists[i].doubles = doubles;
    }
    return factor;
}

bool fg_gpu_list_fill(struct fg_gpu_list *list) {
    if (list->numbers != NULL)
        return true;
    list->numbers = fg_gpu_allocate(list->count, sizeof *list->numbers);
    if (list->numbers == NULL)
        return false;
    fg_bench_fill(&list->numbers_of, list->numbers, list->count);
    list->products_of = list->count < PRODUCTS_COUNTED ? list->count : PRODUCTS_COUNTED;
    for (size_t k = 0; k < list->products_of; k++)
        fg_gpu_products_add(&list->products, 1 / (double)list->products_of,
                            fg_gpu_factor_products(list->numbers[k], list->doubles));
    return true;
}

void fg_gpu_factor_free(struct fg_gpu_factor *factor) {
    for (size_t i = 0; i < FG_GPU_LISTS; i++)
        free(factor->lists[i].numbers);
}
