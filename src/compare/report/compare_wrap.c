/* SPDX-License-Identifier: MIT */
/*
 * compare_wrap.c: breaks lines at spaces, and words that are longer than a line.
 */
#include "compare/report/compare_wrap.h"

#include "characters/printable.h"
#include <stdbool.h>
#include <string.h>

/* Returns how many bytes of a word fit in `room`, without cutting a UTF-8 sequence. */
static size_t fitting_bytes(const char *word, size_t length, size_t room) {
    if (length <= room)
        return length;
    size_t bytes = room;
    while (bytes > 0 && ((unsigned char)word[bytes] & 0xC0) == 0x80)
        bytes--;
    return bytes > 0 ? bytes : room;
}

/* Writes `count` bytes of a string. Bytes that printable.h would escape become question marks,
 * because an escape takes more columns. */
static void put_bytes(FILE *out, const char *bytes, size_t count) {
    for (size_t i = 0, size; i < count; i += size) {
        uint32_t character;
        size = fg_printable_read(bytes + i, &character);
        if (size > 0) {
            fwrite(bytes + i, 1, size, out);
        } else {
            putc('?', out);
            size = 1;
        }
    }
}

void fg_compare_put_wrapped(FILE *out, size_t column, size_t indent, const char *text) {
    bool at_start = true; /* this function has written nothing on the line yet */
    for (const char *word = text; *word != '\0';) {
        if (*word == ' ') {
            word++;
            continue;
        }
        const size_t length = strcspn(word, " ");
        const size_t needed = length + (at_start ? 0 : 1);
        const bool on_fresh_line = at_start && column <= indent;
        if (column + needed > FG_COMPARE_TEXT_COLUMNS && !on_fresh_line) {
            fprintf(out, "\n%*s", (int)indent, "");
            column = indent;
            at_start = true;
            continue;
        }
        if (!at_start)
            putc(' ', out);
        column += at_start ? 0 : 1;
        const size_t bytes = fitting_bytes(word, length, FG_COMPARE_TEXT_COLUMNS - column);
        put_bytes(out, word, bytes);
        word += bytes;
        column += bytes;
        at_start = false;
        if (bytes < length) { /* the rest of a cut word begins a line */
            fprintf(out, "\n%*s", (int)indent, "");
            column = indent;
            at_start = true;
        }
    }
    putc('\n', out);
}
