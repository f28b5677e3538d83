/* SPDX-License-Identifier: MIT */
/*
 * compare_chart.c: SVG in units of about one pixel; a chart is CHART_WIDTH units wide. A character
 * is assumed to be CHARACTER units wide, because labels are placed before they are drawn.
 */
#include "compare/report/compare_chart.h"

#include "compare/report/compare_format.h"
#include "compare/report/compare_html.h"
#include <assert.h>
#include <math.h>
#include <string.h>

#define CHART_WIDTH 760.0
#define CHARACTER 7.0

/* Max ratio of bars on a linear axis: a bar of a thirtieth of the longest is still visible. */
#define LINEAR_SPREAD_MAX 30.0
/* A logarithmic axis begins at least this factor below the shortest bar, so that the bar is
 * visible. */
#define DECADE_MARGIN 1.5
#define LABELLED_DECADES_MAX 8

struct fg_chart_axis fg_chart_axis_for(double least, double most) {
    assert(0 < least && least <= most);
    struct fg_chart_axis axis = {most > LINEAR_SPREAD_MAX * least, 0, 0};
    if (axis.logarithmic) {
        axis.low = pow(10, floor(log10(least / DECADE_MARGIN)));
        axis.high = pow(10, ceil(log10(most)));
        return axis;
    }
    const double decade = pow(10, floor(log10(most)));
    const double steps[] = {1, 1.5, 2, 3, 4, 5, 6, 8, 10};
    size_t i = 0;
    while (i + 1 < sizeof steps / sizeof steps[0] && steps[i] * decade < most)
        i++;
    axis.high = steps[i] * decade;
    return axis;
}

double fg_chart_axis_part(const struct fg_chart_axis *axis, double value) {
    const double part = axis->logarithmic ? log(value / axis->low) / log(axis->high / axis->low)
                                          : (value - axis->low) / (axis->high - axis->low);
    return fmin(fmax(part, 0), 1);
}

/* Returns the step between two ticks of a linear axis that ends at `end`, 1 to 10. */
static double tick_step(double end) {
    if (end < 1.8)
        return 0.25;
    if (end < 3.5)
        return 0.5;
    return end < 9 ? 1 : 2;
}

size_t fg_chart_axis_ticks(const struct fg_chart_axis *axis, double ticks[FG_CHART_TICKS_MAX]) {
    size_t count = 0;
    if (!axis->logarithmic) {
        const double decade = pow(10, floor(log10(axis->high) + 1e-9));
        const double step = decade * tick_step(axis->high / decade);
        while (count < FG_CHART_TICKS_MAX && (double)count * step <= axis->high * (1 + 1e-9)) {
            ticks[count] = (double)count * step;
            count++;
        }
        return count;
    }
    const int low = (int)ceil(log10(axis->low) - 1e-9), high = (int)floor(log10(axis->high) + 1e-9);
    const int step = 1 + (high - low) / (LABELLED_DECADES_MAX + 1);
    for (int exponent = low; exponent <= high && count < FG_CHART_TICKS_MAX; exponent += step)
        ticks[count++] = pow(10, exponent);
    return count;
}

static void begin(FILE *out, double height, const char *description) {
    fprintf(out, "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"", CHART_WIDTH, height);
    fg_html_put(out, description);
    fputs("\">\n", out);
}

static void put_hint(FILE *out, const char *hint) {
    fputs("<title>", out);
    fg_html_put(out, hint);
    fputs("</title>", out);
}

static void put_line(FILE *out, const char *class, double x1, double y1, double x2, double y2) {
    fprintf(out, "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n", class,
            x1, y1, x2, y2);
}

/* Writes text at (x, y). `anchor` is the part of the text that lies at x: "start", "middle" or
 * "end". */
static void put_text(FILE *out, const char *class, const char *anchor, double x, double y,
                     const char *text) {
    fprintf(out, "<text class=\"%s\" text-anchor=\"%s\" x=\"%.1f\" y=\"%.1f\">", class, anchor, x,
            y);
    fg_html_put(out, text);
    fputs("</text>\n", out);
}

/* Formats a tick in the unit of `largest_s`. Powers of ten each have a unit of their own. */
static void format_tick(double seconds, double largest_s, char text[FG_QUANTITY_CELL]) {
    /* pow() may give a little less than 1e-3, a millisecond. */
    const struct fg_unit unit = fg_unit_for(largest_s * (1 + 1e-9));
    snprintf(text, FG_QUANTITY_CELL, "%.6g %s", seconds / unit.seconds, unit.name);
}

/* Writes "1000" in digits, but from 10 to the sixth on a power with its exponent above the line. */
static void put_count_tick(FILE *out, double x, double y, double count) {
    fprintf(out, "<text class=\"tick\" text-anchor=\"middle\" x=\"%.1f\" y=\"%.1f\">", x, y);
    if (count < 1e6)
        fprintf(out, "%.0f", count);
    else
        fprintf(out, "10<tspan dy=\"-5\" font-size=\"9\">%.0f</tspan>", log10(count));
    fputs("</text>\n", out);
}

void fg_chart_write_patterns(FILE *out) {
    static const char *const strokes[FG_CHART_PARTS_MAX] = {
        "",
        "M-2,2 l4,-4 M0,8 l8,-8 M6,10 l4,-4",
        "M-2,6 l4,4 M0,0 l8,8 M6,-2 l4,4",
        "M0,2 h8 M0,6 h8",
        "M2,2 h2 M6,6 h2",
    };
    fputs("<svg class=\"patterns\" width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>\n", out);
    for (size_t i = 0; i < FG_CHART_PARTS_MAX; i++)
        fprintf(out,
                "<pattern id=\"part%zu\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">"
                "<rect class=\"fill%zu\" width=\"8\" height=\"8\"/>"
                "<path class=\"stroke%zu\" d=\"M0,0 %s\"/></pattern>\n",
                i, i, i, strokes[i]);
    fputs("</defs></svg>\n", out);
}

/* ---- Bars ---- */

#define BAR_LEFT 96.0
#define BAR_RIGHT 590.0
#define BAR_ROW 24.0
#define BAR_HEADING 30.0
#define BAR_AXIS 46.0
#define LABEL_COLUMNS 12
#define TEXT_COLUMNS 90

static double bar_x(const struct fg_chart_axis *axis, double seconds) {
    return BAR_LEFT + (BAR_RIGHT - BAR_LEFT) * fg_chart_axis_part(axis, seconds);
}

static void put_bar(FILE *out, const struct fg_chart_axis *axis, const struct fg_chart_bar *bar,
                    double y) {
    const double middle = y + BAR_ROW / 2;
    fprintf(out, "<g>");
    put_hint(out, bar->hint);
    fprintf(out, "<text class=\"label\" text-anchor=\"end\" x=\"%.1f\" y=\"%.1f\">", BAR_LEFT - 8,
            middle + 4);
    fg_html_put_cut(out, bar->label, LABEL_COLUMNS);
    fputs("</text>\n", out);
    double text_x = BAR_LEFT + 6;
    if (bar->median_s > 0) {
        const double low = bar_x(axis, bar->min_s), high = bar_x(axis, bar->max_s);
        fprintf(out,
                "<rect class=\"bar\" fill=\"url(#part%d)\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
                "height=\"%.1f\"/>\n",
                bar->is_gpu ? 1 : 0, BAR_LEFT, y + 4, bar_x(axis, bar->median_s) - BAR_LEFT,
                BAR_ROW - 8);
        put_line(out, "whisker", low, middle, high, middle);
        put_line(out, "whisker", low, middle - 4, low, middle + 4);
        put_line(out, "whisker", high, middle - 4, high, middle + 4);
        text_x = high + 7;
    }
    fprintf(out, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">",
            bar->median_s > 0 ? "value" : "absent", text_x, middle + 4);
    fg_html_put_cut(out, bar->text, TEXT_COLUMNS);
    fputs("</text></g>\n", out);
}

static void put_bar_axis(FILE *out, const struct fg_chart_axis *axis, double bottom) {
    double ticks[FG_CHART_TICKS_MAX];
    const size_t count = fg_chart_axis_ticks(axis, ticks);
    for (size_t i = 0; i < count; i++) {
        char text[FG_QUANTITY_CELL];
        const double x = bar_x(axis, ticks[i]);
        format_tick(ticks[i], axis->logarithmic ? ticks[i] : axis->high, text);
        put_line(out, "grid", x, 4, x, bottom);
        put_text(out, "tick", "middle", x, bottom + 16, text);
    }
    put_text(out, "label", "middle", (BAR_LEFT + BAR_RIGHT) / 2, bottom + 36,
             axis->logarithmic ? "wall time, logarithmic" : "wall time");
}

/* Finds the axis on which all bars fit; false if there is no bar to draw. */
static bool axis_of_bars(const struct fg_chart_bar *bars, size_t count,
                         struct fg_chart_axis *axis) {
    double least = INFINITY, most = 0;
    for (size_t i = 0; i < count; i++) {
        if (!(bars[i].median_s > 0))
            continue;
        least = fmin(least, bars[i].min_s);
        most = fmax(most, bars[i].max_s);
    }
    if (most > 0)
        *axis = fg_chart_axis_for(least, most);
    return most > 0;
}

void fg_chart_write_bars(FILE *out, const struct fg_chart_bar *bars, size_t count,
                         const char *description) {
    struct fg_chart_axis axis = {false, 0, 1};
    double height = 0;
    for (size_t i = 0; i < count; i++)
        height += BAR_ROW + (bars[i].group != NULL ? BAR_HEADING : 0);
    begin(out, height + BAR_AXIS, description);
    if (axis_of_bars(bars, count, &axis))
        put_bar_axis(out, &axis, height + 4);
    double y = 0;
    for (size_t i = 0; i < count; i++) {
        if (bars[i].group != NULL) {
            put_text(out, "heading", "start", 0, y + BAR_HEADING - 8, bars[i].group);
            y += BAR_HEADING;
        }
        put_bar(out, &axis, &bars[i], y);
        y += BAR_ROW;
    }
    put_line(out, "base", BAR_LEFT, 4, BAR_LEFT, height + 4);
    fputs("</svg>\n", out);
}

/* ---- Stacks ---- */

#define STACK_ROW 58.0
#define STACK_WIDTH (CHART_WIDTH - 2)
/* Min width of a part that shows its percentage. */
#define PERCENT_WIDTH 34.0

static void put_stack(FILE *out, const struct fg_chart_stack *stack,
                      const char *const parts[FG_CHART_PARTS_MAX], double y) {
    double total_s = 0, x = 1;
    for (size_t i = 0; i < FG_CHART_PARTS_MAX; i++)
        total_s += stack->parts_s[i];
    put_text(out, "label", "start", 0, y + 18, stack->label);
    for (size_t i = 0; i < FG_CHART_PARTS_MAX; i++) {
        if (!(stack->parts_s[i] > 0))
            continue;
        char hint[FG_COMPARE_SENTENCE] = "", time[FG_QUANTITY_CELL], percent[FG_QUANTITY_CELL];
        const double width = STACK_WIDTH * stack->parts_s[i] / total_s;
        fg_format_duration(stack->parts_s[i], FG_MEASURED_DIGITS, time);
        const double share = 100 * stack->parts_s[i] / total_s;
        snprintf(percent, sizeof percent, share >= 99.5 && share < 100 ? "over 99%%" : "%.0f%%",
                 share);
        fg_compare_append(hint, sizeof hint, "%s: %s, %s", parts[i], time, percent);
        fprintf(out,
                "<rect class=\"part\" fill=\"url(#part%zu)\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
                "height=\"26\">",
                i, x, y + 25, width);
        put_hint(out, hint);
        fputs("</rect>\n", out);
        if (width >= PERCENT_WIDTH)
            put_text(out, "value halo", "middle", x + width / 2, y + 42, percent);
        x += width;
    }
}

void fg_chart_write_stacks(FILE *out, const struct fg_chart_stack *stacks, size_t count,
                           const char *const parts[FG_CHART_PARTS_MAX], const char *description) {
    begin(out, STACK_ROW * (double)count + 34, description);
    for (size_t i = 0; i < count; i++)
        put_stack(out, &stacks[i], parts, STACK_ROW * (double)i);
    double x = 1;
    const double y = STACK_ROW * (double)count + 12;
    for (size_t i = 0; i < FG_CHART_PARTS_MAX; i++) {
        fprintf(out,
                "<rect class=\"part\" fill=\"url(#part%zu)\" x=\"%.1f\" y=\"%.1f\" width=\"18\" "
                "height=\"14\"/>\n",
                i, x, y);
        put_text(out, "label", "start", x + 24, y + 11, parts[i]);
        x += CHARACTER * (double)strlen(parts[i]) + 56;
    }
    fputs("</svg>\n", out);
}

/* ---- Lines ---- */

#define PLOT_LEFT 76.0
#define PLOT_RIGHT 680.0
#define PLOT_TOP 30.0
#define PLOT_BOTTOM 380.0
#define PLOT_HEIGHT 428.0
#define LABEL_GAP 15.0

struct plot {
    struct fg_chart_axis x, y;
};

static double plot_x(const struct plot *plot, double size) {
    return PLOT_LEFT + (PLOT_RIGHT - PLOT_LEFT) * fg_chart_axis_part(&plot->x, size);
}

static double plot_y(const struct plot *plot, double seconds) {
    return PLOT_BOTTOM - (PLOT_BOTTOM - PLOT_TOP) * fg_chart_axis_part(&plot->y, seconds);
}

static double largest_size(const struct fg_chart_line *lines, size_t count) {
    double largest = 0;
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, lines[i].sizes[lines[i].point_count - 1]);
    return largest;
}

static struct plot plot_of(const struct fg_chart_line *lines, size_t count) {
    double least = lines[0].times_s[0], most = least;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < lines[i].point_count; k++) {
            least = fmin(least, lines[i].times_s[k]);
            most = fmax(most, lines[i].times_s[k]);
        }
    }
    const double low = floor(log10(least)), high = ceil(log10(most));
    const struct plot plot = {{true, 1, fmax(10, largest_size(lines, count))},
                              {true, pow(10, low), pow(10, fmax(high, low + 1))}};
    return plot;
}

static void put_plot_axes(FILE *out, const struct plot *plot) {
    double ticks[FG_CHART_TICKS_MAX];
    size_t count = fg_chart_axis_ticks(&plot->y, ticks);
    for (size_t i = 0; i < count; i++) {
        char text[FG_QUANTITY_CELL];
        const double y = plot_y(plot, ticks[i]);
        format_tick(ticks[i], ticks[i], text);
        put_line(out, "grid", PLOT_LEFT, y, PLOT_RIGHT, y);
        put_text(out, "tick", "end", PLOT_LEFT - 8, y + 4, text);
    }
    count = fg_chart_axis_ticks(&plot->x, ticks);
    for (size_t i = 0; i < count; i++) {
        const double x = plot_x(plot, ticks[i]);
        put_line(out, "grid", x, PLOT_TOP, x, PLOT_BOTTOM);
        put_count_tick(out, x, PLOT_BOTTOM + 18, ticks[i]);
    }
    put_line(out, "base", PLOT_LEFT, PLOT_BOTTOM, PLOT_RIGHT, PLOT_BOTTOM);
    put_line(out, "base", PLOT_LEFT, PLOT_TOP, PLOT_LEFT, PLOT_BOTTOM);
    put_text(out, "label", "middle", (PLOT_LEFT + PLOT_RIGHT) / 2, PLOT_BOTTOM + 40,
             "numbers in the batch");
    put_text(out, "label", "start", 0, 14, "time of one batch");
}

/* Draws a marker of the i-th line around (x, y); hollow if the batch repeats the input. */
static void put_marker(FILE *out, size_t i, double x, double y, bool repeats) {
    static const char *const shapes[] = {
        "m-4,0 a4,4 0 1 0 8,0 a4,4 0 1 0 -8,0 z",
        "m-4,-4 h8 v8 h-8 z",
        "m0,-5 l5,9 h-10 z",
        "m0,-6 l5,6 l-5,6 l-5,-6 z",
        "m0,5 l5,-9 h-10 z",
    };
    fprintf(out, "<path%s d=\"M%.1f,%.1f %s\"/>\n", repeats ? " class=\"repeats\"" : "", x, y,
            shapes[i % (sizeof shapes / sizeof shapes[0])]);
}

static void put_curve(FILE *out, const struct plot *plot, const struct fg_chart_line *line,
                      size_t i, double whole) {
    fprintf(out, "<g class=\"curve line%zu%s\">", i % FG_CHART_PARTS_MAX,
            line->is_gpu ? " gpu" : "");
    put_hint(out, line->label);
    fputs("<polyline points=\"", out);
    for (size_t k = 0; k < line->point_count; k++)
        fprintf(out, "%s%.1f,%.1f", k > 0 ? " " : "", plot_x(plot, line->sizes[k]),
                plot_y(plot, line->times_s[k]));
    fputs("\"/>\n", out);
    for (size_t k = 0; k < line->point_count; k++)
        put_marker(out, i, plot_x(plot, line->sizes[k]), plot_y(plot, line->times_s[k]),
                   line->sizes[k] > whole);
    fputs("</g>\n", out);
}

/* Writes the legend of hollow markers, above the plot on the right. */
static void put_repeats_legend(FILE *out) {
    fputs("<g class=\"curve\">", out);
    put_marker(out, 0, PLOT_RIGHT - 4, 10, true);
    fputs("</g>\n", out);
    put_text(out, "label", "end", PLOT_RIGHT - 14, 14, "hollow: the input repeated");
}

/* Draws the line at the size of the whole input, if there are larger batches. */
static void put_whole(FILE *out, const struct plot *plot, double whole) {
    const double x = plot_x(plot, whole);
    const bool at_left = x > (PLOT_LEFT + PLOT_RIGHT) / 2;
    put_line(out, "whole", x, PLOT_TOP - 6, x, PLOT_BOTTOM);
    put_text(out, "tick", at_left ? "end" : "start", at_left ? x - 5 : x + 5, PLOT_TOP - 2,
             at_left ? "whole input; right of it, repeated" : "whole input; beyond it, repeated");
}

/* Moves overlapping labels apart: from the top down, each below the ones before. */
static void place_labels(const double *x, double *y, size_t count) {
    size_t order[FG_CHART_LINES_MAX];
    for (size_t i = 0; i < count; i++) {
        size_t at = i;
        for (; at > 0 && y[order[at - 1]] > y[i]; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
    for (size_t i = 1; i < count; i++)
        for (size_t k = 0; k < i; k++)
            if (fabs(x[order[i]] - x[order[k]]) < LABEL_COLUMNS * CHARACTER &&
                y[order[i]] - y[order[k]] < LABEL_GAP)
                y[order[i]] = y[order[k]] + LABEL_GAP;
}

static void put_curve_labels(FILE *out, const struct plot *plot, const struct fg_chart_line *lines,
                             size_t count) {
    double x[FG_CHART_LINES_MAX], y[FG_CHART_LINES_MAX];
    for (size_t i = 0; i < count; i++) {
        const size_t last = lines[i].point_count - 1;
        x[i] = plot_x(plot, lines[i].sizes[last]) + 10;
        y[i] = plot_y(plot, lines[i].times_s[last]) + 4;
    }
    place_labels(x, y, count);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "<text class=\"name halo\" x=\"%.1f\" y=\"%.1f\">", x[i], y[i]);
        fg_html_put_cut(out, lines[i].label, LABEL_COLUMNS);
        fputs("</text>\n", out);
    }
}

static void put_mark(FILE *out, const struct plot *plot, const struct fg_chart_mark *mark,
                     double text_y) {
    const double x = plot_x(plot, mark->size), y = plot_y(plot, mark->time_s);
    const bool at_left = x > (PLOT_LEFT + PLOT_RIGHT) / 2;
    put_line(out, "mark", x, y, x, PLOT_BOTTOM);
    fprintf(out, "<circle class=\"mark\" cx=\"%.1f\" cy=\"%.1f\" r=\"9\"/>\n", x, y);
    put_text(out, "value halo", at_left ? "end" : "start", at_left ? x - 6 : x + 6, text_y,
             mark->text);
}

void fg_chart_write_lines(FILE *out, const struct fg_chart_line *lines, size_t count,
                          const struct fg_chart_mark *marks, size_t mark_count, double whole,
                          const char *description) {
    assert(0 < count && count <= FG_CHART_LINES_MAX);
    const struct plot plot = plot_of(lines, count);
    begin(out, PLOT_HEIGHT, description);
    put_plot_axes(out, &plot);
    if (largest_size(lines, count) > whole) {
        put_whole(out, &plot, whole);
        put_repeats_legend(out);
    }
    for (size_t i = 0; i < count; i++)
        put_curve(out, &plot, &lines[i], i, whole);
    for (size_t i = 0; i < mark_count; i++)
        put_mark(out, &plot, &marks[i], PLOT_BOTTOM - 8 - LABEL_GAP * (double)i);
    put_curve_labels(out, &plot, lines, count);
    fputs("</svg>\n", out);
}
