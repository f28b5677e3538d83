/* SPDX-License-Identifier: MIT */
/*
 * progress_json.c: the keys of a line, and how exact their values are.
 */
#include "terminal/progress_json.h"

#include "measure/json_object.h"
#include "terminal/terminal_line.h"

#include <math.h>
#include <stdlib.h>

struct fg_progress_count fg_progress_known(uint64_t value) {
    return (struct fg_progress_count){true, value};
}

static json_t *count_value(struct fg_progress_count count) {
    return count.known ? fg_json_integer(count.value) : json_null();
}

/* Returns a time, to a millisecond. */
static json_t *time_value(double seconds) {
    return fg_json_real(round(seconds * 1000) / 1000);
}

/* Returns a rate with five digits, because one number may take an hour. */
static json_t *rate_value(double per_s) {
    char text[32];
    snprintf(text, sizeof text, "%.5g", per_s);
    return fg_json_real(strtod(text, NULL));
}

void fg_progress_json_write(const struct fg_progress_line *line, FILE *out, int wait_ms) {
    struct fg_json_object object = fg_json_object_begin();
    fg_json_set(&object, "phase", fg_json_string(line->phase));
    fg_json_set(&object, "done", fg_json_integer(line->done));
    fg_json_set(&object, "total", count_value(line->total));
    fg_json_set(&object, "unit", fg_json_string(line->unit));
    fg_json_set(&object, "bytes_done", count_value(line->bytes_done));
    fg_json_set(&object, "bytes_total", count_value(line->bytes_total));
    fg_json_set(&object, "rate", rate_value(line->rate));
    fg_json_set(&object, "eta_s", time_value(line->eta_s));
    fg_json_set(&object, "elapsed_s", time_value(line->elapsed_s));
    fg_json_set(&object, "backend", fg_json_string(line->backend));
    fg_json_set(&object, "method", fg_json_string(line->method));
    /* There is no place to report an error to. */
    if (fg_terminal_takes_line(out, wait_ms) && fg_json_write_line(&object, out))
        fflush(out);
    json_decref(object.json);
}
