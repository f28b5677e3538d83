/* SPDX-License-Identifier: MIT */
/*
 * compare_files.h: the files of `--compare` and `--compare-with`: what is read and written, and
 * earlier comparisons.
 */
#ifndef FG_CLI_COMPARE_FILES_H
#define FG_CLI_COMPARE_FILES_H

#include "cli/command/options.h"
#include "compare/report/exported_comparison.h"

/* Refuses an output that is an input or another output, before anything is read. On false a message
 * was written, and *status is the exit status. */
bool fg_compare_check_files(const struct fg_options *options, int *status);

/* Reads an export. Returns FG_EXIT_ANSWERED, or the exit status after a message. */
int fg_compare_read_export(const char *path, struct fg_exported *exported);

#endif
