/* SPDX-License-Identifier: MIT */
/*
 * compare_page.h: writes a comparison as one HTML page with charts. It needs no network and no
 * script, and is made for light and dark screens and for paper.
 */
#ifndef FG_COMPARE_PAGE_H
#define FG_COMPARE_PAGE_H

#include "compare/compare_report.h"
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Writes the whole page. False if memory is short. */
bool fg_compare_write_page(const struct fg_compare_report *report, FILE *out);

#ifdef __cplusplus
}
#endif

#endif
