/* SPDX-License-Identifier: MIT */
/*
 * counted_totals.c: a column's value of two numbers of primes, and how often each value occurs.
 */
#include "methods/sieve/counted_totals.h"

#include "batch/int256.h"
#include <string.h>

/* Numbers are looked up so many at a time. It divides 2^16. */
#define LOOKED_UP 512

/* The frequency of each value of a column, and the values that may occur. */
struct histogram {
    int least, greatest;
    uint64_t often[FG_BIGOMEGAS + 1]; /* from -1 on */
};

bool fg_column_is_counted(enum fg_column column) {
    switch (column) {
    case FG_COLUMN_IS_PRIME:
    case FG_COLUMN_LIOUVILLE:
    case FG_COLUMN_OMEGA:
    case FG_COLUMN_BIGOMEGA:
        return true;
    default:
        return fg_column_is_mark(column);
    }
}

bool fg_column_is_mark(enum fg_column column) {
    return column == FG_COLUMN_MOBIUS || column == FG_COLUMN_SQUAREFREE;
}

/* Returns the value of a column for a number with this cell. */
static int value_of(enum fg_column column, uint32_t cell) {
    const uint32_t omega = fg_cell_omega(cell), bigomega = fg_cell_bigomega(cell);
    switch (column) {
    case FG_COLUMN_IS_PRIME:
        return bigomega == 1;
    case FG_COLUMN_LIOUVILLE:
        return bigomega % 2 == 0 ? 1 : -1;
    case FG_COLUMN_OMEGA:
        return (int)omega;
    case FG_COLUMN_BIGOMEGA:
        return (int)bigomega;
    case FG_COLUMN_SQUAREFREE:
        return omega == bigomega;
    default: /* mobius */
        return omega != bigomega ? 0 : omega % 2 == 0 ? 1 : -1;
    }
}

/* Notes the first number of the segment that has this value, which one has. */
static void note_first(const struct fg_counted_segment *segment, struct fg_totals *totals,
                       int value) {
    bool has_value[1 << FG_CELL_LOGARITHM]; /* by the numbers of primes */
    uint16_t cells[LOOKED_UP];
    for (uint32_t cell = 0; cell < 1U << FG_CELL_LOGARITHM; cell++)
        has_value[cell] = value_of(totals->column, cell) == value;
    for (uint32_t begin = 0; begin < segment->count; begin += LOOKED_UP) {
        segment->look_up(segment->sieve, begin, LOOKED_UP, cells);
        for (uint32_t i = 0; i < LOOKED_UP; i++) {
            if (!has_value[cells[i] % (1U << FG_CELL_LOGARITHM)])
                continue;
            const struct fg_int256 found = fg_int256_of_signed(value);
            const struct fg_uint128 n = {segment->first + begin + i, 0};
            fg_totals_note_value(totals, &found, n);
            return;
        }
    }
}

/* Notes a value that a number of the segment has, if it may be an extreme. */
static void note_value(const struct fg_counted_segment *segment, struct fg_totals *totals,
                       int value) {
    const struct fg_int256 wide = fg_int256_of_signed(value);
    const int below = fg_int256_compare(&wide, &totals->least);
    const int above = fg_int256_compare(&wide, &totals->greatest);
    const uint64_t first = segment->first;
    const bool is_earlier_least =
        below == 0 && (totals->least_n.high > 0 || first < totals->least_n.low);
    const bool is_earlier_greatest =
        above == 0 && (totals->greatest_n.high > 0 || first < totals->greatest_n.low);
    if (below < 0 || above > 0 || is_earlier_least || is_earlier_greatest)
        note_first(segment, totals, value);
}

/* Returns how often each value occurs in a segment. */
static struct histogram histogram_of(enum fg_column column, const struct fg_omegas_counts *counts) {
    struct histogram histogram = {.least = -1, .greatest = 1};
    uint64_t *const often = histogram.often;
    switch (column) {
    case FG_COLUMN_IS_PRIME:
        often[2] = counts->bigomega[1];
        often[1] = counts->numbers - often[2];
        break;
    case FG_COLUMN_LIOUVILLE:
        for (int k = 0; k < FG_BIGOMEGAS; k++)
            often[k % 2 == 0 ? 2 : 0] += counts->bigomega[k];
        break;
    case FG_COLUMN_OMEGA:
        memcpy(often + 1, counts->omega, sizeof counts->omega);
        histogram.greatest = FG_OMEGAS - 1;
        break;
    case FG_COLUMN_BIGOMEGA:
        memcpy(often + 1, counts->bigomega, sizeof counts->bigomega);
        histogram.greatest = FG_BIGOMEGAS - 1;
        break;
    default: /* mobius and squarefree */
        often[0] = column == FG_COLUMN_MOBIUS ? counts->odd : 0;
        often[1] = counts->numbers - counts->squarefree;
        often[2] = counts->squarefree - often[0];
    }
    return histogram;
}

void fg_counted_totals_add(const struct fg_counted_segment *segment, struct fg_totals *totals) {
    const struct histogram histogram = histogram_of(totals->column, segment->counts);
    int64_t sum = 0;                                            /* of 2^18 values below 2^6 */
    int least = histogram.least, greatest = histogram.greatest; /* that occur */
    if (totals->count == 0) {
        uint16_t cell;
        segment->look_up(segment->sieve, 0, 1, &cell);
        note_first(segment, totals, value_of(totals->column, cell));
    }
    totals->count += segment->counts->numbers;
    for (int value = histogram.least; value <= histogram.greatest; value++) {
        totals->histogram[fg_totals_bin(value)] += histogram.often[value + 1];
        sum += value * (int64_t)histogram.often[value + 1];
    }
    const struct fg_int256 more = fg_int256_of_signed(sum);
    fg_int256_add(&totals->sum, &more);
    while (histogram.often[least + 1] == 0)
        least++;
    while (histogram.often[greatest + 1] == 0)
        greatest--;
    note_value(segment, totals, least);
    note_value(segment, totals, greatest);
}

enum fg_status fg_counted_totals_check(const struct fg_counted_segment *segment,
                                       enum fg_column column, const struct fg_sieve_check *check,
                                       struct fg_error *error) {
    union {
        int8_t byte;
        uint64_t word;
    } entry;
    const struct fg_column_request request = {
        .size = sizeof request, .column = column, .values = &entry};
    for (size_t i = check->begin; i < check->end; i++) {
        const uint64_t n = check->numbers[i];
        uint16_t cell;
        segment->look_up(segment->sieve, (uint32_t)(n - segment->first), 1, &cell);
        const int value = value_of(column, cell);
        if (fg_column_get_type(column) == FG_COLUMN_UINT64)
            entry.word = (uint64_t)value;
        else
            entry.byte = (int8_t)value;
        FG_TRY(fg_sieve_check_block(check, n, 1, &request, error));
    }
    return FG_OK;
}
