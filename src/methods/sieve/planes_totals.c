/* SPDX-License-Identifier: MIT */
/*
 * planes_totals.c: totals of a segment, block by block and column by column.
 *
 * In a column of few values the counts of each value give all the rest: sum and extremes. The
 * number that has an extreme is looked for only if the totals do not have it yet.
 */
#include "methods/sieve/planes_totals.h"

#include "batch/numbers.h"
#include "batch/totals.h"

/* An entry of a column has 16 bytes at most. Divisible by FG_PLANES_READ. */
#define BLOCK_NUMBERS ((uint32_t)(FG_PLANES_TOTALS_BYTES / 16))
/* A number below 2^64 has 63 primes at most. */
#define COUNT_VALUES 64

/* A block's column: the values of numbers first .. first + count - 1. */
struct block {
    uint64_t first;
    uint32_t count;
    void *values;
};

static struct fg_uint128 number_of(uint64_t n) {
    const struct fg_uint128 number = {n, 0};
    return number;
}

/* Counts the block's numbers, of which the first has this value. */
static void count_numbers(struct fg_totals *totals, const struct block *block,
                          const struct fg_int256 *first) {
    if (totals->count == 0)
        fg_totals_note_value(totals, first, number_of(block->first));
    totals->count += block->count;
}

/* Returns whether a value of the block may be a new extreme, in the direction of `sign`. */
static bool may_change(const struct fg_totals *totals, const struct block *block,
                       const struct fg_int256 *value, int sign) {
    const struct fg_int256 *const own = sign < 0 ? &totals->least : &totals->greatest;
    const struct fg_uint128 own_n = sign < 0 ? totals->least_n : totals->greatest_n;
    const int order = fg_int256_compare(value, own);
    return order == sign || (order == 0 && (own_n.high > 0 || block->first < own_n.low));
}

/* Notes a word that the block has, if it may be an extreme. */
static void note_word(const struct fg_finish *finish, struct fg_totals *totals,
                      const struct block *block, uint64_t word) {
    const struct fg_int256 value = fg_int256_of_wide(word);
    if (!may_change(totals, block, &value, -1) && !may_change(totals, block, &value, 1))
        return;
    const size_t i = finish->find_word(block->values, block->count, word);
    fg_totals_note_value(totals, &value, number_of(block->first + i));
}

/* Notes a byte that the block has, if it may be an extreme. */
static void note_byte(struct fg_totals *totals, const struct block *block, int8_t byte) {
    const struct fg_int256 value = fg_int256_of_signed(byte);
    if (!may_change(totals, block, &value, -1) && !may_change(totals, block, &value, 1))
        return;
    const int8_t *const bytes = block->values;
    uint64_t i = 0;
    while (bytes[i] != byte)
        i++;
    fg_totals_note_value(totals, &value, number_of(block->first + i));
}

static void add_words(const struct fg_finish *finish, struct fg_totals *totals,
                      const struct block *block) {
    const uint64_t *const words = block->values;
    const struct fg_word_sum sum = finish->sum_words(words, block->count);
    const struct fg_int256 first = fg_int256_of_wide(words[0]);
    count_numbers(totals, block, &first);
    note_word(finish, totals, block, sum.least);
    note_word(finish, totals, block, sum.greatest);
    fg_int256_add_wide(&totals->sum, fg_wide_of_uint128(sum.sum));
}

/* Adds numbers of primes, 0 .. 63, whose histogram says the rest. Four histograms, because a count
 * that was just stored cannot be read at once. */
static void add_counts(const struct fg_finish *finish, struct fg_totals *totals,
                       const struct block *block) {
    const uint64_t *const words = block->values;
    uint32_t often[4][COUNT_VALUES] = {{0}};
    for (uint32_t i = 0; i < block->count; i++)
        often[i % 4][words[i] % COUNT_VALUES]++;
    const struct fg_int256 first = fg_int256_of_wide(words[0]);
    count_numbers(totals, block, &first);
    for (uint32_t value = 0; value < COUNT_VALUES; value++) {
        const uint64_t count =
            (uint64_t)often[0][value] + often[1][value] + often[2][value] + often[3][value];
        if (count == 0)
            continue;
        note_word(finish, totals, block, value);
        totals->histogram[fg_totals_bin(value)] += count;
        fg_int256_add_wide(&totals->sum, count * value);
    }
}

/* Adds truths, or -1, 0 and 1. */
static void add_bytes(const struct fg_finish *finish, struct fg_totals *totals,
                      const struct block *block) {
    const int8_t *const bytes = block->values;
    uint64_t nonzero, negative;
    finish->count_signs(bytes, block->count, &nonzero, &negative);
    const struct fg_int256 first = fg_int256_of_signed(bytes[0]);
    count_numbers(totals, block, &first);
    const uint64_t counts[3] = {negative, block->count - nonzero, nonzero - negative};
    for (int8_t value = -1; value <= 1; value++) {
        if (counts[value + 1] > 0)
            note_byte(totals, block, value);
        totals->histogram[fg_totals_bin(value)] += counts[value + 1];
    }
    const struct fg_int256 sum = fg_int256_of_signed((int64_t)(nonzero - 2 * negative));
    fg_int256_add(&totals->sum, &sum);
}

static void add_block(const struct fg_finish *finish, struct fg_totals *totals,
                      const struct fg_column_request *request, const struct block *block) {
    switch (fg_column_get_type(request->column)) {
    case FG_COLUMN_UINT64:
        if (fg_column_has_histogram(request->column))
            add_counts(finish, totals, block);
        else
            add_words(finish, totals, block);
        return;
    case FG_COLUMN_INT8:
    case FG_COLUMN_BOOL:
        add_bytes(finish, totals, block);
        return;
    case FG_COLUMN_UINT128:
    case FG_COLUMN_UINT192:
        break;
    }
    const struct fg_numbers numbers = {.kind = FG_NUMBERS_RANGE,
                                       .words = 1,
                                       .count = block->count,
                                       .begin = number_of(block->first)};
    struct fg_column_request values = *request;
    values.values = block->values;
    fg_totals_take(totals, &values, 1, &numbers);
}

enum fg_status fg_column_add_totals(const struct fg_finish *finish, uint64_t first, uint32_t count,
                                    const struct fg_column_request *request,
                                    const struct fg_sieve_check *check, struct fg_totals *totals,
                                    struct fg_error *error) {
    FG_TRY(fg_sieve_check_block(check, first, count, request, error));
    struct block block = {.first = first, .count = count, .values = request->values};
    if (block.first == 0) {
        block.first = 1;
        block.count--;
        block.values = (char *)request->values + fg_column_entry_bytes(request->column);
    }
    if (block.count > 0)
        add_block(finish, totals, request, &block);
    return FG_OK;
}

/* Adds a column of a part of a segment. */
static enum fg_status add_part(const struct fg_finish *finish, const struct fg_planes *part,
                               const struct fg_sieve_check *check, struct fg_totals *totals,
                               void *space, struct fg_error *error) {
    const struct fg_column_request request = {
        .size = sizeof request, .column = totals->column, .bound = totals->bound, .values = space};
    FG_TRY(finish->columns(part, &request, 1, 0, error));
    return fg_column_add_totals(finish, part->first, part->count, &request, check, totals, error);
}

enum fg_status fg_planes_add_totals(const struct fg_finish *finish, const struct fg_planes *planes,
                                    const struct fg_sieve_check *check, struct fg_totals *totals,
                                    size_t column_count, void *space, struct fg_error *error) {
    for (uint32_t begin = 0; begin < planes->count; begin += BLOCK_NUMBERS) {
        const uint32_t left = planes->count - begin;
        const struct fg_planes part =
            fg_planes_part(planes, begin, left < BLOCK_NUMBERS ? left : BLOCK_NUMBERS);
        for (size_t k = 0; k < column_count; k++)
            FG_TRY(add_part(finish, &part, check, fg_totals_at(totals, k), space, error));
    }
    return FG_OK;
}
