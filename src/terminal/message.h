/*
 * message.h: one line on standard error, with the program's name before it.
 */
#ifndef FG_CLI_MESSAGE_H
#define FG_CLI_MESSAGE_H

#include <stdio.h>

/* Writes "factor-gpu: <message>\n" in one piece. */
__attribute__((format(printf, 2, 3))) void fg_message(FILE *err, const char *format, ...);

#endif
