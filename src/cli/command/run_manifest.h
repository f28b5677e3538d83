/* SPDX-License-Identifier: MIT */
/*
 * run_manifest.h: from the options and the end of a run to its line in the manifest.
 */
#ifndef FG_CLI_RUN_MANIFEST_H
#define FG_CLI_RUN_MANIFEST_H

#include "cli/command/option_values.h"
#include "cli/run/answer.h"
#include <sys/types.h>

/* Returns where standard input stands, before a run; -1 if it is not a file. */
off_t fg_run_manifest_stdin(void);

/* Appends the line of a run that has ended, and reads its input files once more for their digests.
 * `stdin_from` is where standard input stood before. */
enum fg_status fg_run_manifest_append(const struct fg_options *options,
                                      const struct fg_run_outcome *outcome, off_t stdin_from,
                                      int exit_status, struct fg_error *error);

#endif
