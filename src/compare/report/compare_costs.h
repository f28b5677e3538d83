/* SPDX-License-Identifier: MIT */
/*
 * compare_costs.h: the costs of a row besides the time of its runs: first answer, CPU time and
 * memory. They are the columns of a second table.
 */
#ifndef FG_COMPARE_COSTS_H
#define FG_COMPARE_COSTS_H

#include "compare/compare_report.h"
#include "measure/quantity.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FG_COMPARE_COST_COLUMNS 5

/* The title of the table, and one sentence about its columns. */
extern const char fg_compare_costs_title[];
extern const char fg_compare_costs_legend[];

/* Returns the name of a column, from 0. */
const char *fg_compare_cost_name(unsigned column);

/* Formats a cell of a measured row; "-" if the system does not say the value. */
void fg_compare_cost_cell(const struct fg_compare_row *row, unsigned column,
                          char text[FG_QUANTITY_CELL]);

#ifdef __cplusplus
}
#endif

#endif
