/* SPDX-License-Identifier: MIT */
/*
 * compare_page_costs.c: the tables under the wall times, as HTML.
 */
#include "compare/report/compare_page_costs.h"

#include "compare/compare_verdict.h"
#include "compare/report/compare_costs.h"
#include "compare/report/compare_format.h"
#include "compare/report/compare_html.h"
#include "compare/report/compare_power_tables.h"

static void put_costs(FILE *out, const struct fg_compare_report *report) {
    if (fg_compare_run_count(report) == 0)
        return;
    fprintf(out,
            "<div class=\"scroll\"><table>\n<caption>%s</caption>\n<thead><tr>"
            "<th scope=\"col\">row</th>",
            fg_compare_costs_title);
    for (unsigned k = 0; k < FG_COMPARE_COST_COLUMNS; k++)
        fprintf(out, "<th scope=\"col\" class=\"number\">%s</th>", fg_compare_cost_name(k));
    fputs("</tr></thead>\n<tbody>\n", out);
    for (size_t i = 0; i < report->row_count; i++) {
        const struct fg_compare_row *row = &report->rows[i];
        if (row->state != FG_COMPARE_MEASURED)
            continue;
        fprintf(out, "<tr><th scope=\"row\">%s/<wbr/>%s</th>", fg_method_name(row->method),
                row->backend);
        for (unsigned k = 0; k < FG_COMPARE_COST_COLUMNS; k++) {
            char cell[FG_QUANTITY_CELL];
            fg_compare_cost_cell(row, k, cell);
            fprintf(out, "<td class=\"number\">%s</td>", cell);
        }
        fputs("</tr>\n", out);
    }
    fprintf(out, "</tbody>\n</table></div>\n<p class=\"soft\">%s</p>\n", fg_compare_costs_legend);
}

static void put_power_table(FILE *out, const struct fg_compare_power_table *table) {
    fputs("<div class=\"scroll\"><table>\n<caption>", out);
    fg_html_put(out, table->title);
    fputs("</caption>\n<thead><tr><th scope=\"col\">row</th>", out);
    for (unsigned k = 0; k < table->column_count; k++)
        fprintf(out, "<th scope=\"col\" class=\"number\">%s</th>", table->columns[k]);
    fputs("</tr></thead>\n<tbody>\n", out);
    for (size_t i = 0; i < table->line_count; i++) {
        fputs("<tr><th scope=\"row\">", out);
        fg_html_put(out, table->lines[i].name);
        fputs("</th>", out);
        for (unsigned k = 0; k < table->column_count; k++)
            fprintf(out, "<td class=\"number\">%s</td>", table->lines[i].cells[k]);
        fputs("</tr>\n", out);
    }
    fputs("</tbody>\n</table></div>\n<p class=\"soft\">", out);
    fg_html_put(out, table->legend);
    fputs("</p>\n", out);
}

bool fg_compare_put_cost_tables(FILE *out, const struct fg_compare_report *report) {
    put_costs(out, report);
    return fg_compare_each_power_table(report, put_power_table, out);
}
