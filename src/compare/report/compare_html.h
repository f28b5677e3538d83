/* SPDX-License-Identifier: MIT */
/*
 * compare_html.h: text from elsewhere made safe to stand in a page: in elements, in quoted
 * attributes and in SVG alike. File names, drivers' messages and CPU names may hold anything.
 */
#ifndef FG_COMPARE_HTML_H
#define FG_COMPARE_HTML_H

#include <stddef.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Writes `text` as printable.h shows it, with what has a meaning in HTML as references. */
void fg_html_put(FILE *out, const char *text);

/* The same, cut to `columns` characters, more than 3, with "..." at the end if it is longer. */
void fg_html_put_cut(FILE *out, const char *text, size_t columns);

#ifdef __cplusplus
}
#endif

#endif
