/*
 * show.c: a column is a line of the table and a function of the primes.
 */
#include "cli/output/show.h"

#include "text/failure.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SMOOTH "smooth="

/* ---- The values. n is the product of the primes; 1 has none. ---- */

static struct fg_uint128 narrow(uint64_t value) {
    return (struct fg_uint128){.low = value};
}

static struct fg_uint128 value_count(const struct fg_shown_column *column, const uint64_t *primes,
                                     size_t prime_count) {
    (void)column;
    return narrow(fg_count_divisors(primes, prime_count));
}

static struct fg_uint128 value_sigma(const struct fg_shown_column *column, const uint64_t *primes,
                                     size_t prime_count) {
    (void)column;
    return fg_sum_divisors(primes, prime_count);
}

static struct fg_uint128 value_phi(const struct fg_shown_column *column, const uint64_t *primes,
                                   size_t prime_count) {
    (void)column;
    return narrow(fg_totient(primes, prime_count));
}

static struct fg_uint128 value_mobius(const struct fg_shown_column *column, const uint64_t *primes,
                                      size_t prime_count) {
    (void)column;
    return narrow((uint64_t)(int64_t)fg_mobius(primes, prime_count));
}

static struct fg_uint128 value_omega(const struct fg_shown_column *column, const uint64_t *primes,
                                     size_t prime_count) {
    (void)column;
    return narrow(fg_count_distinct_primes(primes, prime_count));
}

static struct fg_uint128 value_bigomega(const struct fg_shown_column *column,
                                        const uint64_t *primes, size_t prime_count) {
    (void)column, (void)primes;
    return narrow(prime_count);
}

static struct fg_uint128 value_radical(const struct fg_shown_column *column, const uint64_t *primes,
                                       size_t prime_count) {
    (void)column;
    return narrow(fg_radical(primes, prime_count));
}

/* The least and the greatest prime; 1 for 1, as OEIS A020639 and A006530 have it. */
static struct fg_uint128 value_spf(const struct fg_shown_column *column, const uint64_t *primes,
                                   size_t prime_count) {
    (void)column;
    return narrow(prime_count > 0 ? primes[0] : 1);
}

static struct fg_uint128 value_gpf(const struct fg_shown_column *column, const uint64_t *primes,
                                   size_t prime_count) {
    (void)column;
    return narrow(prime_count > 0 ? primes[prime_count - 1] : 1);
}

static struct fg_uint128 value_is_prime(const struct fg_shown_column *column,
                                        const uint64_t *primes, size_t prime_count) {
    (void)column, (void)primes;
    return narrow(prime_count == 1);
}

static struct fg_uint128 value_smooth(const struct fg_shown_column *column, const uint64_t *primes,
                                      size_t prime_count) {
    return narrow(prime_count == 0 || primes[prime_count - 1] <= column->bound);
}

static const struct fg_shown_column table[] = {
    {"divisors", FG_COLUMN_DIVISORS, 0, NULL},
    {"primes", FG_COLUMN_PRIMES, 0, NULL},
    {"count", FG_COLUMN_NUMBER, 0, value_count},
    {"sigma", FG_COLUMN_WIDE, 0, value_sigma},
    {"phi", FG_COLUMN_NUMBER, 0, value_phi},
    {"mobius", FG_COLUMN_SIGNED, 0, value_mobius},
    {"omega", FG_COLUMN_NUMBER, 0, value_omega},
    {"bigomega", FG_COLUMN_NUMBER, 0, value_bigomega},
    {"radical", FG_COLUMN_NUMBER, 0, value_radical},
    {"spf", FG_COLUMN_NUMBER, 0, value_spf},
    {"gpf", FG_COLUMN_NUMBER, 0, value_gpf},
    {"is_prime", FG_COLUMN_TRUTH, 0, value_is_prime},
    {SMOOTH "B", FG_COLUMN_TRUTH, 0, value_smooth}, /* the last: the one with a bound */
};
static const size_t table_count = sizeof table / sizeof *table;

/* ---- Lists of columns ---- */

const char *fg_columns_name(size_t index) {
    return index < table_count ? table[index].name : NULL;
}

/* The bound behind SMOOTH: digits alone, 1 .. 2^64 - 1. */
static bool parse_bound(const char *text, size_t length, uint64_t *bound) {
    char digits[FG_COLUMN_NAME_ROOM];
    if (length == 0 || length >= sizeof digits || strspn(text, "0123456789") < length)
        return false;
    memcpy(digits, text, length);
    digits[length] = '\0';
    errno = 0;
    *bound = strtoull(digits, NULL, 10);
    return errno == 0 && *bound > 0;
}

/* A column of the table that has no bound. */
static const struct fg_shown_column *find_column(const char *name, size_t length) {
    for (size_t i = 0; i < table_count - 1; i++)
        if (strlen(table[i].name) == length && strncmp(table[i].name, name, length) == 0)
            return &table[i];
    return NULL;
}

static int shown(size_t length) {
    return length < FG_COLUMN_NAME_ROOM ? (int)length : FG_COLUMN_NAME_ROOM;
}

static enum fg_status refuse_unknown(const char *name, size_t length, struct fg_error *error) {
    char names[300] = "";
    size_t used = 0;
    for (size_t i = 0; i < table_count && used < sizeof names; i++)
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", i > 0 ? ", " : "",
                                 table[i].name);
    return fg_program_fail(error, FG_ERROR_ARGUMENT,
                           "'%.*s' is not a column; valid columns, with a comma between two: %s",
                           shown(length), name, names);
}

static enum fg_status parse_column(struct fg_shown_column *column, const char *name, size_t length,
                                   struct fg_error *error) {
    const size_t before = strlen(SMOOTH);
    const struct fg_shown_column *const found = find_column(name, length);
    if (found != NULL) {
        *column = *found;
        return FG_OK;
    }
    if (strncmp(name, SMOOTH, before) != 0)
        return refuse_unknown(name, length, error);
    *column = table[table_count - 1];
    if (!parse_bound(name + before, length - before, &column->bound))
        return fg_program_fail(
            error, FG_ERROR_ARGUMENT,
            "the bound of '%.*s' is not a whole number from 1 to 18446744073709551615",
            shown(length), name);
    snprintf(column->name, sizeof column->name, SMOOTH "%ju", (uintmax_t)column->bound);
    return FG_OK;
}

enum fg_status fg_columns_parse(struct fg_columns *columns, const char *list,
                                struct fg_error *error) {
    columns->count = 0;
    for (const char *name = list;; name++) {
        const size_t length = strcspn(name, ",");
        if (columns->count == FG_COLUMNS_MOST)
            return fg_program_fail(error, FG_ERROR_ARGUMENT, "there are more than %d columns",
                                   FG_COLUMNS_MOST);
        struct fg_shown_column *const column = &columns->list[columns->count];
        FG_TRY(parse_column(column, name, length, error));
        for (size_t i = 0; i < columns->count; i++)
            if (strcmp(columns->list[i].name, column->name) == 0)
                return fg_program_fail(error, FG_ERROR_ARGUMENT, "the column '%s' is given twice",
                                       column->name);
        columns->count++;
        name += length;
        if (*name == '\0')
            return FG_OK;
    }
}

bool fg_columns_are_only(const struct fg_columns *columns, enum fg_column_kind kind) {
    return columns->count == 1 && columns->list[0].kind == kind;
}

bool fg_columns_have(const struct fg_columns *columns, enum fg_column_kind kind) {
    for (size_t i = 0; i < columns->count; i++)
        if (columns->list[i].kind == kind)
            return true;
    return false;
}
