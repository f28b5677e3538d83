/* SPDX-License-Identifier: MIT */
/*
 * compare_operations.h: the world as a comparison sees it: clock and backends. compare_run.c has
 * the real ones, in which each row has a process of its own; the tests drive the scheduler with a
 * clock and backends of their own.
 */
#ifndef FG_COMPARE_OPERATIONS_H
#define FG_COMPARE_OPERATIONS_H

#include "compare/compare_report.h"

/* More numbers than this are never made up for a probe. */
#define FG_COMPARE_MADE_UP_MAX ((size_t)65536)

/* What a run works on. */
struct fg_compare_batch {
    const uint64_t *made_up; /* numbers of a probe; NULL: those of the input */
    size_t first;            /* in the input, which is gone through again after its last number */
    size_t count;
    bool rehearsed; /* the same run comes right before it, untimed */
    double warm_s;  /* and over and over for so long before that */
    double brief_s; /* not 0: if that run took less than FG_COMPARE_BRIEF_RUN_S, the sample is the
                       median of as many as take so long */
};

/* What the answers of a run came to. */
struct fg_compare_check {
    bool is_reference; /* they are the first, which all others are held against */
    bool differs;
    struct fg_compare_difference difference; /* the first one; its rows are left out */
    size_t value_count;                      /* how many values they are together */
};

/* `engine` is what open() gave, never NULL. Errors are worded in `error`. */
struct fg_compare_operations {
    void *context;
    double (*now)(void *context); /* seconds on a monotonic clock */
    enum fg_status (*probe)(void *context, const char *backend, struct fg_error *error);
    enum fg_status (*open)(void *context, enum fg_method method, const char *backend, void **engine,
                           struct fg_error *error);
    unsigned (*jobs)(void *context, void *engine); /* how many numbers are worked on at once */
    enum fg_status (*run)(void *context, void *engine, const struct fg_compare_batch *batch,
                          struct fg_compare_sample *sample, struct fg_error *error);
    /* Holds the answers of the engine's last run, from `first` in the input on, against those of
     * the first run that was checked, which must have been over the whole input. */
    enum fg_status (*check)(void *context, void *engine, size_t first,
                            struct fg_compare_check *check, struct fg_error *error);
    void (*timing)(void *context, void *engine, struct fg_timing *timing);
    uint64_t (*peak_bytes)(void *context, void *engine); /* so far; 0 where it is not known */
    void (*close)(void *context, void *engine);
    /* `stage` is "estimate", "warm-up", "run" or a batch size; run 0 outside the timed ones. May be
     * NULL. */
    void (*progress)(void *context, const struct fg_compare_row *row, const char *stage,
                     unsigned run, unsigned run_count);
    /* fg_sample_work(). NULL: all units of fg_work() take the same. */
    enum fg_status (*sample_work)(void *context, enum fg_method method, uint64_t n, double *seconds,
                                  struct fg_error *error);
};

#endif
