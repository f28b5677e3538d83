/* SPDX-License-Identifier: MIT */
/*
 * writer_json.c: the lines of `jsonl`: one object for each number. Whole numbers are JSON numbers
 * or strings, one of the two in all of a column.
 */
#include "cli/output/writer_formats.h"

#include "text/decimal.h"

#include <string.h>

static char *put_number(char *out, uint64_t value, bool quoted) {
    *out = '"';
    out = fg_decimal_write(out + quoted, value);
    *out = '"';
    return out + quoted;
}

static char *put_wide(char *out, struct fg_uint128 value, bool quoted) {
    *out = '"';
    out = fg_decimal_write_wide(out + quoted, value);
    *out = '"';
    return out + quoted;
}

static char *put_signed(char *out, int64_t value, bool quoted) {
    *out = '"';
    out += quoted;
    *out = '-';
    out = fg_decimal_write(out + (value < 0), value < 0 ? (uint64_t)-value : (uint64_t)value);
    *out = '"';
    return out + quoted;
}

static char *put_array(char *out, const uint64_t *values, size_t count, bool quoted) {
    *out++ = '[';
    for (size_t i = 0; i < count; i++) {
        out = put_number(out, values[i], quoted);
        *out++ = ',';
    }
    out -= count > 0;
    *out++ = ']';
    return out;
}

/* Writes an array of [prime, exponent] pairs. */
static char *put_powers(char *out, const uint64_t *primes, size_t count, bool quoted) {
    size_t exponent;
    *out++ = '[';
    for (size_t i = 0; i < count; i += exponent) {
        exponent = fg_writer_count_equal(primes, count, i);
        *out++ = '[';
        out = put_number(out, primes[i], quoted);
        *out++ = ',';
        out = put_number(out, exponent, quoted); /* of the same type: a pair is a list, too */
        out = stpcpy(out, "],");
    }
    out -= count > 0;
    *out++ = ']';
    return out;
}

/* Returns whether the integers of a column are strings. */
static bool is_quoted(const struct fg_writer_config *config, bool is_small) {
    return config->integers == FG_WRITER_INTEGERS_STRING ||
           (config->integers == FG_WRITER_INTEGERS_AUTO && !is_small);
}

static char *put_column(char *out, const struct fg_shown_column *column,
                        const struct fg_writer_config *config,
                        const struct fg_writer_answer *answer) {
    const bool quoted = is_quoted(config, column->is_small);
    switch (column->kind) {
    case FG_COLUMN_DIVISORS:
        return put_array(out, answer->divisors, answer->divisor_count, quoted);
    case FG_COLUMN_PRIMES:
        return config->exponents ? put_powers(out, answer->primes, answer->prime_count, quoted)
                                 : put_array(out, answer->primes, answer->prime_count, quoted);
    case FG_COLUMN_SIGNED:
        return put_signed(out, fg_writer_signed(column, answer), quoted);
    case FG_COLUMN_TRUTH:
        return stpcpy(out, fg_writer_truth(column, answer) ? "true" : "false");
    case FG_COLUMN_WIDE:
        return put_wide(out, fg_writer_wide(column, answer), quoted);
    case FG_COLUMN_NUMBER:
        break;
    }
    return put_number(out, fg_writer_number(column, answer), quoted);
}

char *fg_writer_put_json(char *out, const struct fg_writer_config *config,
                         const struct fg_writer_answer *answer) {
    out = put_number(stpcpy(out, "{\"n\":"), answer->n, is_quoted(config, false));
    for (size_t i = 0; i < config->columns->count; i++) {
        const struct fg_shown_column *const column = &config->columns->list[i];
        out = stpcpy(stpcpy(stpcpy(out, ",\""), column->name), "\":");
        out = put_column(out, column, config, answer);
    }
    return stpcpy(out, "}\n");
}
