/*
 * serial.c: one loop in one process, the experiment's first program.
 */
#include "backends/backend.h"

#include "scan/scan_number.h"
#include <stdlib.h>

struct serial {
    enum fg_method method;
    const struct fg_scan *scan;
    const atomic_bool *cancelled;
    uint64_t *scratch; /* FG_MAX_DIVISORS entries */
};

static void serial_close(void *state) {
    struct serial *const serial = state;
    free(serial->scratch);
    free(serial);
}

static enum fg_status serial_open(const struct fg_setup *setup, void **state,
                                  struct fg_error *error) {
    struct serial *const serial = malloc(sizeof *serial);
    if (serial == NULL)
        return fg_fail_memory(error, sizeof *serial);
    *serial = (struct serial){
        .method = setup->method, .scan = fg_scan_select(), .cancelled = setup->cancelled};
    serial->scratch = malloc(FG_MAX_DIVISORS * sizeof *serial->scratch);
    if (serial->scratch == NULL) {
        free(serial);
        return fg_fail_memory(error, FG_MAX_DIVISORS * sizeof *serial->scratch);
    }
    *state = serial;
    return FG_OK;
}

static enum fg_status serial_run(void *state, const uint64_t *numbers, size_t count,
                                 struct fg_results *results, struct fg_error *error) {
    const struct serial *const serial = state;
    for (size_t i = 0; i < count; i++) {
        uint64_t *list;
        const enum fg_status status =
            fg_results_reserve(results, fg_divisor_bound(numbers[i]), &list, error);
        if (status != FG_OK)
            return status;
        uint32_t divisor_count;
        if (!fg_scan_number(serial->scan, serial->method, numbers[i], serial->cancelled, list,
                            &divisor_count, serial->scratch))
            return fg_fail(error, FG_ERROR_CANCELLED, "cancelled");
        fg_results_commit(results, divisor_count);
    }
    return FG_OK;
}

const struct fg_backend fg_backend_serial = {
    .name = "serial",
    .summary = "one loop in one process",
    .chunk_divisors = UINT64_C(1) << 26,
    .open = serial_open,
    .run = serial_run,
    .close = serial_close,
};
