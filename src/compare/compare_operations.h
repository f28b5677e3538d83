/* SPDX-License-Identifier: MIT */
/*
 * compare_operations.h: the clock and the backends that a comparison uses. compare_run.c has the
 * real ones, with a process for each row; the tests drive the scheduler with a simulated clock and
 * simulated backends.
 */
#ifndef FG_COMPARE_OPERATIONS_H
#define FG_COMPARE_OPERATIONS_H

#include "compare/compare_report.h"

/* Max count of numbers that are made up for a probe. */
#define FG_COMPARE_MADE_UP_MAX ((size_t)65536)

/* The numbers of a run, and how it is timed. */
struct fg_compare_batch {
    const uint64_t *made_up; /* numbers of a probe, or */
    size_t first;            /* index in the input; after the last number the first follows */
    size_t count;
    bool rehearsed; /* an untimed run of the same numbers comes right before it */
    double warm_s;  /* seconds of such runs before that one */
    double brief_s; /* not 0: if the untimed run took less than FG_COMPARE_BRIEF_RUN_S, the sample
                       is the median of as many runs as fit into these seconds */
    const struct fg_uint128 *wide_made_up; /* such of two words; both NULL: those of the input */
};

/* The result of checking the answers of a run. */
struct fg_compare_check {
    bool is_reference; /* they are the first; all others are compared with them */
    bool differs;
    struct fg_compare_difference difference; /* the first one; its rows are left out */
    size_t value_count;                      /* how many values all answers have together */
};

/* `engine` comes from open() and is never NULL. `error` gets the message. */
struct fg_compare_operations {
    void *context;
    double (*now)(void *context); /* seconds on a monotonic clock */
    enum fg_status (*probe)(void *context, const char *backend, struct fg_error *error);
    enum fg_status (*open)(void *context, enum fg_method method, const char *backend, void **engine,
                           struct fg_error *error);
    unsigned (*jobs)(void *context, void *engine); /* how many numbers are worked on at once */
    enum fg_status (*run)(void *context, void *engine, const struct fg_compare_batch *batch,
                          struct fg_compare_sample *sample, struct fg_error *error);
    /* Compares the answers of the engine's last run, which began at `first` in the input, with
     * those of the first run that was checked. That run must have been over the whole input. */
    enum fg_status (*check)(void *context, void *engine, size_t first,
                            struct fg_compare_check *check, struct fg_error *error);
    void (*timing)(void *context, void *engine, struct fg_timing *timing);
    uint64_t (*peak_bytes)(void *context, void *engine); /* so far; 0 if it is not known */
    /*
     * If `run` is true, runs the whole input over and over until the energy of that can be
     * measured. `reason` gets why energy or the GPU's state is unknown, or "". NULL: nothing is
     * known of either.
     */
    void (*energy)(void *context, void *engine, bool run, struct fg_compare_energy *energy,
                   char *reason, size_t size);
    void (*close)(void *context, void *engine);
    /* `stage` is "estimate", "warm-up" or "run", or says in words that batches are run; `run` is 0
     * outside the timed runs, and `run_count` is 0 for batches. May be NULL. */
    void (*progress)(void *context, const struct fg_compare_row *row, const char *stage,
                     unsigned run, unsigned run_count);
    /* fg_sample_work(). NULL: all units of fg_work() take the same time. */
    enum fg_status (*sample_work)(void *context, enum fg_method method, uint64_t n, double *seconds,
                                  struct fg_error *error);
};

#endif
