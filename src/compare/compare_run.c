/*
 * compare_run.c: the operations of a comparison on top of the library's public header, and the
 * order of the command: exports are opened first, the GPUs are listed last.
 */
#include "compare/compare_run.h"

#include "compare/report/compare_export.h"
#include "compare/report/compare_text.h"
#include "terminal/message.h"
#include "terminal/progress.h"
#include <assert.h>
#include <string.h>

struct run_context {
    const struct fg_compare_request *request;
    FILE *err;
};

static double run_now(void *context) {
    return (double)fg_progress_monotonic_ns(context) * 1e-9;
}

static enum fg_status run_probe(void *context, const char *backend, struct fg_error *error) {
    (void)context;
    return fg_backend_probe(backend, error);
}

static enum fg_status run_open(void *context, enum fg_method method, const char *backend,
                               void **engine, struct fg_error *error) {
    const struct fg_compare_request *request = ((struct run_context *)context)->request;
    struct fg_config config = {0};
    config.backend = backend;
    config.method = method;
    config.jobs = request->jobs;
    config.devices = request->devices;
    config.device_count = request->device_count;
    struct fg_engine *opened = NULL;
    const enum fg_status status = fg_engine_open(&config, &opened, error);
    *engine = opened;
    return status;
}

static unsigned run_jobs(void *context, void *engine) {
    (void)context;
    if (strcmp(fg_engine_backend(engine), "serial") == 0)
        return 1;
    return fg_engine_jobs(engine);
}

static enum fg_status run_batch(void *context, void *engine, const uint64_t *numbers, size_t count,
                                struct fg_results *results, struct fg_error *error) {
    (void)context;
    return fg_factor_batch(engine, numbers, count, results, error);
}

static void run_timing(void *context, void *engine, struct fg_timing *timing) {
    (void)context;
    fg_engine_timing(engine, timing);
}

static void run_close(void *context, void *engine) {
    (void)context;
    fg_engine_close(engine);
}

static void run_progress(void *context, const struct fg_compare_row *row, const char *stage,
                         unsigned run, unsigned run_count) {
    FILE *err = ((struct run_context *)context)->err;
    fprintf(err, "\r\033[K%s/%s: %s", fg_method_name(row->method), row->backend, stage);
    if (run > 0)
        fprintf(err, " %u of %u", run, run_count);
    fflush(err);
}

static bool shows_progress(const struct fg_compare_request *request) {
    return request->progress && !request->quiet;
}

static enum fg_status compare(const struct fg_compare_request *request,
                              struct fg_compare_report *report, FILE *err, struct fg_error *error) {
    struct run_context context = {request, err};
    const struct fg_compare_operations operations = {
        .context = &context,
        .now = run_now,
        .probe = run_probe,
        .open = run_open,
        .jobs = run_jobs,
        .run = run_batch,
        .timing = run_timing,
        .close = run_close,
        .progress = shows_progress(request) ? run_progress : NULL,
    };
    const enum fg_status status = fg_compare(request, &operations, report, error);
    if (shows_progress(request)) {
        fputs("\r\033[K", err);
        fflush(err);
    }
    return status;
}

static bool nothing_is_available(const struct fg_compare_report *report) {
    for (size_t i = 0; i < report->row_count; i++)
        if (report->rows[i].state != FG_COMPARE_NOT_RUN)
            return false;
    return true;
}

enum fg_exit_status fg_compare_report_exit(const struct fg_compare_report *report) {
    enum fg_status first_failure = FG_OK;
    bool self_check_failed = false;
    for (size_t i = 0; i < report->row_count; i++) {
        const struct fg_compare_row *row = &report->rows[i];
        if (row->status == FG_ERROR_SELF_CHECK)
            self_check_failed = true;
        if (row->state == FG_COMPARE_FAILED && first_failure == FG_OK)
            first_failure = row->status;
    }
    for (size_t i = 0; i < report->curve.line_count; i++) {
        const enum fg_status status = report->curve.lines[i].status;
        if (status == FG_ERROR_SELF_CHECK)
            self_check_failed = true;
        if (first_failure == FG_OK)
            first_failure = status;
    }
    if (report->disagreement || self_check_failed)
        return FG_EXIT_WRONG;
    if (first_failure != FG_OK)
        return (enum fg_exit_status)fg_exit_status_of(first_failure);
    return nothing_is_available(report) ? FG_EXIT_UNAVAILABLE : FG_EXIT_ANSWERED;
}

/* The files that a comparison may be written to: the option, and how. */
enum target { JSON, MARKDOWN, PAGE, TARGET_COUNT };
static const struct {
    const char *option;
    bool (*write)(struct fg_compare_export *, const struct fg_compare_report *,
                  char message[FG_COMPARE_EXPORT_MESSAGE]);
} targets[TARGET_COUNT] = {
    [JSON] = {"--export-json", fg_compare_export_json},
    [MARKDOWN] = {"--export-markdown", fg_compare_export_markdown},
    [PAGE] = {"--report", fg_compare_export_page},
};

/* Writes the report everywhere; false where any of it failed, with the exports' errors on `err`. */
static bool write_report(const struct fg_compare_report *report,
                         struct fg_compare_export exports[TARGET_COUNT], FILE *out, FILE *err) {
    char message[FG_COMPARE_EXPORT_MESSAGE];
    fg_compare_write_text(report, out);
    bool written = fflush(out) == 0 && !ferror(out);
    for (size_t i = 0; i < TARGET_COUNT; i++) {
        if (exports[i].file != NULL && !targets[i].write(&exports[i], report, message)) {
            fg_message(err, "%s", message);
            written = false;
        }
    }
    return written;
}

static bool asks_for_cuda(const struct fg_compare_report *report) {
    for (size_t i = 0; i < report->row_count; i++)
        if (fg_compare_is_cuda(&report->rows[i]))
            return true;
    return false;
}

/* Measures and writes, with the exports open. */
static enum fg_exit_status compare_into(const struct fg_compare_request *request,
                                        struct fg_compare_export exports[TARGET_COUNT], FILE *out,
                                        FILE *err) {
    struct fg_compare_report report = {0};
    struct fg_error error = {FG_OK, ""};
    enum fg_exit_status status = FG_EXIT_INTERNAL;
    fg_environment_describe(&report.environment);
    if (compare(request, &report, err, &error) != FG_OK) {
        fg_message(err, "%s", error.message);
    } else if (report.row_count == 0) {
        fg_message(err, "there is no backend '%s' to compare", request->backend);
        status = FG_EXIT_USAGE;
    } else {
        if (asks_for_cuda(&report))
            fg_environment_add_gpus(&report.environment);
        status = fg_compare_report_exit(&report);
        if (nothing_is_available(&report))
            fg_message(err, "backend %s is not available: %s", report.rows[0].backend,
                       report.rows[0].reason);
        const bool written = write_report(&report, exports, out, err);
        if (!written && status != FG_EXIT_WRONG)
            status = FG_EXIT_OUTPUT;
    }
    fg_compare_report_free(&report);
    return status;
}

/* Opens what was asked for, each a file of its own; else the exit status after a message. */
static enum fg_exit_status open_exports(const char *const paths[TARGET_COUNT],
                                        struct fg_compare_export exports[TARGET_COUNT], FILE *err) {
    char message[FG_COMPARE_EXPORT_MESSAGE];
    for (size_t i = 0; i < TARGET_COUNT; i++) {
        if (paths[i] != NULL && !fg_compare_export_open(&exports[i], paths[i], message)) {
            fg_message(err, "%s", message);
            return FG_EXIT_OUTPUT;
        }
        for (size_t k = 0; k < i; k++) {
            if (!fg_compare_export_is_same(&exports[k], &exports[i]))
                continue;
            fg_message(err, "%s and %s both name %s", targets[k].option, targets[i].option,
                       paths[k]);
            return FG_EXIT_USAGE;
        }
    }
    return FG_EXIT_ANSWERED;
}

int fg_compare_command(const struct fg_compare_request *request,
                       const struct fg_compare_paths *paths, FILE *out, FILE *err) {
    const char *const of_target[TARGET_COUNT] = {
        [JSON] = paths->json, [MARKDOWN] = paths->markdown, [PAGE] = paths->page};
    struct fg_compare_export exports[TARGET_COUNT] = {{0}};
    assert(request->count >= 1);
    enum fg_exit_status status = open_exports(of_target, exports, err);
    if (status == FG_EXIT_ANSWERED)
        status = compare_into(request, exports, out, err);
    for (size_t i = 0; i < TARGET_COUNT; i++)
        fg_compare_export_abandon(&exports[i]);
    return status;
}
