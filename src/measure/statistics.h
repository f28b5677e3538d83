/* SPDX-License-Identifier: MIT */
/*
 * statistics.h: summarises a few timed runs, and compares two rows.
 *
 * It uses median, minimum and maximum instead of mean and deviation: other activity of the machine
 * skews run times, and a few samples are too few for a distribution. All times are in seconds;
 * reports choose the units.
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
 * Summarises samples_s[0 .. count), count >= 1, each finite and above 0. `sorted_s` has capacity
 * for `count` entries and holds the samples in ascending order afterwards.
 */
struct fg_statistics_summary fg_statistics_summarise(const double *samples_s, size_t count,
                                                     double *sorted_s);

/* Returns whether there is an outlier: the slowest run took over twice the median. */
bool fg_statistics_has_outlier(const struct fg_statistics_summary *summary);

/* The speed of a row divided by that of its baseline; value 2 is half the time. */
struct fg_statistics_ratio {
    double value;     /* of the medians */
    double low, high; /* bounds from the samples, or from the intervals of the medians */
};

/* Returns the ratio, bounded by the smallest and the largest ratio of any two runs. Both summaries
 * come from fg_statistics_summarise(). */
struct fg_statistics_ratio fg_statistics_ratio_of(const struct fg_statistics_summary *baseline,
                                                  const struct fg_statistics_summary *row);

/*
 * Verdicts say which of several rows is faster. At least one verdict is wrong in at most
 * FG_STATISTICS_ERROR of all comparisons.
 *
 * Each row has an interval that misses the true median of its run times with a probability of at
 * most `error`. A row is clearly faster than another if its interval ends before the other's
 * begins: that is wrong only if one of the two intervals misses. So the intervals of R rows with
 * error FG_STATISTICS_ERROR / R each (Bonferroni's inequality) make all verdicts between them right
 * at once, whichever rows are equal and however unequally they scatter.
 *
 * From fg_statistics_runs_for(error) runs on, the interval reaches from the k-th smallest to the
 * k-th largest sample. It misses the median if fewer than k samples lie on one side of it, with
 * probability 2 P(Binomial(n, 1/2) < k), whatever the distribution: H. A. David and H. N. Nagaraja,
 * Order Statistics, 3rd edition, 2003, section 7.1.
 *
 * Fewer runs may all lie on one side by chance. Their interval is wider than the range of the
 * samples by a factor w, under one assumption: a run takes over w times the median, or under 1/w of
 * it, in at most one of 2w cases each. For w = 1 this is the definition of a median; it holds for
 * tails without a mean (1 in 200 takes 100 times as long), and for log-normal noise up to a
 * standard deviation of 0.79. All n runs are that far off with probability (2w)^-n, so w is (2 /
 * error)^(1/n) / 2.
 */
#define FG_STATISTICS_ERROR 0.01

/*
 * The least ratio of two medians that tells rows apart. The pages and CPUs that a process gets
 * change its times for as long as it lives, and more runs do not average that out. One program was
 * compared with itself ten times, as four processes with 18 runs each: 7 comparisons found a
 * difference, by up to a factor of 1.015 (9.2 us, 2 CPUs, load 20).
 */
#define FG_STATISTICS_LEAST_RATIO 1.05

struct fg_statistics_interval {
    double low, high;
};

/*
 * Returns the interval of the median of sorted[0 .. count), ascending and above 0; 0 < error < 1.
 * It is 0 to infinity for a single run, which does not show how far runs scatter.
 *
 * `together` runs at a time, >= 1, were made one after another, and what disturbs one may disturb
 * all of them. So the interval is that of count / together independent runs, rounded up, each of
 * which stands there `together` times.
 */
struct fg_statistics_interval fg_statistics_interval_of(const double *sorted, size_t count,
                                                        size_t together, double error);

/* Returns the factor w by which the interval is wider than the range of `count` >= 2 samples; 1 if
 * they are enough. */
double fg_statistics_margin(size_t count, double error);

/* Returns the smallest number of runs that is enough. */
size_t fg_statistics_runs_for(double error);

enum fg_statistics_verdict {
    FG_STATISTICS_CLEAR,        /* the range of the ratio is on one side of 1, and the ratio is
                                   FG_STATISTICS_LEAST_RATIO or more, or its inverse or less */
    FG_STATISTICS_UNCLEAR,      /* the samples overlap, or the ratio is nearer to 1 than that */
    FG_STATISTICS_TOO_FEW_RUNS, /* the samples do not overlap, but with so few that may be chance */
};

/* Judges a ratio by its bounds from intervals, `left_open`, and by those from the samples alone.
 * `count` is the smaller of the two rows' sample counts. */
enum fg_statistics_verdict fg_statistics_judge(const struct fg_statistics_ratio *left_open,
                                               const struct fg_statistics_ratio *sampled,
                                               size_t count);

/* Sets *ratio to the ratio of two rows, with bounds from the intervals of their medians. Returns
 * whether it is clear. */
enum fg_statistics_verdict fg_statistics_compare(
    const struct fg_statistics_summary *baseline,
    const struct fg_statistics_interval *baseline_interval, const struct fg_statistics_summary *row,
    const struct fg_statistics_interval *row_interval, struct fg_statistics_ratio *ratio);

#ifdef __cplusplus
}
#endif

#endif
