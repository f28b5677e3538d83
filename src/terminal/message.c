/*
 * message.c: one line on standard error; in one piece, so that lines of two processes do not mix.
 */
#include "terminal/message.h"

#include <stdarg.h>

void fg_message(FILE *err, const char *format, ...) {
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    fprintf(err, "factor-gpu: %s\n", text);
    fflush(err);
}
