/* SPDX-License-Identifier: MIT */
/*
 * writer_text.c: the lines of `text` and `csv`: they have the same columns, with different
 * separators.
 */
#include "cli/output/writer_formats.h"

#include "text/decimal.h"

/* This and the next functions write a space before each value, and nothing without values. */
static char *put_value(char *out, uint64_t value) {
    *out++ = ' ';
    return fg_decimal_write(out, value);
}

static char *put_values(char *out, const uint64_t *values, size_t count) {
    for (size_t i = 0; i < count; i++)
        out = put_value(out, values[i]);
    return out;
}

/* Writes the many values of a number's divisors, in 0.97 of the time of put_values(). Primes are
 * few, and take 1.07 times as long in this way. */
static char *put_divisors(char *out, const uint64_t *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        *out++ = ' ';
        out = fg_decimal_write_inline(out, values[i]);
    }
    return out;
}

static char *put_powers(char *out, const uint64_t *primes, size_t count) {
    size_t exponent;
    for (size_t i = 0; i < count; i += exponent) {
        exponent = fg_writer_count_equal(primes, count, i);
        out = put_value(out, primes[i]);
        if (exponent > 1) {
            *out++ = '^';
            out = fg_decimal_write(out, exponent);
        }
    }
    return out;
}

static char *put_signed(char *out, int64_t value) {
    if (value >= 0)
        return put_value(out, (uint64_t)value);
    *out++ = ' ';
    *out++ = '-';
    return fg_decimal_write(out, (uint64_t)-value);
}

static char *put_column(char *out, const struct fg_shown_column *column, bool exponents,
                        const struct fg_writer_answer *answer) {
    switch (column->kind) {
    case FG_COLUMN_DIVISORS:
        return put_divisors(out, answer->divisors, answer->divisor_count);
    case FG_COLUMN_PRIMES:
        return exponents ? put_powers(out, answer->primes, answer->prime_count)
                         : put_values(out, answer->primes, answer->prime_count);
    case FG_COLUMN_SIGNED:
        return put_signed(out, fg_writer_signed(column, answer));
    case FG_COLUMN_WIDE:
        *out++ = ' ';
        return fg_decimal_write_wide(out, fg_writer_wide(column, answer));
    case FG_COLUMN_TRUTH:
        return put_value(out, fg_writer_truth(column, answer));
    case FG_COLUMN_NUMBER:
        break;
    }
    return put_value(out, fg_writer_number(column, answer));
}

/* Writes the columns, with `first` before the first one and `between` before each other one. */
static char *put_columns(char *out, const struct fg_writer_config *config,
                         const struct fg_writer_answer *answer, char first, char between) {
    for (size_t i = 0; i < config->columns->count; i++) {
        char *const space = out;
        out = put_column(out, &config->columns->list[i], config->exponents, answer);
        *space = i == 0 ? first : between;
        if (out == space)
            out++; /* an empty list */
    }
    return out;
}

static char *put_line_of_columns(char *out, const struct fg_writer_config *config,
                                 const struct fg_writer_answer *answer) {
    out = fg_decimal_write(out, answer->n);
    *out++ = ':';
    out = put_columns(out, config, answer, ' ', '\t');
    *out++ = '\n';
    return out;
}

/* Writes a single column as GNU factor does, with no space before an empty list. */
static char *put_line_of_column(char *out, const struct fg_writer_config *config,
                                const struct fg_writer_answer *answer) {
    out = fg_decimal_write(out, answer->n);
    *out++ = ':';
    out = put_column(out, config->columns->list, config->exponents, answer);
    *out++ = '\n';
    return out;
}

/* This and the next function write the line of a single column of the kinds that are used most. */
static char *put_line_of_truth(char *out, const struct fg_writer_config *config,
                               const struct fg_writer_answer *answer) {
    out = fg_decimal_write(out, answer->n);
    *out++ = ':';
    *out++ = ' ';
    *out++ = (char)('0' + fg_writer_truth(config->columns->list, answer));
    *out++ = '\n';
    return out;
}

static char *put_line_of_primes(char *out, const struct fg_writer_config *config,
                                const struct fg_writer_answer *answer) {
    (void)config;
    out = fg_decimal_write(out, answer->n);
    *out++ = ':';
    out = put_values(out, answer->primes, answer->prime_count);
    *out++ = '\n';
    return out;
}

char *fg_writer_put_number_lines(char *out, const uint64_t *numbers, const char *cells,
                                 size_t rows) {
    const void *const values = cells;
    for (size_t i = 0; i < rows; i++) {
        out = fg_decimal_write(out, numbers[i]);
        *out++ = ':';
        *out++ = ' ';
        out = fg_decimal_write(out, ((const uint64_t *)values)[i]);
        *out++ = '\n';
    }
    return out;
}

fg_writer_put *fg_writer_text_put(const struct fg_writer_config *config) {
    if (config->columns->count > 1)
        return put_line_of_columns;
    switch (config->columns->list[0].kind) {
    case FG_COLUMN_TRUTH:
        return put_line_of_truth;
    case FG_COLUMN_PRIMES:
        return config->exponents ? put_line_of_column : put_line_of_primes;
    case FG_COLUMN_DIVISORS:
    case FG_COLUMN_NUMBER: /* fg_writer_put_number_lines() */
    case FG_COLUMN_SIGNED:
    case FG_COLUMN_WIDE:
        break;
    }
    return put_line_of_column;
}

char *fg_writer_put_csv(char *out, const struct fg_writer_config *config,
                        const struct fg_writer_answer *answer) {
    out = fg_decimal_write(out, answer->n);
    out = put_columns(out, config, answer, ',', ',');
    *out++ = '\n';
    return out;
}
