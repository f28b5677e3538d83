/* SPDX-License-Identifier: MIT */
/*
 * compare_break_even.h: finds from the curve of time against batch size how many numbers make one
 * backend faster than another.
 *
 * At each size both backends were timed with the same batches, so the times of each run form a
 * pair. Each run has a turn of its own, so what disturbs a whole turn disturbs one pair. The ratios
 * of these pairs have an interval of their median (measure/statistics.h). A
 * backend leads if the whole interval lies on its side of 1. All sizes of all pairs of backends are
 * one family: at least one lead is wrong in at most FG_STATISTICS_ERROR of all comparisons.
 */
#ifndef FG_COMPARE_BREAK_EVEN_H
#define FG_COMPARE_BREAK_EVEN_H

#include "compare/compare_report.h"

#ifdef __cplusplus
extern "C" {
#endif

enum fg_compare_leader {
    FG_COMPARE_LEADS,        /* the backend is clearly faster */
    FG_COMPARE_RIVAL_LEADS,  /* the rival is */
    FG_COMPARE_NO_LEADER,    /* the runs do not decide it */
    FG_COMPARE_TOO_FEW_RUNS, /* every run has the same leader, but with so few runs that may be
                                chance */
};

struct fg_compare_lead {
    size_t size; /* numbers in the batch */
    enum fg_compare_leader leader;
    size_t runs;  /* pairs of them that decided it */
    double ratio; /* slower time / faster time; the median of the pairs */
};

struct fg_compare_break_even {
    const char *backend, *rival;
    const struct fg_compare_curve_line *line, *rival_line;
    size_t count; /* of the sizes that both were timed with, at least 1 */
    struct fg_compare_lead leads[FG_COMPARE_CURVE_SIZES_MAX]; /* by size, ascending */
    size_t last; /* the first of the largest sizes that all have the same leader */
};

/* Max number of break-evens that fg_compare_break_evens() finds. */
#define FG_COMPARE_BREAK_EVENS_MAX 3

/*
 * Finds the break-evens that a report shows: the GPU against threads if there are times of a GPU,
 * threads against one worker, and a process for each number against one worker. Returns how many; 0
 * if rows disagree.
 */
size_t fg_compare_break_evens(const struct fg_compare_report *report,
                              struct fg_compare_break_even found[FG_COMPARE_BREAK_EVENS_MAX]);

/* Returns the max probability that the interval of one lead misses, for `count` >= 1 break-evens of
 * a report. */
double fg_compare_lead_error(const struct fg_compare_break_even *found, size_t count);

/* Returns whether the largest sizes have a clear leader that some smaller size does not have. */
bool fg_compare_is_break_even(const struct fg_compare_break_even *found);

#ifdef __cplusplus
}
#endif

#endif
