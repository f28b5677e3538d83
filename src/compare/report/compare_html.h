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

/*
 * Writes `text` with what has a meaning in HTML escaped; control characters become spaces, what is
 * no UTF-8 or no character that a page may hold becomes U+FFFD.
 */
void fg_html_put(FILE *out, const char *text);

/* The same, cut to `columns` characters with "..." at the end where it is longer. */
void fg_html_put_cut(FILE *out, const char *text, size_t columns);

#ifdef __cplusplus
}
#endif

#endif
