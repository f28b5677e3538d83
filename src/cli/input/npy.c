/* SPDX-License-Identifier: MIT */
/*
 * npy.c: the header's fixed part, and a parser for the one dictionary that may follow it:
 *
 *     {'descr': '<u8', 'fortran_order': False, 'shape': (1000,), }
 *
 * with its three keys in any order, each once. Each function of the parser moves on behind what it
 * has read, or leaves a message and returns false.
 */
#include "cli/input/npy.h"

#include "text/failure.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct parser {
    const char *at, *end;
    struct fg_npy *npy;
    struct fg_error *error;
};

/* Sets the parser's error; always false. */
__attribute__((format(printf, 2, 3))) static bool refuse(const struct parser *parser,
                                                         const char *format, ...) {
    char text[320];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    fg_program_fail(parser->error, FG_ERROR_ARGUMENT, "%s", text);
    return false;
}

static bool refuse_syntax(const struct parser *parser) {
    return refuse(parser,
                  "its .npy header is not one that numpy.save writes: save the array again");
}

static void skip_space(struct parser *parser) {
    while (parser->at < parser->end && strchr(" \t\r\n", *parser->at) != NULL && *parser->at != 0)
        parser->at++;
}

/* The next thing is this character. */
static bool is_next(struct parser *parser, char character) {
    skip_space(parser);
    return parser->at < parser->end && *parser->at == character;
}

static bool take(struct parser *parser, char character) {
    const bool found = is_next(parser, character);
    parser->at += found;
    return found;
}

static bool take_word(struct parser *parser, const char *word) {
    const size_t length = strlen(word);
    skip_space(parser);
    if ((size_t)(parser->end - parser->at) < length || memcmp(parser->at, word, length) != 0)
        return false;
    parser->at += length;
    return true;
}

/* A string of printable ASCII without escapes, in quotes of either kind. */
static bool take_string(struct parser *parser, char *string, size_t room) {
    size_t length = 0;
    const char quote = is_next(parser, '"') ? '"' : '\'';
    if (!take(parser, quote))
        return false;
    for (; parser->at < parser->end && *parser->at != quote; parser->at++) {
        const char c = *parser->at;
        if (c < ' ' || c > '~' || c == '\\' || length + 1 == room)
            return false;
        string[length++] = c;
    }
    string[length] = '\0';
    return take(parser, quote);
}

/* A field of a record: its name and its type, which must be these. */
static bool take_field(struct parser *parser, const char *name, const char *type) {
    char text[40];
    return take(parser, '(') && take_string(parser, text, sizeof text) && strcmp(text, name) == 0 &&
           take(parser, ',') && take_string(parser, text, sizeof text) && strcmp(text, type) == 0 &&
           take(parser, ')');
}

/* [('lo', '<u8'), ('hi', '<u8')], the two words of a number. Python allows a comma at the end. */
static bool take_record(struct parser *parser) {
    const bool has_fields = take(parser, '[') && take_field(parser, "lo", "<u8") &&
                            take(parser, ',') && take_field(parser, "hi", "<u8");
    if (has_fields && is_next(parser, ','))
        take(parser, ',');
    if (!has_fields || !take(parser, ']'))
        return refuse(parser, "its elements are records other than the words of 128-bit numbers: "
                              "save a[['lo', 'hi']].astype([('lo', '<u8'), ('hi', '<u8')]), or one "
                              "field, a['name'], alone");
    parser->npy->type = (struct fg_binary_type){.bytes = 16};
    return true;
}

/* '<u8' and its like, or the record. */
static bool take_descr(struct parser *parser) {
    char descr[40] = "";
    if (is_next(parser, '['))
        return take_record(parser);
    if (!take_string(parser, descr, sizeof descr))
        return refuse_syntax(parser);
    const char *const orders = "<>|", *const kinds = "ui", *const sizes = "1248";
    const bool is_whole = strlen(descr) == 3 && strchr(orders, descr[0]) != NULL &&
                          strchr(kinds, descr[1]) != NULL && strchr(sizes, descr[2]) != NULL &&
                          (descr[0] != '|' || descr[2] == '1');
    if (strcmp(descr, "|O") == 0)
        return refuse(parser,
                      "its elements are Python objects: save a.astype('<u8'), or, for numbers from "
                      "2^64 on, numpy.array([(n & 2**64 - 1, n >> 64) for n in a], [('lo', '<u8'), "
                      "('hi', '<u8')])");
    if (!is_whole)
        return refuse(parser,
                      "its elements are of type '%s', not whole numbers: save a.astype('<u8')",
                      descr);
    parser->npy->type = (struct fg_binary_type){.bytes = (unsigned)(descr[2] - '0'),
                                                .big_endian = descr[0] == '>',
                                                .is_signed = descr[1] == 'i'};
    return true;
}

/* The order of the elements, which in one dimension is the same either way. */
static bool take_order(struct parser *parser) {
    return take_word(parser, "True") || take_word(parser, "False") || refuse_syntax(parser);
}

/* A length above 64 bits is taken as the largest, which is refused in check_count(). */
static bool take_length(struct parser *parser, uint64_t *length) {
    skip_space(parser);
    const char *const begin = parser->at;
    bool is_too_big = false;
    *length = 0;
    for (; parser->at < parser->end && *parser->at >= '0' && *parser->at <= '9'; parser->at++)
        is_too_big |= __builtin_mul_overflow(*length, 10, length) ||
                      __builtin_add_overflow(*length, *parser->at - '0', length);
    if (is_too_big)
        *length = UINT64_MAX;
    return parser->at > begin;
}

/* The lengths of all dimensions: (1000,) for one. */
static bool take_shape(struct parser *parser) {
    unsigned dimensions = 0;
    bool has_comma = true; /* before the closing parenthesis, as a tuple of one needs */
    if (!take(parser, '('))
        return refuse_syntax(parser);
    while (!is_next(parser, ')')) {
        uint64_t length;
        if (!has_comma || !take_length(parser, &length))
            return refuse_syntax(parser);
        if (dimensions++ == 0)
            parser->npy->count = length;
        has_comma = take(parser, ',');
    }
    parser->at++;
    if (dimensions == 1 && !has_comma)
        return refuse_syntax(parser);
    if (dimensions != 1)
        return refuse(parser, "has %u dimensions where one is needed: save a.ravel()", dimensions);
    return true;
}

/* The whole dictionary and the white space behind it. */
static bool take_dictionary(struct parser *parser) {
    static const struct {
        const char *key;
        bool (*take)(struct parser *parser);
    } entries[] = {{"descr", take_descr}, {"fortran_order", take_order}, {"shape", take_shape}};
    enum { ENTRIES = sizeof entries / sizeof *entries };
    unsigned seen = 0;
    bool has_comma = true;
    if (!take(parser, '{'))
        return refuse_syntax(parser);
    while (!is_next(parser, '}')) {
        char key[20];
        unsigned i = 0;
        if (!has_comma || !take_string(parser, key, sizeof key) || !take(parser, ':'))
            return refuse_syntax(parser);
        while (i < ENTRIES && strcmp(entries[i].key, key) != 0)
            i++;
        if (i == ENTRIES || (seen & 1U << i) != 0)
            return refuse_syntax(parser);
        seen |= 1U << i;
        if (!entries[i].take(parser))
            return false;
        has_comma = take(parser, ',');
    }
    parser->at++;
    skip_space(parser);
    return (parser->at == parser->end && seen == (1U << ENTRIES) - 1) || refuse_syntax(parser);
}

/* A count that comes from a damaged header must not be counted on: the bytes of all elements, and
 * the header before them, are those of a file. */
static bool check_count(const struct parser *parser) {
    const struct fg_npy *const npy = parser->npy;
    const uint64_t most = ((uint64_t)INT64_MAX - npy->header_bytes) / npy->type.bytes;
    if (npy->count <= most)
        return true;
    return refuse(parser,
                  "its header promises %" PRIu64 "%s elements of %u byte%s, more than any file can "
                  "hold: it is damaged",
                  npy->count, npy->count == UINT64_MAX ? " or more" : "", npy->type.bytes,
                  npy->type.bytes == 1 ? "" : "s");
}

/* The magic, the version and the length. *length is the dictionary's; the result is how many bytes
 * are before it, 0 if more are needed to tell. False for a file that is none. */
static bool take_fixed(const struct parser *parser, const unsigned char *bytes, size_t size,
                       size_t *fixed, uint64_t *length) {
    const size_t compared = size < FG_NPY_MAGIC_BYTES ? size : FG_NPY_MAGIC_BYTES;
    *fixed = 0;
    if (compared > 0 && memcmp(bytes, FG_NPY_MAGIC, compared) != 0)
        return refuse(parser,
                      "is no .npy file, as it does not begin as one: leave --input-format=npy out");
    if (size < FG_NPY_MAGIC_BYTES + 2)
        return true;
    const unsigned major = bytes[6], minor = bytes[7];
    if (major < 1 || major > 3 || minor != 0)
        return refuse(parser, "is .npy version %u.%u; versions 1.0, 2.0 and 3.0 can be read", major,
                      minor);
    const size_t needed = major == 1 ? 10 : 12;
    if (size < needed)
        return true;
    *length = bytes[8] | (uint64_t)bytes[9] << 8;
    if (major > 1)
        *length |= (uint64_t)bytes[10] << 16 | (uint64_t)bytes[11] << 24;
    if (*length > FG_NPY_HEADER_MOST - needed)
        return refuse(parser,
                      "has a .npy header of %" PRIu64 " bytes, which no array of numbers "
                      "needs",
                      *length);
    *fixed = needed;
    return true;
}

enum fg_status fg_npy_parse(const unsigned char *bytes, size_t size, struct fg_npy *npy,
                            struct fg_error *error) {
    struct parser parser = {.npy = npy, .error = error};
    size_t fixed;
    uint64_t length = 0;
    *npy = (struct fg_npy){0};
    if (!take_fixed(&parser, bytes, size, &fixed, &length))
        return FG_ERROR_ARGUMENT;
    if (fixed == 0 || size < fixed + length)
        return FG_OK;
    npy->header_bytes = fixed + (size_t)length;
    parser.at = (const char *)bytes + fixed;
    parser.end = (const char *)bytes + npy->header_bytes;
    return take_dictionary(&parser) && check_count(&parser) ? FG_OK : FG_ERROR_ARGUMENT;
}

enum fg_status fg_npy_fits(const struct fg_npy *npy, uint64_t size, struct fg_error *error) {
    const uint64_t data = size < npy->header_bytes ? 0 : size - npy->header_bytes;
    if (data / npy->type.bytes == npy->count && data % npy->type.bytes == 0)
        return FG_OK;
    const bool is_short = data / npy->type.bytes < npy->count;
    return fg_program_fail(error, FG_ERROR_ARGUMENT,
                           "its header promises %" PRIu64 " elements of %u byte%s, but %" PRIu64
                           " bytes follow: %s",
                           npy->count, npy->type.bytes, npy->type.bytes == 1 ? "" : "s", data,
                           is_short ? "is it a whole copy?" : "one array is one file");
}
