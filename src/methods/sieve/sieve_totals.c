/* SPDX-License-Identifier: MIT */
/*
 * sieve_totals.c: the choice of the sieve.
 */
#include "methods/sieve/sieve_totals.h"

#include "arith/isqrt.h"
#include "batch/error.h"
#include "batch/totals.h"
#include "methods/sieve/counted_totals.h"
#include "methods/sieve/marks.h"
#include "methods/sieve/omegas.h"
#include "methods/sieve/planes_totals.h"
#include "methods/sieve/range_sieve.h"
#include "methods/sieve/sieve_check.h"
#include "methods/sieve/totients.h"
#include <stdlib.h>

/* The sieves that count go through all primes up to the root: they are taken for a range of at
 * least so many numbers as the root divided by this, because they cost less than planes from there
 * on. */
#define ROOTS_A_NUMBER 64

/* The least number that they take. */
#define COUNTING_MIN FG_MARKS_MIN
// NOLINTNEXTLINE(misc-redundant-expression)
_Static_assert(FG_MARKS_MIN == FG_OMEGAS_MIN, "they begin at the same number");

struct fg_sieve_totals {
    const atomic_bool *cancelled;
    size_t bucket_bytes;
    const struct fg_finish *finish;
    struct fg_range_sieve *planes; /* NULL as long as it was not needed */
    struct fg_marks *marks;        /* the same */
    struct fg_omegas *omegas;      /* the same */
    struct fg_totients *totients;  /* the same */
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
    fg_omegas_close(sieves->omegas);
    fg_totients_close(sieves->totients);
    fg_sieve_check_close(&sieves->check);
    free(sieves);
}

/* ---- The sieves that count ---- */

/* Returns whether a sieve that counts can take the numbers, and is worth it. */
static bool suit_counting(uint64_t first, uint64_t count) {
    return first >= COUNTING_MIN && count >= fg_isqrt64(first + (count - 1)) / ROOTS_A_NUMBER;
}

/* Returns whether all of the columns are such. */
static bool are_all(bool (*is_such)(enum fg_column column), const struct fg_totals *totals,
                    size_t column_count) {
    for (size_t k = 0; k < column_count; k++)
        if (!is_such(fg_totals_entry(totals, k)->column))
            return false;
    return true;
}

/* Writes cells that have the same Moebius function as the numbers. */
static void look_up_marks(const void *sieve, uint32_t begin, uint32_t count, uint16_t *cells) {
    int8_t values[FG_MARKS_READ];
    for (uint32_t done = 0, part; done < count; done += part) {
        part = count - done < FG_MARKS_READ ? count - done : FG_MARKS_READ;
        fg_marks_values(sieve, begin + done, part, values);
        for (uint32_t i = 0; i < part; i++)
            cells[done + i] = values[i] < 0    ? FG_CELL_PRIME
                              : values[i] == 0 ? FG_CELL_AGAIN
                                               : 2 * FG_CELL_PRIME;
    }
}

static void look_up_omegas(const void *sieve, uint32_t begin, uint32_t count, uint16_t *cells) {
    fg_omegas_cells(sieve, begin, count, cells);
}

/* Adds a segment to all totals. Of `left` numbers of the range it has the first ones. */
static enum fg_status add_segment(struct fg_sieve_totals *sieves,
                                  const struct fg_counted_segment *segment, uint64_t left,
                                  struct fg_totals *totals, size_t column_count,
                                  struct fg_error *error) {
    FG_TRY(fg_sieve_check_prepare(&sieves->check, segment->first, segment->count, left, error));
    for (size_t k = 0; k < column_count; k++) {
        struct fg_totals *const own = fg_totals_at(totals, k);
        FG_TRY(fg_counted_totals_check(segment, own->column, &sieves->check, error));
        fg_counted_totals_add(segment, own);
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
        struct fg_marks_counts marked = {0};
        FG_TRY(fg_marks_next(sieves->marks, &marked, &sieved, error));
        const struct fg_omegas_counts counts = {
            .numbers = marked.numbers, .squarefree = marked.squarefree, .odd = marked.odd};
        const struct fg_counted_segment segment = {first + done, (uint32_t)sieved, &counts,
                                                   sieves->marks, look_up_marks};
        FG_TRY(add_segment(sieves, &segment, count - done, totals, column_count, error));
    }
    return FG_OK;
}

static enum fg_status add_by_omegas(struct fg_sieve_totals *sieves, uint64_t first, uint64_t count,
                                    struct fg_totals *totals, size_t column_count,
                                    struct fg_error *error) {
    if (sieves->omegas == NULL)
        FG_TRY(fg_omegas_open(sieves->cancelled, sieves->bucket_bytes, &sieves->omegas, error));
    fg_omegas_begin(sieves->omegas, first, count);
    for (uint64_t done = 0, sieved; done < count; done += sieved) {
        struct fg_omegas_counts counts = {0};
        FG_TRY(fg_omegas_next(sieves->omegas, &counts, &sieved, error));
        const struct fg_counted_segment segment = {first + done, (uint32_t)sieved, &counts,
                                                   sieves->omegas, look_up_omegas};
        FG_TRY(add_segment(sieves, &segment, count - done, totals, column_count, error));
    }
    return FG_OK;
}

/* ---- The sieve of phi ---- */

/* Returns whether the column is all that is asked for, and has a sieve. */
static bool are_totients(const struct fg_totals *totals, size_t column_count) {
    return column_count == 1 && totals->column == FG_COLUMN_PHI;
}

/* Adds the segment from `first` on that was sieved last. */
static enum fg_status add_totients(struct fg_sieve_totals *sieves, uint64_t first, uint32_t count,
                                   struct fg_totals *totals, struct fg_error *error) {
    const uint32_t most = sizeof sieves->space / sizeof *sieves->space;
    const struct fg_column_request request = {
        .size = sizeof request, .column = FG_COLUMN_PHI, .values = sieves->space};
    for (uint32_t begin = 0, part; begin < count; begin += part) {
        part = count - begin < most ? count - begin : most;
        fg_totients_values(sieves->totients, begin, part, sieves->space);
        FG_TRY(fg_column_add_totals(sieves->finish, first + begin, part, &request, &sieves->check,
                                    totals, error));
    }
    return FG_OK;
}

static enum fg_status add_by_totients(struct fg_sieve_totals *sieves, uint64_t first,
                                      uint64_t count, struct fg_totals *totals,
                                      struct fg_error *error) {
    uint32_t sieved;
    if (sieves->totients == NULL)
        FG_TRY(fg_totients_open(sieves->cancelled, &sieves->totients, error));
    fg_totients_begin(sieves->totients, first, count);
    for (uint64_t done = 0; done < count; done += sieved) {
        uint64_t segment;
        FG_TRY(fg_totients_next(sieves->totients, &segment, &sieved, error));
        FG_TRY(fg_sieve_check_prepare(&sieves->check, segment, sieved, count - done, error));
        FG_TRY(add_totients(sieves, segment, sieved, totals, error));
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
    if (are_totients(totals, column_count) && first < FG_TOTIENTS_END &&
        count >= FG_TOTIENTS_COUNT_MIN) {
        const uint64_t most = FG_TOTIENTS_END - first, low = count < most ? count : most;
        FG_TRY(add_by_totients(sieves, first, low, totals, error));
        first += low;
        count -= low;
    }
    const bool is_counted = are_all(fg_column_is_counted, totals, column_count);
    const bool is_low = first < COUNTING_MIN && count > COUNTING_MIN - first;
    if (is_counted && is_low) { /* the sieves that count begin behind */
        const uint64_t low = COUNTING_MIN - first;
        FG_TRY(add_by_planes(sieves, first, low, totals, column_count, error));
        first += low;
        count -= low;
    }
    if (count == 0)
        return FG_OK;
    if (!is_counted || !suit_counting(first, count))
        return add_by_planes(sieves, first, count, totals, column_count, error);
    return are_all(fg_column_is_mark, totals, column_count)
               ? add_by_marks(sieves, first, count, totals, column_count, error)
               : add_by_omegas(sieves, first, count, totals, column_count, error);
}
