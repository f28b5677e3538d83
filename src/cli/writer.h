/*
 * writer.h: answers to text in memory, one line a number.
 *
 * Formatting 10^9 small answers must not take longer than finding them, so nothing here goes
 * through stdio. Different texts may be written by different threads at the same time.
 */
#ifndef FG_CLI_WRITER_H
#define FG_CLI_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum fg_writer_show { FG_WRITER_DIVISORS, FG_WRITER_PRIMES, FG_WRITER_COUNT };
enum fg_writer_format { FG_WRITER_TEXT, FG_WRITER_JSONL, FG_WRITER_CSV };

/* JSON numbers above this are not exact everywhere (RFC 8259, section 6): they become strings. */
#define FG_WRITER_JSON_EXACT ((UINT64_C(1) << 53) - 1)

struct fg_writer_config {
    enum fg_writer_show show;
    enum fg_writer_format format;
    bool exponents; /* primes as p^e; only where primes are shown */
};

/* A text that grows. Zero-initialise. */
struct fg_text {
    char *data;
    size_t size, room; /* bytes in use, and allocated */
};

void fg_text_free(struct fg_text *text); /* back to all zero */

/* Appends the line before the first answer, where the format has one. False where memory is
 * short. */
bool fg_writer_header(const struct fg_writer_config *config, struct fg_text *text);

/*
 * Appends one answer. `values` are, where divisors are shown, n's divisors, ascending, at most
 * FG_MAX_DIVISORS; otherwise n's prime factors, ascending, each as often as it divides. n = 0 goes
 * only where primes are shown, and has none. False where memory is short.
 */
bool fg_writer_line(const struct fg_writer_config *config, struct fg_text *text, uint64_t n,
                    const uint64_t *values, size_t value_count);

#ifdef __cplusplus
}
#endif

#endif
