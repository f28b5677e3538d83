/* SPDX-License-Identifier: MIT */
/*
 * certifier.c: which primes were taken, and the lines that wait to be written.
 *
 * Threads prove at the same time, and hold the lock only to look a prime up and to add its line. A
 * prime is remembered with its line, not before: when a caller finds it, a flush writes the line.
 */
#include "cli/output/certifier.h"

#include "cli/output/certificate_line.h"
#include "text/decimal.h"
#include "text/failure.h"
#include "text/line_file.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define OPTION "--certify"
/* Primes that are remembered, each in the one place that its hash gives: 1 MiB. */
#define PLACES ((size_t)1 << 16)
/* Lines are written when they have so many bytes. */
#define LINES_BYTES ((size_t)1 << 18)
/* Primes that wait for an answer with them, each in one of the places from that on which its hash
 * gives: 0.6 MB, and about 200 bytes for each line. The program's batches take half a second, in
 * which a thread proves 5,000 primes of 128 bits. */
#define NOTED_BITS 14
#define NOTED_PROBES 16

/* A prime that the engine has proved. */
struct noted {
    struct fg_uint128 prime; /* 0: an empty place */
    struct fg_uint128 next;  /* the prime above 2^64 that the proof stands on, or 0 */
    char *line;
};

struct fg_certifier {
    const char *path;
    fg_stop *stop;
    void *context;
    pthread_mutex_t lock;
    bool is_made; /* the file */
    char *lines;  /* that wait */
    size_t length, capacity;
    struct fg_uint128 taken[PLACES]; /* 0: an empty place */
    struct noted noted[1 << NOTED_BITS];
};

enum fg_status fg_certifier_open(struct fg_certifier **certifier, const char *path, fg_stop *stop,
                                 void *context, struct fg_error *error) {
    *certifier = calloc(1, sizeof **certifier);
    if (*certifier == NULL)
        return fg_program_fail_memory(error);
    (*certifier)->path = path;
    (*certifier)->stop = stop;
    (*certifier)->context = context;
    pthread_mutex_init(&(*certifier)->lock, NULL); /* with default attributes it cannot fail */
    return FG_OK;
}

void fg_certifier_close(struct fg_certifier *certifier) {
    if (certifier == NULL)
        return;
    pthread_mutex_destroy(&certifier->lock);
    for (size_t i = 0; i < (size_t)1 << NOTED_BITS; i++)
        free(certifier->noted[i].line);
    free(certifier->lines);
    free(certifier);
}

static uint64_t hash_of(struct fg_uint128 prime) {
    return (prime.low ^ prime.high * UINT64_C(0x9E3779B97F4A7C15)) * UINT64_C(0xD6E8FEB86659FD93);
}

static struct fg_uint128 *place_of(struct fg_certifier *certifier, struct fg_uint128 prime) {
    return &certifier->taken[hash_of(prime) >> 48];
}

static bool are_equal(struct fg_uint128 left, struct fg_uint128 right) {
    return left.low == right.low && left.high == right.high;
}

/* Returns whether the prime's line was added before, as far as that is remembered. */
static bool is_known(struct fg_certifier *certifier, struct fg_uint128 prime) {
    pthread_mutex_lock(&certifier->lock);
    const bool is_known = are_equal(*place_of(certifier, prime), prime);
    pthread_mutex_unlock(&certifier->lock);
    return is_known;
}

/* Writes the lines that wait. The caller holds the lock. */
static enum fg_status write_lines(struct fg_certifier *certifier, struct fg_error *error) {
    const size_t length = certifier->length;
    if (length == 0 && certifier->is_made)
        return FG_OK;
    certifier->length = 0; /* after a failure, a second try would fail again */
    certifier->is_made = true;
    return fg_line_file_append(OPTION, certifier->path, certifier->lines, length, error);
}

/* Adds a line to those that wait. The caller holds the lock. */
static enum fg_status add_line(struct fg_certifier *certifier, const char *line,
                               struct fg_error *error) {
    const size_t length = strlen(line);
    if (certifier->length + length > certifier->capacity) {
        const size_t capacity = certifier->length + length + LINES_BYTES;
        char *const lines = realloc(certifier->lines, capacity);
        if (lines == NULL)
            return fg_program_fail_memory(error);
        certifier->lines = lines;
        certifier->capacity = capacity;
    }
    memcpy(certifier->lines + certifier->length, line, length);
    certifier->length += length;
    return certifier->length >= LINES_BYTES ? write_lines(certifier, error) : FG_OK;
}

/* Returns the prime above 2^64 that a certificate stands on, or 0. */
static struct fg_uint128 next_of(const struct fg_certificate *certificate) {
    const struct fg_uint128 none = {0, 0};
    if (certificate->factor_count == 0)
        return none;
    const struct fg_uint128 last = certificate->factors[certificate->factor_count - 1].prime;
    return last.high != 0 ? last : none;
}

/* Adds the line of a prime and frees it. NULL stands for no memory. */
static enum fg_status take_line(struct fg_certifier *certifier, struct fg_uint128 prime, char *line,
                                struct fg_error *error) {
    if (line == NULL)
        return fg_program_fail_memory(error);
    pthread_mutex_lock(&certifier->lock);
    const enum fg_status status = add_line(certifier, line, error);
    *place_of(certifier, prime) = prime;
    pthread_mutex_unlock(&certifier->lock);
    free(line);
    return status;
}

/* Returns the place in which a prime is noted, or else can be: an empty one if there is one. The
 * caller holds the lock. */
static struct noted *noted_place(struct fg_certifier *certifier, struct fg_uint128 prime) {
    const size_t first = hash_of(prime) >> (64 - NOTED_BITS);
    struct noted *empty = NULL;
    for (size_t i = 0; i < NOTED_PROBES; i++) {
        struct noted *const place = &certifier->noted[(first + i) % ((size_t)1 << NOTED_BITS)];
        if (are_equal(place->prime, prime))
            return place;
        if (empty == NULL && place->line == NULL)
            empty = place;
    }
    return empty != NULL ? empty : &certifier->noted[first];
}

/* Exchanges what is noted in the place of a prime, and returns what was. */
static struct noted exchange(struct fg_certifier *certifier, struct fg_uint128 prime,
                             struct noted noted) {
    pthread_mutex_lock(&certifier->lock);
    struct noted *const place = noted_place(certifier, prime);
    const struct noted before = *place;
    *place = noted;
    pthread_mutex_unlock(&certifier->lock);
    return before;
}

void fg_certifier_note(void *certifier, const struct fg_certificate *certificate) {
    const struct fg_uint128 prime = certificate->number;
    if (is_known(certifier, prime))
        return;
    const struct noted noted = {prime, next_of(certificate), fg_certificate_line(certificate)};
    free(exchange(certifier, prime, noted).line);
}

/* Adds the lines of a number, if it is prime: its own, and those of the primes above 2^64 that it
 * stands on. A composite is an error if it must be prime. */
static enum fg_status certify(struct fg_certifier *certifier, struct fg_uint128 prime,
                              bool must_be_prime, struct fg_error *error) {
    while (prime.high != 0 && !is_known(certifier, prime)) {
        const struct noted none = {0}, noted = exchange(certifier, prime, none);
        if (noted.line != NULL && are_equal(noted.prime, prime)) {
            FG_TRY(take_line(certifier, prime, noted.line, error));
            prime = noted.next;
            continue;
        }
        free(noted.line);
        struct fg_certificate certificate = {.size = sizeof certificate};
        FG_TRY(
            fg_prove_prime_until(prime, certifier->stop, certifier->context, &certificate, error));
        if (certificate.kind == FG_CERTIFICATE_NONE) {
            if (!must_be_prime)
                return FG_OK;
            char text[FG_DECIMAL_WIDE_ROOM];
            *fg_decimal_write_wide(text, prime) = '\0';
            return fg_program_fail(error, FG_ERROR_SELF_CHECK,
                                   "%s was answered as a prime and is none: please report it",
                                   text);
        }
        FG_TRY(take_line(certifier, prime, fg_certificate_line(&certificate), error));
        prime = next_of(&certificate);
    }
    return FG_OK;
}

/*
 * Returns the first value above 2^64; 0 if there is none. Values are ascending. In a list of primes
 * it is the only one. In a list of divisors it is the prime above 2^64 if there is one: the
 * divisors without it are at most n divided by it, and so below 2^64.
 */
static struct fg_uint128 first_wide(const struct fg_uint128 *values, size_t count) {
    size_t begin = 0, end = count;
    while (begin < end) {
        const size_t middle = begin + (end - begin) / 2;
        if (values[middle].high == 0)
            begin = middle + 1;
        else
            end = middle;
    }
    return begin < count ? values[begin] : (struct fg_uint128){0, 0};
}

enum fg_status fg_certifier_take(struct fg_certifier *certifier, const struct fg_results *results,
                                 struct fg_error *error) {
    if (results->words < 2)
        return FG_OK;
    const struct fg_uint128 *const values = (const struct fg_uint128 *)results->values;
    for (size_t i = 0; i < results->count; i++) {
        if (certifier->stop != NULL && certifier->stop(certifier->context))
            return fg_program_fail(error, FG_ERROR_CANCELLED, "the proofs were cancelled");
        const size_t begin = results->offsets[i], end = results->offsets[i + 1];
        FG_TRY(certify(certifier, first_wide(values + begin, end - begin),
                       results->answer == FG_ANSWER_PRIMES, error));
    }
    return FG_OK;
}

enum fg_status fg_certifier_flush(struct fg_certifier *certifier, struct fg_error *error) {
    pthread_mutex_lock(&certifier->lock);
    const enum fg_status status = write_lines(certifier, error);
    pthread_mutex_unlock(&certifier->lock);
    return status;
}
