/*
 * compare_run.h: the comparison that `--compare` runs: the real clock, the library's engines, the
 * report on a stream and in files.
 */
#ifndef FG_CLI_COMPARE_RUN_H
#define FG_CLI_COMPARE_RUN_H

#include "cli/command/exit_status.h"
#include "compare/compare_schedule.h"
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a report means for the exit status, output aside. */
enum fg_exit_status fg_compare_report_exit(const struct fg_compare_report *report);

/* The files that the report is written to; NULL: not asked for. */
struct fg_compare_paths {
    const char *json, *markdown, *page;
};

/*
 * Compares and writes the report to `out` and to `paths`. Messages and progress go to `err`.
 * Returns the exit status: FG_EXIT_ANSWERED when all rows that were measured agree, FG_EXIT_WRONG
 * when rows disagree or an answer failed its check, what fg_exit_status_of() makes of the first row
 * that failed in another way, FG_EXIT_UNAVAILABLE when nothing that was asked for is available,
 * FG_EXIT_OUTPUT when an export or `out` could not be written (the errors of `out` are for the
 * caller to report), FG_EXIT_USAGE for two exports to one file or an unknown backend. Must be
 * called before the process has touched CUDA.
 */
int fg_compare_command(const struct fg_compare_request *request,
                       const struct fg_compare_paths *paths, FILE *out, FILE *err);

#ifdef __cplusplus
}
#endif

#endif
