/* SPDX-License-Identifier: MIT */
/*
 * compare_break_even.h: with how many numbers one backend is faster than another, read off the
 * curve of time against batch size.
 *
 * Both backends had the same batches at a size, run by run, so their times are compared in pairs:
 * the ratios of the pairs have an interval of their median (measure/statistics.h), and a backend
 * leads where that lies on its side of 1. All sizes of all pairs of backends are one family: of all
 * these leads, together, at least one is wrong in at most FG_STATISTICS_ERROR of all comparisons.
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
    FG_COMPARE_NO_LEADER,    /* the runs leave it open */
    FG_COMPARE_TOO_FEW_RUNS, /* every run has the same leader, but so few may have it by chance */
};

struct fg_compare_lead {
    size_t size; /* numbers in the batch */
    enum fg_compare_leader leader;
    double ratio; /* how many times as fast as the slower the faster is; the median of the pairs */
};

struct fg_compare_break_even {
    const char *backend, *rival;
    const struct fg_compare_curve_line *line, *rival_line;
    size_t count; /* of the sizes that both were timed with, at least 1 */
    struct fg_compare_lead leads[FG_COMPARE_CURVE_SIZES_MAX]; /* by size, ascending */
    size_t last; /* the first of the largest sizes that all have the same leader */
};

/* Most that fg_compare_break_evens() finds. */
#define FG_COMPARE_BREAK_EVENS_MAX 3

/*
 * Those worth telling: the GPU against threads if there are times of a GPU, and what threads and a
 * process for each number are worth against one worker. Returns how many; 0 of rows that disagree.
 */
size_t fg_compare_break_evens(const struct fg_compare_report *report,
                              struct fg_compare_break_even found[FG_COMPARE_BREAK_EVENS_MAX]);

/* How likely the interval of one lead may miss, of `count` >= 1 break-evens of a report. */
double fg_compare_lead_error(const struct fg_compare_break_even *found, size_t count);

/* Whether it has a clear leader with the largest sizes, and not with all of them: a break-even. */
bool fg_compare_is_break_even(const struct fg_compare_break_even *found);

#ifdef __cplusplus
}
#endif

#endif
