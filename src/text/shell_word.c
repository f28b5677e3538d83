/* SPDX-License-Identifier: MIT */
/*
 * shell_word.c: chooses the simplest way to quote that is right.
 */
#include "text/shell_word.h"

#include "characters/printable.h"

#include <stdlib.h>
#include <string.h>

/* Characters that no shell treats specially. */
#define PLAIN "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+,:@%-"

static bool is_shown_as_it_is(const char *text) {
    uint32_t character;
    for (size_t bytes; *text != '\0'; text += bytes)
        if ((bytes = fg_printable_read(text, &character)) == 0)
            return false;
    return true;
}

/* Appends the text for the inside of quotes: of $'' if `is_bash`, else of ''. Returns the end. */
static char *put_inside(char *out, const char *text, bool is_bash) {
    for (; *text != '\0'; text++) {
        if (is_bash && (*text < ' ' || *text > '~')) {
            fg_printable_escape(*text, out);
            out += FG_PRINTABLE_ESCAPE_BYTES;
        } else if (is_bash && (*text == '\'' || *text == '\\')) {
            *out++ = '\\';
            *out++ = *text;
        } else if (*text == '\'') {
            out = stpcpy(out, "'\\''");
        } else {
            *out++ = *text;
        }
    }
    return out;
}

char *fg_shell_word(const char *text) {
    const size_t size = strlen(text);
    if (size > 0 && strspn(text, PLAIN) == size)
        return strdup(text);
    char *const word = malloc(FG_PRINTABLE_ESCAPE_BYTES * size + sizeof "$''");
    if (word == NULL)
        return NULL;
    const bool is_bash = !is_shown_as_it_is(text);
    char *out = stpcpy(word, is_bash ? "$'" : "'");
    out = put_inside(out, text, is_bash);
    stpcpy(out, "'");
    return word;
}
