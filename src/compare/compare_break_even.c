/* SPDX-License-Identifier: MIT */
/*
 * compare_break_even.c: finds which backend leads at each size of the curve, and from which size on
 * the leader stays the same.
 */
#include "compare/compare_break_even.h"

#include <assert.h>

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

/* Judges one size: how many times as long the rival took as the backend, run by run. */
static void judge_lead(const struct fg_compare_curve_point *point,
                       const struct fg_compare_curve_point *rival, double error,
                       struct fg_compare_lead *lead) {
    double ratios[FG_COMPARE_CURVE_RUNS_MAX], sorted[FG_COMPARE_CURVE_RUNS_MAX];
    const size_t count = smaller(point->sample_count, rival->sample_count);
    for (size_t i = 0; i < count; i++)
        ratios[i] = rival->samples_s[i] / point->samples_s[i];
    const struct fg_statistics_summary summary = fg_statistics_summarise(ratios, count, sorted);
    const struct fg_statistics_interval interval =
        fg_statistics_interval_of(sorted, count, 1, error);
    const struct fg_statistics_ratio left_open = {summary.median_s, interval.low, interval.high},
                                     sampled = {summary.median_s, summary.min_s, summary.max_s};
    const bool ahead = summary.median_s > 1;
    lead->ratio = ahead ? summary.median_s : 1 / summary.median_s;
    lead->runs = count;
    switch (fg_statistics_judge(&left_open, &sampled, count)) {
    case FG_STATISTICS_CLEAR:
        lead->leader = ahead ? FG_COMPARE_LEADS : FG_COMPARE_RIVAL_LEADS;
        break;
    case FG_STATISTICS_UNCLEAR:
        lead->leader = FG_COMPARE_NO_LEADER;
        break;
    case FG_STATISTICS_TOO_FEW_RUNS:
        lead->leader = FG_COMPARE_TOO_FEW_RUNS;
        break;
    }
}

static void judge_leads(struct fg_compare_break_even *found, double error) {
    for (size_t i = 0; i < found->count; i++) {
        found->leads[i].size = found->line->points[i].size;
        judge_lead(&found->line->points[i], &found->rival_line->points[i], error, &found->leads[i]);
    }
    found->last = found->count - 1;
    while (found->last > 0 &&
           found->leads[found->last - 1].leader == found->leads[found->count - 1].leader)
        found->last--;
}

double fg_compare_lead_error(const struct fg_compare_break_even *found, size_t count) {
    size_t leads = 0;
    for (size_t i = 0; i < count; i++)
        leads += found[i].count;
    assert(leads > 0);
    return FG_STATISTICS_ERROR / (double)leads;
}

bool fg_compare_is_break_even(const struct fg_compare_break_even *found) {
    const enum fg_compare_leader leader = found->leads[found->count - 1].leader;
    return found->last > 0 && (leader == FG_COMPARE_LEADS || leader == FG_COMPARE_RIVAL_LEADS);
}

size_t fg_compare_break_evens(const struct fg_compare_report *report,
                              struct fg_compare_break_even found[FG_COMPARE_BREAK_EVENS_MAX]) {
    static const struct {
        fg_compare_kind *faster, *slower;
    } pairs[FG_COMPARE_BREAK_EVENS_MAX] = {
        {fg_compare_is_gpu, fg_compare_is_threads},
        {fg_compare_is_threads, fg_compare_is_one_worker},
        {fg_compare_is_process_per_number, fg_compare_is_one_worker}};
    size_t count = 0;
    for (size_t i = 0; i < FG_COMPARE_BREAK_EVENS_MAX && !report->disagreement; i++) {
        const struct fg_compare_curve_line *line = fg_compare_curve_find(report, pairs[i].faster);
        const struct fg_compare_curve_line *rival = fg_compare_curve_find(report, pairs[i].slower);
        if (line == NULL || rival == NULL)
            continue;
        /* Both lines begin at the first size and have no gaps before they end. */
        found[count] =
            (struct fg_compare_break_even){.backend = report->rows[line->row].backend,
                                           .rival = report->rows[rival->row].backend,
                                           .line = line,
                                           .rival_line = rival,
                                           .count = smaller(line->point_count, rival->point_count)};
        count++;
    }
    for (size_t i = 0; i < count; i++)
        judge_leads(&found[i], fg_compare_lead_error(found, count));
    return count;
}
