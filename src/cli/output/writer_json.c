/* SPDX-License-Identifier: MIT */
/*
 * writer_json.c: the lines of `jsonl`: one object for each number; values above
 * FG_WRITER_JSON_EXACT are strings.
 */
#include "cli/output/writer_formats.h"

#include "text/decimal.h"

#include <string.h>

static char *put_wide(char *out, struct fg_uint128 value) {
    if (value.high == 0 && value.low <= FG_WRITER_JSON_EXACT)
        return fg_decimal_write(out, value.low);
    *out++ = '"';
    out = fg_decimal_write_wide(out, value);
    *out++ = '"';
    return out;
}

static char *put_number(char *out, uint64_t value) {
    return put_wide(out, (struct fg_uint128){.low = value});
}

static char *put_signed(char *out, int64_t value) {
    if (value < 0)
        *out++ = '-';
    return put_number(out, value < 0 ? (uint64_t)-value : (uint64_t)value);
}

static char *put_array(char *out, const uint64_t *values, size_t count) {
    *out++ = '[';
    for (size_t i = 0; i < count; i++) {
        out = put_number(out, values[i]);
        *out++ = ',';
    }
    out -= count > 0;
    *out++ = ']';
    return out;
}

/* Writes an array of [prime, exponent] pairs. */
static char *put_powers(char *out, const uint64_t *primes, size_t count) {
    size_t exponent;
    *out++ = '[';
    for (size_t i = 0; i < count; i += exponent) {
        exponent = fg_writer_count_equal(primes, count, i);
        *out++ = '[';
        out = put_number(out, primes[i]);
        *out++ = ',';
        out = fg_decimal_write(out, exponent);
        out = stpcpy(out, "],");
    }
    out -= count > 0;
    *out++ = ']';
    return out;
}

static char *put_column(char *out, const struct fg_shown_column *column, bool exponents,
                        const struct fg_writer_answer *answer) {
    switch (column->kind) {
    case FG_COLUMN_DIVISORS:
        return put_array(out, answer->divisors, answer->divisor_count);
    case FG_COLUMN_PRIMES:
        return exponents ? put_powers(out, answer->primes, answer->prime_count)
                         : put_array(out, answer->primes, answer->prime_count);
    case FG_COLUMN_SIGNED:
        return put_signed(out, fg_writer_signed(column, answer));
    case FG_COLUMN_TRUTH:
        return stpcpy(out, fg_writer_truth(column, answer) ? "true" : "false");
    case FG_COLUMN_WIDE:
        return put_wide(out, fg_writer_wide(column, answer));
    case FG_COLUMN_NUMBER:
        break;
    }
    return put_number(out, fg_writer_number(column, answer));
}

char *fg_writer_put_json(char *out, const struct fg_writer_config *config,
                         const struct fg_writer_answer *answer) {
    out = put_number(stpcpy(out, "{\"n\":"), answer->n);
    for (size_t i = 0; i < config->columns->count; i++) {
        const struct fg_shown_column *const column = &config->columns->list[i];
        out = stpcpy(stpcpy(stpcpy(out, ",\""), column->name), "\":");
        out = put_column(out, column, config->exponents, answer);
    }
    return stpcpy(out, "}\n");
}
