/* SPDX-License-Identifier: MIT */
/*
 * merge_totals.h: --merge-totals: the totals of the parts of an input added up.
 */
#ifndef FG_CLI_MERGE_TOTALS_H
#define FG_CLI_MERGE_TOTALS_H

#include "cli/command/option_values.h"

/* Prints the sum of the totals in the files that are the operands to standard output. Reports what
 * is wrong on standard error; then nothing is printed. Returns the exit status. */
int fg_merge_totals(const struct fg_options *options);

#endif
