/* SPDX-License-Identifier: MIT */
/*
 * compare_markdown.h: writes a comparison as a Markdown document, to paste into an issue or a
 * README.
 */
#ifndef FG_COMPARE_MARKDOWN_H
#define FG_COMPARE_MARKDOWN_H

#include "compare/compare_report.h"
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Writes the whole report, raw samples included; write errors are left in ferror(out). */
void fg_compare_write_markdown(const struct fg_compare_report *report, FILE *out);

#ifdef __cplusplus
}
#endif

#endif
