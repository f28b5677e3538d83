/* SPDX-License-Identifier: MIT */
/*
 * wide_columns.c: the columns of numbers with two words.
 *
 * Each column is a loop of its own over a block of numbers: the factorisation of a number above
 * 2^64 takes a hundred times as long as its columns, so that a common walk would gain nothing.
 */
#include "batch/wide_columns.h"

#include "batch/arithmetic.h"
#include "batch/column_request.h"
#include "batch/wide_arithmetic.h"

/* The primes of a block are 32 KiB for numbers with 8 of them. */
#define BLOCK_NUMBERS ((size_t)256)

/* The primes of one number. */
struct primes {
    const struct fg_uint128 *list;
    size_t count;
};

static const struct fg_uint128 one = {1, 0};

/* Returns whether no prime is above the bound. */
static bool is_smooth(struct primes primes, uint64_t bound) {
    if (primes.count == 0)
        return true;
    const struct fg_uint128 greatest = primes.list[primes.count - 1];
    return greatest.high == 0 && greatest.low <= bound;
}

/* Fills one entry, which is a number's. */
static void fill_entry(const struct fg_column_request *request, size_t at, struct primes primes) {
    uint64_t *const words = request->values;
    struct fg_uint128 *const pairs = request->values;
    bool *const truths = request->values;
    switch (request->column) {
    case FG_COLUMN_COUNT:
        words[at] = fg_wide_arithmetic_count(primes.list, primes.count);
        break;
    case FG_COLUMN_SIGMA:
        ((struct fg_uint192 *)request->values)[at] =
            fg_wide_arithmetic_sum(primes.list, primes.count);
        break;
    case FG_COLUMN_PHI:
        pairs[at] = fg_wide_arithmetic_totient(primes.list, primes.count);
        break;
    case FG_COLUMN_MOBIUS:
        ((int8_t *)request->values)[at] =
            (int8_t)fg_wide_arithmetic_mobius(primes.list, primes.count);
        break;
    case FG_COLUMN_OMEGA:
        words[at] = fg_wide_arithmetic_distinct(primes.list, primes.count);
        break;
    case FG_COLUMN_BIGOMEGA:
        words[at] = primes.count;
        break;
    case FG_COLUMN_RADICAL:
        pairs[at] = fg_wide_arithmetic_radical(primes.list, primes.count);
        break;
    case FG_COLUMN_SPF:
        pairs[at] = primes.count > 0 ? primes.list[0] : one;
        break;
    case FG_COLUMN_GPF:
        pairs[at] = primes.count > 0 ? primes.list[primes.count - 1] : one;
        break;
    case FG_COLUMN_IS_PRIME:
        truths[at] = primes.count == 1;
        break;
    case FG_COLUMN_SMOOTH:
        truths[at] = is_smooth(primes, request->bound);
        break;
    case FG_COLUMN_LIOUVILLE:
        ((int8_t *)request->values)[at] = (int8_t)fg_arithmetic_liouville(primes.count);
        break;
    case FG_COLUMN_SQUAREFREE:
        truths[at] = fg_wide_arithmetic_mobius(primes.list, primes.count) != 0;
        break;
    case FG_COLUMN_CORE:
        pairs[at] = fg_wide_arithmetic_core(primes.list, primes.count);
        break;
    case FG_COLUMN_SOPFR:
        pairs[at] = fg_wide_arithmetic_sopfr(primes.list, primes.count);
        break;
    case FG_COLUMN_SOPF:
        pairs[at] = fg_wide_arithmetic_sopf(primes.list, primes.count);
        break;
    case FG_COLUMN_CARMICHAEL:
        pairs[at] = fg_wide_arithmetic_carmichael(primes.list, primes.count);
        break;
    }
}

void fg_wide_columns_fill_range(const struct fg_column_request *requests, size_t request_count,
                                size_t at, const struct fg_uint128 *primes, const size_t *offsets,
                                size_t count) {
    for (size_t first = 0; first < count; first += BLOCK_NUMBERS) {
        const size_t end = count - first < BLOCK_NUMBERS ? count : first + BLOCK_NUMBERS;
        for (size_t r = 0; r < request_count; r++)
            for (size_t i = first; i < end; i++)
                fill_entry(fg_columns_request(requests, r), at + i,
                           (struct primes){primes + offsets[i], offsets[i + 1] - offsets[i]});
    }
}
