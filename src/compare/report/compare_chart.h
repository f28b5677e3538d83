/* SPDX-License-Identifier: MIT */
/*
 * compare_chart.h: bars, shares and curves as inline SVG. What they look like in detail is the
 * page's style sheet; patterns, markers and dashes tell things apart without any colour.
 */
#ifndef FG_COMPARE_CHART_H
#define FG_COMPARE_CHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Of times in seconds, or of counts. */
struct fg_chart_axis {
    bool logarithmic; /* from a power of ten to a power of ten; else from 0 */
    double low, high;
};

/* The axis for bars from `least` to `most`, both above 0: logarithmic where they lie so far apart
 * that the short ones would not be seen. */
struct fg_chart_axis fg_chart_axis_for(double least, double most);

/* Where on the axis a value lies, 0 to 1. */
double fg_chart_axis_part(const struct fg_chart_axis *axis, double value);

#define FG_CHART_TICKS_MAX 12
/* The values to be labelled, ascending; returns how many, at least 2. */
size_t fg_chart_axis_ticks(const struct fg_chart_axis *axis, double ticks[FG_CHART_TICKS_MAX]);

/* The patterns that the charts refer to: once in a page, before them. */
void fg_chart_write_patterns(FILE *out);

struct fg_chart_bar {
    const char *group;             /* a heading above the bar; NULL: none */
    const char *label;             /* at the left */
    double median_s, min_s, max_s; /* above 0; median_s 0: no bar but `text` in its place */
    const char *text;              /* beside the bar */
    const char *hint;              /* shown where the pointer rests */
    bool is_gpu;
};

/* Horizontal bars over one axis of time. `description` is the chart in words. */
void fg_chart_write_bars(FILE *out, const struct fg_chart_bar *bars, size_t count,
                         const char *description);

#define FG_CHART_PARTS_MAX 5
struct fg_chart_stack {
    const char *label;                  /* above the bar */
    double parts_s[FG_CHART_PARTS_MAX]; /* 0: left out */
};

/* One bar of full width for each stack, cut in proportion to its parts, and what the parts are. */
void fg_chart_write_stacks(FILE *out, const struct fg_chart_stack *stacks, size_t count,
                           const char *const parts[FG_CHART_PARTS_MAX], const char *description);

#define FG_CHART_LINES_MAX 16
struct fg_chart_line {
    const char *label;
    size_t point_count;    /* at least 1 */
    const double *sizes;   /* ascending, >= 1 */
    const double *times_s; /* above 0 */
    bool is_gpu;
};

/* A point to look at, from which on something holds: "cuda faster than threads". */
struct fg_chart_mark {
    double size, time_s;
    const char *text;
};

/* Time against size on two logarithmic axes; `whole` is the size of the whole input, and points
 * beyond it are drawn as repeating it. */
void fg_chart_write_lines(FILE *out, const struct fg_chart_line *lines, size_t count,
                          const struct fg_chart_mark *marks, size_t mark_count, double whole,
                          const char *description);

#ifdef __cplusplus
}
#endif

#endif
