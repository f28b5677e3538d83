/* SPDX-License-Identifier: MIT */
/*
 * totals.c: sums, extremes and histograms of columns.
 *
 * An extreme belongs to the smallest number that has it, not to the first that was seen, so that
 * totals do not depend on the order in which numbers are added. In an ascending list both are the
 * same.
 */
#include "batch/totals.h"

#include "batch/column_request.h"
#include "batch/columns.h"
#include "batch/numbers.h"
#include "batch/struct_size.h"

/* Values of a column that are summed up before the next column: 32 KiB of words. */
#define BLOCK_NUMBERS ((size_t)4096)

bool fg_column_has_histogram(enum fg_column column) {
    switch (column) {
    case FG_COLUMN_MOBIUS:
    case FG_COLUMN_OMEGA:
    case FG_COLUMN_BIGOMEGA:
    case FG_COLUMN_IS_PRIME:
    case FG_COLUMN_SMOOTH:
    case FG_COLUMN_LIOUVILLE:
    case FG_COLUMN_SQUAREFREE:
        return true;
    case FG_COLUMN_COUNT:
    case FG_COLUMN_SIGMA:
    case FG_COLUMN_PHI:
    case FG_COLUMN_RADICAL:
    case FG_COLUMN_SPF:
    case FG_COLUMN_GPF:
    case FG_COLUMN_CORE:
    case FG_COLUMN_SOPFR:
    case FG_COLUMN_SOPF:
    case FG_COLUMN_CARMICHAEL:
        break;
    }
    return false;
}

/* ---- Malformed totals ---- */

/* Checks that all totals of an array are of columns. */
static enum fg_status check_entries(const struct fg_totals *totals, size_t column_count,
                                    struct fg_error *error) {
    if (column_count > 0 && totals == NULL)
        return fg_fail(error, FG_ERROR_ARGUMENT, "there are no totals to add to");
    if (column_count > 0)
        FG_TRY(fg_check_struct_size(totals->size, sizeof *totals, "totals[0]", error));
    for (size_t k = 0; k < column_count; k++) {
        const struct fg_totals *const entry = fg_totals_entry(totals, k);
        const char *const name = fg_column_name(entry->column);
        FG_TRY(fg_check_struct(entry, totals->size, sizeof *totals, "an entry of totals", error));
        if (name == NULL)
            return fg_fail(error, FG_ERROR_ARGUMENT,
                           "totals[%zu] are of column %u, which does not exist", k,
                           (unsigned)entry->column);
        if (fg_column_has_bound(entry->column) != (entry->bound != 0))
            return fg_fail(error, FG_ERROR_ARGUMENT,
                           "totals[%zu], of the column '%s', need a bound of %s", k, name,
                           entry->bound == 0 ? "at least 1" : "0");
    }
    return FG_OK;
}

enum fg_status fg_totals_check(const struct fg_totals *totals, size_t column_count,
                               struct fg_error *error) {
    FG_TRY(check_entries(totals, column_count, error));
    for (size_t k = 0; k < column_count; k++)
        for (size_t i = 0; i < k; i++)
            if (fg_totals_entry(totals, i)->column == fg_totals_entry(totals, k)->column &&
                fg_totals_entry(totals, i)->bound == fg_totals_entry(totals, k)->bound)
                return fg_fail(error, FG_ERROR_ARGUMENT,
                               "totals[%zu] and totals[%zu] are of the same column, '%s'", i, k,
                               fg_column_name(fg_totals_entry(totals, k)->column));
    return FG_OK;
}

enum fg_status fg_totals_check_count(const struct fg_totals *totals, uint64_t more,
                                     struct fg_error *error) {
    if (more > UINT64_MAX - totals->count)
        return fg_fail(error, FG_ERROR_ARGUMENT,
                       "totals of %ju numbers have no place for %ju more: they end below 2^64",
                       (uintmax_t)totals->count, (uintmax_t)more);
    return FG_OK;
}

/* ---- Totals of several threads ---- */

void fg_totals_clear(struct fg_totals *empty, const struct fg_totals *like, size_t column_count) {
    for (size_t k = 0; k < column_count; k++) {
        const struct fg_totals *const entry = fg_totals_entry(like, k);
        empty[k] = (struct fg_totals){.column = entry->column, .bound = entry->bound};
    }
}

void fg_totals_share(struct fg_shared_totals *shared, const struct fg_totals *part) {
    pthread_mutex_lock(&shared->lock);
    for (size_t k = 0; k < shared->column_count; k++)
        fg_totals_merge(&shared->totals[k], &part[k]);
    pthread_mutex_unlock(&shared->lock);
}

/* ---- Extremes ---- */

static bool is_below(struct fg_uint128 a, struct fg_uint128 b) {
    return fg_wide_of_uint128(a) < fg_wide_of_uint128(b);
}

/* Makes (value, n) the extreme if it is beyond it in the direction of `sign`, or as far with a
 * smaller n. */
static void take_extreme(struct fg_int256 *extreme, struct fg_uint128 *extreme_n, bool is_first,
                         int sign, const struct fg_int256 *value, struct fg_uint128 n) {
    const int order = is_first ? sign : fg_int256_compare(value, extreme);
    if (order == sign || (order == 0 && is_below(n, *extreme_n))) {
        *extreme = *value;
        *extreme_n = n;
    }
}

void fg_totals_note_value(struct fg_totals *totals, const struct fg_int256 *value,
                          struct fg_uint128 n) {
    const bool is_first = totals->count == 0;
    take_extreme(&totals->least, &totals->least_n, is_first, -1, value, n);
    take_extreme(&totals->greatest, &totals->greatest_n, is_first, 1, value, n);
}

/* ---- The values of a block ---- */

/* The sum and the extremes of a column in a block. */
struct summary {
    struct fg_int256 sum, least, greatest;
};

static struct summary sum_words(const uint64_t *values, size_t count) {
    fg_wide sum = 0;
    uint64_t least = values[0], greatest = values[0];
    for (size_t i = 0; i < count; i++) {
        sum += values[i];
        least = values[i] < least ? values[i] : least;
        greatest = values[i] > greatest ? values[i] : greatest;
    }
    const struct summary summary = {fg_int256_of_wide(sum), fg_int256_of_wide(least),
                                    fg_int256_of_wide(greatest)};
    return summary;
}

static struct summary sum_pairs(const struct fg_uint128 *values, size_t count) {
    struct fg_int256 sum = {{0}};
    fg_wide least = fg_wide_of_uint128(values[0]), greatest = least;
    for (size_t i = 0; i < count; i++) {
        const fg_wide value = fg_wide_of_uint128(values[i]);
        fg_int256_add_wide(&sum, value);
        least = value < least ? value : least;
        greatest = value > greatest ? value : greatest;
    }
    const struct summary summary = {sum, fg_int256_of_wide(least), fg_int256_of_wide(greatest)};
    return summary;
}

static struct summary sum_triples(const struct fg_uint192 *values, size_t count) {
    struct summary summary = {{{0}}, fg_int256_of_192(values[0]), fg_int256_of_192(values[0])};
    for (size_t i = 0; i < count; i++) {
        const struct fg_int256 value = fg_int256_of_192(values[i]);
        fg_int256_add(&summary.sum, &value);
        if (fg_int256_compare(&value, &summary.least) < 0)
            summary.least = value;
        if (fg_int256_compare(&value, &summary.greatest) > 0)
            summary.greatest = value;
    }
    return summary;
}

/* Sums up values of one byte, which are signed or truths. */
static struct summary sum_bytes(const int8_t *values, size_t count) {
    int64_t sum = 0;
    int8_t least = values[0], greatest = values[0];
    for (size_t i = 0; i < count; i++) {
        sum += values[i];
        least = values[i] < least ? values[i] : least;
        greatest = values[i] > greatest ? values[i] : greatest;
    }
    const struct summary summary = {fg_int256_of_signed(sum), fg_int256_of_signed(least),
                                    fg_int256_of_signed(greatest)};
    return summary;
}

/* Sums up at least one value. */
static struct summary sum_up(enum fg_column_type type, const void *values, size_t count) {
    switch (type) {
    case FG_COLUMN_UINT192:
        return sum_triples(values, count);
    case FG_COLUMN_UINT128:
        return sum_pairs(values, count);
    case FG_COLUMN_INT8:
    case FG_COLUMN_BOOL:
        return sum_bytes(values, count);
    case FG_COLUMN_UINT64:
        break;
    }
    return sum_words(values, count);
}

/* Returns entry i. */
static struct fg_int256 value_at(enum fg_column_type type, const void *values, size_t i) {
    switch (type) {
    case FG_COLUMN_UINT192:
        return fg_int256_of_192(((const struct fg_uint192 *)values)[i]);
    case FG_COLUMN_UINT128:
        return fg_int256_of_wide(fg_wide_of_uint128(((const struct fg_uint128 *)values)[i]));
    case FG_COLUMN_INT8:
    case FG_COLUMN_BOOL:
        return fg_int256_of_signed(((const int8_t *)values)[i]);
    case FG_COLUMN_UINT64:
        break;
    }
    return fg_int256_of_wide(((const uint64_t *)values)[i]);
}

static enum fg_column_type type_of(enum fg_column column, unsigned words) {
    return words == 2 ? fg_wide_column_get_type(column) : fg_column_get_type(column);
}

static size_t entry_bytes(enum fg_column column, unsigned words) {
    return words == 2 ? fg_wide_column_entry_bytes(column) : fg_column_entry_bytes(column);
}

/* Returns the smallest of the numbers. */
static struct fg_uint128 smallest(const struct fg_numbers *numbers) {
    struct fg_uint128 least = fg_numbers_at(numbers, 0);
    for (size_t i = 1; numbers->kind == FG_NUMBERS_LIST && i < numbers->count; i++)
        if (is_below(fg_numbers_at(numbers, i), least))
            least = fg_numbers_at(numbers, i);
    return least;
}

/* A block's numbers, and their values of a column. */
struct block {
    const struct fg_numbers *numbers;
    struct fg_uint128 least_n; /* of the numbers */
    enum fg_column_type type;
    const void *values;
};

/* Returns the smallest of the block's numbers that has this value, which one has. */
static struct fg_uint128 smallest_with(const struct block *block, const struct fg_int256 *value) {
    struct fg_uint128 least = {UINT64_MAX, UINT64_MAX};
    for (size_t i = 0; i < block->numbers->count; i++) {
        const struct fg_int256 entry = value_at(block->type, block->values, i);
        if (fg_int256_compare(&entry, value) != 0)
            continue;
        const struct fg_uint128 n = fg_numbers_at(block->numbers, i);
        if (block->numbers->kind == FG_NUMBERS_RANGE)
            return n;
        least = is_below(n, least) ? n : least;
    }
    return least;
}

/* Returns whether a block with this extreme may change the totals' own. */
static bool may_change(const struct fg_totals *totals, const struct block *block, int sign,
                       const struct fg_int256 *value) {
    const struct fg_int256 *const own = sign < 0 ? &totals->least : &totals->greatest;
    const int order = totals->count == 0 ? sign : fg_int256_compare(value, own);
    return order == sign || (order == 0 && is_below(block->least_n, sign < 0 ? totals->least_n
                                                                             : totals->greatest_n));
}

static void count_words(uint64_t *histogram, const uint64_t *values, size_t count) {
    for (size_t i = 0; i < count; i++)
        histogram[fg_totals_bin((int64_t)values[i])]++;
}

static void count_bytes(uint64_t *histogram, const int8_t *values, size_t count) {
    for (size_t i = 0; i < count; i++)
        histogram[fg_totals_bin(values[i])]++;
}

/* Adds a block of at least one number. */
static void take_block(struct fg_totals *totals, const struct block *block) {
    const size_t count = block->numbers->count;
    const struct summary summary = sum_up(block->type, block->values, count);
    if (may_change(totals, block, -1, &summary.least))
        take_extreme(&totals->least, &totals->least_n, totals->count == 0, -1, &summary.least,
                     smallest_with(block, &summary.least));
    if (may_change(totals, block, 1, &summary.greatest))
        take_extreme(&totals->greatest, &totals->greatest_n, totals->count == 0, 1,
                     &summary.greatest, smallest_with(block, &summary.greatest));
    if (fg_column_has_histogram(totals->column) && block->type == FG_COLUMN_UINT64)
        count_words(totals->histogram, block->values, count);
    else if (fg_column_has_histogram(totals->column))
        count_bytes(totals->histogram, block->values, count);
    fg_int256_add(&totals->sum, &summary.sum);
    totals->count += count;
}

/* ---- Numbers of any count, zeros among them ---- */

/* Returns the end of the numbers from `first` on, of which none or all are 0, at most a block. */
static size_t find_run(const struct fg_numbers *numbers, size_t first, bool *are_zeros) {
    const size_t left = numbers->count - first;
    const size_t end = left < BLOCK_NUMBERS ? numbers->count : first + BLOCK_NUMBERS;
    size_t i = first + 1;
    *are_zeros = fg_numbers_is_zero(numbers, first);
    if (numbers->kind == FG_NUMBERS_RANGE)
        return *are_zeros ? i : end;
    while (i < end && fg_numbers_is_zero(numbers, i) == *are_zeros)
        i++;
    return i;
}

void fg_totals_take(struct fg_totals *totals, const struct fg_column_request *requests,
                    size_t column_count, const struct fg_numbers *numbers) {
    for (size_t first = 0, end; first < numbers->count; first = end) {
        bool are_zeros;
        end = find_run(numbers, first, &are_zeros);
        if (are_zeros)
            continue;
        const struct fg_numbers part = fg_numbers_part(numbers, first, end - first);
        const struct fg_uint128 least_n = smallest(&part);
        for (size_t k = 0; k < column_count; k++) {
            const struct fg_column_request *const request = fg_columns_request(requests, k);
            const size_t bytes = entry_bytes(request->column, numbers->words);
            const struct block block = {&part, least_n, type_of(request->column, numbers->words),
                                        (const char *)request->values + first * bytes};
            take_block(fg_totals_at(totals, k), &block);
        }
    }
}

/* Checks that a histogram has a place for every value. */
static enum fg_status check_values(const struct fg_column_request *request,
                                   const struct fg_numbers *numbers, struct fg_error *error) {
    if (!fg_column_has_histogram(request->column) || numbers->count == 0)
        return FG_OK;
    const struct summary summary =
        sum_up(type_of(request->column, numbers->words), request->values, numbers->count);
    const struct fg_int256 least = fg_int256_of_signed(-1),
                           greatest = fg_int256_of_signed(FG_TOTALS_VALUES - 2);
    if (fg_int256_compare(&summary.least, &least) < 0 ||
        fg_int256_compare(&summary.greatest, &greatest) > 0)
        return fg_fail(error, FG_ERROR_ARGUMENT,
                       "the column '%s' has a value outside -1 .. %d: fill it before its totals "
                       "are taken",
                       fg_column_name(request->column), FG_TOTALS_VALUES - 2);
    return FG_OK;
}

/* Checks what the caller gives as numbers. */
static enum fg_status check_numbers(const struct fg_numbers *numbers, struct fg_error *error) {
    FG_TRY(fg_check_struct(numbers, numbers->size, sizeof *numbers, "numbers", error));
    if (numbers->words != 1 && numbers->words != 2)
        return fg_fail(error, FG_ERROR_ARGUMENT, "numbers have one word or two, not %u",
                       numbers->words);
    if (numbers->kind == FG_NUMBERS_RANGE &&
        (numbers->words != 1 || numbers->begin.high != 0 ||
         (numbers->count > 0 && numbers->count - 1 > UINT64_MAX - numbers->begin.low)))
        return fg_fail(error, FG_ERROR_ARGUMENT,
                       "a range has numbers of one word, and ends below 2^64");
    const void *const list = numbers->words == 1 ? (const void *)numbers->list : numbers->wide_list;
    if (numbers->kind == FG_NUMBERS_LIST && numbers->count > 0 && list == NULL)
        return fg_fail(error, FG_ERROR_ARGUMENT, "a list of %zu numbers is missing",
                       numbers->count);
    return FG_OK;
}

enum fg_status fg_totals_add_columns(struct fg_totals *totals,
                                     const struct fg_column_request *requests, size_t column_count,
                                     const struct fg_numbers *numbers, struct fg_error *error) {
    FG_TRY(check_numbers(numbers, error));
    FG_TRY(fg_totals_check(totals, column_count, error));
    FG_TRY(fg_columns_check(requests, column_count, numbers->count, error));
    for (size_t k = 0; k < column_count; k++) {
        const struct fg_column_request *const request = fg_columns_request(requests, k);
        const struct fg_totals *const entry = fg_totals_entry(totals, k);
        if (entry->column != request->column || entry->bound != request->bound)
            return fg_fail(error, FG_ERROR_ARGUMENT,
                           "totals[%zu] are of another column than request %zu, '%s'", k, k,
                           fg_column_name(request->column));
        FG_TRY(fg_totals_check_count(entry, numbers->count, error));
        FG_TRY(check_values(request, numbers, error));
    }
    if (column_count > 0)
        fg_totals_take(totals, requests, column_count, numbers);
    return FG_OK;
}

/* ---- Adding totals ---- */

void fg_totals_merge(struct fg_totals *totals, const struct fg_totals *more) {
    const bool is_first = totals->count == 0;
    if (more->count == 0)
        return;
    take_extreme(&totals->least, &totals->least_n, is_first, -1, &more->least, more->least_n);
    take_extreme(&totals->greatest, &totals->greatest_n, is_first, 1, &more->greatest,
                 more->greatest_n);
    fg_int256_add(&totals->sum, &more->sum);
    totals->count += more->count;
    for (size_t i = 0; i < FG_TOTALS_VALUES; i++)
        totals->histogram[i] += more->histogram[i];
}

enum fg_status fg_totals_add(struct fg_totals *totals, const struct fg_totals *more,
                             size_t column_count, struct fg_error *error) {
    FG_TRY(check_entries(totals, column_count, error));
    FG_TRY(check_entries(more, column_count, error));
    for (size_t k = 0; k < column_count; k++) {
        const struct fg_totals *const entry = fg_totals_entry(totals, k),
                                      *other = fg_totals_entry(more, k);
        if (entry->column != other->column || entry->bound != other->bound)
            return fg_fail(error, FG_ERROR_ARGUMENT,
                           "totals[%zu] are of '%s' in one array and of '%s' in the other, or of "
                           "different bounds",
                           k, fg_column_name(entry->column), fg_column_name(other->column));
        FG_TRY(fg_totals_check_count(entry, other->count, error));
    }
    for (size_t k = 0; k < column_count; k++)
        fg_totals_merge(fg_totals_at(totals, k), fg_totals_entry(more, k));
    return FG_OK;
}
