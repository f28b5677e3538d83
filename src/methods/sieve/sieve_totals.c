/* SPDX-License-Identifier: MIT */
/*
 * sieve_totals.c: the choice of the sieve, and what the byte sieve counts as totals.
 *
 * The byte sieve counts; which number has a value first is looked up, which is seldom needed.
 */
#include "methods/sieve/sieve_totals.h"

#include "arith/isqrt.h"
#include "batch/error.h"
#include "batch/totals.h"
#include "methods/sieve/marks.h"
#include "methods/sieve/planes_totals.h"
#include "methods/sieve/range_sieve.h"
#include "methods/sieve/sieve_check.h"
#include <stdlib.h>

/* The byte sieve goes through all primes up to the root: it is taken for a range of at least so
 * many numbers as the root divided by this, because it costs less than planes from there on. */
#define ROOTS_A_NUMBER 64

/* Values are looked up so many at a time. */
#define VALUES 128

struct fg_sieve_totals {
    const atomic_bool *cancelled;
    size_t bucket_bytes;
    const struct fg_finish *finish;
    struct fg_range_sieve *planes; /* NULL as long as it was not needed */
    struct fg_marks *marks;        /* the same */
    struct fg_sieve_check check;
    atomic_bool never; /* what `check` polls if there is nothing else */
    uint64_t space[FG_PLANES_TOTALS_BYTES / sizeof(uint64_t)];
};

enum fg_status fg_sieve_totals_open(const atomic_bool *cancelled, size_t bucket_bytes,
                                    struct fg_sieve_totals **opened, struct fg_error *error) {
    struct fg_sieve_totals *const sieves = calloc(1, sizeof *sieves);
    if (sieves == NULL)
        return fg_fail_memory(error, sizeof *sieves);
    sieves->cancelled = cancelled;
    sieves->bucket_bytes = bucket_bytes;
    sieves->finish = fg_finish_select();
    sieves->check.cancelled = cancelled != NULL ? cancelled : &sieves->never;
    *opened = sieves;
    return FG_OK;
}

void fg_sieve_totals_close(struct fg_sieve_totals *sieves) {
    if (sieves == NULL)
        return;
    fg_range_sieve_close(sieves->planes);
    fg_marks_close(sieves->marks);
    fg_sieve_check_close(&sieves->check);
    free(sieves);
}

/* ---- The byte sieve ---- */

/* Returns whether the byte sieve knows all of the columns. */
static bool are_marks(const struct fg_totals *totals, size_t column_count) {
    for (size_t k = 0; k < column_count; k++) {
        const enum fg_column column = fg_totals_entry(totals, k)->column;
        if (column != FG_COLUMN_MOBIUS && column != FG_COLUMN_SQUAREFREE)
            return false;
    }
    return true;
}

/* Returns whether the byte sieve can take the numbers, and is worth it. */
static bool suit_marks(uint64_t first, uint64_t count) {
    return first >= FG_MARKS_MIN && count >= fg_isqrt64(first + (count - 1)) / ROOTS_A_NUMBER;
}

/* Returns the value of a column for this value of the Moebius function. */
static int8_t column_value(enum fg_column column, int8_t mobius) {
    return column == FG_COLUMN_SQUAREFREE && mobius < 0 ? 1 : mobius;
}

/* Notes the first number of the segment that has this value, which one has. */
static void note_first(const struct fg_marks *marks, uint64_t first, struct fg_totals *totals,
                       int8_t value) {
    int8_t values[VALUES];
    for (uint32_t begin = 0; begin < FG_SEGMENT; begin += VALUES) {
        fg_marks_values(marks, begin, VALUES, values);
        for (uint32_t i = 0; i < VALUES; i++) {
            if (column_value(totals->column, values[i]) != value)
                continue;
            const struct fg_int256 found = fg_int256_of_signed(value);
            const struct fg_uint128 n = {first + begin + i, 0};
            fg_totals_note_value(totals, &found, n);
            return;
        }
    }
}

/* Notes a value that a number of the segment has, if it may be an extreme. */
static void note_value(const struct fg_marks *marks, uint64_t first, struct fg_totals *totals,
                       int8_t value) {
    const struct fg_int256 wide = fg_int256_of_signed(value);
    const int below = fg_int256_compare(&wide, &totals->least);
    const int above = fg_int256_compare(&wide, &totals->greatest);
    const bool is_earlier_least =
        below == 0 && (totals->least_n.high > 0 || first < totals->least_n.low);
    const bool is_earlier_greatest =
        above == 0 && (totals->greatest_n.high > 0 || first < totals->greatest_n.low);
    if (below < 0 || above > 0 || is_earlier_least || is_earlier_greatest)
        note_first(marks, first, totals, value);
}

/* Adds what is in a segment, whose first number is `first`, to the totals of a column. */
static void add_counts(const struct fg_marks *marks, uint64_t first,
                       const struct fg_marks_counts *counts, struct fg_totals *totals) {
    const uint64_t negative = totals->column == FG_COLUMN_MOBIUS ? counts->odd : 0;
    const uint64_t often[3] = {negative, counts->numbers - counts->squarefree,
                               counts->squarefree - negative};
    if (totals->count == 0) {
        int8_t value;
        fg_marks_values(marks, 0, 1, &value);
        note_first(marks, first, totals, column_value(totals->column, value));
    }
    totals->count += counts->numbers;
    for (int8_t value = -1; value <= 1; value++) {
        totals->histogram[fg_totals_bin(value)] += often[value + 1];
        if (often[value + 1] > 0)
            note_value(marks, first, totals, value);
    }
    const struct fg_int256 sum = fg_int256_of_signed((int64_t)(often[2] - often[0]));
    fg_int256_add(&totals->sum, &sum);
}

/* Checks the numbers of the segment that are in the sample. */
static enum fg_status check_marks(const struct fg_sieve_totals *sieves, uint64_t first,
                                  struct fg_error *error) {
    int8_t mobius;
    const struct fg_column_request request = {
        .size = sizeof request, .column = FG_COLUMN_MOBIUS, .values = &mobius};
    for (size_t i = sieves->check.begin; i < sieves->check.end; i++) {
        const uint64_t n = sieves->check.numbers[i];
        fg_marks_values(sieves->marks, (uint32_t)(n - first), 1, &mobius);
        FG_TRY(fg_sieve_check_block(&sieves->check, n, 1, &request, error));
    }
    return FG_OK;
}

static enum fg_status add_by_marks(struct fg_sieve_totals *sieves, uint64_t first, uint64_t count,
                                   struct fg_totals *totals, size_t column_count,
                                   struct fg_error *error) {
    if (sieves->marks == NULL)
        FG_TRY(fg_marks_open(sieves->cancelled, sieves->bucket_bytes, &sieves->marks, error));
    fg_marks_begin(sieves->marks, first, count);
    for (uint64_t done = 0, sieved; done < count; done += sieved) {
        struct fg_marks_counts counts = {0};
        FG_TRY(fg_marks_next(sieves->marks, &counts, &sieved, error));
        FG_TRY(fg_sieve_check_prepare(&sieves->check, first + done, sieved, count - done, error));
        FG_TRY(check_marks(sieves, first + done, error));
        for (size_t k = 0; k < column_count; k++)
            add_counts(sieves->marks, first + done, &counts, fg_totals_at(totals, k));
    }
    return FG_OK;
}

/* ---- Planes ---- */

static enum fg_status add_by_planes(struct fg_sieve_totals *sieves, uint64_t first, uint64_t count,
                                    struct fg_totals *totals, size_t column_count,
                                    struct fg_error *error) {
    const struct fg_planes *planes;
    if (sieves->planes == NULL)
        FG_TRY(
            fg_range_sieve_open(sieves->cancelled, sieves->bucket_bytes, &sieves->planes, error));
    FG_TRY(fg_range_sieve_begin(sieves->planes, first, count, error));
    for (uint64_t done = 0; done < count; done += planes->count) {
        FG_TRY(fg_range_sieve_next(sieves->planes, &planes, error));
        FG_TRY(fg_sieve_check_prepare(&sieves->check, planes->first, planes->count, count - done,
                                      error));
        FG_TRY(fg_planes_add_totals(sieves->finish, planes, &sieves->check, totals, column_count,
                                    sieves->space, error));
    }
    return FG_OK;
}

enum fg_status fg_sieve_totals_add(struct fg_sieve_totals *sieves, uint64_t first, uint64_t count,
                                   struct fg_totals *totals, size_t column_count,
                                   struct fg_error *error) {
    const bool is_low = first < FG_MARKS_MIN && count > FG_MARKS_MIN - first;
    if (are_marks(totals, column_count) && is_low) { /* the byte sieve begins behind */
        const uint64_t low = FG_MARKS_MIN - first;
        FG_TRY(add_by_planes(sieves, first, low, totals, column_count, error));
        first += low;
        count -= low;
    }
    if (count == 0)
        return FG_OK;
    if (are_marks(totals, column_count) && suit_marks(first, count))
        return add_by_marks(sieves, first, count, totals, column_count, error);
    return add_by_planes(sieves, first, count, totals, column_count, error);
}
