/*
 * writer_formats.h: one number's answer, and what each family of formats makes of it.
 *
 * A formatter gets room for the longest that an answer can become (fg_writer_lines() has seen
 * to that), writes from `out` on without checking for space, and returns the end.
 */
#ifndef FG_CLI_WRITER_FORMATS_H
#define FG_CLI_WRITER_FORMATS_H

#include "cli/output/writer_config.h"

/* One line's worth. */
struct fg_writer_answer {
    uint64_t n;
    const uint64_t *primes; /* ascending, with multiplicity; not there for the divisors alone */
    size_t prime_count;
    const uint64_t *divisors; /* where they are shown */
    size_t divisor_count;
};

/* How often the prime at place i of the list occurs from there on. */
static inline size_t fg_writer_count_equal(const uint64_t *primes, size_t count, size_t i) {
    size_t end = i + 1;
    while (end < count && primes[end] == primes[i])
        end++;
    return end - i;
}

static inline struct fg_uint128 fg_writer_value(const struct fg_shown_column *column,
                                                const struct fg_writer_answer *answer) {
    return column->value(column, answer->primes, answer->prime_count);
}

typedef char *fg_writer_put(char *out, const struct fg_writer_config *config,
                            const struct fg_writer_answer *answer);

/* The formatter of text, which depends on the columns. */
fg_writer_put *fg_writer_text_put(const struct fg_writer_config *config);

fg_writer_put fg_writer_put_csv, fg_writer_put_json;
/* Both binary formats. */
fg_writer_put fg_writer_put_words;

#endif
