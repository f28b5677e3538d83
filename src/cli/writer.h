/*
 * writer.h: answers to text, one line a number, in large writes of whole lines.
 *
 * Formatting 10^9 small answers must not take longer than finding them, so nothing here goes
 * through stdio. A line is complete before any of it is written.
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
    int fd; /* stays the caller's */
    enum fg_writer_show show;
    enum fg_writer_format format;
    bool exponents; /* primes as p^e; only where primes are shown */
};

struct fg_writer {
    struct fg_writer_config config;
    char *buffer, *end; /* what is formatted but not yet written lies between the two */
    int error;          /* errno of the first write that failed; nothing is written after it */
};

/* False where memory is short. Formats the header, where the format has one. */
bool fg_writer_open(struct fg_writer *writer, const struct fg_writer_config *config);
/* Frees what the writer holds; what was not flushed is lost. */
void fg_writer_close(struct fg_writer *writer);

/*
 * Formats one answer. `values` are, where divisors are shown, n's divisors, ascending, at most
 * FG_MAX_DIVISORS; otherwise n's prime factors, ascending, each as often as it divides. n = 0 goes
 * only where primes are shown, and has none. False once a write has failed, with the reason in
 * writer->error.
 */
bool fg_writer_put(struct fg_writer *writer, uint64_t n, const uint64_t *values,
                   size_t value_count);

/* Writes everything formatted so far. False once a write has failed. */
bool fg_writer_flush(struct fg_writer *writer);

#ifdef __cplusplus
}
#endif

#endif
