/* SPDX-License-Identifier: MIT */
/*
 * compare_export.h: writes a report to a file, or to an open stream. A target is opened before
 * anything is measured, so that a mistyped path is noticed at once. An existing file is replaced
 * only when the report is ready.
 */
#ifndef FG_COMPARE_EXPORT_H
#define FG_COMPARE_EXPORT_H

#include "factor_gpu.h"
#include <stdbool.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fg_compare_export {
    const char *path; /* must outlive the export */
    FILE *file;       /* NULL: not open */
    bool created;     /* there was no such file before */
    bool borrowed;    /* the file belongs to the caller, which closes it */
};

/* Opens `path` for writing. A file that there was not is created, to see that it can be, and
 * removed again until the report is ready, so that a signal leaves none that is empty. Fails with
 * FG_ERROR_SYSTEM. */
enum fg_status fg_compare_export_open(struct fg_compare_export *target, const char *path,
                                      struct fg_error *error);

/* Makes `stream` the target; it still belongs to the caller. Messages call it `name`. */
void fg_compare_export_borrow(struct fg_compare_export *target, const char *name, FILE *stream);

/* Writes a report in one format. Returns false if memory is short or JSON could not be written. */
typedef bool fg_compare_writer(const void *report, FILE *out);

/*
 * Replaces the file's contents by what `write` makes of `report`, and closes it; to a stream that
 * is appended. Makes the file again if it was removed meanwhile. Fails with FG_ERROR_SYSTEM if
 * writing, flushing or closing fails: the report is then in another file, which the message names,
 * if that can be written. A file keeps its old contents if there is no space for the new ones.
 * Removes a file that opening created if it is still empty.
 */
enum fg_status fg_compare_export_write(struct fg_compare_export *target, fg_compare_writer *write,
                                       const void *report, struct fg_error *error);

/*
 * Closes a target without writing, and removes its file if opening created it. A target that is not
 * open is allowed.
 */
void fg_compare_export_abandon(struct fg_compare_export *target);

#ifdef __cplusplus
}
#endif

#endif
