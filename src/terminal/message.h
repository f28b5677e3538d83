/* SPDX-License-Identifier: MIT */
/*
 * message.h: one line on standard error, with the program's name before it.
 */
#ifndef FG_CLI_MESSAGE_H
#define FG_CLI_MESSAGE_H

#include <stdarg.h>
#include <stdio.h>

/* Writes "factor-gpu: <message>\n" in one piece. Shows about 1000 bytes of the message, as
 * printable.h shows them. */
__attribute__((format(printf, 2, 3))) void fg_message(FILE *err, const char *format, ...);
__attribute__((format(printf, 2, 0))) void fg_message_list(FILE *err, const char *format,
                                                           va_list arguments);

#endif
