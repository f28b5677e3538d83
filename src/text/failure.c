/* SPDX-License-Identifier: MIT */
/*
 * failure.c: filling errors, and the ends of paths.
 */
#include "text/failure.h"

#include "characters/printable.h"

#include <stdarg.h>
#include <string.h>

/* Bytes of a path in a message. */
#define SHOWN_BYTES ((size_t)160)

enum fg_status fg_program_fail(struct fg_error *error, enum fg_status status, const char *format,
                               ...) {
    if (error != NULL) {
        va_list arguments;
        va_start(arguments, format);
        fg_printable_format(error->message, sizeof error->message, format, arguments);
        va_end(arguments);
        error->status = status;
    }
    return status;
}

enum fg_status fg_program_fail_memory(struct fg_error *error) {
    return fg_program_fail(error, FG_ERROR_MEMORY, "%s", fg_strerror(FG_ERROR_MEMORY));
}

const char *fg_path_dots(const char *path) {
    return strlen(path) > SHOWN_BYTES ? "..." : "";
}

const char *fg_path_end(const char *path) {
    const size_t length = strlen(path);
    return length > SHOWN_BYTES ? path + length - SHOWN_BYTES : path;
}
