/* SPDX-License-Identifier: MIT */
/*
 * serial.c: one loop in one process, the experiment's first program.
 */
#include "backends/backend.h"
#include "backends/cpu_worker.h"

#include <stdlib.h>

#define PAGE_VALUES (UINT64_C(1) << 23)
/* A range that is sieved goes on where a page of it ended. So its pages, of 2 MB, stay in a core's
 * cache. 10^7 numbers from 1, 10^9, 10^15 and below 2^64 take 9.5, 10.9, 19 and 128 ns each, in
 * pages of 2^20 values 12.8, 14.6, 20 and 124, and of 2^23 16, 14, 29 and 140 (Xeon, AVX-512, CPU
 * time). */
#define RANGE_VALUES (UINT64_C(1) << 18)

static void serial_close(void *state) {
    struct fg_cpu_worker *const worker = state;
    fg_cpu_worker_close(worker);
    free(worker);
}

static enum fg_status serial_open(const struct fg_setup *setup, void **state,
                                  struct fg_error *error) {
    struct fg_cpu_worker *const worker = calloc(1, sizeof *worker);
    if (worker == NULL)
        return fg_fail_memory(error, sizeof *worker);
    const enum fg_status status = fg_cpu_worker_open(worker, &setup->method, error);
    if (status != FG_OK) {
        serial_close(worker);
        return status;
    }
    *state = worker;
    return FG_OK;
}

static enum fg_status serial_run(void *state, const struct fg_numbers *numbers,
                                 struct fg_results *results, struct fg_error *error) {
    const size_t most =
        numbers->kind == FG_NUMBERS_RANGE ? RANGE_VALUES : PAGE_VALUES / numbers->words;
    return fg_cpu_worker_run(state, numbers, most, results, error);
}

static enum fg_status serial_columns(void *state, const struct fg_numbers *range,
                                     const struct fg_column_request *requests, size_t request_count,
                                     size_t at, struct fg_error *error) {
    return fg_cpu_worker_columns(state, range, requests, request_count, at, error);
}

static enum fg_status serial_totals(void *state, const struct fg_numbers *range,
                                    struct fg_shared_totals *shared, struct fg_error *error) {
    return fg_cpu_worker_totals(state, range, shared, error);
}

const struct fg_backend fg_backend_serial = {
    .name = "serial",
    .summary = "one loop in one process",
    .properties = {.size = sizeof(struct fg_backend_properties),
                   .one_worker = true,
                   .baseline_rank = 2},
    .page_values = PAGE_VALUES,
    .checks_answers = true,
    .long_ranges = true,
    .open = serial_open,
    .run = serial_run,
    .run_columns = serial_columns,
    .run_totals = serial_totals,
    .close = serial_close,
    .forget = serial_close, /* it holds memory only */
};
