/* SPDX-License-Identifier: MIT */
/*
 * compare_verdict.c: divides the allowed error among the measured rows, and judges pairs of them.
 */
#include "compare/compare_verdict.h"

#include "text/failure.h"
#include <assert.h>
#include <stdlib.h>

static size_t count_measured(const struct fg_compare_report *report) {
    size_t count = 0;
    for (size_t i = 0; i < report->row_count; i++)
        count += report->rows[i].state == FG_COMPARE_MEASURED;
    return count;
}

size_t fg_compare_run_count(const struct fg_compare_report *report) {
    for (size_t i = 0; i < report->row_count; i++)
        if (report->rows[i].state == FG_COMPARE_MEASURED)
            return report->rows[i].sample_count;
    return 0;
}

double fg_compare_row_error(const struct fg_compare_report *report) {
    const size_t count = count_measured(report);
    assert(count > 0);
    return FG_STATISTICS_ERROR / (double)count;
}

enum fg_statistics_verdict fg_compare_verdict_between(const struct fg_compare_row *baseline,
                                                      const struct fg_compare_row *row,
                                                      struct fg_statistics_ratio *ratio) {
    return fg_statistics_compare(&baseline->summary, &baseline->interval, &row->summary,
                                 &row->interval, ratio);
}

enum fg_statistics_verdict fg_compare_verdict_on(const struct fg_compare_row *row,
                                                 const struct fg_compare_row *other) {
    struct fg_statistics_ratio ratio;
    return row == other || row->state != FG_COMPARE_MEASURED || other->state != FG_COMPARE_MEASURED
               ? FG_STATISTICS_CLEAR
               : fg_compare_verdict_between(other, row, &ratio);
}

bool fg_compare_is_faster(const struct fg_compare_row *row, const struct fg_compare_row *other) {
    if (row->state != FG_COMPARE_MEASURED || other->state != FG_COMPARE_MEASURED)
        return false;
    struct fg_statistics_ratio ratio;
    return fg_compare_verdict_between(other, row, &ratio) == FG_STATISTICS_CLEAR && ratio.low > 1;
}

size_t fg_compare_runs_together(const struct fg_compare_report *report,
                                const struct fg_compare_row *row) {
    return fg_compare_turn_of(row, row->warm_up_s, report->request->repeat).runs;
}

/* Gives a measured row its ratio to the baseline of its method. */
static void relate_row(const struct fg_compare_report *report, struct fg_compare_row *row) {
    const struct fg_compare_row *baseline = fg_compare_baseline_row(report, row->method);
    if (baseline == NULL || report->disagreement)
        return;
    row->baseline = (size_t)(baseline - report->rows);
    row->verdict = fg_compare_verdict_between(baseline, row, &row->ratio);
    row->has_ratio = true;
}

enum fg_status fg_compare_evaluate(struct fg_compare_report *report, struct fg_error *error) {
    double *const sorted_s = calloc(report->request->repeat, sizeof sorted_s[0]);
    if (sorted_s == NULL)
        return fg_program_fail_memory(error);
    struct fg_compare_row *const end = report->rows + report->row_count;
    for (struct fg_compare_row *row = report->rows; row < end; row++) {
        if (row->state != FG_COMPARE_MEASURED)
            continue;
        row->summary = fg_statistics_summarise(row->samples_s, row->sample_count, sorted_s);
        row->interval = fg_statistics_interval_of(sorted_s, row->sample_count,
                                                  fg_compare_runs_together(report, row),
                                                  fg_compare_row_error(report));
    }
    for (struct fg_compare_row *row = report->rows; row < end; row++)
        if (row->state == FG_COMPARE_MEASURED)
            relate_row(report, row);
    free(sorted_s);
    return FG_OK;
}
