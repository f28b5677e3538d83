/* SPDX-License-Identifier: MIT */
/*
 * compare_verdict.h: evaluates the samples of a table: each row's median with its interval, the
 * ratios, and which of two rows is faster.
 *
 * All rows of a table are one family: at least one verdict between any two of them is wrong in at
 * most FG_STATISTICS_ERROR of all comparisons (measure/statistics.h).
 */
#ifndef FG_COMPARE_VERDICT_H
#define FG_COMPARE_VERDICT_H

#include "compare/compare_report.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Fills summary, interval, ratio and verdict of every measured row from its samples. Fails if
 * memory is short. */
enum fg_status fg_compare_evaluate(struct fg_compare_report *report, struct fg_error *error);

/* Returns the max probability that the interval of one row misses. The report has at least one
 * measured row. */
double fg_compare_row_error(const struct fg_compare_report *report);

/* Returns how many timed runs a measured row made one after another, in each of its turns. */
size_t fg_compare_runs_together(const struct fg_compare_report *report,
                                const struct fg_compare_row *row);

/* Returns how many timed runs a measured row has; 0 if there is no measured row. */
size_t fg_compare_run_count(const struct fg_compare_report *report);

/* Sets *ratio to the ratio of two measured rows, with bounds from their intervals. Returns whether
 * it is clear. */
enum fg_statistics_verdict fg_compare_verdict_between(const struct fg_compare_row *baseline,
                                                      const struct fg_compare_row *row,
                                                      struct fg_statistics_ratio *ratio);

/* Returns the verdict on two rows; CLEAR if one of them is not measured or they are the same. */
enum fg_statistics_verdict fg_compare_verdict_on(const struct fg_compare_row *row,
                                                 const struct fg_compare_row *other);
/* Returns whether both rows are measured and the first is clearly faster. */
bool fg_compare_is_faster(const struct fg_compare_row *row, const struct fg_compare_row *other);

#ifdef __cplusplus
}
#endif

#endif
