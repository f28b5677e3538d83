/* SPDX-License-Identifier: MIT */
/*
 * csv_header.c: the first row of a CSV file. The separator is the one of ',' ';' and tab that
 * stands in it outside quotes; a line "sep=;" before it, as Excel knows it, says which of several.
 * The row is a header if a column is asked for by name, or if its field in the column that is asked
 * for begins with something else than a number.
 */
#include "cli/input/csv.h"

#include "characters/printable.h"
#include "text/failure.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Columns that a message names. */
#define NAMED_MOST 8

/* The bytes of the header, and the place in them. */
struct scan {
    const unsigned char *at, *end;
    bool is_all;
    uint64_t line;
};

/* A field as it is written: its bytes, with quotes around them or none. */
struct field {
    const unsigned char *at;
    size_t size;
    bool is_quoted;
};

static bool is_line_end(unsigned char byte) {
    return byte == '\n' || byte == '\r';
}

static bool is_blank(unsigned char byte) {
    return byte == ' ' || byte == '\t';
}

/* ---- Lines and rows ---- */

/* Skips the byte order mark. */
static void skip_mark(struct scan *scan) {
    if ((size_t)(scan->end - scan->at) >= FG_TOKENIZER_MARK_BYTES &&
        memcmp(scan->at, FG_TOKENIZER_MARK, FG_TOKENIZER_MARK_BYTES) == 0)
        scan->at += FG_TOKENIZER_MARK_BYTES;
}

/* Moves on behind the end of a line, which is at scan->at. False if more bytes are needed to tell
 * where that is. */
static bool pass_line_end(struct scan *scan) {
    if (scan->at == scan->end)
        return scan->is_all;
    const bool is_cr = *scan->at++ == '\r';
    scan->line++;
    if (is_cr && scan->at == scan->end)
        return scan->is_all;
    if (is_cr && *scan->at == '\n')
        scan->at++;
    return true;
}

/* Skips lines of spaces alone. */
static bool skip_blank_lines(struct scan *scan) {
    for (;;) {
        const unsigned char *p = scan->at;
        while (p < scan->end && *p == ' ')
            p++;
        if (p < scan->end && !is_line_end(*p))
            return true;
        scan->at = p;
        if (p == scan->end || !pass_line_end(scan))
            return p == scan->end;
    }
}

/* The state of a field at a byte. Begins all zero but for at_start. */
struct quoting {
    bool at_start;  /* nothing but blanks since the last separator */
    bool is_inside; /* between quotes */
    bool just_left; /* behind a closing quote, or the first of two */
};

static bool is_separator(unsigned char byte, unsigned char delimiter) {
    return delimiter != 0 ? byte == delimiter : byte == ',' || byte == ';' || byte == '\t';
}

/* Moves on by one byte, and returns whether that is between quotes. A delimiter of 0 is any. */
static bool step(struct quoting *quoting, unsigned char byte, unsigned char delimiter) {
    const bool was_inside = quoting->is_inside;
    if (was_inside) {
        quoting->is_inside = byte != '"';
        quoting->just_left = byte == '"';
        return true;
    }
    quoting->is_inside = byte == '"' && (quoting->at_start || quoting->just_left);
    quoting->just_left = false;
    quoting->at_start = is_separator(byte, delimiter) || (quoting->at_start && is_blank(byte));
    return quoting->is_inside;
}

/* Finds the end of the row that begins at `at`: the first line end outside quotes, or `end`: then
 * the result is false. Counts the lines inside. */
static bool find_row_end(const unsigned char *at, const unsigned char *end, unsigned char delimiter,
                         const unsigned char **row_end, uint64_t *lines) {
    struct quoting quoting = {.at_start = true};
    *lines = 0;
    for (; at < end; at++) {
        if (!step(&quoting, *at, delimiter) && is_line_end(*at))
            break;
        *lines += *at == '\n';
    }
    *row_end = at;
    return at < end;
}

/* Takes a line "sep=;" and returns its character; 0 if there is none. */
static unsigned char take_separator_line(struct scan *scan) {
    static const char separators[] = ",;\t|:";
    const size_t size = (size_t)(scan->end - scan->at);
    if (size < 6 || memcmp(scan->at, "sep=", 4) != 0 || scan->at[4] == 0 ||
        strchr(separators, scan->at[4]) == NULL || !is_line_end(scan->at[5]))
        return 0;
    const unsigned char separator = scan->at[4];
    scan->at += 5;
    return pass_line_end(scan) ? separator : 0;
}

/* ---- The separator ---- */

static enum fg_status find_delimiter(const unsigned char *row, const unsigned char *row_end,
                                     unsigned char *delimiter, struct fg_error *error) {
    static const unsigned char known[] = {',', ';', '\t'};
    struct quoting quoting = {.at_start = true};
    bool seen[sizeof known] = {false};
    unsigned found = 0;
    for (const unsigned char *p = row; p < row_end; p++) {
        const bool is_quoted = step(&quoting, *p, 0);
        for (size_t i = 0; i < sizeof known; i++)
            seen[i] |= !is_quoted && *p == known[i];
    }
    *delimiter = ',';
    for (size_t i = 0; i < sizeof known; i++)
        if (seen[i]) {
            *delimiter = known[i];
            found++;
        }
    if (found <= 1)
        return FG_OK;
    return fg_program_fail(
        error, FG_ERROR_ARGUMENT,
        "its first row has %s%s%s outside quotes, and only one can be what "
        "separates its fields: put a line before it that says which, as in sep=;",
        seen[0] ? "','" : "';'", seen[0] && seen[1] ? " and ';'" : "", seen[2] ? " and tabs" : "");
}

/* ---- Fields ---- */

/* Takes the next field of the row. False, at its end, if that is not at a separator or the row's
 * end. */
static bool take_field(const unsigned char **at, const unsigned char *row_end,
                       unsigned char delimiter, struct field *field) {
    const unsigned char *p = *at;
    while (p < row_end && is_blank(*p) && *p != delimiter)
        p++;
    field->is_quoted = p < row_end && *p == '"';
    if (field->is_quoted) {
        field->at = ++p;
        while (p < row_end && (*p != '"' || (p + 1 < row_end && p[1] == '"')))
            p += *p == '"' ? 2 : 1;
        field->size = (size_t)(p - field->at);
        if (p == row_end)
            return false;
        p++;
        while (p < row_end && is_blank(*p) && *p != delimiter)
            p++;
    } else {
        field->at = p;
        while (p < row_end && *p != delimiter)
            p++;
        field->size = (size_t)(p - field->at);
        while (field->size > 0 && is_blank(field->at[field->size - 1]))
            field->size--;
    }
    *at = p;
    return p == row_end || *p == delimiter;
}

/* Returns whether the field is `name`. Two quotes in a quoted field are one. */
static bool is_named(const struct field *field, const char *name) {
    size_t length = 0;
    const size_t size = strlen(name);
    for (size_t i = 0; i < field->size; i++, length++) {
        if (length == size || field->at[i] != (unsigned char)name[length])
            return false;
        i += field->is_quoted && field->at[i] == '"';
    }
    return length == size;
}

/* Returns whether the field is a header's: empty, or something that cannot begin a number. */
static bool is_title(const struct field *field) {
    size_t i = 0;
    while (i < field->size && is_blank(field->at[i]))
        i++;
    return i == field->size || field->at[i] == 0 || strchr("0123456789+-.", field->at[i]) == NULL;
}

/* ---- The column ---- */

struct row {
    const unsigned char *at, *end;
    unsigned char delimiter;
    uint64_t count;       /* of its fields */
    uint64_t named;       /* how many are `name` */
    uint64_t first_named; /* the first that is */
    struct field chosen;  /* the column's */
};

/* Looks at all fields of the row: how many there are, which are called `name` (NULL: none), and
 * field `column`, counted from 0. */
static enum fg_status walk_row(struct row *row, const char *name, uint64_t column,
                               struct fg_error *error) {
    const unsigned char *at = row->at;
    struct field field;
    row->count = row->named = 0;
    row->chosen = (struct field){0};
    for (;;) {
        if (!take_field(&at, row->end, row->delimiter, &field))
            return fg_program_fail(error, FG_ERROR_ARGUMENT,
                                   "field %" PRIu64
                                   " of its first row begins with a quote and does not end with "
                                   "one: a quote in a field is written twice",
                                   row->count + 1);
        if (name != NULL && is_named(&field, name) && row->named++ == 0)
            row->first_named = row->count;
        if (row->count++ == column)
            row->chosen = field;
        if (at == row->end)
            return FG_OK;
        at++;
    }
}

/* The first columns' names, for a message. */
static void list_names(const struct row *row, char text[200]) {
    const unsigned char *at = row->at;
    struct field field;
    size_t used = 0;
    text[0] = '\0';
    for (uint64_t i = 0; i < row->count && i < NAMED_MOST && used + 40 < 200; i++, at++) {
        take_field(&at, row->end, row->delimiter, &field);
        used += (size_t)snprintf(text + used, 200 - used, "%s'%.*s'", i > 0 ? ", " : "",
                                 field.size < 20 ? (int)field.size : 20, (const char *)field.at);
        if (i + 1 < row->count && (i + 1 == NAMED_MOST || used + 40 >= 200))
            snprintf(text + used, 200 - used, ", ...");
    }
}

static enum fg_status fail_to_choose(const struct row *row, const char *column,
                                     struct fg_error *error) {
    char names[200];
    list_names(row, names);
    if (column == NULL)
        return fg_program_fail(error, FG_ERROR_ARGUMENT,
                               "has %" PRIu64 " columns, %s: say which with --column=NUMBER or "
                               "--column=NAME",
                               row->count, names);
    if (row->named > 1)
        return fg_program_fail(error, FG_ERROR_ARGUMENT,
                               "has %" PRIu64 " columns that are called '%.80s': say which by its "
                               "number, as in --column=%" PRIu64,
                               row->named, column, row->first_named + 1);
    return fg_program_fail(error, FG_ERROR_ARGUMENT, "has no column '%.80s': its first row is %s",
                           column, names);
}

/* Finds the column; *has_header says whether the row is a header. */
static enum fg_status choose_column(struct row *row, const char *column, uint64_t *index,
                                    bool *has_header, struct fg_error *error) {
    const bool by_number = column != NULL && column[strspn(column, "0123456789")] == '\0';
    const char *const name = by_number ? NULL : column;
    *index = by_number ? strtoull(column, NULL, 10) - 1 : 0;
    FG_TRY(walk_row(row, name, *index, error));
    if (*index >= row->count || (column == NULL && row->count > 1) ||
        (name != NULL && row->named != 1))
        return fail_to_choose(row, column, error);
    if (name != NULL) {
        *index = row->first_named;
        FG_TRY(walk_row(row, name, *index, error));
    }
    *has_header = name != NULL || is_title(&row->chosen);
    return FG_OK;
}

/* `title` is NULL if the column has no name. */
static void make_label(struct fg_csv_layout *layout, const struct field *title) {
    char text[FG_CSV_LABEL];
    const bool is_named = title != NULL && title->size > 0;
    int used = snprintf(text, sizeof text, "column %" PRIu64, layout->column + 1);
    if (is_named)
        snprintf(text + used, sizeof text - (size_t)used, " ('%.*s')",
                 title->size < 20 ? (int)title->size : 20, (const char *)title->at);
    fg_printable_copy(text, layout->label, sizeof layout->label);
}

/* ---- The whole ---- */

/* Finds the first row; the scan stays at its beginning. *lines is how many line ends are in it, and
 * the row's delimiter is `delimiter` unless a line before it says another. False if more bytes are
 * needed. */
static bool find_first_row(struct scan *scan, unsigned char delimiter, struct row *row,
                           uint64_t *lines) {
    skip_mark(scan);
    const unsigned char said = take_separator_line(scan);
    row->delimiter = said != 0 ? said : delimiter;
    if (!skip_blank_lines(scan))
        return false;
    row->at = scan->at;
    return find_row_end(scan->at, scan->end, row->delimiter, &row->end, lines) || scan->is_all;
}

/* Refuses a first row whose end is not among as many bytes as it may have. */
static enum fg_status check_length(size_t size, struct fg_error *error) {
    if (size < FG_CSV_HEADER_MOST)
        return FG_OK;
    return fg_program_fail(error, FG_ERROR_ARGUMENT,
                           "its first row is longer than %zu bytes: has it a quote that is not "
                           "closed, or is this no CSV?",
                           FG_CSV_HEADER_MOST);
}

enum fg_status fg_csv_read_header(const unsigned char *bytes, size_t size, bool is_all,
                                  const char *column, unsigned char delimiter,
                                  struct fg_csv_layout *layout, bool *found,
                                  struct fg_error *error) {
    /* Looks at no more bytes, so that a file and a pipe are judged alike. */
    const size_t looked_at = size < FG_CSV_HEADER_MOST ? size : FG_CSV_HEADER_MOST;
    struct scan scan = {
        .at = bytes, .end = bytes, .is_all = is_all && looked_at == size, .line = 1};
    struct row row = {0};
    uint64_t lines = 0;
    bool has_header = false;
    if (looked_at > 0) /* else `bytes` may be NULL */
        scan.end += looked_at;
    *layout = (struct fg_csv_layout){0};
    *found = find_first_row(&scan, delimiter, &row, &lines);
    if (!*found)
        return check_length(size, error);
    if (row.delimiter == 0)
        FG_TRY(find_delimiter(row.at, row.end, &row.delimiter, error));
    if (row.at < row.end) /* else the file is empty */
        FG_TRY(choose_column(&row, column, &layout->column, &has_header, error));
    if (has_header) {
        scan.at = row.end;
        scan.line += lines;
        *found = pass_line_end(&scan);
        if (!*found)
            return check_length(size, error);
    }
    layout->delimiter = row.delimiter;
    layout->field_count = row.count;
    layout->header_bytes = (size_t)(scan.at - bytes);
    layout->line = scan.line;
    make_label(layout, has_header ? &row.chosen : NULL);
    return FG_OK;
}
