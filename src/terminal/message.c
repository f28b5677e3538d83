/* SPDX-License-Identifier: MIT */
/*
 * message.c: writes a line on standard error in one piece, so that lines of two processes do not
 * mix.
 */
#include "terminal/message.h"

#include "characters/printable.h"

#include <stdarg.h>

void fg_message_list(FILE *err, const char *format, va_list arguments) {
    char shown[FG_PRINTABLE_ESCAPE_BYTES * FG_PRINTABLE_MESSAGE_BYTES];
    fg_printable_format(shown, sizeof shown, format, arguments);
    fprintf(err, "factor-gpu: %s\n", shown);
    fflush(err);
}

void fg_message(FILE *err, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fg_message_list(err, format, arguments);
    va_end(arguments);
}
