/* SPDX-License-Identifier: MIT */
/*
 * sieve_totals.c: the choice of the sieve, and what the byte sieve counts as totals.
 *
 * The byte sieve does not say which number has a value. So planes are taken as long as the smallest
 * numbers with the least and the greatest value of a column are not known.
 */
#include "methods/sieve/sieve_totals.h"

#include "arith/isqrt.h"
#include "batch/error.h"
#include "batch/totals.h"
#include "methods/sieve/marks.h"
#include "methods/sieve/planes_totals.h"
#include "methods/sieve/range_sieve.h"
#include <stdlib.h>

/* The byte sieve goes through all primes up to the root: it is taken for a range of at least so
 * many numbers as the root divided by this, because it costs less than planes from there on. */
#define ROOTS_A_NUMBER 64
/* So many consecutive numbers have every value of mobius and squarefree, nearly surely. */
#define SETTLING_NUMBERS 4096

struct fg_sieve_totals {
    const atomic_bool *cancelled;
    size_t bucket_bytes;
    const struct fg_finish *finish;
    struct fg_range_sieve *planes; /* NULL as long as it was not needed */
    struct fg_marks *marks;        /* the same */
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
    *opened = sieves;
    return FG_OK;
}

void fg_sieve_totals_close(struct fg_sieve_totals *sieves) {
    if (sieves == NULL)
        return;
    fg_range_sieve_close(sieves->planes);
    fg_marks_close(sieves->marks);
    free(sieves);
}

/* ---- The byte sieve ---- */

/* Returns whether the totals know the smallest numbers, below n, with the least and the greatest
 * value that the column can have: these do not change any more. */
static bool is_settled(const struct fg_totals *totals, uint64_t n) {
    const struct fg_int256 least = fg_int256_of_signed(totals->column == FG_COLUMN_MOBIUS ? -1 : 0);
    const struct fg_int256 greatest = fg_int256_of_signed(1);
    return totals->count > 0 && fg_int256_compare(&totals->least, &least) == 0 &&
           fg_int256_compare(&totals->greatest, &greatest) == 0 && totals->least_n.high == 0 &&
           totals->greatest_n.high == 0 && totals->least_n.low < n && totals->greatest_n.low < n;
}

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
static bool suit_marks(uint64_t first, uint64_t count, const struct fg_totals *totals,
                       size_t column_count) {
    if (first < FG_MARKS_MIN || count < fg_isqrt64(first + (count - 1)) / ROOTS_A_NUMBER)
        return false;
    for (size_t k = 0; k < column_count; k++)
        if (!is_settled(fg_totals_entry(totals, k), first))
            return false;
    return true;
}

/* Adds what was counted to the totals of a column. */
static void add_counts(const struct fg_marks_counts *counts, struct fg_totals *totals) {
    const bool is_mobius = totals->column == FG_COLUMN_MOBIUS;
    const uint64_t negative = is_mobius ? counts->odd : 0;
    const uint64_t positive = counts->squarefree - negative;
    totals->histogram[fg_totals_bin(-1)] += negative;
    totals->histogram[fg_totals_bin(0)] += counts->numbers - counts->squarefree;
    totals->histogram[fg_totals_bin(1)] += positive;
    const struct fg_int256 sum = fg_int256_of_signed((int64_t)(positive - negative));
    fg_int256_add(&totals->sum, &sum);
    totals->count += counts->numbers;
}

static enum fg_status add_by_marks(struct fg_sieve_totals *sieves, uint64_t first, uint64_t count,
                                   struct fg_totals *totals, size_t column_count,
                                   struct fg_error *error) {
    if (sieves->marks == NULL)
        FG_TRY(fg_marks_open(sieves->cancelled, sieves->bucket_bytes, &sieves->marks, error));
    struct fg_marks_counts counts = {0};
    uint64_t sieved;
    fg_marks_begin(sieves->marks, first, count);
    do {
        FG_TRY(fg_marks_next(sieves->marks, &counts, &sieved, error));
    } while (sieved > 0);
    for (size_t k = 0; k < column_count; k++)
        add_counts(&counts, fg_totals_at(totals, k));
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
        FG_TRY(fg_planes_add_totals(sieves->finish, planes, totals, column_count, sieves->space,
                                    error));
    }
    return FG_OK;
}

/* Returns how many numbers planes should take next: few, if the byte sieve can go on behind them.
 */
static uint64_t numbers_for_planes(uint64_t first, uint64_t count, const struct fg_totals *totals,
                                   size_t column_count) {
    const uint64_t few = first < FG_MARKS_MIN ? FG_MARKS_MIN - first : SETTLING_NUMBERS;
    const bool marks_follow = are_marks(totals, column_count) && few < count &&
                              count - few >= fg_isqrt64(first + (count - 1)) / ROOTS_A_NUMBER;
    return marks_follow ? few : count;
}

enum fg_status fg_sieve_totals_add(struct fg_sieve_totals *sieves, uint64_t first, uint64_t count,
                                   struct fg_totals *totals, size_t column_count,
                                   struct fg_error *error) {
    while (count > 0) {
        uint64_t done = count;
        if (are_marks(totals, column_count) && suit_marks(first, count, totals, column_count)) {
            FG_TRY(add_by_marks(sieves, first, count, totals, column_count, error));
        } else {
            done = numbers_for_planes(first, count, totals, column_count);
            FG_TRY(add_by_planes(sieves, first, done, totals, column_count, error));
        }
        first += done; /* 0 behind 2^64 - 1, when count becomes 0 */
        count -= done;
    }
    return FG_OK;
}
