/*
 * statistics.c: order statistics of a few samples, and the ratio of two rows with its spread.
 *
 * The spread is the widest that the samples allow (fastest baseline against slowest row, and the
 * other way round): it overstates the doubt rather than understating it.
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
    ratio.one_run = baseline->count == 1 || row->count == 1;
    return ratio;
}

bool fg_statistics_ratio_is_clear(const struct fg_statistics_ratio *ratio) {
    assert(ratio->low <= ratio->high);
    return !ratio->one_run && (ratio->low > 1 || ratio->high < 1);
}
