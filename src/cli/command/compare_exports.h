/* SPDX-License-Identifier: MIT */
/*
 * compare_exports.h: what `--compare-with` does without `--compare`: sets two exports side by side.
 */
#ifndef FG_CLI_COMPARE_EXPORTS_H
#define FG_CLI_COMPARE_EXPORTS_H

#include "cli/command/options.h"

/* Sets the operand beside the file of --compare-with. Returns the exit status. The report is in
 * stdout's buffer: its end is for the caller to check. */
int fg_compare_exports(const struct fg_options *options);

#endif
