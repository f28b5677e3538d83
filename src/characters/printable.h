/* SPDX-License-Identifier: MIT */
/*
 * printable.h: which characters a message, a report or a page shows as they are. All others are
 * shown byte by byte as \x1b: control characters, those that end a line, those that turn the
 * direction of what follows, and what is no UTF-8. So no file name and no driver's text makes a
 * terminal do things, a page say something else, or one line two.
 *
 * The library and the program share this header, which needs no function of either.
 */
#ifndef FG_CHARACTERS_PRINTABLE_H
#define FG_CHARACTERS_PRINTABLE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Bytes of "\x1b", as which a byte is shown that is not shown as it is. */
#define FG_PRINTABLE_ESCAPE_BYTES 4

/* Reads the character that the string `text` begins with. Returns how many bytes it has, or 0 if
 * that is no UTF-8, or the end. */
static inline size_t fg_character_read(const char *text, uint32_t *character) {
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000}; /* shorter forms are not UTF-8 */
    const unsigned char lead = (unsigned char)text[0];
    const size_t more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    if (lead == 0 || (lead >= 0x80 && lead < 0xC2) || lead > 0xF4)
        return 0;
    uint32_t c = more == 0 ? lead : lead & (0x3Fu >> more);
    for (size_t i = 1; i <= more; i++) {
        const unsigned char byte = (unsigned char)text[i];
        if ((byte & 0xC0) != 0x80) /* the end of the string, too */
            return 0;
        c = c << 6 | (byte & 0x3Fu);
    }
    if (c < least[more] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return 0;
    *character = c;
    return more + 1;
}

/* Returns whether a character is shown as it is. */
static inline bool fg_character_is_printable(uint32_t c) {
    const bool control = c < 0x20 || (c >= 0x7F && c <= 0x9F);
    const bool ends_line = c == 0x2028 || c == 0x2029;
    const bool turns = c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
                       (c >= 0x2066 && c <= 0x206F);
    const bool noncharacter = (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE;
    return !control && !ends_line && !turns && !noncharacter;
}

/* Reads the character that `text` begins with if it is shown as it is, and returns how many bytes
 * it has; else returns 0: then the first byte is escaped, unless it is the end. */
static inline size_t fg_printable_read(const char *text, uint32_t *character) {
    const size_t bytes = fg_character_read(text, character);
    return bytes > 0 && fg_character_is_printable(*character) ? bytes : 0;
}

/* Writes how a byte is shown, without a NUL. */
static inline void fg_printable_escape(char byte, char escape[FG_PRINTABLE_ESCAPE_BYTES]) {
    static const char digits[] = "0123456789abcdef";
    escape[0] = '\\';
    escape[1] = 'x';
    escape[2] = digits[(unsigned char)byte >> 4];
    escape[3] = digits[(unsigned char)byte & 15];
}

/* Copies `text` as it is shown, and a NUL, to out[0 .. room), room at least 1. What does not fit is
 * left out, without cutting a character or an escape. The two must not overlap. */
static inline void fg_printable_copy(const char *text, char *out, size_t room) {
    size_t used = 0;
    while (*text != '\0') {
        uint32_t character;
        char escape[FG_PRINTABLE_ESCAPE_BYTES];
        const size_t bytes = fg_printable_read(text, &character);
        const char *const from = bytes > 0 ? text : escape;
        const size_t size = bytes > 0 ? bytes : sizeof escape;
        if (bytes == 0)
            fg_printable_escape(*text, escape);
        if (room - used <= size)
            break;
        for (size_t i = 0; i < size; i++)
            out[used++] = from[i];
        text += bytes > 0 ? bytes : 1;
    }
    out[used] = '\0';
}

/* Writes a message as vsnprintf() does, but as it is shown, to out[0 .. room), room at least 1. Of
 * the message, FG_PRINTABLE_MESSAGE_BYTES - 1 bytes are read at most. */
#define FG_PRINTABLE_MESSAGE_BYTES ((size_t)1024)
__attribute__((format(printf, 3, 0))) static inline void
fg_printable_format(char *out, size_t room, const char *format, va_list arguments) {
    char text[FG_PRINTABLE_MESSAGE_BYTES];
    vsnprintf(text, sizeof text, format, arguments);
    fg_printable_copy(text, out, room);
}

#endif
