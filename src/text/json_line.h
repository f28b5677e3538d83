/* SPDX-License-Identifier: MIT */
/*
 * json_line.h: a JSON value as a line of text.
 */
#ifndef FG_TEXT_JSON_LINE_H
#define FG_TEXT_JSON_LINE_H

#include <jansson.h>
#include <stddef.h>

/* Returns the value as a line without spaces, for the caller to free, and releases the value.
 * `flags`: jansson's, besides that. NULL if memory is short, or was when the value was made: then
 * it is NULL. */
char *fg_json_line(json_t *value, size_t flags);

#endif
