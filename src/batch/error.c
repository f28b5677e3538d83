/* SPDX-License-Identifier: MIT */
/*
 * error.c: the strings of the status list; fills errors.
 */
#include "batch/error.h"

#include "characters/printable.h"
#include <stdarg.h>
#include <stdio.h>

const char *fg_strerror(enum fg_status status) {
    switch (status) {
#define FG_STATUS_CASE(name, text)                                                                 \
    case name:                                                                                     \
        return text;
        FG_STATUS_LIST(FG_STATUS_CASE)
#undef FG_STATUS_CASE
    }
    return "unknown status";
}

enum fg_status fg_fail(struct fg_error *error, enum fg_status status, const char *format, ...) {
    if (error != NULL) {
        char text[sizeof error->message];
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(text, sizeof text, format, arguments);
        va_end(arguments);
        error->status = status;
        fg_printable_copy(text, error->message, sizeof error->message);
    }
    return status;
}

enum fg_status fg_fail_memory(struct fg_error *error, size_t bytes) {
    return fg_fail(error, FG_ERROR_MEMORY,
                   "out of memory: %zu bytes could not be had (ulimit -v may bound this process)",
                   bytes);
}
