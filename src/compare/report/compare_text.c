/* SPDX-License-Identifier: MIT */
/*
 * compare_text.c: writes header, table, notes and conclusion for a terminal.
 */
#include "compare/report/compare_text.h"

#include "compare/report/compare_beside_write.h"
#include "compare/report/compare_conclusion.h"
#include "compare/report/compare_costs.h"
#include "compare/report/compare_format.h"
#include "compare/report/compare_notes.h"
#include "compare/report/compare_power_tables.h"

#define LABEL_COLUMNS 9
#define NAME_COLUMNS 14 /* of a table row, with its indentation */
#define TIME_COLUMNS 10
#define COST_NAME_COLUMNS 22 /* of the table of costs */
#define COST_COLUMNS 11
#define POWER_NAME_COLUMNS 44 /* of the tables of energy and of the GPU's state */
#define REMARK_COLUMN (NAME_COLUMNS + 3 * TIME_COLUMNS + 2)

static void put_paragraph(FILE *out, const char *text) {
    fg_compare_put_wrapped(out, 0, 0, text);
}

static void put_field(FILE *out, const char *label, const char *text) {
    fprintf(out, "%-*s", LABEL_COLUMNS, label);
    fg_compare_put_wrapped(out, LABEL_COLUMNS, LABEL_COLUMNS, text);
}

static void put_header(FILE *out, const struct fg_compare_report *report) {
    char text[FG_COMPARE_SENTENCE] = "";
    put_field(out, "Input", report->request->input_label);
    fg_compare_append_input(text, sizeof text, &report->input);
    put_field(out, "", text);
    put_field(out, "SHA-256", report->input.sha256);
    fg_compare_put_environment(out, report, put_field);
}

static void put_scope(FILE *out, const struct fg_compare_report *report) {
    char text[FG_COMPARE_SENTENCE] = "";
    fg_compare_append_scope(text, sizeof text, report);
    putc('\n', out);
    put_paragraph(out, text);
}

static void put_time(FILE *out, double seconds, struct fg_unit unit) {
    char cell[FG_QUANTITY_CELL];
    fg_format_time(seconds, unit, cell);
    fprintf(out, "%*s", TIME_COLUMNS, cell);
}

/* Writes a line under a cuda row: a time in the median's column, and a remark. */
static void put_stage(FILE *out, const char *name, double seconds, struct fg_unit unit,
                      const char *remark) {
    fprintf(out, "    %-*s", NAME_COLUMNS - 4, name);
    put_time(out, seconds, unit);
    if (remark != NULL)
        fprintf(out, "  %s", remark);
    putc('\n', out);
}

static void put_stages(FILE *out, const struct fg_compare_row *row, struct fg_unit unit) {
    put_stage(out, "start-up", row->open_s, unit, "once, not in the times: finding and opening it");
    if (!row->timing.known)
        return;
    put_stage(out, "copy in", fg_compare_per_run_s(row, row->timing.copy_in_ns), unit, "per run");
    put_stage(out, "kernels", fg_compare_per_run_s(row, row->timing.kernels_ns), unit, "per run");
    put_stage(out, "copy out", fg_compare_per_run_s(row, row->timing.copy_out_ns), unit, "per run");
    put_stage(out, "host", fg_compare_per_run_s(row, row->timing.host_ns), unit, "per run");
}

static void put_row(FILE *out, const struct fg_compare_report *report,
                    const struct fg_compare_row *row, struct fg_unit unit) {
    char remark[FG_COMPARE_SENTENCE] = "";
    fg_compare_append_remark(remark, sizeof remark, report, row);
    fprintf(out, "  %-*.*s", NAME_COLUMNS - 2, NAME_COLUMNS - 3, row->backend);
    if (row->state != FG_COMPARE_MEASURED) {
        fputs("  ", out);
        fg_compare_put_wrapped(out, NAME_COLUMNS + 2, NAME_COLUMNS + 2, remark);
        return;
    }
    put_time(out, row->summary.median_s, unit);
    put_time(out, row->summary.min_s, unit);
    put_time(out, row->summary.max_s, unit);
    if (remark[0] != '\0')
        fputs("  ", out);
    fg_compare_put_wrapped(out, REMARK_COLUMN, REMARK_COLUMN, remark);
    if (fg_compare_uses_gpu(row))
        put_stages(out, row, unit);
}

/* Writes "trial, ms", and the columns' names if a row has times. */
static void put_method_header(FILE *out, const struct fg_compare_report *report, const char *method,
                              struct fg_unit unit) {
    putc('\n', out);
    if (unit.name == NULL) {
        put_paragraph(out, method);
        return;
    }
    const int columns = fprintf(out, "%.*s, %s", NAME_COLUMNS - 4, method, unit.name);
    fprintf(out, "%*s%*s%*s%s\n", NAME_COLUMNS - columns + TIME_COLUMNS, "median", TIME_COLUMNS,
            "min", TIME_COLUMNS, "max", report->disagreement ? "" : "  ratio");
}

static void put_tables(FILE *out, const struct fg_compare_report *report) {
    struct fg_unit unit = {NULL, 1};
    for (size_t i = 0; i < report->row_count; i++) {
        const struct fg_compare_row *row = &report->rows[i];
        if (i == 0 || row->method != report->rows[i - 1].method) {
            unit = fg_compare_method_unit(report, row->method);
            put_method_header(out, report, fg_method_name(row->method), unit);
        }
        put_row(out, report, row, unit);
    }
}

/* Writes the table of costs of all measured rows, if there are any. */
static void put_costs(FILE *out, const struct fg_compare_report *report) {
    bool begun = false;
    for (size_t i = 0; i < report->row_count; i++) {
        const struct fg_compare_row *row = &report->rows[i];
        char name[FG_COMPARE_SENTENCE] = "", cell[FG_QUANTITY_CELL];
        if (row->state != FG_COMPARE_MEASURED)
            continue;
        if (!begun) {
            fprintf(out, "\n%-*s", COST_NAME_COLUMNS, fg_compare_costs_title);
            for (unsigned k = 0; k < FG_COMPARE_COST_COLUMNS; k++)
                fprintf(out, "%*s", COST_COLUMNS, fg_compare_cost_name(k));
            putc('\n', out);
            begun = true;
        }
        fg_compare_append_row_name(name, sizeof name, row);
        fprintf(out, "  %-*.*s", COST_NAME_COLUMNS - 2, COST_NAME_COLUMNS - 2, name);
        for (unsigned k = 0; k < FG_COMPARE_COST_COLUMNS; k++) {
            fg_compare_cost_cell(row, k, cell);
            fprintf(out, "%*s", COST_COLUMNS, cell);
        }
        putc('\n', out);
    }
    if (begun)
        put_paragraph(out, fg_compare_costs_legend);
}

static void put_power_table(FILE *out, const struct fg_compare_power_table *table) {
    fprintf(out, "\n%-*s", POWER_NAME_COLUMNS, table->title);
    for (unsigned k = 0; k < table->column_count; k++)
        fprintf(out, "%*s", COST_COLUMNS, table->columns[k]);
    putc('\n', out);
    for (size_t i = 0; i < table->line_count; i++) {
        const struct fg_compare_power_line *const line = &table->lines[i];
        fprintf(out, "  %-*.*s", POWER_NAME_COLUMNS - 2, POWER_NAME_COLUMNS - 3, line->name);
        for (unsigned k = 0; k < table->column_count; k++)
            fprintf(out, "%*s", COST_COLUMNS, line->cells[k]);
        putc('\n', out);
    }
    put_paragraph(out, table->legend);
}

static void put_disagreement(FILE *out, const struct fg_compare_report *report) {
    struct fg_compare_disagreement_words words;
    fg_compare_describe_disagreement(report, &words);
    fputs("\nDISAGREEMENT: not all rows gave the same answers; no ratio is shown.\n", out);
    put_paragraph(out, words.where);
    fputs("  ", out);
    fg_compare_put_wrapped(out, 2, 4, words.reference);
    fputs("  ", out);
    fg_compare_put_wrapped(out, 2, 4, words.row);
}

static void put_note(void *context, const char *note) {
    FILE *out = context;
    fputs("- ", out);
    fg_compare_put_wrapped(out, 2, 2, note);
}

static void put_curve(FILE *out, const struct fg_compare_report *report) {
    char text[FG_COMPARE_SENTENCE] = "";
    if (!report->curve.measured)
        return;
    fg_compare_append_batches(text, sizeof text, report);
    fputs("\n" FG_COMPARE_CURVE_HEADING "\n", out);
    put_paragraph(out, text);
    fg_compare_each_curve_note(report, put_note, out);
}

void fg_compare_write_text(const struct fg_compare_report *report, FILE *out) {
    char conclusion[FG_COMPARE_SENTENCE] = "";
    put_header(out, report);
    if (report->disagreement)
        put_disagreement(out, report);
    put_scope(out, report);
    put_tables(out, report);
    put_costs(out, report);
    if (!fg_compare_each_power_table(report, put_power_table, out))
        put_paragraph(out, "The tables of energy and clocks are left out: out of memory.");
    putc('\n', out);
    fg_compare_each_note(report, put_note, out);
    fg_compare_append_conclusion(conclusion, sizeof conclusion, report);
    put_paragraph(out, conclusion);
    put_curve(out, report);
    if (report->beside != NULL) {
        putc('\n', out);
        fg_beside_write_text(report->beside, out);
    }
}
