/* SPDX-License-Identifier: MIT */
/*
 * compare_html.h: makes foreign text safe for a page, in elements, quoted attributes and SVG. File
 * names, drivers' messages and CPU names may hold anything.
 */
#ifndef FG_COMPARE_HTML_H
#define FG_COMPARE_HTML_H

#include <stddef.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Writes `text` as printable.h shows it, with HTML's special characters as references. */
void fg_html_put(FILE *out, const char *text);

/* Writes `text` like fg_html_put(), but cut to `columns` characters, more than 3, with "..." at the
 * end if it is longer. */
void fg_html_put_cut(FILE *out, const char *text, size_t columns);

/* Writes what comes before a page's body; the title follows "factor-gpu --compare: ". */
void fg_html_begin_page(FILE *out, const char *title);

#ifdef __cplusplus
}
#endif

#endif
