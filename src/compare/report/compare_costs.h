/* SPDX-License-Identifier: MIT */
/*
 * compare_costs.h: what a row cost besides the time of its runs: the first answer, CPU time and
 * memory, as the columns of a second table.
 */
#ifndef FG_COMPARE_COSTS_H
#define FG_COMPARE_COSTS_H

#include "compare/compare_report.h"
#include "measure/quantity.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FG_COMPARE_COST_COLUMNS 5

/* What the table is about, and one sentence on its columns. */
extern const char fg_compare_costs_title[];
extern const char fg_compare_costs_legend[];

/* The name of a column, from 0. */
const char *fg_compare_cost_name(unsigned column);

/* A measured row's cell; "-" where the system does not say it. */
void fg_compare_cost_cell(const struct fg_compare_row *row, unsigned column,
                          char text[FG_QUANTITY_CELL]);

#ifdef __cplusplus
}
#endif

#endif
