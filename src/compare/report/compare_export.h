/* SPDX-License-Identifier: MIT */
/*
 * compare_export.h: writes a report to a file, or to a stream that is open already. A target is
 * opened before anything is measured, so that a mistyped path costs no minutes, and an existing
 * file is replaced only when there is a report to replace it with.
 */
#ifndef FG_COMPARE_EXPORT_H
#define FG_COMPARE_EXPORT_H

#include "compare/compare_report.h"
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fg_compare_export {
    const char *path; /* must outlive the export */
    FILE *file;       /* NULL: not open */
    bool created;     /* there was no such file before */
    bool borrowed;    /* the file is the caller's, who closes it */
};

/* Opens `path` for writing, creating it. Fails with FG_ERROR_SYSTEM. */
enum fg_status fg_compare_export_open(struct fg_compare_export *target, const char *path,
                                      struct fg_error *error);

/* Makes `stream`, which stays the caller's, the target; `name` is what messages call it. */
void fg_compare_export_borrow(struct fg_compare_export *target, const char *name, FILE *stream);

/*
 * Replaces the file's contents by the report and closes it; a stream is written on. Fails with
 * FG_ERROR_SYSTEM, whatever failed: writing, flushing or closing. A file that opening it created
 * does not stay behind empty.
 */
enum fg_status fg_compare_export_json(struct fg_compare_export *target,
                                      const struct fg_compare_report *report,
                                      struct fg_error *error);
enum fg_status fg_compare_export_markdown(struct fg_compare_export *target,
                                          const struct fg_compare_report *report,
                                          struct fg_error *error);
enum fg_status fg_compare_export_page(struct fg_compare_export *target,
                                      const struct fg_compare_report *report,
                                      struct fg_error *error);

/*
 * Closes a target that is not written to, and removes its file where opening it created it; a
 * target that is not open is allowed.
 */
void fg_compare_export_abandon(struct fg_compare_export *target);

#ifdef __cplusplus
}
#endif

#endif
