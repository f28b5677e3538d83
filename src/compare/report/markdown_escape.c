/* SPDX-License-Identifier: MIT */
/*
 * markdown_escape.c: a backslash before each special character.
 */
#include "compare/report/markdown_escape.h"

#include "characters/printable.h"
#include <string.h>

static void put_bytes(FILE *out, const char *bytes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (strchr("\\`*_[]<>|#~&", bytes[i]) != NULL)
            putc('\\', out);
        putc(bytes[i], out);
    }
}

void fg_markdown_put(FILE *out, const char *text) {
    while (*text != '\0') {
        uint32_t character;
        char escape[FG_PRINTABLE_ESCAPE_BYTES];
        const size_t bytes = fg_printable_read(text, &character);
        if (bytes == 0)
            fg_printable_escape(*text, escape);
        put_bytes(out, bytes > 0 ? text : escape, bytes > 0 ? bytes : sizeof escape);
        text += bytes > 0 ? bytes : 1;
    }
}
