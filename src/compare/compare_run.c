/* SPDX-License-Identifier: MIT */
/*
 * compare_run.c: the operations of a comparison, with a process for each row. The GPUs are listed
 * last, because that initialises CUDA.
 */
#include "compare/compare_run.h"

#include "compare/compare_progress.h"
#include "compare/compare_schedule.h"
#include "compare/row_process.h"
#include "measure/clock.h"
#include "text/failure.h"
#include <string.h>

struct run_context {
    const struct fg_compare_request *request;
    struct fg_row_common common;
    struct fg_compare_progress progress;
};

static double run_now(void *context) {
    (void)context;
    return fg_clock_s(CLOCK_MONOTONIC);
}

static enum fg_status run_probe(void *context, const char *backend, struct fg_error *error) {
    const struct run_context *const run = context;
    return fg_row_process_probe(&run->common, backend, error);
}

static enum fg_status run_open(void *context, enum fg_method method, const char *backend,
                               void **engine, struct fg_error *error) {
    const struct run_context *const run = context;
    const struct fg_config config = {
        .backend = backend,
        .method = method,
        .jobs = run->request->jobs,
        .devices = run->request->devices,
        .device_count = run->request->device_count,
        .smooth_bound = run->request->smooth_bound,
    };
    struct fg_row_process *process = NULL;
    const enum fg_status status = fg_row_process_start(&run->common, &config, &process, error);
    *engine = process;
    return status;
}

static unsigned run_jobs(void *context, void *engine) {
    (void)context;
    return fg_row_process_jobs(engine);
}

static enum fg_status run_batch(void *context, void *engine, const struct fg_compare_batch *batch,
                                struct fg_compare_sample *sample, struct fg_error *error) {
    (void)context;
    return fg_row_process_run(engine, batch, sample, error);
}

static enum fg_status run_check(void *context, void *engine, size_t first,
                                struct fg_compare_check *check, struct fg_error *error) {
    (void)context;
    return fg_row_process_check(engine, first, check, error);
}

static void run_timing(void *context, void *engine, struct fg_timing *timing) {
    (void)context;
    fg_row_process_timing(engine, timing);
}

static uint64_t run_peak_bytes(void *context, void *engine) {
    (void)context;
    return fg_row_process_peak_bytes(engine);
}

static void run_energy(void *context, void *engine, bool run, struct fg_compare_energy *energy,
                       char *reason, size_t size) {
    (void)context;
    fg_row_process_energy(engine, run, energy, reason, size);
}

static void run_close(void *context, void *engine) {
    (void)context;
    fg_row_process_end(engine);
}

static void run_progress(void *context, const struct fg_compare_row *row, const char *stage,
                         unsigned run, unsigned run_count) {
    fg_compare_progress_note(&((struct run_context *)context)->progress, row, stage, run,
                             run_count);
}

/* Shows progress while a row is at work. */
static void run_waiting(void *context) {
    fg_compare_progress_tick(&((struct run_context *)context)->progress);
}

static enum fg_status run_sample_work(void *context, enum fg_method method, uint64_t n,
                                      double *seconds, struct fg_error *error) {
    (void)context;
    return fg_sample_work(method, n, seconds, error);
}

static enum fg_status compare(const struct fg_compare_request *request,
                              struct fg_compare_report *report, FILE *err, struct fg_error *error) {
    struct run_context context = {.request = request};
    const bool shows_progress = request->progress != FG_PROGRESS_NONE;
    const struct fg_compare_operations operations = {
        .context = &context,
        .now = run_now,
        .probe = run_probe,
        .open = run_open,
        .jobs = run_jobs,
        .run = run_batch,
        .check = run_check,
        .timing = run_timing,
        .peak_bytes = run_peak_bytes,
        .energy = run_energy,
        .close = run_close,
        .progress = shows_progress ? run_progress : NULL,
        .sample_work = run_sample_work,
    };
    fg_compare_progress_start(&context.progress, report, err);
    enum fg_status status = fg_row_common_make(request, &context.common, error);
    context.common.waiting = shows_progress ? run_waiting : NULL;
    context.common.waiting_context = &context;
    report->cpu_packages = context.common.cpu_energy.package_count;
    memcpy(report->cpu_energy_reason, context.common.cpu_energy.reason,
           sizeof report->cpu_energy_reason);
    if (status == FG_OK)
        status = fg_compare(request, &operations, report, error);
    fg_row_common_free(&context.common);
    fg_compare_progress_end(&context.progress, status == FG_OK);
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
