/* SPDX-License-Identifier: MIT */
/*
 * csv_fuzz.c: a column of a table, from arbitrary bytes in arbitrary pieces, against a parser that
 * has the whole table at once, goes from field to field and is too simple to be wrong. The first
 * row must mean the same as soon as there are enough bytes. Fails on any difference in numbers,
 * lines or verdicts; the sanitizers watch the rest.
 *
 * The first three bytes of the input choose the largest piece, the room for numbers, and, by the
 * bits of the third, whether 0 is accepted, whether tabs separate, the column, and whether numbers
 * from 2^64 on are accepted.
 */
#include "cli/input/csv.h"
#include "fuzz_number.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The results, one entry a row. */
struct entry {
    int is_bad;
    enum fg_csv_verdict verdict; /* of what is bad */
    fuzz_value value;            /* of a number */
    uint64_t line;               /* of what is bad */
};

struct entries {
    struct entry *list;
    size_t count;
};

static void check(int holds) {
    if (!holds)
        abort();
}

static void append(struct entries *entries, int is_bad, enum fg_csv_verdict verdict,
                   fuzz_value value, uint64_t line) {
    entries->list[entries->count++] = (struct entry){is_bad, verdict, value, line};
}

/* ---- The plain parser ---- */

struct plain {
    const uint8_t *data;
    size_t size, at;
    const struct fg_csv_layout *layout;
    int accept_zero, accept_wide;
    uint64_t line;
    /* of the field */
    uint8_t *text;
    size_t length;
    uint64_t text_line;
};

enum field_end { AT_SEPARATOR, AT_ROW_END, FAILED };

static int is_blank(const struct plain *plain, uint8_t byte) {
    return byte == ' ' || (byte == '\t' && plain->layout->delimiter != '\t');
}

static int is_end(const struct plain *plain) {
    return plain->at == plain->size || plain->data[plain->at] == '\n' ||
           plain->data[plain->at] == '\r' || plain->data[plain->at] == plain->layout->delimiter;
}

static void keep(struct plain *plain, uint8_t byte) {
    if (plain->length == 0) {
        if (is_blank(plain, byte))
            return;
        plain->text_line = plain->line;
    }
    plain->text[plain->length++] = byte;
}

/* Reads a field into plain->text, without the blanks around it. */
static enum field_end read_field(struct plain *plain, int *has_content, struct entries *entries) {
    const uint64_t quote_line = plain->line;
    int is_closed = 1;
    plain->length = 0;
    plain->text_line = 0;
    while (!is_end(plain) && is_blank(plain, plain->data[plain->at]))
        plain->at++;
    if (!is_end(plain) && plain->data[plain->at] == '"') {
        *has_content = 1;
        is_closed = 0;
        plain->at++;
        while (!is_closed && plain->at < plain->size) {
            const uint8_t byte = plain->data[plain->at++];
            const int is_twice = plain->at < plain->size && plain->data[plain->at] == '"';
            if (fuzz_is_binary(byte)) {
                append(entries, 1, FG_CSV_BINARY, 0, plain->line);
                return FAILED;
            }
            plain->line += byte == '\n';
            if (byte != '"' || is_twice)
                keep(plain, byte);
            plain->at += byte == '"' && is_twice;
            is_closed = byte == '"' && !is_twice;
        }
        if (!is_closed) {
            append(entries, 1, FG_CSV_OPEN_QUOTE, 0, quote_line);
            return FAILED;
        }
        while (!is_end(plain) && is_blank(plain, plain->data[plain->at]))
            plain->at++;
        if (!is_end(plain)) {
            append(entries, 1,
                   fuzz_is_binary(plain->data[plain->at]) ? FG_CSV_BINARY : FG_CSV_BEHIND_QUOTE, 0,
                   plain->line);
            return FAILED;
        }
    }
    for (; !is_end(plain); plain->at++) {
        const uint8_t byte = plain->data[plain->at];
        if (fuzz_is_binary(byte)) {
            append(entries, 1, FG_CSV_BINARY, 0, plain->line);
            return FAILED;
        }
        *has_content = 1;
        keep(plain, byte);
    }
    while (plain->length > 0 && is_blank(plain, plain->text[plain->length - 1]))
        plain->length--;
    if (plain->at < plain->size && plain->data[plain->at] == plain->layout->delimiter) {
        plain->at++;
        return AT_SEPARATOR;
    }
    return AT_ROW_END;
}

/* Moves on behind LF, CR or CR LF. */
static void pass_line_end(struct plain *plain) {
    const int is_cr = plain->at < plain->size && plain->data[plain->at] == '\r';
    plain->at += plain->at < plain->size;
    plain->at += is_cr && plain->at < plain->size && plain->data[plain->at] == '\n';
    plain->line++;
}

static int read_row(struct plain *plain, struct entries *entries) {
    const uint64_t row_line = plain->line;
    uint64_t fields = 0, number_line = row_line;
    fuzz_value value = 0;
    int has_content = 0, has_number = 0;
    enum fuzz_number verdict = FUZZ_NO_NUMBER;
    enum field_end end;
    do {
        end = read_field(plain, &has_content, entries);
        if (end == FAILED)
            return 0;
        if (fields++ == plain->layout->column && plain->length > 0) {
            has_number = 1;
            number_line = plain->text_line;
            verdict = fuzz_judge_number(plain->text, plain->length, plain->accept_zero,
                                        plain->accept_wide, &value);
        }
    } while (end == AT_SEPARATOR);
    if (!has_content && fields == 1)
        (void)0;
    else if (fields != plain->layout->field_count)
        append(entries, 1, FG_CSV_BAD_ROW, 0, row_line);
    else if (!has_number)
        append(entries, 1, FG_CSV_NO_NUMBER, 0, row_line);
    else if (verdict != FUZZ_NUMBER)
        append(entries, 1, FG_CSV_BAD_NUMBER, 0, number_line);
    else
        append(entries, 0, FG_CSV_BAD_NUMBER, value, 0);
    pass_line_end(plain);
    return 1;
}

static void read_plainly(struct entries *entries, const struct fg_csv_layout *layout,
                         const uint8_t *data, size_t size, int accept_zero, int accept_wide) {
    struct plain plain = {.data = data,
                          .size = size,
                          .at = layout->header_bytes,
                          .layout = layout,
                          .accept_zero = accept_zero,
                          .accept_wide = accept_wide,
                          .line = layout->line,
                          .text = malloc(size + 1)};
    while (plain.at < size && read_row(&plain, entries))
        continue;
    free(plain.text);
}

/* ---- In pieces ---- */

static void collect(struct entries *entries, struct fg_csv *csv, enum fg_tokenizer_event event,
                    struct fg_number_list *list) {
    size_t wide = 0;
    for (size_t i = 0; i < list->count; i++)
        append(entries, 0, FG_CSV_BAD_NUMBER, fuzz_list_number(list, i, &wide), 0);
    check(wide == list->wide_count);
    fg_number_list_clear(list);
    if (event != FG_TOKENIZER_BAD)
        return;
    char text[FG_CSV_TEXT];
    fg_csv_describe(csv, text);
    for (const char *p = text; *p != '\0'; p++)
        check(*p < 0 || *p >= 32); /* nothing that a terminal would obey */
    append(entries, 1, csv->verdict, 0, csv->line);
}

static void read_in_pieces(struct entries *entries, const struct fg_csv_layout *layout,
                           const uint8_t *data, size_t size, size_t piece_max, size_t room,
                           int accept_zero, int accept_wide) {
    struct fg_csv csv = {.accept_zero = accept_zero};
    struct fuzz_list own;
    size_t piece;
    fuzz_list_begin(&own, room, accept_wide);
    fg_csv_begin(&csv, layout);
    for (size_t i = layout->header_bytes; i < size; i += piece) {
        piece = 1 + (i * 7 + size) % piece_max;
        if (piece > size - i)
            piece = size - i;
        /* A block of its own, so that a byte read beyond it is seen. */
        uint8_t *const copy = malloc(piece);
        memcpy(copy, data + i, piece);
        const unsigned char *at = copy;
        enum fg_tokenizer_event event;
        do {
            event = fg_csv_feed(&csv, &at, copy + piece, &own.list);
            collect(entries, &csv, event, &own.list);
        } while (event != FG_TOKENIZER_EMPTY);
        free(copy);
    }
    collect(entries, &csv, fg_csv_finish(&csv, &own.list), &own.list);
}

/* The first row, from a block of its own. */
static enum fg_status read_header(const uint8_t *data, size_t size, int is_all, const char *column,
                                  unsigned char delimiter, struct fg_csv_layout *layout,
                                  bool *found) {
    struct fg_error error = {.status = FG_OK};
    uint8_t *const copy = malloc(size + (size == 0));
    memcpy(copy, data, size);
    const enum fg_status status =
        fg_csv_read_header(copy, size, is_all, column, delimiter, layout, found, &error);
    free(copy);
    check((status != FG_OK) == (error.message[0] != '\0'));
    return status;
}

/* Checks that a prefix that is long enough decides as the whole table does. */
static void check_prefixes(const uint8_t *data, size_t size, const char *column,
                           unsigned char delimiter, enum fg_status status,
                           const struct fg_csv_layout *layout) {
    const size_t step = 1 + size / 50;
    for (size_t i = 0; i < size; i += step) {
        struct fg_csv_layout other;
        bool found;
        const enum fg_status of_prefix = read_header(data, i, 0, column, delimiter, &other, &found);
        if (of_prefix != FG_OK) {
            check(status != FG_OK);
            return;
        }
        if (!found)
            continue;
        check(status == FG_OK && other.header_bytes == layout->header_bytes &&
              other.line == layout->line && other.column == layout->column &&
              other.field_count == layout->field_count && other.delimiter == layout->delimiter &&
              strcmp(other.label, layout->label) == 0);
        return;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const columns[] = {NULL, "1", "2", "n"};
    if (size < 3)
        return 0;
    const size_t piece_max = 1 + (size_t)data[0] * 2, room = 1 + data[1] % 8;
    const int accept_zero = data[2] & 1, accept_wide = data[2] & 16;
    const unsigned char delimiter = data[2] & 2 ? '\t' : 0;
    const char *const column = columns[data[2] >> 2 & 3];
    struct fg_csv_layout layout;
    bool found;
    data += 3;
    size -= 3;
    const enum fg_status status = read_header(data, size, 1, column, delimiter, &layout, &found);
    check_prefixes(data, size, column, delimiter, status, &layout);
    if (status != FG_OK)
        return 0;
    check(found && layout.header_bytes <= size);
    /* Every row has at least one byte. */
    struct entries expected = {calloc(size + 1, sizeof(struct entry)), 0};
    struct entries read = {calloc(size + 1, sizeof(struct entry)), 0};
    read_plainly(&expected, &layout, data, size, accept_zero, accept_wide);
    read_in_pieces(&read, &layout, data, size, piece_max, room, accept_zero, accept_wide);
    check(read.count == expected.count);
    for (size_t i = 0; i < read.count; i++)
        check(read.list[i].is_bad == expected.list[i].is_bad &&
              (!read.list[i].is_bad || read.list[i].verdict == expected.list[i].verdict) &&
              read.list[i].value == expected.list[i].value &&
              read.list[i].line == expected.list[i].line);
    free(expected.list);
    free(read.list);
    return 0;
}
