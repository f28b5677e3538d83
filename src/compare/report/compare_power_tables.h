/* SPDX-License-Identifier: MIT */
/*
 * compare_power_tables.h: the tables of energy and of the GPU's state, and the sentences about
 * both, the same in every report. A table of which nothing is known is left out.
 */
#ifndef FG_COMPARE_POWER_TABLES_H
#define FG_COMPARE_POWER_TABLES_H

#include "compare/report/compare_format.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FG_COMPARE_POWER_COLUMNS_MAX 3

/* A line: its name ("factor/cuda", "factor/cuda: SM, MHz") and the cells of its columns; "-" for
 * what is not known. */
struct fg_compare_power_line {
    char name[96];
    char cells[FG_COMPARE_POWER_COLUMNS_MAX][FG_QUANTITY_CELL];
};

struct fg_compare_power_table {
    const char *title;
    const char *legend; /* sentences about the columns */
    unsigned column_count;
    const char *columns[FG_COMPARE_POWER_COLUMNS_MAX];
    size_t line_count;
    struct fg_compare_power_line *lines; /* from malloc() */
};

/* Calls `put` for each table of which something is known. False if memory is short. */
typedef void fg_compare_power_put(FILE *out, const struct fg_compare_power_table *table);
bool fg_compare_each_power_table(const struct fg_compare_report *report, fg_compare_power_put *put,
                                 FILE *out);

/* Calls `sink` for each row that was throttled, and for what cannot be read, with the reason. */
void fg_compare_each_power_note(const struct fg_compare_report *report, fg_compare_note_sink *sink,
                                void *context);
/* Calls `sink` for each backend of the curve that was throttled. */
void fg_compare_each_curve_power_note(const struct fg_compare_report *report,
                                      fg_compare_note_sink *sink, void *context);

#ifdef __cplusplus
}
#endif

#endif
