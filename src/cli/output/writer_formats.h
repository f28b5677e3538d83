/* SPDX-License-Identifier: MIT */
/*
 * writer_formats.h: one number's answer, and the formatters for each family of formats.
 *
 * A formatter writes from `out` on without checking for space, and returns the end.
 * fg_writer_lines() has reserved enough for the longest line possible.
 */
#ifndef FG_CLI_WRITER_FORMATS_H
#define FG_CLI_WRITER_FORMATS_H

#include "cli/output/writer_config.h"

#include <endian.h>
#include <string.h>

/* The data of one line. */
struct fg_writer_answer {
    uint64_t n;
    const uint64_t *primes; /* ascending, with multiplicity; unused if divisors alone are shown */
    size_t prime_count;
    const uint64_t *divisors; /* if they are shown */
    size_t divisor_count;
    char *cells; /* the columns of this line and of others: see fg_writer_cells() */
    size_t row;  /* of this line in `cells` */
};

/* Count of lines whose columns are computed together. --show=count takes 1.03 times as long with
 * 128. */
#define FG_WRITER_ROWS ((size_t)512)

/* Returns the array of the column at that index. */
static inline char *fg_writer_cells(char *cells, size_t place) {
    return cells + place * FG_WRITER_ROWS * sizeof(struct fg_uint128);
}

/* Returns how often the prime at index i occurs from there on. */
static inline size_t fg_writer_count_equal(const uint64_t *primes, size_t count, size_t i) {
    size_t end = i + 1;
    while (end < count && primes[end] == primes[i])
        end++;
    return end - i;
}

/* Return the value of a column, for each kind that the library computes. */
static inline uint64_t fg_writer_number(const struct fg_shown_column *column,
                                        const struct fg_writer_answer *answer) {
    const void *const cells = fg_writer_cells(answer->cells, column->place);
    return ((const uint64_t *)cells)[answer->row];
}
static inline int64_t fg_writer_signed(const struct fg_shown_column *column,
                                       const struct fg_writer_answer *answer) {
    const void *const cells = fg_writer_cells(answer->cells, column->place);
    return ((const int8_t *)cells)[answer->row];
}
static inline bool fg_writer_truth(const struct fg_shown_column *column,
                                   const struct fg_writer_answer *answer) {
    const void *const cells = fg_writer_cells(answer->cells, column->place);
    return ((const bool *)cells)[answer->row];
}
static inline struct fg_uint128 fg_writer_wide(const struct fg_shown_column *column,
                                               const struct fg_writer_answer *answer) {
    const void *const cells = fg_writer_cells(answer->cells, column->place);
    return ((const struct fg_uint128 *)cells)[answer->row];
}

/* Writes a word, the lowest byte first, and returns its end. */
static inline char *fg_writer_put_word(char *out, uint64_t word) {
    const uint64_t stored = htole64(word);
    memcpy(out, &stored, sizeof stored);
    return out + sizeof stored;
}

typedef char *fg_writer_put(char *out, const struct fg_writer_config *config,
                            const struct fg_writer_answer *answer);

/* Writes text lines with a single column of numbers; returns the end of the text. Each line takes
 * at most FG_WRITER_NUMBER_LINE bytes. */
#define FG_WRITER_NUMBER_LINE ((size_t)48)
char *fg_writer_put_number_lines(char *out, const uint64_t *numbers, const char *cells,
                                 size_t rows);

/* Returns the formatter for text, which depends on the columns. */
fg_writer_put *fg_writer_text_put(const struct fg_writer_config *config);

fg_writer_put fg_writer_put_csv, fg_writer_put_json;
/* For `u64le` and `npy`, and for `u128le`. */
fg_writer_put fg_writer_put_words, fg_writer_put_word_pairs;

#endif
