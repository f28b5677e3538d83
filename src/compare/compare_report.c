/* SPDX-License-Identifier: MIT */
/*
 * compare_report.c: finds rows and lines of a report by the properties of their backends.
 */
#include "compare/compare_report.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct fg_numbers fg_compare_list(const struct fg_compare_request *request, size_t first,
                                  size_t count) {
    struct fg_numbers list = {.kind = FG_NUMBERS_LIST, .words = 1, .count = count};
    if (request->wide_numbers != NULL) {
        list.words = 2;
        list.wide_list = request->wide_numbers + first;
    } else {
        list.list = request->numbers + first;
    }
    return list;
}

void fg_compare_report_free(struct fg_compare_report *report) {
    for (size_t i = 0; i < report->row_count; i++) {
        free(report->rows[i].samples_s);
        free(report->rows[i].taken);
    }
    free(report->rows);
    report->rows = NULL;
    report->row_count = 0;
    free(report->curve.lines);
    report->curve.lines = NULL;
    report->curve.line_count = 0;
}

void fg_compare_note_difference(struct fg_compare_report *report, size_t reference_row, size_t row,
                                const struct fg_compare_difference *difference) {
    report->rows[row].differs = true;
    if (report->disagreement)
        return;
    report->disagreement = true;
    report->difference = *difference;
    report->difference.reference_row = reference_row;
    report->difference.row = row;
}

bool fg_compare_nothing_is_available(const struct fg_compare_report *report) {
    for (size_t i = 0; i < report->row_count; i++)
        if (report->rows[i].state != FG_COMPARE_NOT_RUN)
            return false;
    return true;
}

/* Returns whether the backend could run a row, of any method. */
static bool is_available(const struct fg_compare_report *report, const char *backend) {
    for (size_t i = 0; i < report->row_count; i++)
        if (report->rows[i].state != FG_COMPARE_NOT_RUN &&
            strcmp(report->rows[i].backend, backend) == 0)
            return true;
    return false;
}

const struct fg_compare_row *fg_compare_lacking_row(const struct fg_compare_report *report) {
    const char *const names = report->request->backend;
    if (names == NULL || strcmp(names, "auto") == 0)
        return NULL;
    for (size_t i = 0; i < report->row_count; i++)
        if (report->rows[i].status == FG_ERROR_UNAVAILABLE &&
            !is_available(report, report->rows[i].backend))
            return &report->rows[i];
    return NULL;
}

enum fg_status fg_compare_report_status(const struct fg_compare_report *report) {
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
        return FG_ERROR_SELF_CHECK;
    if (first_failure != FG_OK)
        return first_failure;
    if (!fg_compare_nothing_is_available(report))
        return fg_compare_lacking_row(report) != NULL ? FG_ERROR_UNAVAILABLE : FG_OK;
    return report->rows[0].status == FG_ERROR_ARGUMENT ? FG_ERROR_ARGUMENT : FG_ERROR_UNAVAILABLE;
}

bool fg_compare_repeats_input(const struct fg_compare_report *report, size_t size) {
    return size > report->input.count;
}

const char *fg_compare_state_name(enum fg_compare_state state) {
    switch (state) {
    case FG_COMPARE_MEASURED:
        return "measured";
    case FG_COMPARE_SKIPPED:
        return "skipped";
    case FG_COMPARE_NOT_RUN:
        return "not run";
    case FG_COMPARE_FAILED:
        return "failed";
    }
    return "unknown";
}

bool fg_compare_is_one_worker(const struct fg_backend_properties *properties) {
    return properties->one_worker;
}

bool fg_compare_is_process_per_number(const struct fg_backend_properties *properties) {
    return properties->process_per_number;
}

bool fg_compare_is_process_pool(const struct fg_backend_properties *properties) {
    return properties->uses_processes && !properties->process_per_number;
}

bool fg_compare_is_threads(const struct fg_backend_properties *properties) {
    return properties->uses_threads;
}

bool fg_compare_is_gpu(const struct fg_backend_properties *properties) {
    return properties->uses_devices;
}

bool fg_compare_row_can_tell(const struct fg_compare_row *row) {
    size_t known = 0;
    for (size_t i = 0; i < row->taken_count; i++)
        known += row->taken[i].knows_disturbed;
    return 2 * known > row->taken_count;
}

struct fg_compare_turn fg_compare_turn_of(const struct fg_compare_row *row, double run_s,
                                          unsigned repeat) {
    if (fg_compare_uses_gpu(row) || run_s >= FG_COMPARE_SHORT_TURN_S)
        return (struct fg_compare_turn){.runs = 1};
    return (struct fg_compare_turn){
        .runs = repeat > FG_COMPARE_TURNS ? repeat / FG_COMPARE_TURNS : 1,
        .rehearsed = true,
        .warm_s = row->properties->uses_processes ? FG_COMPARE_WARM_PROCESSES_S : FG_COMPARE_WARM_S,
        .brief_s = FG_COMPARE_BRIEF_S,
    };
}

bool fg_compare_has_brief_runs(const struct fg_compare_row *row) {
    for (size_t i = 0; i < row->taken_count; i++)
        if (row->taken[i].run_count > 1)
            return true;
    return false;
}

bool fg_compare_uses_gpu(const struct fg_compare_row *row) {
    assert(row->properties != NULL);
    return row->properties->uses_devices;
}

const struct fg_compare_row *fg_compare_measured_row(const struct fg_compare_report *report,
                                                     enum fg_method method, fg_compare_kind *kind) {
    for (size_t i = 0; i < report->row_count; i++) {
        const struct fg_compare_row *row = &report->rows[i];
        if (row->state == FG_COMPARE_MEASURED && row->method == method && kind(row->properties))
            return row;
    }
    return NULL;
}

const struct fg_compare_row *fg_compare_baseline_row(const struct fg_compare_report *report,
                                                     enum fg_method method) {
    const struct fg_compare_row *best = NULL;
    for (size_t i = 0; i < report->row_count; i++) {
        const struct fg_compare_row *row = &report->rows[i];
        const unsigned rank = row->properties->baseline_rank;
        if (row->state == FG_COMPARE_MEASURED && row->method == method && rank > 0 &&
            (best == NULL || rank < best->properties->baseline_rank))
            best = row;
    }
    return best;
}

const struct fg_compare_curve_line *fg_compare_curve_find(const struct fg_compare_report *report,
                                                          fg_compare_kind *kind) {
    const struct fg_compare_curve *curve = &report->curve;
    for (size_t i = 0; i < curve->line_count; i++)
        if (curve->lines[i].point_count > 0 && kind(report->rows[curve->lines[i].row].properties))
            return &curve->lines[i];
    return NULL;
}
