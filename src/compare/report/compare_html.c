/* SPDX-License-Identifier: MIT */
/*
 * compare_html.c: writes printable characters, HTML's special ones as references, and all others as
 * escapes.
 */
#include "compare/report/compare_html.h"

#include "characters/printable.h"
#include "compare/report/compare_style.h"
#include <assert.h>
#include <string.h>

#define CUT_MARK "..."

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

/* Writes the first character of *text, unless `out` is NULL, and moves *text past it. Returns its
 * columns. */
static size_t put_next(FILE *out, const char **text) {
    uint32_t c;
    char escape[FG_PRINTABLE_ESCAPE_BYTES];
    const size_t bytes = fg_printable_read(*text, &c);
    if (bytes == 0)
        fg_printable_escape(**text, escape);
    if (bytes == 0 && out != NULL)
        fwrite(escape, 1, sizeof escape, out);
    else if (out != NULL)
        put_character(out, c);
    *text += bytes > 0 ? bytes : 1;
    return bytes > 0 ? 1 : sizeof escape;
}

void fg_html_put(FILE *out, const char *text) {
    while (*text != '\0')
        (void)put_next(out, &text);
}

static size_t count_columns(const char *text) {
    size_t columns = 0;
    while (*text != '\0')
        columns += put_next(NULL, &text);
    return columns;
}

void fg_html_put_cut(FILE *out, const char *text, size_t columns) {
    assert(columns > strlen(CUT_MARK));
    if (count_columns(text) <= columns) {
        fg_html_put(out, text);
        return;
    }
    size_t left = columns - strlen(CUT_MARK); /* columns left for the text before the mark */
    for (const char *next = text; put_next(NULL, &next) <= left; next = text)
        left -= put_next(out, &text);
    fputs(CUT_MARK, out);
}

void fg_html_begin_page(FILE *out, const char *title) {
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" "
          "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n<title>factor-gpu --compare: ",
          out);
    fg_html_put(out, title);
    fprintf(out, "</title>\n<style>\n%s</style>\n</head>\n", fg_compare_page_style);
}
