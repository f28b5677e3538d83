/* SPDX-License-Identifier: MIT */
/*
 * compare_page_costs.h: the page's tables of what each row cost: time, memory and energy, and the
 * GPU's state.
 */
#ifndef FG_COMPARE_PAGE_COSTS_H
#define FG_COMPARE_PAGE_COSTS_H

#include "compare/compare_report.h"
#include <stdio.h>

/* False if memory is short. */
bool fg_compare_put_cost_tables(FILE *out, const struct fg_compare_report *report);

#endif
