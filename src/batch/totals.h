/* SPDX-License-Identifier: MIT */
/*
 * totals.h: totals for the parts of the library that make them without arrays of columns.
 *
 * The caller keeps the struct consistent: count, sum and histogram are of the same numbers, and
 * fg_totals_note_value() has seen the least and the greatest of their values.
 */
#ifndef FG_BATCH_TOTALS_H
#define FG_BATCH_TOTALS_H

#include "batch/error.h"
#include "batch/int256.h"
#include <pthread.h>

/* Entry of a histogram for this value, -1 .. FG_TOTALS_VALUES - 2. */
static inline size_t fg_totals_bin(int64_t value) {
    return (size_t)(value + 1);
}

/* Return totals k of an array whose entries may be larger than this library's, to change and to
 * read. */
static inline struct fg_totals *fg_totals_at(struct fg_totals *totals, size_t k) {
    const size_t bytes = totals->size != 0 ? totals->size : sizeof *totals;
    return (struct fg_totals *)((char *)totals + k * bytes);
}
static inline const struct fg_totals *fg_totals_entry(const struct fg_totals *totals, size_t k) {
    const size_t bytes = totals->size != 0 ? totals->size : sizeof *totals;
    return (const struct fg_totals *)((const char *)totals + k * bytes);
}

/* Rejects malformed totals, and the same column and bound twice, with a message. */
enum fg_status fg_totals_check(const struct fg_totals *totals, size_t column_count,
                               struct fg_error *error);

/* Rejects so many numbers more if there would be 2^64 or more. */
enum fg_status fg_totals_check_count(const struct fg_totals *totals, uint64_t more,
                                     struct fg_error *error);

/* Takes note that number n has this value, which may be the least or the greatest so far. Called
 * before the count of totals that were empty is raised. */
void fg_totals_note_value(struct fg_totals *totals, const struct fg_int256 *value,
                          struct fg_uint128 n);

/* Adds `more`, of the same column and bound, to `totals`; both counts are below 2^64 together. */
void fg_totals_merge(struct fg_totals *totals, const struct fg_totals *more);

/* Totals that several threads add to. */
struct fg_shared_totals {
    pthread_mutex_t lock;
    struct fg_totals *totals; /* column_count of the size that this library knows */
    size_t column_count;
};

/* Makes `empty` the totals of no numbers, of the columns of like[0 .. column_count). */
void fg_totals_clear(struct fg_totals *empty, const struct fg_totals *like, size_t column_count);

/* Adds part[0 .. column_count), in any thread. */
void fg_totals_share(struct fg_shared_totals *shared, const struct fg_totals *part);

/* fg_totals_add_columns() without its checks, for at least one column: of totals that have passed
 * fg_totals_check(), and of values that a column can have. */
void fg_totals_take(struct fg_totals *totals, const struct fg_column_request *requests,
                    size_t column_count, const struct fg_numbers *numbers);

#endif
