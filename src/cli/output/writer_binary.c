/* SPDX-License-Identifier: MIT */
/*
 * writer_binary.c: records of 64-bit words, the lowest byte first, of the formats `u64le`, `npy`
 * and `u128le`. If there are several columns, the number comes before them. A list follows its
 * length. In `u128le` every value has two words, the lower first, and sigma three.
 */
#include "cli/output/writer_formats.h"

static char *put_list(char *out, const uint64_t *values, size_t count) {
    out = fg_writer_put_word(out, count);
    for (size_t i = 0; i < count; i++)
        out = fg_writer_put_word(out, values[i]);
    return out;
}

static char *put_column(char *out, const struct fg_shown_column *column,
                        const struct fg_writer_answer *answer) {
    switch (column->kind) {
    case FG_COLUMN_DIVISORS:
        return put_list(out, answer->divisors, answer->divisor_count);
    case FG_COLUMN_PRIMES:
        return put_list(out, answer->primes, answer->prime_count);
    case FG_COLUMN_SIGNED:
        return fg_writer_put_word(out, (uint64_t)fg_writer_signed(column, answer));
    case FG_COLUMN_TRUTH:
        return fg_writer_put_word(out, fg_writer_truth(column, answer));
    case FG_COLUMN_WIDE:
        out = fg_writer_put_word(out, fg_writer_wide(column, answer).low);
        return fg_writer_put_word(out, fg_writer_wide(column, answer).high);
    case FG_COLUMN_NUMBER:
        break;
    }
    return fg_writer_put_word(out, fg_writer_number(column, answer));
}

char *fg_writer_put_words(char *out, const struct fg_writer_config *config,
                          const struct fg_writer_answer *answer) {
    if (config->columns->count > 1)
        out = fg_writer_put_word(out, answer->n);
    for (size_t i = 0; i < config->columns->count; i++)
        out = put_column(out, &config->columns->list[i], answer);
    return out;
}

/* Writes a value of two words. */
static char *put_pair(char *out, uint64_t value) {
    return fg_writer_put_word(fg_writer_put_word(out, value), 0);
}

static char *put_list_of_pairs(char *out, const uint64_t *values, size_t count) {
    out = put_pair(out, count);
    for (size_t i = 0; i < count; i++)
        out = put_pair(out, values[i]);
    return out;
}

static char *put_column_of_pairs(char *out, const struct fg_shown_column *column,
                                 const struct fg_writer_answer *answer) {
    int64_t sign;
    switch (column->kind) {
    case FG_COLUMN_DIVISORS:
        return put_list_of_pairs(out, answer->divisors, answer->divisor_count);
    case FG_COLUMN_PRIMES:
        return put_list_of_pairs(out, answer->primes, answer->prime_count);
    case FG_COLUMN_SIGNED:
        sign = fg_writer_signed(column, answer);
        return fg_writer_put_word(fg_writer_put_word(out, (uint64_t)sign),
                                  sign < 0 ? UINT64_MAX : 0);
    case FG_COLUMN_TRUTH:
        return put_pair(out, fg_writer_truth(column, answer));
    case FG_COLUMN_WIDE:
        out = fg_writer_put_word(out, fg_writer_wide(column, answer).low);
        return put_pair(out, fg_writer_wide(column, answer).high);
    case FG_COLUMN_NUMBER:
        break;
    }
    return put_pair(out, fg_writer_number(column, answer));
}

char *fg_writer_put_word_pairs(char *out, const struct fg_writer_config *config,
                               const struct fg_writer_answer *answer) {
    if (config->columns->count > 1)
        out = put_pair(out, answer->n);
    for (size_t i = 0; i < config->columns->count; i++)
        out = put_column_of_pairs(out, &config->columns->list[i], answer);
    return out;
}
