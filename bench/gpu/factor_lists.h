/* SPDX-License-Identifier: MIT */
/*
 * factor_lists.h: the lists of the topics about `factor`, and their time.
 */
#ifndef FG_BENCH_FACTOR_LISTS_H
#define FG_BENCH_FACTOR_LISTS_H

#include "gpu_factor_products.h"
#include "number_lists.h"

/* Seconds of the whole topic; what would begin or end later is left out. */
#define FG_GPU_FACTOR_BUDGET_S 140
/* Numbers of a list with --smoke. */
#define FG_GPU_SMOKE_NUMBERS 64

struct fg_gpu_list {
    const char *name;  /* "semiprimes-64" */
    const char *title; /* "balanced 64-bit semiprimes" */
    struct fg_bench_list numbers_of;
    double target;     /* numbers a second in the device's memory; 0: none */
    uint64_t *numbers; /* those of the list that differ: longer ones repeat them; NULL: not made */
    size_t count;
    bool doubles;                    /* the device takes small cofactors in doubles */
    struct fg_gpu_products products; /* that a number takes on its way, on the average: */
    size_t products_of;              /* of the first so many */
    /* In the device's memory, as the backend cuts lists into waves; 0: not measured. */
    double rate;   /* numbers a second */
    double wave_s; /* of one wave alone */
};

/* The lists, in the order in which they are measured. */
enum { FG_GPU_HARD, FG_GPU_RANDOM, FG_GPU_SMALL = 5, FG_GPU_LISTS = 7 };

struct fg_gpu_factor {
    struct fg_gpu_bench *bench;
    double begun_s;
    struct fg_gpu_list lists[FG_GPU_LISTS];
};

/* Returns the lists without their numbers, and begins the topic's time. */
struct fg_gpu_factor fg_gpu_factor_begin(struct fg_gpu_bench *bench);
/* Makes a list's numbers if there are none yet, and counts what they take. */
bool fg_gpu_list_fill(struct fg_gpu_list *list);
void fg_gpu_factor_free(struct fg_gpu_factor *factor);

/* Copies of the list's numbers, one behind the other, until there are `count`. */
void fg_gpu_list_repeat(const struct fg_gpu_list *list, uint64_t *numbers, size_t count);

/* Returns whether `expected_s` more fit the topic's budget; if not, a note says that `what` is left
 * out. */
bool fg_gpu_factor_has_time(struct fg_gpu_factor *factor, double expected_s, const char *what);

#endif
