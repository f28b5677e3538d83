/*
 * serial.c: one loop in one process, the experiment's first program.
 */
#include "backends/backend.h"
#include "backends/cpu_worker.h"

#include <stdlib.h>

#define CHUNK_VALUES (UINT64_C(1) << 23)

static void serial_close(void *state) {
    struct fg_solver *const solver = state;
    fg_solver_close(solver);
    free(solver);
}

static enum fg_status serial_open(const struct fg_setup *setup, void **state,
                                  struct fg_error *error) {
    struct fg_solver *const solver = malloc(sizeof *solver);
    if (solver == NULL)
        return fg_fail_memory(error, sizeof *solver);
    const enum fg_status status =
        fg_solver_open(solver, setup->method, setup->answer, setup->cancelled, error);
    if (status != FG_OK) {
        free(solver);
        return status;
    }
    *state = solver;
    return FG_OK;
}

static enum fg_status serial_run(void *state, const uint64_t *numbers, size_t count,
                                 struct fg_results *results, struct fg_error *error) {
    return fg_solver_run(state, numbers, count, CHUNK_VALUES, results, error);
}

const struct fg_backend fg_backend_serial = {
    .name = "serial",
    .summary = "one loop in one process",
    .chunk_values = CHUNK_VALUES,
    .checks_answers = true,
    .open = serial_open,
    .run = serial_run,
    .close = serial_close,
};
