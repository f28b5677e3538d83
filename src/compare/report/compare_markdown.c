/* SPDX-License-Identifier: MIT */
/*
 * compare_markdown.c: the report as GitHub-flavoured Markdown: lists and pipe tables.
 */
#include "compare/report/compare_markdown.h"

#include "compare/compare_verdict.h"
#include "compare/report/compare_beside_write.h"
#include "compare/report/compare_conclusion.h"
#include "compare/report/compare_costs.h"
#include "compare/report/compare_format.h"
#include "compare/report/compare_notes.h"
#include "compare/report/compare_power_tables.h"
#include "compare/report/markdown_escape.h"

static void put_item(FILE *out, const char *label, const char *text) {
    fprintf(out, "- **%s:** ", label);
    fg_markdown_put(out, text);
    putc('\n', out);
}

static void put_header(FILE *out, const struct fg_compare_report *report) {
    char text[FG_COMPARE_SENTENCE] = "";
    fputs("# factor-gpu --compare\n\n", out);
    fg_compare_append(text, sizeof text, "%s, ", report->request->input_label);
    fg_compare_append_input(text, sizeof text, &report->input);
    put_item(out, "Input", text);
    fprintf(out, "- **SHA-256** of the numbers, one per line in decimal: `%s`\n",
            report->input.sha256);
    fg_compare_put_environment(out, report, put_item);
}

static void put_time(FILE *out, double seconds, struct fg_unit unit) {
    char cell[FG_QUANTITY_CELL];
    fg_format_time(seconds, unit, cell);
    fprintf(out, " %s |", cell);
}

static void put_row(FILE *out, const struct fg_compare_report *report,
                    const struct fg_compare_row *row, struct fg_unit unit) {
    char remark[FG_COMPARE_SENTENCE] = "";
    fputs("| ", out);
    fg_markdown_put(out, row->backend);
    fputs(" |", out);
    if (row->state == FG_COMPARE_MEASURED) {
        put_time(out, row->summary.median_s, unit);
        put_time(out, row->summary.min_s, unit);
        put_time(out, row->summary.max_s, unit);
    } else {
        fputs(" | | |", out);
    }
    fg_compare_append_remark(remark, sizeof remark, report, row);
    putc(' ', out);
    fg_markdown_put(out, remark);
    fputs(" |\n", out);
}

static void put_stage(FILE *out, const struct fg_compare_row *row, uint64_t total_ns,
                      struct fg_unit unit) {
    if (row->timing.known)
        put_time(out, fg_compare_per_run_s(row, total_ns), unit);
    else
        fputs(" |", out);
}

static void put_stages(FILE *out, const struct fg_compare_row *row, struct fg_unit unit) {
    fprintf(out,
            "\nThe GPU's side in %s; start-up once, the others per run:\n\n"
            "| start-up | copy in | kernels | copy out | host |\n"
            "|--:|--:|--:|--:|--:|\n|",
            unit.name);
    put_time(out, row->open_s, unit);
    put_stage(out, row, row->timing.copy_in_ns, unit);
    put_stage(out, row, row->timing.kernels_ns, unit);
    put_stage(out, row, row->timing.copy_out_ns, unit);
    put_stage(out, row, row->timing.host_ns, unit);
    putc('\n', out);
}

/* Writes one method's table; `first` is its first row. */
static void put_method(FILE *out, const struct fg_compare_report *report, size_t first) {
    const enum fg_method method = report->rows[first].method;
    const struct fg_unit unit = fg_compare_method_unit(report, method);
    const char *const last = report->disagreement ? "remark" : "ratio to baseline";
    fprintf(out, "\n## %s\n\n", fg_method_name(method));
    if (unit.name != NULL)
        fprintf(out, "| backend | median (%s) | min (%s) | max (%s) | %s |\n", unit.name, unit.name,
                unit.name, last);
    else
        fputs("| backend | median | min | max | remark |\n", out);
    fputs("|---|--:|--:|--:|---|\n", out);
    size_t end = first;
    for (; end < report->row_count && report->rows[end].method == method; end++)
        put_row(out, report, &report->rows[end], unit);
    for (size_t i = first; i < end; i++)
        if (report->rows[i].state == FG_COMPARE_MEASURED && fg_compare_uses_gpu(&report->rows[i]))
            put_stages(out, &report->rows[i], unit);
}

static void put_methods(FILE *out, const struct fg_compare_report *report) {
    char text[FG_COMPARE_SENTENCE] = "";
    fg_compare_append_scope(text, sizeof text, report);
    putc('\n', out);
    fg_markdown_put(out, text);
    putc('\n', out);
    for (size_t i = 0; i < report->row_count; i++)
        if (i == 0 || report->rows[i].method != report->rows[i - 1].method)
            put_method(out, report, i);
}

static void put_costs(FILE *out, const struct fg_compare_report *report) {
    if (fg_compare_run_count(report) == 0)
        return;
    fprintf(out, "\n## %s\n\n%s\n\n| row |", fg_compare_costs_title, fg_compare_costs_legend);
    for (unsigned k = 0; k < FG_COMPARE_COST_COLUMNS; k++)
        fprintf(out, " %s |", fg_compare_cost_name(k));
    fputs("\n|---|", out);
    for (unsigned k = 0; k < FG_COMPARE_COST_COLUMNS; k++)
        fputs("--:|", out);
    putc('\n', out);
    for (size_t i = 0; i < report->row_count; i++) {
        const struct fg_compare_row *row = &report->rows[i];
        if (row->state != FG_COMPARE_MEASURED)
            continue;
        fprintf(out, "| %s/", fg_method_name(row->method));
        fg_markdown_put(out, row->backend);
        for (unsigned k = 0; k < FG_COMPARE_COST_COLUMNS; k++) {
            char cell[FG_QUANTITY_CELL];
            fg_compare_cost_cell(row, k, cell);
            fprintf(out, " | %s", cell);
        }
        fputs(" |\n", out);
    }
}

static void put_power_table(FILE *out, const struct fg_compare_power_table *table) {
    fprintf(out, "\n## %s\n\n%s\n\n| row |", table->title, table->legend);
    for (unsigned k = 0; k < table->column_count; k++)
        fprintf(out, " %s |", table->columns[k]);
    fputs("\n|---|", out);
    for (unsigned k = 0; k < table->column_count; k++)
        fputs("--:|", out);
    putc('\n', out);
    for (size_t i = 0; i < table->line_count; i++) {
        fputs("| ", out);
        fg_markdown_put(out, table->lines[i].name);
        for (unsigned k = 0; k < table->column_count; k++)
            fprintf(out, " | %s", table->lines[i].cells[k]);
        fputs(" |\n", out);
    }
}

static void put_samples(FILE *out, const struct fg_compare_report *report) {
    size_t count = 0;
    for (size_t i = 0; i < report->row_count; i++)
        count += report->rows[i].sample_count;
    if (count == 0)
        return;
    fputs("\n## Raw samples\n\nSeconds, in the order of the runs.\n\n", out);
    for (size_t i = 0; i < report->row_count; i++) {
        const struct fg_compare_row *row = &report->rows[i];
        if (row->sample_count == 0)
            continue;
        fprintf(out, "- %s/", fg_method_name(row->method));
        fg_markdown_put(out, row->backend);
        putc(':', out);
        for (size_t k = 0; k < row->sample_count; k++)
            fprintf(out, " %.9f", row->samples_s[k]);
        putc('\n', out);
    }
}

static void put_note(void *context, const char *note) {
    FILE *out = context;
    fputs("- ", out);
    fg_markdown_put(out, note);
    putc('\n', out);
}

static void put_disagreement(FILE *out, const struct fg_compare_report *report) {
    struct fg_compare_disagreement_words words;
    fg_compare_describe_disagreement(report, &words);
    fputs("\n**Disagreement:** not all rows gave the same answers; no ratio is shown.\n\n", out);
    put_note(out, words.where);
    put_note(out, words.reference);
    put_note(out, words.row);
}

static void put_curve(FILE *out, const struct fg_compare_report *report) {
    char text[FG_COMPARE_SENTENCE] = "";
    if (!report->curve.measured)
        return;
    fputs("\n## " FG_COMPARE_CURVE_HEADING "\n\n", out);
    fg_compare_append_batches(text, sizeof text, report);
    fg_markdown_put(out, text);
    fputs("\n\n", out);
    fg_compare_each_curve_note(report, put_note, out);
}

void fg_compare_write_markdown(const struct fg_compare_report *report, FILE *out) {
    char conclusion[FG_COMPARE_SENTENCE] = "";
    put_header(out, report);
    if (report->disagreement)
        put_disagreement(out, report);
    put_methods(out, report);
    put_costs(out, report);
    if (!fg_compare_each_power_table(report, put_power_table, out))
        fputs("\nThe tables of energy and clocks are left out: out of memory.\n", out);
    fputs("\n## Notes\n\n", out);
    fg_compare_each_note(report, put_note, out);
    fg_compare_append_conclusion(conclusion, sizeof conclusion, report);
    putc('\n', out);
    fg_markdown_put(out, conclusion);
    putc('\n', out);
    put_curve(out, report);
    if (report->beside != NULL) {
        putc('\n', out);
        fg_beside_write_markdown(report->beside, out);
    }
    put_samples(out, report);
}
