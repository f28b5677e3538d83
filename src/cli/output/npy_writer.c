/* SPDX-License-Identifier: MIT */
/*
 * npy_writer.c: the header is a magic string, two bytes of version, two of length, and a Python
 * dictionary padded with spaces.
 */
#include "cli/output/npy_writer.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The magic string and the version, 1.0. */
static const char magic[8] = {'\x93', 'N', 'U', 'M', 'P', 'Y', 1, 0};
#define PREAMBLE (sizeof magic + 2) /* before the dictionary: with its length */
#define ALIGNMENT 64
/* Digits of the largest count; the dictionary always has space for them. */
#define COUNT_DIGITS 20

/* Appends to a header of `size` bytes; returns its new size. */
__attribute__((format(printf, 3, 4))) static size_t print(char *header, size_t size,
                                                          const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(header + size, FG_NPY_HEADER_ROOM - size, format, arguments);
    va_end(arguments);
    return size + (size_t)length;
}

/* Returns the NumPy type of a column's word. */
static const char *type_of(const struct fg_shown_column *column) {
    return column->kind == FG_COLUMN_SIGNED ? "<i8" : "<u8";
}

/* Prints the fields of a value of two words or more, the lowest first. */
static size_t print_words(char *header, size_t size, const char *name, const char *type,
                          unsigned words) {
    static const char *const ends[] = {"lo", "hi"}, *const ends_of_three[] = {"lo", "mid", "hi"};
    for (unsigned i = 0; i < words; i++)
        size = print(header, size, "('%s%s%s', '%s'), ", name, *name != '\0' ? "_" : "",
                     words == 3 ? ends_of_three[i] : ends[i], type);
    return size;
}

/* Returns the words of a column's value. */
static unsigned words_of(const struct fg_shown_column *column, bool pairs) {
    return (column->kind == FG_COLUMN_WIDE ? 2 : 1) + pairs;
}

static size_t print_fields(char *header, size_t size, const struct fg_columns *columns,
                           bool pairs) {
    size = print(header, size, "[");
    if (columns->count > 1)
        size = pairs ? print_words(header, size, "n", "<u8", 2)
                     : print(header, size, "('n', '<u8'), ");
    for (size_t i = 0; i < columns->count; i++) {
        const struct fg_shown_column *const column = &columns->list[i];
        const unsigned words = words_of(column, pairs);
        const char *const type = type_of(column);
        if (words == 1)
            size = print(header, size, "('%s', '%s'), ", column->name, type);
        else
            size = print_words(header, size, pairs && columns->count == 1 ? "" : column->name, type,
                               words);
    }
    return print(header, size, "]");
}

size_t fg_npy_record_bytes(const struct fg_columns *columns, bool pairs) {
    size_t words = columns->count > 1 ? 1 + pairs : 0;
    for (size_t i = 0; i < columns->count; i++)
        words += words_of(&columns->list[i], pairs);
    return words * sizeof(uint64_t);
}

size_t fg_npy_header(const struct fg_columns *columns, bool pairs, uint64_t record_count,
                     char header[FG_NPY_HEADER_ROOM]) {
    size_t used = print(header, PREAMBLE, "{'descr': ");
    if (fg_npy_record_bytes(columns, pairs) == sizeof(uint64_t))
        used = print(header, used, "'%s'", type_of(columns->list));
    else
        used = print_fields(header, used, columns, pairs);
    used = print(header, used, ", 'fortran_order': False, 'shape': (");
    const size_t most = used + COUNT_DIGITS + strlen(",), }\n");
    const size_t size = (most + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    used = record_count == FG_NPY_UNFINISHED ? print(header, used, "unfinished file")
                                             : print(header, used, "%" PRIu64, record_count);
    used = print(header, used, ",), }");
    memset(header + used, ' ', size - used);
    header[size - 1] = '\n';
    memcpy(header, magic, sizeof magic);
    header[8] = (char)((size - PREAMBLE) & 0xFF);
    header[9] = (char)((size - PREAMBLE) >> 8);
    return size;
}
