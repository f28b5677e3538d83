/* SPDX-License-Identifier: MIT */
/*
 * cpu_worker.h: takes numbers to checked answers on one core, by any method.
 *
 * All CPU backends share it: they differ in where it runs and on which numbers.
 */
#ifndef FG_BACKENDS_CPU_WORKER_H
#define FG_BACKENDS_CPU_WORKER_H

#include "batch/totals.h"
#include "methods/contract/method_engine.h"

struct fg_cpu_worker {
    const struct fg_method_engine *engine;
    void *state; /* the engine's */
};

/* Opens the engine of setup->method; setup->cancelled must outlive the worker. */
enum fg_status fg_cpu_worker_open(struct fg_cpu_worker *worker, const struct fg_method_setup *setup,
                                  struct fg_error *error);
void fg_cpu_worker_close(struct fg_cpu_worker *worker); /* also of one that is all zero */

/* Runs the engine: see struct fg_method_engine. One thread at a time. */
enum fg_status fg_cpu_worker_run(struct fg_cpu_worker *worker, const struct fg_numbers *numbers,
                                 size_t value_limit, struct fg_results *results,
                                 struct fg_error *error);

/* Fills columns of a range by a method that takes ranges: see struct fg_method_ranges. */
enum fg_status fg_cpu_worker_columns(struct fg_cpu_worker *worker, const struct fg_numbers *range,
                                     const struct fg_column_request *requests, size_t request_count,
                                     size_t at, struct fg_error *error);

/* Adds the totals of a range in the same way, to those that the workers share. */
enum fg_status fg_cpu_worker_totals(struct fg_cpu_worker *worker, const struct fg_numbers *range,
                                    struct fg_shared_totals *shared, struct fg_error *error);

#endif
