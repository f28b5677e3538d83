/* SPDX-License-Identifier: MIT */
/*
 * compare_costs.c: the cells of the table of costs.
 */
#include "compare/report/compare_costs.h"

#include <assert.h>
#include <stdio.h>

const char fg_compare_costs_title[] = "What each row cost";
const char fg_compare_costs_legend[] =
    "Each row ran in a process of its own. First answer: from the start of that process on. CPU: "
    "time of all CPUs in one run; CPUs: how many were busy, that over the time of the same runs. "
    "Memory: the most that was resident in the row's process, with what each of its lasting "
    "workers "
    "has for itself. Disturbed: timed runs in which something else "
    "took CPU time, of those that can tell; they were taken again while the budget had room. With "
    "a plus: of all runs, most of which cannot tell, so that none was taken again.";

static void first_answer(const struct fg_compare_row *row, char text[FG_QUANTITY_CELL]) {
    fg_format_duration(row->first_answer_s, FG_MEASURED_DIGITS, text);
}

static void cpu(const struct fg_compare_row *row, char text[FG_QUANTITY_CELL]) {
    fg_format_duration(row->cpu_s, FG_MEASURED_DIGITS, text);
}

static void cpus(const struct fg_compare_row *row, char text[FG_QUANTITY_CELL]) {
    fg_format_ratio(row->busy_cpus, text);
}

static void memory(const struct fg_compare_row *row, char text[FG_QUANTITY_CELL]) {
    const double mib = (double)row->peak_bytes / (1024 * 1024);
    if (row->peak_bytes == 0)
        snprintf(text, FG_QUANTITY_CELL, "-");
    else
        snprintf(text, FG_QUANTITY_CELL, mib < 9.95 ? "%.1f MiB" : "%.0f MiB", mib);
}

static void disturbed(const struct fg_compare_row *row, char text[FG_QUANTITY_CELL]) {
    size_t count = 0, known = 0;
    for (size_t i = 0; i < row->taken_count; i++) {
        count += row->taken[i].disturbed;
        known += row->taken[i].knows_disturbed;
    }
    if (known == 0)
        snprintf(text, FG_QUANTITY_CELL, "-");
    else if (fg_compare_row_can_tell(row))
        snprintf(text, FG_QUANTITY_CELL, "%zu of %zu", count, known);
    else
        snprintf(text, FG_QUANTITY_CELL, "%zu+ of %zu", count, row->taken_count);
}

static const struct {
    const char *name;
    void (*cell)(const struct fg_compare_row *row, char text[FG_QUANTITY_CELL]);
} columns[FG_COMPARE_COST_COLUMNS] = {{"first answer", first_answer},
                                      {"CPU", cpu},
                                      {"CPUs", cpus},
                                      {"memory", memory},
                                      {"disturbed", disturbed}};

const char *fg_compare_cost_name(unsigned column) {
    assert(column < FG_COMPARE_COST_COLUMNS);
    return columns[column].name;
}

void fg_compare_cost_cell(const struct fg_compare_row *row, unsigned column,
                          char text[FG_QUANTITY_CELL]) {
    assert(column < FG_COMPARE_COST_COLUMNS && row->state == FG_COMPARE_MEASURED);
    columns[column].cell(row, text);
}
