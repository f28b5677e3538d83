/* SPDX-License-Identifier: MIT */
/*
 * compare_exit.h: a comparison as the program runs it: what its outcome means for the exit status.
 */
#ifndef FG_CLI_COMPARE_EXIT_H
#define FG_CLI_COMPARE_EXIT_H

#include "compare/report/compare_present.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Compares and writes the report to `out` and to `paths`. Messages and progress go to `err`.
 * Returns the exit status: FG_EXIT_ANSWERED when all rows that were measured agree, FG_EXIT_WRONG
 * when rows disagree or an answer failed its check, what fg_exit_status_of() makes of the first row
 * that failed in another way, FG_EXIT_UNAVAILABLE when a backend that was asked for is not
 * available, FG_EXIT_OUTPUT when an export or `out` could not be written, FG_EXIT_USAGE for an
 * unknown backend. Must be called before the process has touched CUDA.
 */
int fg_compare_command(const struct fg_compare_request *request,
                       const struct fg_compare_paths *paths, FILE *out, FILE *err);

#ifdef __cplusplus
}
#endif

#endif
