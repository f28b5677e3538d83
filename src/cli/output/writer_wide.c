/* SPDX-License-Identifier: MIT */
/*
 * writer_wide.c: the lines of numbers of two words. Their divisors are written as they are found:
 * a number may have hundreds of millions of them.
 */
#include "cli/output/writer.h"

#include "text/decimal.h"

#include <stdlib.h>

/* Divisors that are found at once. */
#define PART_VALUES ((size_t)1024)
/* Bytes of a value: 39 digits, a separator and an exponent. */
#define VALUE_BYTES ((size_t)(FG_DECIMAL_WIDE_ROOM + 8))

struct fg_writer_line {
    const struct fg_writer_config *config;
    struct fg_uint128 number;
    const struct fg_uint128 *primes;
    size_t prime_count;
    bool has_begun;
    struct fg_wide_divisors *walk; /* NULL: no divisors are shown */
    struct fg_uint128 part[PART_VALUES];
};

bool fg_writer_takes_wide(const struct fg_writer_config *config) {
    return config->format == FG_WRITER_TEXT &&
           (fg_columns_are_only(config->columns, FG_COLUMN_PRIMES) ||
            fg_columns_are_only(config->columns, FG_COLUMN_DIVISORS));
}

/* Writes a space before each value. */
static char *put_values(char *out, const struct fg_uint128 *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        *out++ = ' ';
        out = fg_decimal_write_wide(out, values[i]);
    }
    return out;
}

static size_t count_equal(const struct fg_uint128 *primes, size_t count, size_t first) {
    size_t end = first + 1;
    while (end < count && primes[end].low == primes[first].low &&
           primes[end].high == primes[first].high)
        end++;
    return end - first;
}

static char *put_powers(char *out, const struct fg_uint128 *primes, size_t count) {
    size_t exponent;
    for (size_t i = 0; i < count; i += exponent) {
        exponent = count_equal(primes, count, i);
        out = put_values(out, primes + i, 1);
        if (exponent > 1) {
            *out++ = '^';
            out = fg_decimal_write(out, exponent);
        }
    }
    return out;
}

/* Appends "n:" and the primes if they are shown. */
static bool begin_text(struct fg_writer_line *line, struct fg_text *text) {
    char *out = fg_text_reserve(text, (line->prime_count + 1) * VALUE_BYTES);
    if (out == NULL)
        return false;
    out = fg_decimal_write_wide(out, line->number);
    *out++ = ':';
    if (line->walk == NULL)
        out = line->config->exponents ? put_powers(out, line->primes, line->prime_count)
                                      : put_values(out, line->primes, line->prime_count);
    fg_text_end_at(text, out);
    line->has_begun = true;
    return true;
}

/* Finds what the line needs. False if memory is short. */
static bool open_line(struct fg_writer_line *line, const struct fg_writer_config *config,
                      struct fg_uint128 number, const uint64_t *primes, size_t prime_count) {
    struct fg_error error;
    line->config = config;
    line->number = number;
    line->primes = (const struct fg_uint128 *)primes;
    line->prime_count = prime_count;
    line->has_begun = false;
    line->walk = NULL;
    return !fg_columns_have(config->columns, FG_COLUMN_DIVISORS) ||
           fg_wide_divisors_open(line->primes, prime_count, &line->walk, &error) == FG_OK;
}

struct fg_writer_line *fg_writer_line_begin(const struct fg_writer_config *config,
                                            struct fg_uint128 number, const uint64_t *primes,
                                            size_t prime_count) {
    struct fg_writer_line *const line = malloc(sizeof *line);
    if (line != NULL && !open_line(line, config, number, primes, prime_count)) {
        free(line);
        return NULL;
    }
    return line;
}

bool fg_writer_line_next(struct fg_writer_line *line, struct fg_text *text, size_t bytes,
                         bool *is_done) {
    const size_t limit = text->size + bytes;
    size_t count = 0;
    *is_done = false;
    if (!line->has_begun && !begin_text(line, text))
        return false;
    do {
        count = line->walk != NULL ? fg_wide_divisors_next(line->walk, line->part, PART_VALUES) : 0;
        char *out = fg_text_reserve(text, count * VALUE_BYTES + 1);
        if (out == NULL)
            return false;
        out = put_values(out, line->part, count);
        *is_done = count < PART_VALUES;
        if (*is_done)
            *out++ = '\n';
        fg_text_end_at(text, out);
    } while (!*is_done && text->size < limit);
    return true;
}

void fg_writer_line_end(struct fg_writer_line *line) {
    if (line == NULL)
        return;
    fg_wide_divisors_close(line->walk);
    free(line);
}

bool fg_writer_wide_lines(const struct fg_writer_config *config, struct fg_text *text,
                          const struct fg_uint128 *numbers, size_t count, const size_t *offsets,
                          const uint64_t *values) {
    struct fg_writer_line *const line = malloc(sizeof *line);
    bool is_made = line != NULL;
    for (size_t i = 0; i < count && is_made; i++) {
        bool is_done = false;
        is_made = open_line(line, config, numbers[i], values + 2 * offsets[i],
                            offsets[i + 1] - offsets[i]);
        while (is_made && !is_done)
            is_made = fg_writer_line_next(line, text, SIZE_MAX / 2, &is_done);
        if (line->walk != NULL)
            fg_wide_divisors_close(line->walk);
    }
    free(line);
    return is_made;
}
