/* SPDX-License-Identifier: MIT */
/*
 * compare_present.c: opens the exports before anything is measured, and writes them after the
 * report was printed.
 */
#include "compare/report/compare_present.h"

#include "compare/compare_run.h"
#include "compare/report/compare_export.h"
#include "compare/report/compare_text.h"
#include "terminal/message.h"
#include "text/failure.h"
#include <assert.h>
#include <errno.h>
#include <string.h>

/* The files that a comparison may be written to, and their writers. */
enum target { JSON, MARKDOWN, PAGE, TARGET_COUNT };
typedef enum fg_status export_writer(struct fg_compare_export *target,
                                     const struct fg_compare_report *report,
                                     struct fg_error *error);
static export_writer *const writers[TARGET_COUNT] = {[JSON] = fg_compare_export_json,
                                                     [MARKDOWN] = fg_compare_export_markdown,
                                                     [PAGE] = fg_compare_export_page};

/* Opens the requested files. *text becomes NULL if another report goes to `out`. */
static enum fg_status open_exports(const char *const paths[TARGET_COUNT],
                                   struct fg_compare_export exports[TARGET_COUNT], FILE *out,
                                   FILE **text, struct fg_error *error) {
    *text = out;
    for (size_t i = 0; i < TARGET_COUNT; i++) {
        if (paths[i] != NULL && strcmp(paths[i], FG_COMPARE_STDOUT) == 0) {
            fg_compare_export_borrow(&exports[i], "standard output", out);
            *text = NULL;
        } else if (paths[i] != NULL) {
            FG_TRY(fg_compare_export_open(&exports[i], paths[i], error));
        }
    }
    return FG_OK;
}

static enum fg_status print_report(const struct fg_compare_report *report, FILE *out,
                                   struct fg_error *error) {
    errno = 0;
    fg_compare_write_text(report, out);
    if (fflush(out) == 0 && !ferror(out))
        return FG_OK;
    return fg_program_fail(error, FG_ERROR_SYSTEM, "cannot write the report: %s",
                           strerror(errno != 0 ? errno : EIO));
}

/* Writes the report to all targets, even if one fails, and as text unless `text` is NULL. */
static enum fg_status write_report(const struct fg_compare_report *report,
                                   struct fg_compare_export exports[TARGET_COUNT], FILE *text,
                                   FILE *err, struct fg_error *error) {
    enum fg_status status = text != NULL ? print_report(report, text, error) : FG_OK;
    for (size_t i = 0; i < TARGET_COUNT; i++) {
        struct fg_error reason;
        if (exports[i].file == NULL || writers[i](&exports[i], report, &reason) == FG_OK)
            continue;
        if (status != FG_OK)
            fg_message(err, "%s", error->message);
        status = fg_program_fail(error, reason.status, "%s", reason.message);
    }
    return status;
}

/* Measures and writes, with the exports open. */
static enum fg_status compare_into(const struct fg_compare_request *request,
                                   struct fg_compare_report *report,
                                   struct fg_compare_export exports[TARGET_COUNT], FILE *text,
                                   FILE *err, enum fg_status *found, struct fg_error *error) {
    FG_TRY(fg_compare_run(request, report, err, error));
    if (fg_compare_nothing_is_available(report))
        fg_message(err, "backend %s is not available: %s", report->rows[0].backend,
                   report->rows[0].reason);
    *found = fg_compare_report_status(report);
    return write_report(report, exports, text, err, error);
}

enum fg_status fg_compare_present(const struct fg_compare_request *request,
                                  const struct fg_compare_paths *paths, FILE *out, FILE *err,
                                  enum fg_status *found, struct fg_error *error) {
    const char *const of_target[TARGET_COUNT] = {
        [JSON] = paths->json, [MARKDOWN] = paths->markdown, [PAGE] = paths->page};
    struct fg_compare_export exports[TARGET_COUNT] = {{0}};
    struct fg_compare_report report = {0};
    assert(request->count >= 1);
    *found = FG_OK;
    FILE *text;
    enum fg_status status = open_exports(of_target, exports, out, &text, error);
    if (text == NULL && !request->quiet)
        text = err;
    if (status == FG_OK)
        status = compare_into(request, &report, exports, text, err, found, error);
    fg_compare_report_free(&report);
    for (size_t i = 0; i < TARGET_COUNT; i++)
        fg_compare_export_abandon(&exports[i]);
    return status;
}
