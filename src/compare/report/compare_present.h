/* SPDX-License-Identifier: MIT */
/*
 * compare_present.h: runs a comparison, and writes its report to a stream and to files.
 */
#ifndef FG_COMPARE_PRESENT_H
#define FG_COMPARE_PRESENT_H

#include "compare/compare_report.h"
#include "compare/report/exported_comparison.h"
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The files for the report, all different; NULL: not requested. One of them may be
 * FG_COMPARE_STDOUT: then `out` gets only that report, and the text goes to `err`, or nowhere if
 * the request is quiet. */
#define FG_COMPARE_STDOUT "-"
struct fg_compare_paths {
    const char *json, *markdown, *page;
};

/*
 * Compares and writes the report to `out` and to `paths`. Notices and progress go to `err`. Must be
 * called before the process uses CUDA.
 *
 * On success `*found` is the result of the report (fg_compare_report_status()). Fails with
 * FG_ERROR_ARGUMENT for an unknown backend, and with FG_ERROR_SYSTEM if an export or `out` could
 * not be written; of several such errors `error` has the last, and `err` the others. If only that
 * writing failed, `*found` is set too; otherwise it is FG_OK.
 */
enum fg_status fg_compare_present(const struct fg_compare_request *request,
                                  const struct fg_compare_paths *paths, FILE *out, FILE *err,
                                  enum fg_status *found, struct fg_error *error);

/*
 * Sets two exports side by side, and writes that to `out` and to `paths` as fg_compare_present()
 * writes a report. Measures nothing. Fails with FG_ERROR_ARGUMENT if they are of other numbers, and
 * with FG_ERROR_SYSTEM as fg_compare_present() does.
 */
enum fg_status fg_compare_present_exported(const struct fg_exported *old_one,
                                           const struct fg_exported *new_one,
                                           const struct fg_compare_paths *paths, bool quiet,
                                           FILE *out, FILE *err, struct fg_error *error);

#ifdef __cplusplus
}
#endif

#endif
