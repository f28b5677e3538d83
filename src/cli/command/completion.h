/* SPDX-License-Identifier: MIT */
/*
 * completion.h: scripts that complete the program's command line in a shell.
 *
 * They are made of the table of options, so that a new option is completed without a word here.
 */
#ifndef FG_CLI_COMPLETION_H
#define FG_CLI_COMPLETION_H

#include "cli/command/options.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Writes the script for the shell. */
void fg_completion_print(enum fg_options_shell shell, FILE *out);

#ifdef __cplusplus
}
#endif

#endif
