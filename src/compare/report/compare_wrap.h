/* SPDX-License-Identifier: MIT */
/*
 * compare_wrap.h: wraps all text of unknown length for a terminal, so that a driver's long message
 * or a long path never breaks the layout. It counts bytes, not characters: UTF-8 text has no more
 * columns than bytes, so lines get shorter, never longer.
 */
#ifndef FG_COMPARE_WRAP_H
#define FG_COMPARE_WRAP_H

#include <stddef.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FG_COMPARE_TEXT_COLUMNS 80

/*
 * Writes `text` from `column` on, and ends the line. Breaks lines at spaces, and indents the later
 * ones by `indent`. Cuts a word that is longer than a line.
 */
void fg_compare_put_wrapped(FILE *out, size_t column, size_t indent, const char *text);

#ifdef __cplusplus
}
#endif

#endif
