/* SPDX-License-Identifier: MIT */
/*
 * compare_command.h: what `--compare` does: reads the whole input, compares, and prints the report.
 */
#ifndef FG_CLI_COMPARE_COMMAND_H
#define FG_CLI_COMPARE_COMMAND_H

#include "cli/command/options.h"

/* Returns the exit status. The report is in stdout's buffer: its end is for the caller to check. */
int fg_compare_options(const struct fg_options *options);

#endif
