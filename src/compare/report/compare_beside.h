/* SPDX-License-Identifier: MIT */
/*
 * compare_beside.h: two comparisons of the same numbers side by side: which rows both have, how
 * they differ in speed, and what else differs.
 *
 * The verdicts follow measure/statistics.h, with all rows that were measured in both as one family:
 * each of the two medians of each such row has an interval, so with P rows each interval misses
 * with a probability of at most FG_STATISTICS_ERROR / 2P, and at least one verdict is wrong in at
 * most FG_STATISTICS_ERROR of all pairs of comparisons.
 */
#ifndef FG_COMPARE_BESIDE_H
#define FG_COMPARE_BESIDE_H

#include "compare/report/exported_comparison.h"
#include "measure/statistics.h"

#ifdef __cplusplus
extern "C" {
#endif

enum fg_beside_side { FG_BESIDE_OLD, FG_BESIDE_NEW, FG_BESIDE_SIDES };

/* A row with the same method, backend and workers on both sides, or on one. */
struct fg_beside_row {
    const struct fg_exported_row *of[FG_BESIDE_SIDES];       /* NULL: that side has no such row */
    struct fg_statistics_summary summary[FG_BESIDE_SIDES];   /* if it was measured there */
    struct fg_statistics_interval interval[FG_BESIDE_SIDES]; /* if it was measured in both */
    bool has_ratio; /* it was measured in both, and nobody disagreed on the answers */
    struct fg_statistics_ratio ratio; /* 2: the new row takes half the time of the old one */
    enum fg_statistics_verdict verdict;
};

/* A value that is not the same on both sides. */
struct fg_beside_difference {
    char *path;                           /* "settings.jobs" */
    const json_t *value[FG_BESIDE_SIDES]; /* NULL: that side does not have it */
};

struct fg_beside {
    const struct fg_exported *of[FG_BESIDE_SIDES];
    struct fg_beside_row *rows; /* in the new one's order, then what only the old one has */
    size_t row_count;
    size_t pair_count;                        /* rows that were measured in both */
    struct fg_beside_difference *differences; /* program, machine, input's name, settings */
    size_t difference_count;
};

/* Sets two exports side by side, which must outlive `beside`. Fails with FG_ERROR_ARGUMENT if they
 * are of other numbers, and if memory is short; then there is nothing to free. */
enum fg_status fg_beside_make(struct fg_beside *beside, const struct fg_exported *old_one,
                              const struct fg_exported *new_one, struct fg_error *error);
/* Frees what fg_beside_make() made; it may be all zero. */
void fg_beside_free(struct fg_beside *beside);

/* Returns whether a row is measured on a side. */
bool fg_beside_is_measured(const struct fg_beside_row *row, enum fg_beside_side side);
/* Returns the row as one of its sides has it: for its names. */
const struct fg_exported_row *fg_beside_any(const struct fg_beside_row *row);
/* Returns the max probability that one interval misses. There is at least one pair. */
double fg_beside_error(const struct fg_beside *beside);
/* Returns how many ratios have this verdict. */
size_t fg_beside_count(const struct fg_beside *beside, enum fg_statistics_verdict verdict);

#ifdef __cplusplus
}
#endif

#endif
