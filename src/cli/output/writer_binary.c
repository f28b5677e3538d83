/*
 * writer_binary.c: records of 64-bit words, the lowest byte first, of the formats `u64le` and
 * `npy`. A number stands before its columns where there are several, and a list behind its length.
 */
#include "cli/output/writer_formats.h"

#include <endian.h>
#include <string.h>

static char *put_word(char *out, uint64_t word) {
    const uint64_t stored = htole64(word);
    memcpy(out, &stored, sizeof stored);
    return out + sizeof stored;
}

static char *put_list(char *out, const uint64_t *values, size_t count) {
    out = put_word(out, count);
    for (size_t i = 0; i < count; i++)
        out = put_word(out, values[i]);
    return out;
}

static char *put_column(char *out, const struct fg_shown_column *column,
                        const struct fg_writer_answer *answer) {
    if (column->kind == FG_COLUMN_DIVISORS)
        return put_list(out, answer->divisors, answer->divisor_count);
    if (column->kind == FG_COLUMN_PRIMES)
        return put_list(out, answer->primes, answer->prime_count);
    const struct fg_uint128 value = fg_writer_value(column, answer);
    out = put_word(out, value.low);
    return column->kind == FG_COLUMN_WIDE ? put_word(out, value.high) : out;
}

char *fg_writer_put_words(char *out, const struct fg_writer_config *config,
                          const struct fg_writer_answer *answer) {
    if (config->columns->count > 1)
        out = put_word(out, answer->n);
    for (size_t i = 0; i < config->columns->count; i++)
        out = put_column(out, &config->columns->list[i], answer);
    return out;
}
