/* SPDX-License-Identifier: MIT */
/*
 * error.c: the strings of the status list; fills errors.
 */
#include "batch/error.h"

#include "characters/printable.h"
#include <stdarg.h>

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
        va_list arguments;
        va_start(arguments, format);
        fg_printable_format(error->message, sizeof error->message, format, arguments);
        va_end(arguments);
        error->status = status;
    }
    return status;
}

enum fg_status fg_fail_memory(struct fg_error *error, size_t bytes) {
    return fg_fail(error, FG_ERROR_MEMORY,
                   "out of memory: %zu bytes could not be had (ulimit -v may bound this process)",
                   bytes);
}
