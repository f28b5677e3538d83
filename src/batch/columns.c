/* SPDX-License-Identifier: MIT */
/*
 * columns.c: the arithmetic functions over many numbers.
 *
 * Some columns need a walk through a number's primes, and share it: a list is short and its length
 * unpredictable, so that a second walk would cost another misprediction. The others look at the
 * first or the last prime, or at how many there are. Numbers are taken in blocks, so that their
 * primes stay in the cache from one column to the next.
 */
#include "batch/columns.h"

#include "batch/arithmetic.h"
#include "batch/column_request.h"
#include "batch/struct_size.h"
#include "batch/wide_columns.h"

#include <string.h>

/* The primes of a block are 32 KiB for numbers with 8 of them. */
#define BLOCK_NUMBERS ((size_t)512)

/* ---- The table ---- */

static const struct {
    const char *name;
    enum fg_column_type type, wide_type; /* of numbers with one word, and with two */
    bool is_walked;                      /* it shares the walk through all primes of a number */
    bool has_bound;
} table[] = {
    [FG_COLUMN_COUNT] = {"count", FG_COLUMN_UINT64, FG_COLUMN_UINT64, true, false},
    [FG_COLUMN_SIGMA] = {"sigma", FG_COLUMN_UINT128, FG_COLUMN_UINT192, true, false},
    [FG_COLUMN_PHI] = {"phi", FG_COLUMN_UINT64, FG_COLUMN_UINT128, true, false},
    [FG_COLUMN_MOBIUS] = {"mobius", FG_COLUMN_INT8, FG_COLUMN_INT8, true, false},
    [FG_COLUMN_OMEGA] = {"omega", FG_COLUMN_UINT64, FG_COLUMN_UINT64, true, false},
    [FG_COLUMN_BIGOMEGA] = {"bigomega", FG_COLUMN_UINT64, FG_COLUMN_UINT64, false, false},
    [FG_COLUMN_RADICAL] = {"radical", FG_COLUMN_UINT64, FG_COLUMN_UINT128, true, false},
    [FG_COLUMN_SPF] = {"spf", FG_COLUMN_UINT64, FG_COLUMN_UINT128, false, false},
    [FG_COLUMN_GPF] = {"gpf", FG_COLUMN_UINT64, FG_COLUMN_UINT128, false, false},
    [FG_COLUMN_IS_PRIME] = {"is_prime", FG_COLUMN_BOOL, FG_COLUMN_BOOL, false, false},
    [FG_COLUMN_SMOOTH] = {"smooth", FG_COLUMN_BOOL, FG_COLUMN_BOOL, false, true},
    [FG_COLUMN_LIOUVILLE] = {"liouville", FG_COLUMN_INT8, FG_COLUMN_INT8, false, false},
    [FG_COLUMN_SQUAREFREE] = {"squarefree", FG_COLUMN_BOOL, FG_COLUMN_BOOL, false, false},
    [FG_COLUMN_CORE] = {"core", FG_COLUMN_UINT64, FG_COLUMN_UINT128, false, false},
    [FG_COLUMN_SOPFR] = {"sopfr", FG_COLUMN_UINT64, FG_COLUMN_UINT128, false, false},
    [FG_COLUMN_SOPF] = {"sopf", FG_COLUMN_UINT64, FG_COLUMN_UINT128, false, false},
    [FG_COLUMN_CARMICHAEL] = {"carmichael", FG_COLUMN_UINT64, FG_COLUMN_UINT128, false, false},
};
static const size_t column_count = sizeof table / sizeof *table;

static bool is_column(enum fg_column column) {
    return (unsigned)column < column_count;
}

size_t fg_column_count(void) {
    return column_count;
}

const char *fg_column_name(enum fg_column column) {
    return is_column(column) ? table[column].name : NULL;
}

bool fg_column_from_name(const char *name, enum fg_column *column) {
    for (size_t i = 0; i < column_count; i++)
        if (strcmp(name, table[i].name) == 0) {
            *column = (enum fg_column)i;
            return true;
        }
    return false;
}

enum fg_column_type fg_column_get_type(enum fg_column column) {
    return is_column(column) ? table[column].type : FG_COLUMN_UINT64;
}

bool fg_column_has_bound(enum fg_column column) {
    return is_column(column) && table[column].has_bound;
}

enum fg_column_type fg_wide_column_get_type(enum fg_column column) {
    return is_column(column) ? table[column].wide_type : FG_COLUMN_UINT64;
}

static size_t type_bytes(enum fg_column_type type) {
    switch (type) {
    case FG_COLUMN_UINT192:
        return sizeof(struct fg_uint192);
    case FG_COLUMN_UINT128:
        return sizeof(struct fg_uint128);
    case FG_COLUMN_INT8:
        return sizeof(int8_t);
    case FG_COLUMN_BOOL:
        return sizeof(bool);
    case FG_COLUMN_UINT64:
        break;
    }
    return sizeof(uint64_t);
}

size_t fg_column_entry_bytes(enum fg_column column) {
    return type_bytes(fg_column_get_type(column));
}

size_t fg_wide_column_entry_bytes(enum fg_column column) {
    return type_bytes(fg_wide_column_get_type(column));
}

/* ---- Requests ---- */

static enum fg_status check_request(const struct fg_column_request *requests, size_t place,
                                    size_t count, struct fg_error *error) {
    const struct fg_column_request *const request = fg_columns_request(requests, place);
    FG_TRY(
        fg_check_struct(request, requests->size, sizeof *request, "a request for a column", error));
    if (!is_column(request->column))
        return fg_fail(error, FG_ERROR_ARGUMENT,
                       "request %zu names column %u, which does not exist", place,
                       (unsigned)request->column);
    const char *const name = table[request->column].name;
    if (table[request->column].has_bound && request->bound == 0)
        return fg_fail(error, FG_ERROR_ARGUMENT,
                       "request %zu, for the column '%s', needs a bound of at least 1", place,
                       name);
    if (!table[request->column].has_bound && request->bound != 0)
        return fg_fail(error, FG_ERROR_ARGUMENT,
                       "request %zu has a bound, but its column, '%s', takes none", place, name);
    if (request->values == NULL && count > 0)
        return fg_fail(error, FG_ERROR_ARGUMENT,
                       "request %zu, for the column '%s', has no array for its values", place,
                       name);
    for (size_t i = 0; i < place; i++) {
        const struct fg_column_request *const other = fg_columns_request(requests, i);
        if (other->column == request->column && other->bound == request->bound)
            return fg_fail(error, FG_ERROR_ARGUMENT,
                           "requests %zu and %zu are for the same column, '%s'", i, place, name);
    }
    return FG_OK;
}

enum fg_status fg_columns_check(const struct fg_column_request *requests, size_t request_count,
                                size_t count, struct fg_error *error) {
    if (request_count > 0 && requests == NULL)
        return fg_fail(error, FG_ERROR_ARGUMENT, "there are no requests for columns");
    if (request_count > 0)
        FG_TRY(fg_check_struct_size(requests->size, sizeof *requests, "requests[0]", error));
    for (size_t i = 0; i < request_count; i++)
        FG_TRY(check_request(requests, i, count, error));
    return FG_OK;
}

/* ---- The walk ---- */

/* The arrays of the columns that need a walk through the primes; NULL: not asked for. */
struct walk_outputs {
    uint64_t *count;
    struct fg_uint128 *sigma;
    uint64_t *phi, *radical, *omega;
    int8_t *mobius;
};

/* The values that a walk can compute, beside the number of distinct primes. */
enum { WALK_COUNT = 1, WALK_SIGMA = 2, WALK_PRODUCTS = 4 };

/* The state of a walk behind some of the primes, whose product is m. `..._before` is the value of m
 * without the powers of its last prime. See arithmetic.h for the recurrences. */
struct walk {
    uint64_t last, distinct;
    uint64_t count, count_before;
    struct fg_uint128 sigma, sigma_before;
    uint64_t phi, radical;
};

__attribute__((always_inline)) static inline void step(struct walk *walk, uint64_t p,
                                                       unsigned what) {
    const uint64_t is_new = p != walk->last;
    walk->last = p;
    walk->distinct += is_new;
    if (what & WALK_COUNT) {
        walk->count_before += (walk->count - walk->count_before) & -is_new;
        walk->count += walk->count_before;
    }
    if (what & WALK_SIGMA) {
        walk->sigma_before = is_new ? walk->sigma : walk->sigma_before;
        const uint64_t low = walk->sigma.low * p;
        const uint64_t high = walk->sigma.high * p + fg_mul64_high(walk->sigma.low, p);
        walk->sigma.low = low + walk->sigma_before.low;
        walk->sigma.high = high + walk->sigma_before.high + (walk->sigma.low < low);
    }
    if (what & WALK_PRODUCTS) {
        walk->phi *= p - is_new;
        walk->radical *= is_new ? p : 1;
    }
}

/* Every caller passes a constant as `what`, so that only what is asked for is computed. */
__attribute__((always_inline)) static inline void walk_block(const struct walk_outputs *out,
                                                             const uint64_t *primes,
                                                             const size_t *offsets, size_t count,
                                                             unsigned what) {
    for (size_t i = 0; i < count; i++) {
        struct walk walk = {.count = 1, .count_before = 1, .sigma = {1, 0}, .phi = 1, .radical = 1};
        for (size_t k = offsets[i]; k < offsets[i + 1]; k++)
            step(&walk, primes[k], what);
        if (what & WALK_COUNT)
            out->count[i] = walk.count;
        if (what & WALK_SIGMA)
            out->sigma[i] = walk.sigma;
        if ((what & WALK_PRODUCTS) && out->phi != NULL)
            out->phi[i] = walk.phi;
        if ((what & WALK_PRODUCTS) && out->radical != NULL)
            out->radical[i] = walk.radical;
        if (out->omega != NULL)
            out->omega[i] = walk.distinct;
        if (out->mobius != NULL) {
            const size_t prime_count = offsets[i + 1] - offsets[i];
            const int sign = 1 - 2 * (int)(prime_count % 2);
            out->mobius[i] = (int8_t)(walk.distinct == prime_count ? sign : 0);
        }
    }
}

static void fill_walked(const struct walk_outputs *out, const uint64_t *primes,
                        const size_t *offsets, size_t count) {
    const unsigned what = (out->count != NULL ? WALK_COUNT : 0) |
                          (out->sigma != NULL ? WALK_SIGMA : 0) |
                          (out->phi != NULL || out->radical != NULL ? WALK_PRODUCTS : 0);
    switch (what) {
    case 0:
        walk_block(out, primes, offsets, count, 0);
        return;
    case WALK_COUNT:
        walk_block(out, primes, offsets, count, WALK_COUNT);
        return;
    case WALK_SIGMA:
        walk_block(out, primes, offsets, count, WALK_SIGMA);
        return;
    case WALK_PRODUCTS:
        walk_block(out, primes, offsets, count, WALK_PRODUCTS);
        return;
    case WALK_COUNT | WALK_SIGMA:
        walk_block(out, primes, offsets, count, WALK_COUNT | WALK_SIGMA);
        return;
    case WALK_COUNT | WALK_PRODUCTS:
        walk_block(out, primes, offsets, count, WALK_COUNT | WALK_PRODUCTS);
        return;
    case WALK_SIGMA | WALK_PRODUCTS:
        walk_block(out, primes, offsets, count, WALK_SIGMA | WALK_PRODUCTS);
        return;
    default:
        walk_block(out, primes, offsets, count, WALK_COUNT | WALK_SIGMA | WALK_PRODUCTS);
    }
}

/* ---- Filling ---- */

/* Fills one of the columns that are words and share no walk. */
static void fill_words(enum fg_column column, uint64_t *words, const uint64_t *primes,
                       const size_t *offsets, size_t count) {
    if (column == FG_COLUMN_CORE)
        for (size_t i = 0; i < count; i++)
            words[i] = fg_arithmetic_core(primes + offsets[i], offsets[i + 1] - offsets[i]);
    else if (column == FG_COLUMN_SOPFR)
        for (size_t i = 0; i < count; i++)
            words[i] = fg_arithmetic_sopfr(primes + offsets[i], offsets[i + 1] - offsets[i]);
    else if (column == FG_COLUMN_SOPF)
        for (size_t i = 0; i < count; i++)
            words[i] = fg_arithmetic_sopf(primes + offsets[i], offsets[i + 1] - offsets[i]);
    else
        for (size_t i = 0; i < count; i++)
            words[i] = fg_arithmetic_carmichael(primes + offsets[i], offsets[i + 1] - offsets[i]);
}

/* Fills one column by itself. `values` is the place of the block's first number. */
static void fill_alone(enum fg_column column, uint64_t bound, void *values, const uint64_t *primes,
                       const size_t *offsets, size_t count) {
    uint64_t *const words = values;
    struct fg_uint128 *const sums = values;
    int8_t *const signs = values;
    bool *const truths = values;
    switch (column) {
    case FG_COLUMN_COUNT:
        for (size_t i = 0; i < count; i++)
            words[i] = fg_arithmetic_count(primes + offsets[i], offsets[i + 1] - offsets[i]);
        break;
    case FG_COLUMN_SIGMA:
        for (size_t i = 0; i < count; i++)
            sums[i] = fg_arithmetic_sum(primes + offsets[i], offsets[i + 1] - offsets[i]);
        break;
    case FG_COLUMN_PHI:
        for (size_t i = 0; i < count; i++)
            words[i] = fg_arithmetic_totient(primes + offsets[i], offsets[i + 1] - offsets[i]);
        break;
    case FG_COLUMN_MOBIUS:
        for (size_t i = 0; i < count; i++)
            signs[i] =
                (int8_t)fg_arithmetic_mobius(primes + offsets[i], offsets[i + 1] - offsets[i]);
        break;
    case FG_COLUMN_OMEGA:
        for (size_t i = 0; i < count; i++)
            words[i] = fg_arithmetic_distinct(primes + offsets[i], offsets[i + 1] - offsets[i]);
        break;
    case FG_COLUMN_BIGOMEGA:
        for (size_t i = 0; i < count; i++)
            words[i] = offsets[i + 1] - offsets[i];
        break;
    case FG_COLUMN_RADICAL:
        for (size_t i = 0; i < count; i++)
            words[i] = fg_arithmetic_radical(primes + offsets[i], offsets[i + 1] - offsets[i]);
        break;
    case FG_COLUMN_SPF:
        for (size_t i = 0; i < count; i++)
            words[i] = offsets[i] < offsets[i + 1] ? primes[offsets[i]] : 1;
        break;
    case FG_COLUMN_GPF:
        for (size_t i = 0; i < count; i++)
            words[i] = offsets[i] < offsets[i + 1] ? primes[offsets[i + 1] - 1] : 1;
        break;
    case FG_COLUMN_IS_PRIME:
        for (size_t i = 0; i < count; i++)
            truths[i] = offsets[i + 1] - offsets[i] == 1;
        break;
    case FG_COLUMN_SMOOTH:
        for (size_t i = 0; i < count; i++)
            truths[i] = offsets[i] == offsets[i + 1] || primes[offsets[i + 1] - 1] <= bound;
        break;
    case FG_COLUMN_LIOUVILLE:
        for (size_t i = 0; i < count; i++)
            signs[i] = (int8_t)fg_arithmetic_liouville(offsets[i + 1] - offsets[i]);
        break;
    case FG_COLUMN_SQUAREFREE:
        for (size_t i = 0; i < count; i++)
            truths[i] = fg_arithmetic_mobius(primes + offsets[i], offsets[i + 1] - offsets[i]) != 0;
        break;
    case FG_COLUMN_CORE:
    case FG_COLUMN_SOPFR:
    case FG_COLUMN_SOPF:
    case FG_COLUMN_CARMICHAEL:
        fill_words(column, words, primes, offsets, count);
        break;
    }
}

/* Notes the array of a column that needs a walk. */
static void note_output(struct walk_outputs *out, enum fg_column column, void *values) {
    if (column == FG_COLUMN_COUNT)
        out->count = values;
    else if (column == FG_COLUMN_SIGMA)
        out->sigma = values;
    else if (column == FG_COLUMN_PHI)
        out->phi = values;
    else if (column == FG_COLUMN_MOBIUS)
        out->mobius = values;
    else if (column == FG_COLUMN_OMEGA)
        out->omega = values;
    else if (column == FG_COLUMN_RADICAL)
        out->radical = values;
}

static void *entry_at(const struct fg_column_request *request, size_t at) {
    return (char *)request->values + at * fg_column_entry_bytes(request->column);
}

/* Fills a block's entries. A walk pays for two columns or more; a single one has a faster loop. */
static void fill_block(const struct fg_column_request *requests, size_t request_count, size_t at,
                       const uint64_t *primes, const size_t *offsets, size_t count) {
    struct walk_outputs out = {0};
    size_t walked = 0;
    for (size_t i = 0; i < request_count; i++) {
        const struct fg_column_request *const request = fg_columns_request(requests, i);
        note_output(&out, request->column, entry_at(request, at));
        walked += table[request->column].is_walked;
    }
    for (size_t i = 0; i < request_count; i++) {
        const struct fg_column_request *const request = fg_columns_request(requests, i);
        if (walked < 2 || !table[request->column].is_walked)
            fill_alone(request->column, request->bound, entry_at(request, at), primes, offsets,
                       count);
    }
    if (walked >= 2)
        fill_walked(&out, primes, offsets, count);
}

void fg_columns_fill_range(const struct fg_column_request *requests, size_t request_count,
                           size_t at, const uint64_t *primes, const size_t *offsets, size_t count) {
    static const uint64_t no_prime = 0;
    if (primes == NULL) /* all numbers are 1; no place is counted from NULL */
        primes = &no_prime;
    for (size_t done = 0; done < count; done += BLOCK_NUMBERS) {
        const size_t left = count - done;
        fill_block(requests, request_count, at + done, primes, offsets + done,
                   left < BLOCK_NUMBERS ? left : BLOCK_NUMBERS);
    }
}

void fg_columns_clear_entry(const struct fg_column_request *requests, size_t request_count,
                            unsigned words, size_t at) {
    for (size_t i = 0; i < request_count; i++) {
        const struct fg_column_request *const request = fg_columns_request(requests, i);
        const size_t bytes = words == 2 ? fg_wide_column_entry_bytes(request->column)
                                        : fg_column_entry_bytes(request->column);
        memset((char *)request->values + at * bytes, 0, bytes);
    }
}

enum fg_status fg_compute_columns_of(const uint64_t *primes, const size_t *offsets, size_t count,
                                     const struct fg_column_request *requests, size_t request_count,
                                     struct fg_error *error) {
    FG_TRY(fg_columns_check(requests, request_count, count, error));
    if (count > 0)
        fg_columns_fill_range(requests, request_count, 0, primes, offsets, count);
    return FG_OK;
}

enum fg_status fg_wide_compute_columns_of(const struct fg_uint128 *primes, const size_t *offsets,
                                          size_t count, const struct fg_column_request *requests,
                                          size_t request_count, struct fg_error *error) {
    FG_TRY(fg_columns_check(requests, request_count, count, error));
    if (count > 0)
        fg_wide_columns_fill_range(requests, request_count, 0, primes, offsets, count);
    return FG_OK;
}

enum fg_status fg_compute_columns(const struct fg_results *results, size_t first, size_t count,
                                  const struct fg_column_request *requests, size_t request_count,
                                  struct fg_error *error) {
    if (first > results->count || count > results->count - first)
        return fg_fail(error, FG_ERROR_ARGUMENT,
                       "columns of %zu numbers from number %zu on were asked for, but there are "
                       "%zu answers",
                       count, first, results->count);
    const bool has_words = results->words == 1 || results->words == 2;
    if (count > 0 && (results->answer != FG_ANSWER_PRIMES || !has_words))
        return fg_fail(error, FG_ERROR_ARGUMENT,
                       "columns are made of prime factors of one word or two, and the results hold "
                       "%s of %u: open the engine with FG_ANSWER_PRIMES",
                       results->answer == FG_ANSWER_PRIMES ? "primes" : "divisors", results->words);
    if (results->words == 2)
        FG_TRY(fg_wide_compute_columns_of((const struct fg_uint128 *)results->values,
                                          results->offsets + first, count, requests, request_count,
                                          error));
    else
        FG_TRY(fg_compute_columns_of(results->values, results->offsets + first, count, requests,
                                     request_count, error));
    for (size_t i = 0; i < count && results->has_smooth_bound; i++)
        if (fg_results_is_not_smooth(results, first + i))
            fg_columns_clear_entry(requests, request_count, results->words, i);
    return FG_OK;
}
