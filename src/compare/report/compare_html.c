/*
 * compare_html.c: UTF-8 decoded strictly, then written with HTML's own characters as references.
 */
#include "compare/report/compare_html.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define REPLACEMENT 0xFFFDu
#define CUT_MARK "..."

/* Whether HTML allows the character in a text; controls are taken care of before. */
static bool is_allowed(uint32_t c) {
    const bool surrogate = c >= 0xD800 && c <= 0xDFFF;
    const bool control = c >= 0x7F && c <= 0x9F;
    const bool noncharacter = (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE;
    /* Those that turn the direction of what follows could make a page say something else. */
    const bool turns = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    return c <= 0x10FFFF && !surrogate && !control && !noncharacter && !turns;
}

/* Reads the character at **text and moves behind it; a byte that begins none is REPLACEMENT. */
static uint32_t next_character(const unsigned char **text) {
    const unsigned char *const at = *text;
    const unsigned char lead = *at;
    *text = at + 1;
    if (lead < 0x80)
        return lead < 0x20 ? ' ' : lead == 0x7F ? ' ' : lead;
    const size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000}; /* shorter forms are not UTF-8 */
    if (lead < 0xC2 || lead > 0xF4)
        return REPLACEMENT;
    uint32_t c = lead & (0x3Fu >> more);
    for (size_t i = 1; i <= more; i++) {
        if ((at[i] & 0xC0) != 0x80) /* the end of the string, too */
            return REPLACEMENT;
        c = c << 6 | (at[i] & 0x3Fu);
    }
    if (c < least[more] || !is_allowed(c))
        c = REPLACEMENT;
    *text = at + 1 + more;
    return c;
}

static void put_character(FILE *out, uint32_t c) {
    if (c == '&')
        fputs("&amp;", out);
    else if (c == '<')
        fputs("&lt;", out);
    else if (c == '>')
        fputs("&gt;", out);
    else if (c == '"')
        fputs("&quot;", out);
    else if (c == '\'')
        fputs("&#39;", out);
    else if (c < 0x80)
        putc((int)c, out);
    else
        fprintf(out, "&#x%X;", (unsigned)c);
}

void fg_html_put(FILE *out, const char *text) {
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0';)
        put_character(out, next_character(&at));
}

void fg_html_put_cut(FILE *out, const char *text, size_t columns) {
    size_t length = 0;
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; length++)
        (void)next_character(&at);
    const bool cut = length > columns;
    const size_t shown = cut && columns > strlen(CUT_MARK) ? columns - strlen(CUT_MARK) : length;
    const unsigned char *at = (const unsigned char *)text;
    for (size_t i = 0; i < shown && *at != '\0'; i++)
        put_character(out, next_character(&at));
    if (cut)
        fputs(CUT_MARK, out);
}
