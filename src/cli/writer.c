/*
 * writer.c: a formatter for each kind of answer. Before a line the text is given room for the
 * longest that it can become, so the formatters never check for space.
 */
#include "cli/writer.h"

#include "cli/decimal.h"
#include "factor_gpu.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* A value is at most 20 digits, two quotes and a separator; the rest of a line is short. */
#define VALUE_BYTES ((size_t)23)
#define LINE_BYTES ((size_t)256)
/* What a text has room for at first, and then at least twice as much each time. */
#define TEXT_BYTES ((size_t)64 * 1024)

static const char *const show_names[] = {
    [FG_WRITER_DIVISORS] = "divisors", [FG_WRITER_PRIMES] = "primes", [FG_WRITER_COUNT] = "count"};

/* One line's worth. */
struct answer {
    uint64_t n;
    const uint64_t *values; /* divisors, or primes: what the writer shows is made of these */
    size_t value_count;
};

void fg_text_free(struct fg_text *text) {
    free(text->data);
    *text = (struct fg_text){0};
}

/* Where the text goes on, with room for a line of so many values; NULL where memory is short. */
static char *reserve_line(struct fg_text *text, size_t value_count) {
    const size_t line = value_count * VALUE_BYTES + LINE_BYTES;
    if (text->room - text->size < line) {
        const size_t least = text->size + line, twice = 2 * text->room;
        const size_t room = least > twice ? (least > TEXT_BYTES ? least : TEXT_BYTES) : twice;
        char *const data = realloc(text->data, room);
        if (data == NULL)
            return NULL;
        text->data = data;
        text->room = room;
    }
    return text->data + text->size;
}

static void end_line(struct fg_text *text, char *out) {
    *out++ = '\n';
    text->size = (size_t)(out - text->data);
}

bool fg_writer_header(const struct fg_writer_config *config, struct fg_text *text) {
    if (config->format != FG_WRITER_CSV)
        return true;
    char *out = reserve_line(text, 0);
    if (out == NULL)
        return false;
    out = stpcpy(stpcpy(out, "n,"), show_names[config->show]);
    end_line(text, out);
    return true;
}

static char *put_json_number(char *out, uint64_t n) {
    if (n <= FG_WRITER_JSON_EXACT)
        return fg_decimal_write(out, n);
    *out++ = '"';
    out = fg_decimal_write(out, n);
    *out++ = '"';
    return out;
}

/* How often the prime at place i of the list occurs from there on. */
static uint64_t count_equal(const uint64_t *primes, size_t count, size_t i) {
    size_t end = i + 1;
    while (end < count && primes[end] == primes[i])
        end++;
    return end - i;
}

static uint64_t count_divisors(const uint64_t *primes, size_t count) {
    uint64_t divisor_count = 1, exponent;
    for (size_t i = 0; i < count; i += exponent) {
        exponent = count_equal(primes, count, i);
        divisor_count *= exponent + 1;
    }
    return divisor_count;
}

/* The text forms: a space before each value. */
static char *put_values(char *out, const uint64_t *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        *out++ = ' ';
        out = fg_decimal_write(out, values[i]);
    }
    return out;
}

static char *put_powers(char *out, const uint64_t *primes, size_t count) {
    uint64_t exponent;
    for (size_t i = 0; i < count; i += exponent) {
        exponent = count_equal(primes, count, i);
        out = put_values(out, &primes[i], 1);
        if (exponent > 1) {
            *out++ = '^';
            out = fg_decimal_write(out, exponent);
        }
    }
    return out;
}

static char *put_text(char *out, const struct fg_writer_config *config,
                      const struct answer *answer) {
    if (config->show == FG_WRITER_COUNT) {
        const uint64_t count = count_divisors(answer->values, answer->value_count);
        return put_values(out, &count, 1);
    }
    return config->exponents ? put_powers(out, answer->values, answer->value_count)
                             : put_values(out, answer->values, answer->value_count);
}

/* n and the text form; a comma between the two, and the list in one field. */
static char *put_csv(char *out, const struct fg_writer_config *config,
                     const struct answer *answer) {
    char *const comma = fg_decimal_write(out, answer->n);
    out = put_text(comma, config, answer);
    *comma = ',';
    return out == comma ? out + 1 : out;
}

/* The JSON forms: an array of numbers, or of [prime, exponent]. */
static char *put_json_values(char *out, const uint64_t *values, size_t count) {
    *out++ = '[';
    for (size_t i = 0; i < count; i++) {
        out = put_json_number(out, values[i]);
        *out++ = ',';
    }
    out -= count > 0;
    *out++ = ']';
    return out;
}

static char *put_json_powers(char *out, const uint64_t *primes, size_t count) {
    uint64_t exponent;
    *out++ = '[';
    for (size_t i = 0; i < count; i += exponent) {
        exponent = count_equal(primes, count, i);
        *out++ = '[';
        out = put_json_number(out, primes[i]);
        *out++ = ',';
        out = fg_decimal_write(out, exponent);
        out = stpcpy(out, "],");
    }
    out -= count > 0;
    *out++ = ']';
    return out;
}

static char *put_json(char *out, const struct fg_writer_config *config,
                      const struct answer *answer) {
    out = put_json_number(stpcpy(out, "{\"n\":"), answer->n);
    out = stpcpy(stpcpy(out, ",\""), show_names[config->show]);
    out = stpcpy(out, "\":");
    if (config->show == FG_WRITER_COUNT)
        out = fg_decimal_write(out, count_divisors(answer->values, answer->value_count));
    else if (config->exponents)
        out = put_json_powers(out, answer->values, answer->value_count);
    else
        out = put_json_values(out, answer->values, answer->value_count);
    *out++ = '}';
    return out;
}

bool fg_writer_line(const struct fg_writer_config *config, struct fg_text *text, uint64_t n,
                    const uint64_t *values, size_t value_count) {
    assert(value_count <= FG_MAX_DIVISORS && (n != 0 || config->show == FG_WRITER_PRIMES));
    assert(!config->exponents || config->show == FG_WRITER_PRIMES);
    const struct answer answer = {n, values, value_count};
    char *out = reserve_line(text, value_count);
    if (out == NULL)
        return false;
    switch (config->format) {
    case FG_WRITER_JSONL:
        out = put_json(out, config, &answer);
        break;
    case FG_WRITER_CSV:
        out = put_csv(out, config, &answer);
        break;
    case FG_WRITER_TEXT:
        out = fg_decimal_write(out, n);
        *out++ = ':';
        out = put_text(out, config, &answer);
        break;
    }
    end_line(text, out);
    return true;
}
