/* SPDX-License-Identifier: MIT */
/*
 * statistics.c: order statistics of a few samples, intervals of their medians, and the ratio of two
 * rows.
 */
#include "measure/statistics.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

static int compare_seconds(const void *left, const void *right) {
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

struct fg_statistics_summary fg_statistics_summarise(const double *samples_s, size_t count,
                                                     double *sorted_s) {
    assert(samples_s != NULL && sorted_s != NULL && count >= 1);
    for (size_t i = 0; i < count; i++) {
        assert(isfinite(samples_s[i]) && samples_s[i] > 0);
        sorted_s[i] = samples_s[i];
    }
    qsort(sorted_s, count, sizeof sorted_s[0], compare_seconds);

    struct fg_statistics_summary summary;
    summary.count = count;
    summary.min_s = sorted_s[0];
    summary.max_s = sorted_s[count - 1];
    summary.median_s = sorted_s[count / 2];
    if (count % 2 == 0)
        summary.median_s = sorted_s[count / 2 - 1] / 2 + sorted_s[count / 2] / 2;
    return summary;
}

bool fg_statistics_has_outlier(const struct fg_statistics_summary *summary) {
    assert(summary->median_s > 0);
    return summary->max_s > 2 * summary->median_s;
}

struct fg_statistics_ratio fg_statistics_ratio_of(const struct fg_statistics_summary *baseline,
                                                  const struct fg_statistics_summary *row) {
    assert(0 < baseline->min_s && baseline->min_s <= baseline->median_s &&
           baseline->median_s <= baseline->max_s);
    assert(0 < row->min_s && row->min_s <= row->median_s && row->median_s <= row->max_s);

    struct fg_statistics_ratio ratio;
    ratio.value = baseline->median_s / row->median_s;
    ratio.low = baseline->min_s / row->max_s;
    ratio.high = baseline->max_s / row->min_s;
    return ratio;
}

/* The largest k with 2 P(Binomial(count, 1/2) < k) <= error; 0 if there is none. */
static size_t rank_for(size_t count, double error) {
    double log_term = -(double)count * log(2), tail = 0; /* 2^-count may be below all doubles */
    size_t rank = 0;
    while (2 * (tail + exp(log_term)) <= error) {
        tail += exp(log_term);
        log_term += log((double)(count - rank) / (double)(rank + 1));
        rank++;
    }
    return rank;
}

double fg_statistics_margin(size_t count, double error) {
    assert(count >= 2 && 0 < error && error < 1);
    return fmax(1, pow(2 / error, 1 / (double)count) / 2);
}

size_t fg_statistics_runs_for(double error) {
    assert(0 < error && error < 1);
    size_t count = 2;
    while (rank_for(count, error) == 0)
        count++;
    return count;
}

struct fg_statistics_interval fg_statistics_interval_of(const double *sorted, size_t count,
                                                        size_t together, double error) {
    assert(count >= 1 && sorted[0] > 0 && together >= 1);
    const size_t independent = count / together + (count % together != 0);
    if (independent == 1)
        return (struct fg_statistics_interval){0, INFINITY};
    const size_t rank = rank_for(independent, error);
    if (rank > 0) {
        const size_t left_out = (rank - 1) * together;
        return (struct fg_statistics_interval){sorted[left_out], sorted[count - 1 - left_out]};
    }
    const double margin = fg_statistics_margin(independent, error);
    return (struct fg_statistics_interval){sorted[0] / margin, sorted[count - 1] * margin};
}

enum fg_statistics_verdict fg_statistics_judge(const struct fg_statistics_ratio *left_open,
                                               const struct fg_statistics_ratio *sampled,
                                               size_t count) {
    assert(left_open->low <= left_open->high && sampled->low <= sampled->high);
    const double ratio = left_open->value;
    if (count == 1)
        return FG_STATISTICS_TOO_FEW_RUNS;
    if (ratio < FG_STATISTICS_LEAST_RATIO && ratio > 1 / FG_STATISTICS_LEAST_RATIO)
        return FG_STATISTICS_UNCLEAR;
    if (left_open->low > 1 || left_open->high < 1)
        return FG_STATISTICS_CLEAR;
    if (sampled->low > 1 || sampled->high < 1)
        return FG_STATISTICS_TOO_FEW_RUNS;
    return FG_STATISTICS_UNCLEAR;
}

enum fg_statistics_verdict fg_statistics_compare(
    const struct fg_statistics_summary *baseline,
    const struct fg_statistics_interval *baseline_interval, const struct fg_statistics_summary *row,
    const struct fg_statistics_interval *row_interval, struct fg_statistics_ratio *ratio) {
    const struct fg_statistics_ratio sampled = fg_statistics_ratio_of(baseline, row);
    *ratio = (struct fg_statistics_ratio){.value = sampled.value,
                                          .low = baseline_interval->low / row_interval->high,
                                          .high = baseline_interval->high / row_interval->low};
    return fg_statistics_judge(ratio, &sampled,
                               baseline->count < row->count ? baseline->count : row->count);
}
