/* SPDX-License-Identifier: MIT */
/*
 * compare_present.c: opens the exports before anything is measured, and writes them after the
 * report was printed. The comparison that is set beside an earlier one is taken from its own JSON,
 * so that a run says the same of itself as its export does later.
 */
#include "compare/report/compare_present.h"

#include "compare/compare_run.h"
#include "compare/report/compare_beside_write.h"
#include "compare/report/compare_export.h"
#include "compare/report/compare_json.h"
#include "compare/report/compare_markdown.h"
#include "compare/report/compare_page.h"
#include "compare/report/compare_text.h"
#include "terminal/message.h"
#include "text/failure.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The files that a comparison may be written to. */
enum target { JSON, MARKDOWN, PAGE, TARGET_COUNT };

/* A report and the function that writes it. */
struct document {
    const void *report;
    fg_compare_writer *text, *write[TARGET_COUNT];
};

/* The writers of a comparison, and those of two side by side. */
static bool report_text(const void *report, FILE *out) {
    fg_compare_write_text(report, out);
    return true;
}

static bool report_json(const void *report, FILE *out) {
    return fg_compare_write_json(report, out);
}

static bool report_markdown(const void *report, FILE *out) {
    fg_compare_write_markdown(report, out);
    return true;
}

static bool report_page(const void *report, FILE *out) {
    return fg_compare_write_page(report, out);
}

static bool beside_text(const void *beside, FILE *out) {
    fg_beside_write_text(beside, out);
    return true;
}

static bool beside_json(const void *beside, FILE *out) {
    return fg_beside_write_json_document(beside, out);
}

static bool beside_markdown(const void *beside, FILE *out) {
    return fg_beside_write_markdown_document(beside, out);
}

static bool beside_page(const void *beside, FILE *out) {
    return fg_beside_write_page(beside, out);
}

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

static enum fg_status print_text(const struct document *document, FILE *out,
                                 struct fg_error *error) {
    errno = 0;
    document->text(document->report, out);
    if (fflush(out) == 0 && !ferror(out))
        return FG_OK;
    return fg_program_fail(error, FG_ERROR_SYSTEM, "cannot write the report: %s",
                           strerror(errno != 0 ? errno : EIO));
}

/* Writes to all targets, even if one fails, and as text unless `text` is NULL. */
static enum fg_status write_document(const struct document *document,
                                     struct fg_compare_export exports[TARGET_COUNT], FILE *text,
                                     FILE *err, struct fg_error *error) {
    enum fg_status status = text != NULL ? print_text(document, text, error) : FG_OK;
    for (size_t i = 0; i < TARGET_COUNT; i++) {
        struct fg_error reason;
        if (exports[i].file == NULL || fg_compare_export_write(&exports[i], document->write[i],
                                                               document->report, &reason) == FG_OK)
            continue;
        if (status != FG_OK)
            fg_message(err, "%s", error->message);
        status = fg_program_fail(error, reason.status, "%s", reason.message);
    }
    return status;
}

/* Returns the report as a reader of its JSON gets it, with the digits that are written there; NULL
 * if memory is short. */
static json_t *read_back(const struct fg_compare_report *report) {
    char *text = NULL;
    size_t size = 0;
    json_t *root = NULL;
    FILE *const memory = open_memstream(&text, &size);
    if (memory == NULL)
        return NULL;
    const bool written = fg_compare_write_json(report, memory);
    if (fclose(memory) == 0 && written)
        root = json_loadb(text, size, 0, NULL);
    free(text);
    return root;
}

/* Sets the report beside the earlier comparison of its request. */
static enum fg_status set_beside(const struct fg_compare_report *report,
                                 struct fg_exported *exported, struct fg_beside *beside,
                                 struct fg_error *error) {
    json_t *const root = read_back(report);
    if (root == NULL)
        return fg_program_fail_memory(error);
    FG_TRY(fg_exported_take(root, "this run", exported, error));
    return fg_beside_make(beside, report->request->earlier, exported, error);
}

/* Writes a report, with the earlier comparison beside it if the request has one. If that fails, the
 * report is written all the same. */
static enum fg_status write_report(struct fg_compare_report *report,
                                   struct fg_compare_export exports[TARGET_COUNT], FILE *text,
                                   FILE *err, struct fg_error *error) {
    const struct document document = {
        report, report_text, {report_json, report_markdown, report_page}};
    struct fg_exported exported = {0};
    struct fg_beside beside = {0};
    struct fg_error reason = {FG_OK, ""};
    enum fg_status status = FG_OK;
    if (report->request->earlier != NULL) {
        status = set_beside(report, &exported, &beside, &reason);
        report->beside = status == FG_OK ? &beside : NULL;
    }
    const enum fg_status written = write_document(&document, exports, text, err, error);
    report->beside = NULL;
    fg_beside_free(&beside);
    fg_exported_free(&exported);
    if (status == FG_OK || written != FG_OK)
        return written;
    return fg_program_fail(error, status, "%s", reason.message);
}

/* Says on `err` that the row could not run, although it was asked for. */
static void tell_unavailable(const struct fg_compare_row *row, FILE *err) {
    if (row->status == FG_ERROR_ARGUMENT)
        fg_message(err, "method %s was not run: %s", fg_method_name(row->method), row->reason);
    else
        fg_message(err, "backend %s is not available: %s", row->backend, row->reason);
}

/* Says on `err` why the result of the report is not FG_OK: what the reader of an export or of the
 * exit status alone would not know. */
static void tell_failures(const struct fg_compare_report *report, FILE *err) {
    const struct fg_compare_row *const lacking = fg_compare_lacking_row(report);
    if (fg_compare_nothing_is_available(report))
        tell_unavailable(&report->rows[0], err);
    else if (lacking != NULL)
        tell_unavailable(lacking, err);
    for (size_t i = 0; i < report->row_count; i++) {
        const struct fg_compare_row *const row = &report->rows[i];
        if (row->state == FG_COMPARE_FAILED)
            fg_message(err, "%s/%s failed: %s", fg_method_name(row->method), row->backend,
                       row->reason);
    }
    for (size_t i = 0; i < report->curve.line_count; i++) {
        const struct fg_compare_curve_line *const line = &report->curve.lines[i];
        if (line->status != FG_OK)
            fg_message(err, "the batches of %s/%s failed: %s", fg_method_name(report->curve.method),
                       report->rows[line->row].backend, line->reason);
    }
    if (report->disagreement)
        fg_message(err, "the answers of %s/%s and %s/%s differ; the report has a number of which",
                   fg_method_name(report->rows[report->difference.reference_row].method),
                   report->rows[report->difference.reference_row].backend,
                   fg_method_name(report->rows[report->difference.row].method),
                   report->rows[report->difference.row].backend);
}

/* Measures and writes, with the exports open. */
static enum fg_status compare_into(const struct fg_compare_request *request,
                                   struct fg_compare_report *report,
                                   struct fg_compare_export exports[TARGET_COUNT], FILE *text,
                                   FILE *err, enum fg_status *found, struct fg_error *error) {
    FG_TRY(fg_compare_run(request, report, err, error));
    tell_failures(report, err);
    *found = fg_compare_report_status(report);
    return write_report(report, exports, text, err, error);
}

static void abandon_exports(struct fg_compare_export exports[TARGET_COUNT]) {
    for (size_t i = 0; i < TARGET_COUNT; i++)
        fg_compare_export_abandon(&exports[i]);
}

/* The paths in the order of the targets. */
#define OF_TARGETS(paths)                                                                          \
    { [JSON] = (paths)->json, [MARKDOWN] = (paths)->markdown, [PAGE] = (paths)->page }

enum fg_status fg_compare_present(const struct fg_compare_request *request,
                                  const struct fg_compare_paths *paths, FILE *out, FILE *err,
                                  enum fg_status *found, struct fg_error *error) {
    const char *const of_target[TARGET_COUNT] = OF_TARGETS(paths);
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
    abandon_exports(exports);
    return status;
}

enum fg_status fg_compare_present_exported(const struct fg_exported *old_one,
                                           const struct fg_exported *new_one,
                                           const struct fg_compare_paths *paths, bool quiet,
                                           FILE *out, FILE *err, struct fg_error *error) {
    const char *const of_target[TARGET_COUNT] = OF_TARGETS(paths);
    struct fg_compare_export exports[TARGET_COUNT] = {{0}};
    struct fg_beside beside = {0};
    const struct document document = {
        &beside, beside_text, {beside_json, beside_markdown, beside_page}};
    FILE *text;
    FG_TRY(fg_beside_make(&beside, old_one, new_one, error));
    enum fg_status status = open_exports(of_target, exports, out, &text, error);
    if (text == NULL && !quiet)
        text = err;
    if (status == FG_OK)
        status = write_document(&document, exports, text, err, error);
    abandon_exports(exports);
    fg_beside_free(&beside);
    return status;
}
