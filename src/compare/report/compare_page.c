/* SPDX-License-Identifier: MIT */
/*
 * compare_page.c: the report as HTML5: sections, tables and captions here, the charts in
 * compare_chart.c. Every chart has its figures in a table beside it.
 */
#include "compare/report/compare_page.h"

#include "compare/compare_break_even.h"
#include "compare/report/compare_beside_write.h"
#include "compare/report/compare_chart.h"
#include "compare/report/compare_conclusion.h"
#include "compare/report/compare_format.h"
#include "compare/report/compare_html.h"
#include "compare/report/compare_notes.h"
#include "compare/report/compare_page_costs.h"
#include <stdlib.h>
#include <string.h>

static const char *const part_names[FG_CHART_PARTS_MAX] = {"start-up", "copy in", "kernels",
                                                           "copy out", "host"};

static void put_element(FILE *out, const char *tag, const char *text) {
    fprintf(out, "<%s>", tag);
    fg_html_put(out, text);
    fprintf(out, "</%s>\n", tag);
}

/* A list that begins with its first item, because HTML has no empty lists. */
struct list {
    FILE *out;
    const char *beginning; /* text before the list */
    bool begun;
};

static void put_item(void *context, const char *text) {
    struct list *list = context;
    if (!list->begun)
        fprintf(list->out, "%s<ul>\n", list->beginning);
    list->begun = true;
    put_element(list->out, "li", text);
}

static void end_list(const struct list *list) {
    if (list->begun)
        fputs("</ul>\n", list->out);
}

static void put_duration_cell(FILE *out, double seconds) {
    char text[FG_QUANTITY_CELL];
    fg_format_duration(seconds, FG_MEASURED_DIGITS, text);
    fprintf(out, "<td class=\"number\">%s</td>", text);
}

static void put_disagreement(FILE *out, const struct fg_compare_report *report) {
    struct fg_compare_disagreement_words words;
    fg_compare_describe_disagreement(report, &words);
    fputs(
        "<div class=\"alert\" role=\"alert\">\n<p><strong>Disagreement:</strong> not all rows gave "
        "the same answers; no ratio is shown.</p>\n",
        out);
    put_element(out, "p", words.where);
    put_element(out, "p", words.reference);
    put_element(out, "p", words.row);
    fputs("</div>\n", out);
}

static void put_summary(FILE *out, const struct fg_compare_report *report) {
    char text[FG_COMPARE_SENTENCE] = "";
    fputs("<header>\n<h1>factor-gpu: methods and backends compared</h1>\n<p><code>", out);
    fg_html_put(out, report->request->input_label);
    fputs("</code>, ", out);
    fg_compare_append_input(text, sizeof text, &report->input);
    fg_html_put(out, text);
    fputs("</p>\n", out);
    if (report->disagreement)
        put_disagreement(out, report);
    text[0] = '\0';
    fg_compare_append_conclusion(text, sizeof text, report);
    fputs("<p class=\"lead\">", out);
    fg_html_put(out, text);
    fputs("</p>\n</header>\n", out);
}

/* ---- Times ---- */

struct bar_words {
    char text[FG_COMPARE_SENTENCE], hint[FG_COMPARE_SENTENCE];
};

static void describe_bar(const struct fg_compare_report *report, const struct fg_compare_row *row,
                         struct fg_chart_bar *bar, struct bar_words *words) {
    char remark[FG_COMPARE_SENTENCE] = "";
    const bool first = row == report->rows || row[-1].method != row->method;
    fg_compare_append_remark(remark, sizeof remark, report, row);
    fg_compare_append_row_name(words->hint, sizeof words->hint, row);
    *bar = (struct fg_chart_bar){.group = first ? fg_method_name(row->method) : NULL,
                                 .label = row->backend,
                                 .text = words->text,
                                 .hint = words->hint,
                                 .is_gpu = fg_compare_uses_gpu(row)};
    if (row->state != FG_COMPARE_MEASURED) {
        fg_compare_append(words->text, sizeof words->text, "%s", remark);
        fg_compare_append(words->hint, sizeof words->hint, ": %s", remark);
        return;
    }
    bar->median_s = row->summary.median_s;
    bar->min_s = row->summary.min_s;
    bar->max_s = row->summary.max_s;
    char value[FG_QUANTITY_CELL], min[FG_QUANTITY_CELL], max[FG_QUANTITY_CELL];
    fg_format_duration(bar->median_s, FG_MEASURED_DIGITS, value);
    fg_format_duration(bar->min_s, FG_MEASURED_DIGITS, min);
    fg_format_duration(bar->max_s, FG_MEASURED_DIGITS, max);
    fg_compare_append(words->text, sizeof words->text, "%s", value);
    if (row->has_ratio && row->verdict == FG_STATISTICS_CLEAR) {
        char ratio[FG_QUANTITY_CELL];
        fg_format_ratio(row->ratio.value, ratio);
        fg_compare_append(words->text, sizeof words->text, ", %sx", ratio);
    }
    fg_compare_append(words->hint, sizeof words->hint, ": median %s, %s to %s%s%s", value, min, max,
                      remark[0] != '\0' ? "; " : "", remark);
}

static bool put_bars(FILE *out, const struct fg_compare_report *report) {
    struct fg_chart_bar *bars = calloc(report->row_count, sizeof bars[0]);
    struct bar_words *words = calloc(report->row_count, sizeof words[0]);
    const bool complete = bars != NULL && words != NULL;
    for (size_t i = 0; complete && i < report->row_count; i++)
        describe_bar(report, &report->rows[i], &bars[i], &words[i]);
    if (complete) {
        fputs("<figure><div class=\"scroll\">\n", out);
        fg_chart_write_bars(out, bars, report->row_count,
                            "Bars of the wall times; the tables below have the figures");
        fputs("</div><figcaption>Median wall time of each row; the line across a bar's end runs "
              "from the "
              "fastest to the slowest run. Nx: N times as fast as the method's "
              "baseline.</figcaption>\n</figure>\n",
              out);
    }
    free(bars);
    free(words);
    return complete;
}

static void put_row(FILE *out, const struct fg_compare_report *report,
                    const struct fg_compare_row *row, struct fg_unit unit) {
    char remark[FG_COMPARE_SENTENCE] = "";
    fg_compare_append_remark(remark, sizeof remark, report, row);
    fputs("<tr><th scope=\"row\">", out);
    fg_html_put(out, row->backend);
    fputs("</th>", out);
    if (row->state == FG_COMPARE_MEASURED) {
        const double times_s[] = {row->summary.median_s, row->summary.min_s, row->summary.max_s};
        for (size_t i = 0; i < sizeof times_s / sizeof times_s[0]; i++) {
            char cell[FG_QUANTITY_CELL];
            fg_format_time(times_s[i], unit, cell);
            fprintf(out, "<td class=\"number\">%s</td>", cell);
        }
        fputs("<td class=\"words\">", out);
    } else {
        fputs("<td class=\"words\" colspan=\"4\">", out);
    }
    fg_html_put(out, remark);
    fputs("</td></tr>\n", out);
}

/* Writes one method's table; `first` is its first row. */
static void put_method(FILE *out, const struct fg_compare_report *report, size_t first) {
    const enum fg_method method = report->rows[first].method;
    const struct fg_unit unit = fg_compare_method_unit(report, method);
    fprintf(out, "<div class=\"scroll\"><table class=\"times\">\n<caption>%s",
            fg_method_name(method));
    if (unit.name != NULL)
        fprintf(out, ", times in %s", unit.name);
    fprintf(out,
            "</caption>\n<thead><tr><th scope=\"col\">backend</th>"
            "<th scope=\"col\" class=\"number\">median</th><th scope=\"col\" "
            "class=\"number\">min</th><th scope=\"col\" class=\"number\">max</th>"
            "<th scope=\"col\">%s</th></tr></thead>\n<tbody>\n",
            report->disagreement ? "remark" : "ratio to baseline");
    for (size_t i = first; i < report->row_count && report->rows[i].method == method; i++)
        put_row(out, report, &report->rows[i], unit);
    fputs("</tbody>\n</table></div>\n", out);
}

static bool put_times(FILE *out, const struct fg_compare_report *report) {
    char text[FG_COMPARE_SENTENCE] = "";
    fg_compare_append_scope(text, sizeof text, report);
    fputs("<section>\n<h2>Wall times</h2>\n", out);
    put_element(out, "p", text);
    if (!put_bars(out, report))
        return false;
    for (size_t i = 0; i < report->row_count; i++)
        if (i == 0 || report->rows[i].method != report->rows[i - 1].method)
            put_method(out, report, i);
    if (!fg_compare_put_cost_tables(out, report))
        return false;
    fputs("</section>\n", out);
    return true;
}

/* ---- The GPU's time ---- */

/* Max count of rows with stages: one for each method, and some to spare. */
#define STAGED_ROWS_MAX 8

static bool has_stages(const struct fg_compare_row *row) {
    return row->state == FG_COMPARE_MEASURED && fg_compare_uses_gpu(row) && row->timing.known;
}

static struct fg_chart_stack stack_of(const struct fg_compare_row *row, const char *label,
                                      double start_s) {
    const struct fg_timing *timing = &row->timing;
    const struct fg_chart_stack stack = {label,
                                         {start_s, fg_compare_per_run_s(row, timing->copy_in_ns),
                                          fg_compare_per_run_s(row, timing->kernels_ns),
                                          fg_compare_per_run_s(row, timing->copy_out_ns),
                                          fg_compare_per_run_s(row, timing->host_ns)}};
    return stack;
}

/* Draws two bars for each row: with the start-up, then without. */
static void put_stage_chart(FILE *out, const struct fg_compare_report *report) {
    char labels[2 * STAGED_ROWS_MAX][FG_COMPARE_SENTENCE];
    struct fg_chart_stack stacks[2 * STAGED_ROWS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < report->row_count && count < 2 * STAGED_ROWS_MAX; i++) {
        const struct fg_compare_row *row = &report->rows[i];
        if (!has_stages(row))
            continue;
        for (int cold = 1; cold >= 0; cold--) {
            char *label = labels[count];
            label[0] = '\0';
            fg_compare_append_row_name(label, sizeof labels[0], row);
            fg_compare_append(label, sizeof labels[0], "%s",
                              cold ? ", the first batch: with its start-up"
                                   : ", each batch after it");
            stacks[count++] = stack_of(row, label, cold ? row->open_s : 0);
        }
    }
    fputs("<figure><div class=\"scroll\">\n", out);
    fg_chart_write_stacks(out, stacks, count, part_names,
                          "Shares of the GPU's time; the table below has the figures");
    fputs("</div><figcaption>Copies and kernels are means per run on the GPU's clock; they overlap "
          "each "
          "other and the host's work, so that they need not add up to the wall time. The start-up "
          "is not in the wall times.</figcaption>\n</figure>\n",
          out);
}

static void put_stage_table(FILE *out, const struct fg_compare_report *report) {
    fputs(
        "<div class=\"scroll\"><table>\n<caption>What the GPU's time goes on</caption>\n<thead><tr>"
        "<th scope=\"col\">method</th>"
        "<th scope=\"col\" class=\"number\">start-up, once</th>"
        "<th scope=\"col\" class=\"number\">copy in</th>"
        "<th scope=\"col\" class=\"number\">kernels</th>"
        "<th scope=\"col\" class=\"number\">copy out</th>"
        "<th scope=\"col\" class=\"number\">host</th></tr></thead>\n<tbody>\n",
        out);
    for (size_t i = 0; i < report->row_count; i++) {
        const struct fg_compare_row *row = &report->rows[i];
        if (!has_stages(row))
            continue;
        const struct fg_chart_stack stack = stack_of(row, "", 0);
        fprintf(out, "<tr><th scope=\"row\">%s</th>", fg_method_name(row->method));
        put_duration_cell(out, row->open_s);
        for (size_t k = 1; k < FG_CHART_PARTS_MAX; k++)
            put_duration_cell(out, stack.parts_s[k]);
        fputs("</tr>\n", out);
    }
    fputs("</tbody>\n</table></div>\n", out);
}

/* Writes which rows of the GPU have no stages to show, and why. A repeated reason is written once.
 */
static void put_absent_gpu(FILE *out, const struct fg_compare_report *report) {
    bool asked_for = false;
    char last[FG_COMPARE_SENTENCE] = "";
    for (size_t i = 0; i < report->row_count; i++) {
        const struct fg_compare_row *row = &report->rows[i];
        char text[FG_COMPARE_SENTENCE] = "";
        if (!fg_compare_uses_gpu(row))
            continue;
        asked_for = true;
        if (has_stages(row))
            continue;
        if (row->state != FG_COMPARE_NOT_RUN) /* then the reason holds for every method */
            fg_compare_append(text, sizeof text, "%s/", fg_method_name(row->method));
        fg_compare_append(text, sizeof text, "%s: ", row->backend);
        if (row->state == FG_COMPARE_MEASURED)
            fg_compare_append(text, sizeof text, "measured, but without an account of its time");
        else
            fg_compare_append_remark(text, sizeof text, report, row);
        if (strcmp(text, last) != 0)
            put_element(out, "p", text);
        memcpy(last, text, sizeof last);
    }
    if (!asked_for)
        fputs("<p>The backend cuda was not asked for.</p>\n", out);
}

static void put_gpu(FILE *out, const struct fg_compare_report *report) {
    bool any = false;
    for (size_t i = 0; i < report->row_count; i++)
        any = any || has_stages(&report->rows[i]);
    fputs("<section>\n<h2>The GPU's time</h2>\n", out);
    if (any) {
        put_stage_chart(out, report);
        put_stage_table(out, report);
    }
    put_absent_gpu(out, report);
    fputs("</section>\n", out);
}

/* ---- The curve ---- */

static void put_reading(FILE *out, const struct fg_compare_report *report) {
    struct list list = {out, "", false};
    fg_compare_each_curve_note(report, put_item, &list);
    end_list(&list);
}

static void put_curve_row(FILE *out, const struct fg_compare_report *report, size_t size_index) {
    const struct fg_compare_curve *curve = &report->curve;
    const size_t size = curve->sizes[size_index];
    fprintf(out, "<tr><th scope=\"row\" class=\"number\">%s%zu</th>",
            fg_compare_repeats_input(report, size) ? "input repeated: " : "", size);
    for (size_t i = 0; i < curve->line_count; i++) {
        const struct fg_compare_curve_line *line = &curve->lines[i];
        if (line->point_count == 0)
            continue;
        if (size_index < line->point_count)
            put_duration_cell(out, line->points[size_index].summary.median_s);
        else
            fputs("<td></td>", out);
    }
    fputs("</tr>\n", out);
}

static void put_curve_table(FILE *out, const struct fg_compare_report *report) {
    const struct fg_compare_curve *curve = &report->curve;
    size_t rows = 0;
    fputs("<div class=\"scroll\"><table>\n<caption>Median time of one batch</caption>\n<thead><tr>"
          "<th scope=\"col\" class=\"number\">numbers</th>",
          out);
    for (size_t i = 0; i < curve->line_count; i++) {
        if (curve->lines[i].point_count == 0)
            continue;
        rows = curve->lines[i].point_count > rows ? curve->lines[i].point_count : rows;
        fputs("<th scope=\"col\" class=\"number\">", out);
        fg_html_put(out, report->rows[curve->lines[i].row].backend);
        fputs("</th>", out);
    }
    fputs("</tr></thead>\n<tbody>\n", out);
    for (size_t k = 0; k < rows; k++)
        put_curve_row(out, report, k);
    fputs("</tbody>\n</table></div>\n", out);
}

/* A line's points in the form that the chart takes. */
struct curve_points {
    double sizes[FG_COMPARE_CURVE_SIZES_MAX], times_s[FG_COMPARE_CURVE_SIZES_MAX];
};

static size_t chart_lines(const struct fg_compare_report *report, struct curve_points *points,
                          struct fg_chart_line lines[FG_CHART_LINES_MAX]) {
    const struct fg_compare_curve *curve = &report->curve;
    size_t count = 0;
    for (size_t i = 0; i < curve->line_count && count < FG_CHART_LINES_MAX; i++) {
        const struct fg_compare_curve_line *line = &curve->lines[i];
        const struct fg_compare_row *row = &report->rows[line->row];
        if (line->point_count == 0)
            continue;
        for (size_t k = 0; k < line->point_count; k++) {
            points[count].sizes[k] = (double)line->points[k].size;
            points[count].times_s[k] = line->points[k].summary.median_s;
        }
        const struct fg_chart_line drawn = {row->backend, line->point_count, points[count].sizes,
                                            points[count].times_s, fg_compare_uses_gpu(row)};
        lines[count++] = drawn;
    }
    return count;
}

/* Sets the mark of a break-even: at its size, on the line of the faster backend. */
static void mark_break_even(const struct fg_compare_break_even *found, struct fg_chart_mark *mark,
                            char text[FG_COMPARE_SENTENCE]) {
    const bool ahead = found->leads[found->last].leader == FG_COMPARE_LEADS;
    const struct fg_compare_curve_point *point =
        &(ahead ? found->line : found->rival_line)->points[found->last];
    text[0] = '\0';
    fg_compare_append(text, FG_COMPARE_SENTENCE, "%s faster than %s",
                      ahead ? found->backend : found->rival, ahead ? found->rival : found->backend);
    *mark = (struct fg_chart_mark){(double)point->size, point->summary.median_s, text};
}

static bool put_curve_chart(FILE *out, const struct fg_compare_report *report) {
    struct curve_points *points = calloc(FG_CHART_LINES_MAX, sizeof points[0]);
    if (points == NULL)
        return false;
    struct fg_chart_line lines[FG_CHART_LINES_MAX];
    const size_t line_count = chart_lines(report, points, lines);
    struct fg_compare_break_even found[FG_COMPARE_BREAK_EVENS_MAX];
    const size_t count = fg_compare_break_evens(report, found);
    struct fg_chart_mark marks[FG_COMPARE_BREAK_EVENS_MAX];
    char texts[FG_COMPARE_BREAK_EVENS_MAX][FG_COMPARE_SENTENCE];
    size_t mark_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (!fg_compare_is_break_even(&found[i]))
            continue;
        mark_break_even(&found[i], &marks[mark_count], texts[mark_count]);
        mark_count++;
    }
    fputs("<figure><div class=\"scroll\">\n", out);
    fg_chart_write_lines(out, lines, line_count, marks, mark_count, (double)report->input.count,
                         "Curves of time against batch size; the table below has the figures");
    char text[FG_COMPARE_SENTENCE] = "";
    fg_compare_append_batches(text, sizeof text, report);
    fputs("</div><figcaption>", out);
    fg_html_put(out, text);
    fputs(" Both axes are logarithmic.</figcaption>\n</figure>\n", out);
    free(points);
    return true;
}

static void put_no_curve(FILE *out, const struct fg_compare_report *report) {
    char text[FG_COMPARE_SENTENCE] = "";
    fg_compare_append_batches(text, sizeof text, report);
    put_element(out, "p", text);
}

static bool put_curve(FILE *out, const struct fg_compare_report *report) {
    bool any = false;
    if (!report->curve.measured)
        return true;
    fputs("<section>\n<h2>" FG_COMPARE_CURVE_HEADING "</h2>\n", out);
    for (size_t i = 0; i < report->curve.line_count; i++)
        any = any || report->curve.lines[i].point_count > 0;
    if (any && !put_curve_chart(out, report))
        return false;
    if (!any)
        put_no_curve(out, report);
    put_reading(out, report);
    if (any)
        put_curve_table(out, report);
    fputs("</section>\n", out);
    return true;
}

/* ---- Notes and environment ---- */

static void put_notes(FILE *out, const struct fg_compare_report *report) {
    struct list list = {out, "<section>\n<h2>Notes</h2>\n", false};
    fg_compare_each_note(report, put_item, &list);
    end_list(&list);
    if (list.begun)
        fputs("</section>\n", out);
}

static void put_field(FILE *out, const char *label, const char *text) {
    fprintf(out, "<tr><th scope=\"row\">%s</th><td class=\"words\">", label);
    fg_html_put(out, text);
    fputs("</td></tr>\n", out);
}

static void put_environment(FILE *out, const struct fg_compare_report *report) {
    fputs("<section>\n<h2>Machine, build and input</h2>\n<table>\n<caption>What it was measured on "
          "and "
          "with</caption>\n<tbody>\n",
          out);
    fg_compare_put_environment(out, report, put_field);
    put_field(out, "Input", report->request->input_label);
    put_field(out, "SHA-256", report->input.sha256);
    fputs(
        "</tbody>\n</table>\n<p class=\"soft\">The SHA-256 is that of the numbers in decimal, one "
        "on each line.</p>\n</section>\n",
        out);
}

bool fg_compare_write_page(const struct fg_compare_report *report, FILE *out) {
    fg_html_begin_page(out, report->request->input_label);
    fputs("<body>\n", out);
    fg_chart_write_patterns(out);
    put_summary(out, report);
    fputs("<main>\n", out);
    if (!put_times(out, report))
        return false;
    put_gpu(out, report);
    if (!put_curve(out, report))
        return false;
    if (report->beside != NULL)
        fg_beside_write_html(report->beside, out);
    put_notes(out, report);
    put_environment(out, report);
    fputs("</main>\n</body>\n</html>\n", out);
    return true;
}
