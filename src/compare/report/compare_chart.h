/* SPDX-License-Identifier: MIT */
/*
 * compare_chart.h: draws bars, shares and curves as inline SVG. The page's style sheet sets their
 * look in detail; patterns, markers and dashes tell things apart without colour.
 */
#ifndef FG_COMPARE_CHART_H
#define FG_COMPARE_CHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An axis of times in seconds, or of counts. */
struct fg_chart_axis {
    bool logarithmic; /* between two powers of ten; else from 0 */
    double low, high;
};

/* Returns the axis for bars from `least` to `most`, both above 0. It is logarithmic if short bars
 * would be invisible on a linear one. */
struct fg_chart_axis fg_chart_axis_for(double least, double most);

/* Returns the position of a value on the axis, 0 to 1. */
double fg_chart_axis_part(const struct fg_chart_axis *axis, double value);

#define FG_CHART_TICKS_MAX 12
/* Sets the values to label, ascending; returns how many, at least 2. */
size_t fg_chart_axis_ticks(const struct fg_chart_axis *axis, double ticks[FG_CHART_TICKS_MAX]);

/* Writes the patterns that the charts refer to: once in a page, before the charts. */
void fg_chart_write_patterns(FILE *out);

struct fg_chart_bar {
    const char *group;             /* a heading above the bar; NULL: none */
    const char *label;             /* at the left */
    double median_s, min_s, max_s; /* above 0; median_s 0: `text` instead of a bar */
    const char *text;              /* beside the bar */
    const char *hint;              /* shown when the pointer rests on the bar */
    bool is_gpu;
};

/* Writes horizontal bars over one axis of time. `description` is the chart in words. */
void fg_chart_write_bars(FILE *out, const struct fg_chart_bar *bars, size_t count,
                         const char *description);

#define FG_CHART_PARTS_MAX 5
struct fg_chart_stack {
    const char *label;                  /* above the bar */
    double parts_s[FG_CHART_PARTS_MAX]; /* 0: left out */
};

/* Writes one bar of full width for each stack, divided in proportion to its parts, and a legend of
 * the parts. */
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

/* A marked point from which on something holds: "cuda faster than threads". */
struct fg_chart_mark {
    double size, time_s;
    const char *text;
};

/* Writes time against size on two logarithmic axes. `whole` is the size of the whole input; points
 * beyond it are drawn as repetitions of the input. */
void fg_chart_write_lines(FILE *out, const struct fg_chart_line *lines, size_t count,
                          const struct fg_chart_mark *marks, size_t mark_count, double whole,
                          const char *description);

#ifdef __cplusplus
}
#endif

#endif
