/*
 * compare_operations.h: the world as a comparison sees it: clock and backends. compare_run.c has
 * the real ones; the tests drive the scheduler with a clock and backends of their own.
 */
#ifndef FG_COMPARE_OPERATIONS_H
#define FG_COMPARE_OPERATIONS_H

#include "compare/compare_report.h"

/* `engine` is what open() gave, never NULL. Errors are worded in `error`. */
struct fg_compare_operations {
    void *context;
    double (*now)(void *context); /* seconds on a monotonic clock */
    enum fg_status (*probe)(void *context, const char *backend, struct fg_error *error);
    enum fg_status (*open)(void *context, enum fg_method method, const char *backend, void **engine,
                           struct fg_error *error);
    unsigned (*jobs)(void *context, void *engine); /* how many numbers are worked on at once */
    enum fg_status (*run)(void *context, void *engine, const uint64_t *numbers, size_t count,
                          struct fg_results *results, struct fg_error *error);
    void (*timing)(void *context, void *engine, struct fg_timing *timing);
    void (*close)(void *context, void *engine);
    /* `stage` is "estimate", "warm-up", "run" or a batch size; run 0 outside the timed ones. May be
     * NULL. */
    void (*progress)(void *context, const struct fg_compare_row *row, const char *stage,
                     unsigned run, unsigned run_count);
};

#endif
