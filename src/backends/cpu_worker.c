/* SPDX-License-Identifier: MIT */
/*
 * cpu_worker.c: a method's engine on one core.
 */
#include "backends/cpu_worker.h"

#include "methods/method.h"
#include <stdlib.h>

enum fg_status fg_cpu_worker_open(struct fg_cpu_worker *worker, const struct fg_method_setup *setup,
                                  struct fg_error *error) {
    worker->engine = fg_method_engine(setup->method);
    worker->state = NULL;
    return worker->engine->open(setup, &worker->state, error);
}

void fg_cpu_worker_close(struct fg_cpu_worker *worker) {
    if (worker->state != NULL)
        worker->engine->close(worker->state);
    *worker = (struct fg_cpu_worker){0};
}

enum fg_status fg_cpu_worker_run(struct fg_cpu_worker *worker, const struct fg_numbers *numbers,
                                 size_t value_limit, struct fg_results *results,
                                 struct fg_error *error) {
    return worker->engine->run(worker->state, numbers, value_limit, results, error);
}

enum fg_status fg_cpu_worker_columns(struct fg_cpu_worker *worker, const struct fg_numbers *range,
                                     const struct fg_column_request *requests, size_t request_count,
                                     size_t at, struct fg_error *error) {
    return worker->engine->ranges->columns(worker->state, range, requests, request_count, at,
                                           error);
}

enum fg_status fg_cpu_worker_totals(struct fg_cpu_worker *worker, const struct fg_numbers *range,
                                    struct fg_shared_totals *shared, struct fg_error *error) {
    const size_t count = shared->column_count;
    struct fg_totals *const part = malloc(count * sizeof *part);
    if (part == NULL)
        return fg_fail_memory(error, count * sizeof *part);
    fg_totals_clear(part, shared->totals, count);
    const enum fg_status status =
        worker->engine->ranges->totals(worker->state, range, part, count, error);
    if (status == FG_OK)
        fg_totals_share(shared, part);
    free(part);
    return status;
}
