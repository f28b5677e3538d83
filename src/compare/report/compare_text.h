/* SPDX-License-Identifier: MIT */
/*
 * compare_text.h: writes a comparison for a terminal: ASCII layout, no line over 80 columns.
 */
#ifndef FG_COMPARE_TEXT_H
#define FG_COMPARE_TEXT_H

#include "compare/compare_report.h"
#include "compare/report/compare_wrap.h"
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Writes the whole report; write errors are left in ferror(out). */
void fg_compare_write_text(const struct fg_compare_report *report, FILE *out);

#ifdef __cplusplus
}
#endif

#endif
