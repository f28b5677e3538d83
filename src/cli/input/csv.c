/* SPDX-License-Identifier: MIT */
/*
 * csv.c: RFC 4180 byte by byte. A row ends with LF, CR or CR LF; a row of blanks alone is none.
 * Text behind a closing quote ends the file, and so does an open quote at the end: a guess where
 * the next row begins could make a number of a piece of text.
 */
#include "cli/input/csv.h"

#include "cli/input/foreign_file.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void begin_row(struct fg_csv *csv) {
    csv->state = FG_CSV_FIELD_START;
    csv->between_rows = csv->has_content = csv->blank_pending = false;
    csv->field = 0;
    csv->row_line = csv->number_line = csv->next_line;
    fg_spelling_begin(&csv->number, false);
}

void fg_csv_begin(struct fg_csv *csv, const struct fg_csv_layout *layout) {
    *csv = (struct fg_csv){
        .accept_zero = csv->accept_zero, .layout = *layout, .next_line = layout->line};
    csv->between_rows = true;
}

static enum fg_tokenizer_event reject(struct fg_csv *csv, enum fg_csv_verdict verdict,
                                      uint64_t line) {
    csv->verdict = verdict;
    csv->line = line;
    csv->is_over |= verdict >= FG_CSV_BINARY;
    return FG_TOKENIZER_BAD;
}

/* Takes a byte of a field; blanks around a number are none of it. */
static void add_byte(struct fg_csv *csv, unsigned char byte) {
    struct fg_spelling *const number = &csv->number;
    if (csv->field != csv->layout.column)
        return;
    if (byte == ' ' || (byte == '\t' && csv->layout.delimiter != '\t')) {
        csv->blank_pending = number->length > 0;
        return;
    }
    if (number->length == 0)
        csv->number_line = csv->next_line;
    if (csv->blank_pending)
        fg_spelling_add(number, ' ');
    csv->blank_pending = false;
    fg_spelling_add(number, byte);
}

/* Takes the row's number, if the row has as many fields as the first. */
static enum fg_tokenizer_event end_row(struct fg_csv *csv, struct fg_number_list *list) {
    const bool is_row = !csv->between_rows && (csv->has_content || csv->field > 0);
    csv->between_rows = true;
    if (!is_row)
        return FG_TOKENIZER_EMPTY;
    if (csv->field + 1 != csv->layout.field_count)
        return reject(csv, FG_CSV_BAD_ROW, csv->row_line);
    if (csv->number.length == 0)
        return reject(csv, FG_CSV_NO_NUMBER, csv->number_line);
    if (fg_spelling_judge(&csv->number, csv->accept_zero, fg_number_list_takes_wide(list)) !=
        FG_SPELLING_NUMBER)
        return reject(csv, FG_CSV_BAD_NUMBER, csv->number_line);
    fg_number_list_add(list, csv->number.value);
    return FG_TOKENIZER_EMPTY;
}

/* Takes a byte between quotes. */
static void take_quoted(struct fg_csv *csv, unsigned char byte) {
    if (byte == '"') {
        csv->state = FG_CSV_QUOTE_FOUND;
        return;
    }
    csv->next_line += byte == '\n';
    add_byte(csv, byte);
}

/* Takes a byte that ends no field and no row, outside quotes. */
static enum fg_tokenizer_event take_plain(struct fg_csv *csv, unsigned char byte) {
    const bool is_blank = byte == ' ' || byte == '\t';
    csv->has_content |= !is_blank;
    if (csv->state == FG_CSV_QUOTE_FOUND && byte == '"') {
        csv->state = FG_CSV_QUOTED; /* two of them are one of the field */
        add_byte(csv, byte);
    } else if (csv->state == FG_CSV_QUOTE_FOUND || csv->state == FG_CSV_QUOTE_ENDED) {
        csv->state = FG_CSV_QUOTE_ENDED;
        if (!is_blank)
            return reject(csv, FG_CSV_BEHIND_QUOTE, csv->next_line);
    } else if (csv->state == FG_CSV_FIELD_START && byte == '"') {
        csv->state = FG_CSV_QUOTED;
        csv->quote_line = csv->next_line;
    } else {
        /* A quote behind blanks still begins a quoted field. */
        csv->state = is_blank ? csv->state : FG_CSV_PLAIN;
        add_byte(csv, byte);
    }
    return FG_TOKENIZER_EMPTY;
}

/* Takes one byte. */
static enum fg_tokenizer_event take(struct fg_csv *csv, unsigned char byte,
                                    struct fg_number_list *list) {
    const bool after_cr = csv->after_cr;
    csv->after_cr = false;
    if (fg_foreign_is_binary(byte)) {
        csv->binary_byte = byte;
        return reject(csv, FG_CSV_BINARY, csv->next_line);
    }
    if (byte == '\n' && after_cr)
        return FG_TOKENIZER_EMPTY;
    if (csv->between_rows)
        begin_row(csv);
    if (csv->state == FG_CSV_QUOTED) {
        take_quoted(csv, byte);
        return FG_TOKENIZER_EMPTY;
    }
    if (byte == '\n' || byte == '\r') {
        const enum fg_tokenizer_event event = end_row(csv, list);
        csv->after_cr = byte == '\r';
        csv->next_line++;
        return event;
    }
    if (byte == csv->layout.delimiter) {
        csv->field++;
        csv->state = FG_CSV_FIELD_START;
        return FG_TOKENIZER_EMPTY;
    }
    return take_plain(csv, byte);
}

enum fg_tokenizer_event fg_csv_feed(struct fg_csv *csv, const unsigned char **at,
                                    const unsigned char *end, struct fg_number_list *list) {
    enum fg_tokenizer_event event = FG_TOKENIZER_EMPTY;
    if (csv->is_over)
        *at = end;
    while (*at < end && event == FG_TOKENIZER_EMPTY) {
        if (fg_number_list_is_full(list))
            return FG_TOKENIZER_FULL;
        event = take(csv, *(*at)++, list);
    }
    return event;
}

enum fg_tokenizer_event fg_csv_finish(struct fg_csv *csv, struct fg_number_list *list) {
    assert(!fg_number_list_is_full(list));
    if (csv->is_over)
        return FG_TOKENIZER_EMPTY;
    if (csv->state == FG_CSV_QUOTED && !csv->between_rows)
        return reject(csv, FG_CSV_OPEN_QUOTE, csv->quote_line);
    csv->is_over = true;
    return end_row(csv, list);
}

void fg_csv_describe(struct fg_csv *csv, char text[FG_CSV_TEXT]) {
    char number[FG_SPELLING_TEXT];
    const uint64_t field_count = csv->field + 1, wanted = csv->layout.field_count;
    switch (csv->verdict) {
    case FG_CSV_BAD_NUMBER:
        fg_spelling_describe(&csv->number, &csv->advised, number);
        snprintf(text, FG_CSV_TEXT, "%s: %s", csv->layout.label, number);
        break;
    case FG_CSV_NO_NUMBER:
        snprintf(text, FG_CSV_TEXT, "%s is empty", csv->layout.label);
        break;
    case FG_CSV_BAD_ROW:
        snprintf(text, FG_CSV_TEXT,
                 "the row has %" PRIu64 " field%s, and the first row %" PRIu64
                 ": a field with a separator in it needs quotes",
                 field_count, field_count == 1 ? "" : "s", wanted);
        break;
    case FG_CSV_BINARY:
        fg_foreign_describe(csv->binary_byte, text, FG_CSV_TEXT);
        break;
    case FG_CSV_BEHIND_QUOTE:
        snprintf(text, FG_CSV_TEXT,
                 "field %" PRIu64 " has text behind its closing quote, so the rest of it is not "
                 "read: a quote in a field is written twice",
                 field_count);
        break;
    case FG_CSV_OPEN_QUOTE:
        snprintf(text, FG_CSV_TEXT,
                 "the quote that field %" PRIu64 " begins with is never closed, so nothing behind "
                 "it was read",
                 field_count);
        break;
    }
}
