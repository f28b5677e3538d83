/*
 * compare_run.c: the operations of a comparison on top of the library's public header. The GPUs are
 * listed last, as that initialises CUDA.
 */
#include "compare/compare_run.h"

#include "compare/compare_schedule.h"
#include "terminal/progress.h"
#include "text/failure.h"

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
    const char *const backend = fg_engine_backend(engine);
    return fg_backend_get_properties(backend)->one_worker ? 1 : fg_engine_jobs(engine);
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

static bool asks_for_gpu(const struct fg_compare_report *report) {
    for (size_t i = 0; i < report->row_count; i++)
        if (fg_compare_uses_gpu(&report->rows[i]))
            return true;
    return false;
}

enum fg_status fg_compare_run(const struct fg_compare_request *request,
                              struct fg_compare_report *report, FILE *err, struct fg_error *error) {
    fg_environment_describe(&report->environment);
    FG_TRY(compare(request, report, err, error));
    if (report->row_count == 0)
        return fg_program_fail(error, FG_ERROR_ARGUMENT, "there is no backend '%.400s' to compare",
                               request->backend);
    if (asks_for_gpu(report))
        fg_environment_add_gpus(&report->environment);
    return FG_OK;
}
