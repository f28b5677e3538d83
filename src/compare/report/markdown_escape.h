/* SPDX-License-Identifier: MIT */
/*
 * markdown_escape.h: foreign text in Markdown: as printable.h shows it, with Markdown's special
 * characters escaped, because a '|' in a driver's message would add a column.
 */
#ifndef FG_COMPARE_MARKDOWN_ESCAPE_H
#define FG_COMPARE_MARKDOWN_ESCAPE_H

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Writes the text, escaped. */
void fg_markdown_put(FILE *out, const char *text);

#ifdef __cplusplus
}
#endif

#endif
