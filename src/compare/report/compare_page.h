/* SPDX-License-Identifier: MIT */
/*
 * compare_page.h: a comparison as one HTML page with charts, to look at and to send on: no network,
 * no script, for light and dark screens and for paper.
 */
#ifndef FG_COMPARE_PAGE_H
#define FG_COMPARE_PAGE_H

#include "compare/compare_report.h"
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Writes the whole page. False for want of memory. */
bool fg_compare_write_page(const struct fg_compare_report *report, FILE *out);

#ifdef __cplusplus
}
#endif

#endif
