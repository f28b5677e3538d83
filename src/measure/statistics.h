/*
 * statistics.h: what a handful of timed runs says, and how far two rows are apart.
 *
 * Median, minimum and maximum instead of mean and deviation: run times are skewed by whatever else
 * the machine does, and five of them are too few for a distribution. Seconds everywhere; units are
 * chosen where a report is written.
 */
#ifndef FG_MEASURE_STATISTICS_H
#define FG_MEASURE_STATISTICS_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fg_statistics_summary {
    double median_s, min_s, max_s;
    size_t count; /* samples */
};

/*
 * Summarises samples_s[0 .. count), count >= 1, each finite and above 0. `sorted_s` has room for
 * `count` entries and holds the samples in ascending order afterwards.
 */
struct fg_statistics_summary fg_statistics_summarise(const double *samples_s, size_t count,
                                                     double *sorted_s);

/* Whether one sample stands out: the slowest run took over twice the median. */
bool fg_statistics_has_outlier(const struct fg_statistics_summary *summary);

/* How many times as fast as its baseline a row is; value 2 is half the time. */
struct fg_statistics_ratio {
    double value;     /* of the medians */
    double low, high; /* the least and the most that any two runs support */
    bool one_run;     /* of either row: low and high say nothing of how far runs are apart */
};

/* Both summaries come from fg_statistics_summarise(). */
struct fg_statistics_ratio fg_statistics_ratio_of(const struct fg_statistics_summary *baseline,
                                                  const struct fg_statistics_summary *row);

/* False where the spread covers 1, "no clear difference", and where there is no spread. */
bool fg_statistics_ratio_is_clear(const struct fg_statistics_ratio *ratio);

#ifdef __cplusplus
}
#endif

#endif
