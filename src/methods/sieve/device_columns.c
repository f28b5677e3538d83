/* SPDX-License-Identifier: MIT */
/*
 * device_columns.c: from bins and sums to totals.
 */
#include "methods/sieve/device_columns.h"

#include "batch/columns.h"
#include "batch/totals.h"
#include <string.h>

/* The sum of a number's divisors is below 7 times the number, if that is below 2^64. */
#define SIGMA_END (UINT64_C(1) << 61)

bool fg_device_has_column(enum fg_column column, uint64_t last) {
    switch (column) {
    case FG_COLUMN_MOBIUS:
    case FG_COLUMN_LIOUVILLE:
    case FG_COLUMN_SQUAREFREE:
    case FG_COLUMN_OMEGA:
    case FG_COLUMN_BIGOMEGA:
    case FG_COLUMN_IS_PRIME:
    case FG_COLUMN_COUNT:
    case FG_COLUMN_PHI:
    case FG_COLUMN_RADICAL:
    case FG_COLUMN_CORE:
        return true;
    case FG_COLUMN_SIGMA:
        return last < SIGMA_END;
    case FG_COLUMN_SPF:
    case FG_COLUMN_GPF:
    case FG_COLUMN_SMOOTH:
    case FG_COLUMN_SOPFR:
    case FG_COLUMN_SOPF:
    case FG_COLUMN_CARMICHAEL:
        break;
    }
    return false;
}

struct fg_device_sieve_pass fg_device_pass_of(enum fg_column column) {
    struct fg_device_sieve_pass pass = {.is_product = true};
    switch (column) {
    case FG_COLUMN_COUNT:
        pass.function = FG_SEGMENT_TAU;
        break;
    case FG_COLUMN_SIGMA:
        pass.function = FG_SEGMENT_SIGMA;
        break;
    case FG_COLUMN_PHI:
        pass.function = FG_SEGMENT_PHI;
        break;
    case FG_COLUMN_RADICAL:
        pass.function = FG_SEGMENT_RADICAL;
        break;
    case FG_COLUMN_CORE:
        pass.function = FG_SEGMENT_CORE;
        break;
    default:
        pass.is_product = false;
        break;
    }
    return pass;
}

/* Returns a column's value for numbers of this bin. */
static int8_t value_of_bin(enum fg_column column, size_t bin) {
    const int8_t omega = (int8_t)(bin >> 6), bigomega = (int8_t)(bin & 63);
    switch (column) {
    case FG_COLUMN_MOBIUS:
        return (int8_t)(omega != bigomega ? 0 : omega % 2 == 0 ? 1 : -1);
    case FG_COLUMN_LIOUVILLE:
        return bigomega % 2 == 0 ? 1 : -1;
    case FG_COLUMN_SQUAREFREE:
        return omega == bigomega;
    case FG_COLUMN_OMEGA:
        return omega;
    case FG_COLUMN_IS_PRIME:
        return bigomega == 1;
    default:
        return bigomega;
    }
}

/* Adds the bins of counts. */
static void add_counts(const struct fg_segment_counts *counts, uint64_t first,
                       struct fg_totals *totals) {
    for (size_t bin = 0; bin < FG_COUNT_BINS; bin++) {
        const uint64_t numbers = counts->numbers[bin];
        if (numbers == 0)
            continue;
        const int8_t value = value_of_bin(totals->column, bin);
        const struct fg_int256 wide = fg_int256_of_signed(value);
        const struct fg_int256 sum = fg_int256_of_signed(value * (int64_t)numbers);
        fg_totals_note_value(totals, &wide, (struct fg_uint128){first + counts->firsts[bin], 0});
        fg_int256_add(&totals->sum, &sum);
        totals->histogram[fg_totals_bin(value)] += numbers;
        totals->count += numbers;
    }
}

static void note_value(struct fg_totals *totals, uint64_t value, uint64_t n) {
    const struct fg_int256 wide = fg_int256_of_wide(value);
    fg_totals_note_value(totals, &wide, (struct fg_uint128){n, 0});
}

/* Adds the sums of all warps, which have `count` numbers. */
static void add_sums(const struct fg_segment_sum *sums, size_t sum_count, uint64_t first,
                     uint64_t count, struct fg_totals *totals) {
    struct fg_totals part = {.column = totals->column, .bound = totals->bound};
    for (size_t i = 0; i < sum_count; i++) {
        if (sums[i].greatest == 0)
            continue;
        note_value(&part, sums[i].least, first + sums[i].least_at);
        part.count = count;
        note_value(&part, sums[i].greatest, first + sums[i].greatest_at);
        fg_int256_add_wide(&part.sum, fg_wide_join(sums[i].sum_low, sums[i].sum_high));
    }
    fg_totals_merge(totals, &part);
}

void fg_device_add_totals(const struct fg_device_sieve *sieve, uint64_t first, uint32_t count,
                          struct fg_totals *totals) {
    if (fg_device_pass_of(totals->column).is_product)
        add_sums(fg_device_sieve_sums(sieve), (size_t)sieve->blocks * FG_SEGMENT_WARPS, first,
                 count, totals);
    else
        add_counts(fg_device_sieve_counts(sieve), first, totals);
}

void fg_device_sample_entries(enum fg_column column, const uint64_t *sample_values, size_t count,
                              void *entries) {
    const bool is_product = fg_device_pass_of(column).is_product;
    const size_t bytes = fg_column_entry_bytes(column);
    for (size_t i = 0; i < count; i++) {
        const uint64_t word = sample_values[i];
        const int8_t small = is_product ? 0 : value_of_bin(column, word % FG_COUNT_BINS);
        const struct fg_uint128 value = {is_product ? word : (uint64_t)small, 0};
        if (bytes == sizeof small)
            ((int8_t *)entries)[i] = small;
        else
            memcpy((char *)entries + i * bytes, &value, bytes);
    }
}
