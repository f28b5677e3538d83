/*
 * writer.c: one buffer, room for any line in it, and a formatter for each kind of answer.
 *
 * The buffer is flushed between lines once it is over a threshold that still fits the L2 cache, and
 * it has room for the longest line beyond that, so the formatters never check for space. Pages that
 * no line reaches are never touched.
 */
#include "cli/writer.h"

#include "cli/decimal.h"
#include "factor_gpu.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FLUSH_BYTES ((size_t)512 * 1024)
/* A divisor is at most 20 digits, two quotes and a separator; the rest of a line is short. */
#define LINE_BYTES ((size_t)FG_MAX_DIVISORS * 23 + 256)

static const char *const show_names[] = {
    [FG_WRITER_DIVISORS] = "divisors", [FG_WRITER_PRIMES] = "primes", [FG_WRITER_COUNT] = "count"};

/* One line's worth. */
struct answer {
    uint64_t n;
    const uint64_t *values; /* divisors, or primes: what the writer shows is made of these */
    size_t value_count;
};

bool fg_writer_open(struct fg_writer *writer, const struct fg_writer_config *config) {
    *writer = (struct fg_writer){.config = *config};
    writer->buffer = malloc(FLUSH_BYTES + LINE_BYTES + FG_DECIMAL_ROOM);
    if (writer->buffer == NULL)
        return false;
    writer->end = writer->buffer;
    if (config->format == FG_WRITER_CSV) {
        writer->end = stpcpy(writer->end, "n,");
        writer->end = stpcpy(writer->end, show_names[config->show]);
        *writer->end++ = '\n';
    }
    return true;
}

void fg_writer_close(struct fg_writer *writer) {
    free(writer->buffer);
    *writer = (struct fg_writer){.config = {.fd = -1}};
}

/* After a write that failed: whether it is worth another try. */
static bool may_retry(int fd) {
    if (errno == EINTR)
        return true;
    if (errno != EAGAIN)
        return false;
    struct pollfd wanted = {.fd = fd, .events = POLLOUT}; /* somebody made the pipe non-blocking */
    return poll(&wanted, 1, -1) >= 0 || errno == EINTR;
}

bool fg_writer_flush(struct fg_writer *writer) {
    const char *from = writer->buffer;
    while (from < writer->end && writer->error == 0) {
        const ssize_t written = write(writer->config.fd, from, (size_t)(writer->end - from));
        if (written >= 0)
            from += written;
        else if (!may_retry(writer->config.fd))
            writer->error = errno;
    }
    writer->end = writer->buffer;
    return writer->error == 0;
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

bool fg_writer_put(struct fg_writer *writer, uint64_t n, const uint64_t *values,
                   size_t value_count) {
    const struct fg_writer_config *const config = &writer->config;
    assert(value_count <= FG_MAX_DIVISORS && (n != 0 || config->show == FG_WRITER_PRIMES));
    assert(!config->exponents || config->show == FG_WRITER_PRIMES);
    const struct answer answer = {n, values, value_count};

    char *out = writer->end;
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
    *out++ = '\n';
    writer->end = out;
    return (size_t)(out - writer->buffer) < FLUSH_BYTES || fg_writer_flush(writer);
}
