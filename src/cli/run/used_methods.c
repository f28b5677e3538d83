/* SPDX-License-Identifier: MIT */
/*
 * used_methods.c: the methods of an engine as bits, and as words.
 */
#include "cli/run/used_methods.h"

#include <stdio.h>
#include <string.h>

unsigned fg_used_methods(const struct fg_engine *engine) {
    unsigned used = 0;
    for (size_t i = 0; i < fg_method_count(); i++)
        if (fg_engine_has_used(engine, fg_method_at(i)))
            used |= 1U << fg_method_at(i);
    return used;
}

void fg_used_methods_name(enum fg_method asked, unsigned used, char text[FG_USED_METHODS_TEXT]) {
    const char *separator = " (";
    size_t length = strlen(fg_method_name(asked));
    memcpy(text, fg_method_name(asked), length + 1);
    if (asked != FG_METHOD_AUTO || used == 0)
        return;
    for (size_t i = 0; i < fg_method_count(); i++)
        if ((used >> fg_method_at(i) & 1) != 0) {
            length += (size_t)snprintf(text + length, FG_USED_METHODS_TEXT - length, "%s%s",
                                       separator, fg_method_name(fg_method_at(i)));
            separator = ", ";
        }
    snprintf(text + length, FG_USED_METHODS_TEXT - length, ")");
}
