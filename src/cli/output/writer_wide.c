/* SPDX-License-Identifier: MIT */
/*
 * writer_wide.c: the lines of numbers of two words, in every format that has room for them. Their
 * divisors are written as they are found: a number may have hundreds of millions of them.
 */
#include "cli/output/writer.h"

#include "cli/output/writer_formats.h"
#include "cli/output/writer_tally.h"
#include "text/decimal.h"

#include <stdlib.h>

/* Divisors that are found at once. */
#define PART_VALUES ((size_t)1024)
/* Max bytes of a value: 58 digits, two quotes, a separator, an exponent. */
#define VALUE_BYTES ((size_t)(FG_DECIMAL_192_ROOM + 16))
/* Max bytes of what stands around the values of a line and of each of its columns. */
#define LINE_BYTES ((size_t)64)
#define COLUMN_BYTES ((size_t)(FG_COLUMN_NAME_ROOM + 16))

struct fg_writer_line {
    const struct fg_writer_config *config;
    struct fg_uint128 number;
    const struct fg_uint128 *primes;
    size_t prime_count;
    size_t column; /* the next one */
    bool has_begun;
    bool has_values;               /* of the list that is being written */
    struct fg_wide_divisors *walk; /* the rest of that list; NULL: no divisors are being written */
    struct fg_uint192 cells[FG_COLUMNS_MOST]; /* [column], of the column's type */
    struct fg_uint128 part[PART_VALUES];
};

bool fg_writer_takes_wide(const struct fg_writer_config *config) {
    return config->format != FG_WRITER_U64LE && config->format != FG_WRITER_NPY;
}

/* ---- Values ---- */

/* Returns whether the integers of a column are JSON strings. */
static bool is_quoted(const struct fg_writer_line *line, bool is_small) {
    return line->config->format == FG_WRITER_JSONL &&
           (line->config->integers == FG_WRITER_INTEGERS_STRING ||
            (line->config->integers == FG_WRITER_INTEGERS_AUTO && !is_small));
}

/* Writes a value as digits, or as two words. */
static char *put_value(char *out, const struct fg_writer_line *line, struct fg_uint128 value,
                       bool is_small) {
    if (fg_writer_has_pairs(line->config->format))
        return fg_writer_put_word(fg_writer_put_word(out, value.low), value.high);
    const bool quoted = is_quoted(line, is_small);
    *out = '"';
    out = fg_decimal_write_wide(out + quoted, value);
    *out = '"';
    return out + quoted;
}

static char *put_word_value(char *out, const struct fg_writer_line *line, uint64_t value,
                            bool is_small) {
    return put_value(out, line, (struct fg_uint128){value, 0}, is_small);
}

static char *put_signed(char *out, const struct fg_writer_line *line, int64_t value) {
    if (fg_writer_has_pairs(line->config->format))
        return fg_writer_put_word(fg_writer_put_word(out, (uint64_t)value),
                                  value < 0 ? UINT64_MAX : 0);
    const bool quoted = is_quoted(line, true);
    *out = '"';
    out += quoted;
    *out = '-';
    out = fg_decimal_write(out + (value < 0), (uint64_t)(value < 0 ? -value : value));
    *out = '"';
    return out + quoted;
}

static char *put_sum(char *out, const struct fg_writer_line *line, struct fg_uint192 value) {
    if (fg_writer_has_pairs(line->config->format))
        return fg_writer_put_word(
            fg_writer_put_word(fg_writer_put_word(out, value.low), value.middle), value.high);
    const bool quoted = is_quoted(line, false);
    *out = '"';
    out = fg_decimal_write_192(out + quoted, value);
    *out = '"';
    return out + quoted;
}

/* Writes the value of a column that the library has computed. */
static char *put_cell(char *out, const struct fg_writer_line *line,
                      const struct fg_shown_column *column) {
    const void *const cell = &line->cells[column->place];
    switch (fg_wide_column_get_type(column->column)) {
    case FG_COLUMN_INT8:
        return put_signed(out, line, *(const int8_t *)cell);
    case FG_COLUMN_BOOL:
        if (line->config->format == FG_WRITER_JSONL)
            return stpcpy(out, *(const bool *)cell ? "true" : "false");
        return put_word_value(out, line, *(const bool *)cell, true);
    case FG_COLUMN_UINT192:
        return put_sum(out, line, *(const struct fg_uint192 *)cell);
    case FG_COLUMN_UINT128:
        return put_value(out, line, *(const struct fg_uint128 *)cell, column->is_small);
    case FG_COLUMN_UINT64:
        break;
    }
    return put_word_value(out, line, *(const uint64_t *)cell, column->is_small);
}

/* ---- Lists ---- */

/* Writes the separator before a value of a list, unless it is the first. */
static char *put_separator(char *out, struct fg_writer_line *line) {
    if (line->has_values && !fg_writer_has_pairs(line->config->format))
        *out++ = line->config->format == FG_WRITER_JSONL ? ',' : ' ';
    line->has_values = true;
    return out;
}

static char *begin_list(char *out, struct fg_writer_line *line, uint64_t count) {
    line->has_values = false;
    if (fg_writer_has_pairs(line->config->format))
        return put_word_value(out, line, count, false);
    if (line->config->format == FG_WRITER_JSONL)
        *out++ = '[';
    return out;
}

static char *end_list(char *out, const struct fg_writer_line *line) {
    if (line->config->format == FG_WRITER_JSONL)
        *out++ = ']';
    return out;
}

static size_t count_equal(const struct fg_uint128 *primes, size_t count, size_t first) {
    size_t end = first + 1;
    while (end < count && primes[end].low == primes[first].low &&
           primes[end].high == primes[first].high)
        end++;
    return end - first;
}

/* Writes a prime as often as it divides, or once with its exponent. */
static char *put_power(char *out, struct fg_writer_line *line, struct fg_uint128 prime,
                       size_t exponent) {
    const bool is_json = line->config->format == FG_WRITER_JSONL;
    if (!line->config->exponents) {
        for (size_t i = 0; i < exponent; i++)
            out = put_value(put_separator(out, line), line, prime, false);
        return out;
    }
    out = put_separator(out, line);
    if (is_json)
        *out++ = '[';
    out = put_value(out, line, prime, false);
    if (!is_json && exponent == 1)
        return out;
    *out++ = is_json ? ',' : '^';
    out = put_word_value(out, line, exponent, false); /* of the prime's type */
    if (is_json)
        *out++ = ']';
    return out;
}

static char *put_primes(char *out, struct fg_writer_line *line) {
    size_t exponent;
    out = begin_list(out, line, line->prime_count);
    for (size_t i = 0; i < line->prime_count; i += exponent) {
        exponent = count_equal(line->primes, line->prime_count, i);
        out = put_power(out, line, line->primes[i], exponent);
    }
    return end_list(out, line);
}

/* ---- Lines ---- */

/* Appends what stands before the first column. */
static bool begin(struct fg_writer_line *line, struct fg_text *text) {
    char *out = fg_text_reserve(text, VALUE_BYTES + LINE_BYTES);
    if (out == NULL)
        return false;
    const enum fg_writer_format format = line->config->format;
    if (format == FG_WRITER_JSONL)
        out = stpcpy(out, "{\"n\":");
    if (!fg_writer_has_pairs(format) || line->config->columns->count > 1)
        out = put_value(out, line, line->number, false);
    if (format == FG_WRITER_TEXT)
        *out++ = ':';
    fg_text_end_at(text, out);
    line->has_begun = true;
    return true;
}

/* Writes what stands before a column. */
static char *put_column_start(char *out, const struct fg_writer_line *line,
                              const struct fg_shown_column *column) {
    switch (line->config->format) {
    case FG_WRITER_TEXT:
        *out++ = line->column == 0 ? ' ' : '\t';
        break;
    case FG_WRITER_CSV:
        *out++ = ',';
        break;
    case FG_WRITER_JSONL:
        return stpcpy(stpcpy(stpcpy(out, ",\""), column->name), "\":");
    case FG_WRITER_U64LE:
    case FG_WRITER_U128LE:
    case FG_WRITER_NPY:
    case FG_WRITER_NPY128:
        break;
    }
    return out;
}

/* Appends the next column, or the beginning of its list of divisors. False if memory is short. */
static bool begin_column(struct fg_writer_line *line, struct fg_text *text) {
    const struct fg_shown_column *const column = &line->config->columns->list[line->column];
    char *out = fg_text_reserve(text, (line->prime_count + 1) * VALUE_BYTES + COLUMN_BYTES);
    if (out == NULL)
        return false;
    out = put_column_start(out, line, column);
    if (column->kind == FG_COLUMN_DIVISORS) {
        struct fg_error error;
        if (fg_wide_divisors_open(line->primes, line->prime_count, &line->walk, &error) != FG_OK)
            return false;
        out = begin_list(out, line, fg_wide_count_divisors(line->primes, line->prime_count));
    } else {
        out =
            column->kind == FG_COLUMN_PRIMES ? put_primes(out, line) : put_cell(out, line, column);
        line->column++;
    }
    fg_text_end_at(text, out);
    return true;
}

/* Appends the next of the divisors. False if memory is short. */
static bool put_divisors(struct fg_writer_line *line, struct fg_text *text) {
    const size_t count = fg_wide_divisors_next(line->walk, line->part, PART_VALUES);
    char *out = fg_text_reserve(text, count * VALUE_BYTES + LINE_BYTES);
    if (out == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        out = put_value(put_separator(out, line), line, line->part[i], false);
    if (count < PART_VALUES) {
        out = end_list(out, line);
        fg_wide_divisors_close(line->walk);
        line->walk = NULL;
        line->column++;
    }
    fg_text_end_at(text, out);
    return true;
}

static bool end(struct fg_writer_line *line, struct fg_text *text) {
    char *out = fg_text_reserve(text, LINE_BYTES);
    if (out == NULL)
        return false;
    if (line->config->format == FG_WRITER_JSONL)
        *out++ = '}';
    if (!fg_writer_has_pairs(line->config->format))
        *out++ = '\n';
    fg_text_end_at(text, out);
    return true;
}

/* Computes the columns of the line. */
static void compute_cells(struct fg_writer_line *line) {
    const struct fg_columns *const columns = line->config->columns;
    struct fg_column_request requests[FG_COLUMNS_MOST];
    const size_t offsets[] = {0, line->prime_count};
    size_t count = 0;
    for (size_t i = 0; i < columns->count; i++) {
        const struct fg_shown_column *const column = &columns->list[i];
        if (column->kind == FG_COLUMN_DIVISORS || column->kind == FG_COLUMN_PRIMES)
            continue;
        requests[count++] = (struct fg_column_request){
            .column = column->column, .bound = column->bound, .values = &line->cells[i]};
    }
    if (count > 0) /* which cannot fail: the columns were checked when they were parsed */
        fg_wide_compute_columns_of(line->primes, offsets, 1, requests, count, NULL);
}

static void open_line(struct fg_writer_line *line, const struct fg_writer_config *config,
                      struct fg_uint128 number, const uint64_t *primes, size_t prime_count) {
    line->config = config;
    line->number = number;
    line->primes = (const struct fg_uint128 *)primes;
    line->prime_count = prime_count;
    line->column = 0;
    line->has_begun = false;
    line->walk = NULL;
    compute_cells(line);
}

struct fg_writer_line *fg_writer_line_begin(const struct fg_writer_config *config,
                                            struct fg_uint128 number, const uint64_t *primes,
                                            size_t prime_count) {
    struct fg_writer_line *const line = malloc(sizeof *line);
    if (line != NULL)
        open_line(line, config, number, primes, prime_count);
    return line;
}

bool fg_writer_line_next(struct fg_writer_line *line, struct fg_text *text, size_t bytes,
                         bool *is_done) {
    const size_t start = text->size;
    *is_done = false;
    if (!line->has_begun && !begin(line, text))
        return false;
    while (line->column < line->config->columns->count) {
        if (!(line->walk != NULL ? put_divisors(line, text) : begin_column(line, text)))
            return false;
        if (text->size - start >= bytes)
            return true;
    }
    *is_done = true;
    return end(line, text);
}

void fg_writer_line_end(struct fg_writer_line *line) {
    if (line == NULL)
        return;
    fg_wide_divisors_close(line->walk);
    free(line);
}

/* Does what fg_writer_wide_lines() does if every number has a line. */
static bool put_lines(const struct fg_writer_config *config, struct fg_text *text,
                      const struct fg_uint128 *numbers, size_t count, const size_t *offsets,
                      const uint64_t *values) {
    if (config->totals) {
        const struct fg_numbers list = {.words = 2, .count = count, .wide_list = numbers};
        return fg_writer_tally(config, text, &list, offsets, values);
    }
    struct fg_writer_line *const line = malloc(sizeof *line);
    bool is_made = line != NULL;
    for (size_t i = 0; i < count && is_made; i++) {
        bool is_done;
        open_line(line, config, numbers[i], values + 2 * offsets[i], offsets[i + 1] - offsets[i]);
        is_made = fg_writer_line_next(line, text, SIZE_MAX, &is_done);
        fg_wide_divisors_close(line->walk);
    }
    free(line);
    return is_made;
}

bool fg_writer_wide_lines(const struct fg_writer_config *config, struct fg_text *text,
                          const struct fg_uint128 *numbers, size_t count, const size_t *offsets,
                          const uint64_t *values) {
    if (!config->smooth_only)
        return put_lines(config, text, numbers, count, offsets, values);
    bool is_made = true;
    for (size_t i = 0, run; i < count && is_made; i += run + 1) { /* of neighbours with lines */
        for (run = 0; i + run < count; run++)
            if ((values[2 * offsets[i + run]] | values[2 * offsets[i + run] + 1]) == 0)
                break; /* it is not smooth */
        is_made = put_lines(config, text, numbers + i, run, offsets + i, values);
    }
    return is_made;
}
