/* SPDX-License-Identifier: MIT */
/*
 * json_line.c: jansson's text of a value, and the newline.
 */
#include "text/json_line.h"

#include <stdio.h>
#include <stdlib.h>

char *fg_json_line(json_t *value, size_t flags) {
    char *const text = value != NULL ? json_dumps(value, JSON_COMPACT | flags) : NULL;
    char *line = NULL;
    if (text != NULL && asprintf(&line, "%s\n", text) < 0)
        line = NULL;
    free(text);
    json_decref(value);
    return line;
}
