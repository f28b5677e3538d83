/* SPDX-License-Identifier: MIT */
/*
 * results.h: growing a struct fg_results, for the backends.
 */
#ifndef FG_BATCH_RESULTS_H
#define FG_BATCH_RESULTS_H

#include "batch/error.h"

/* Returns how many words so many values of the results have. */
static inline size_t fg_results_words(const struct fg_results *results, size_t value_count) {
    return value_count << (results->words == 2);
}

/* Reserves capacity for `count` more numbers with up to `value_room` values together:
 * fg_results_end() is the place for them. */
enum fg_status fg_results_reserve_run(struct fg_results *results, size_t count, size_t value_room,
                                      struct fg_error *error);

/*
 * Reserves capacity for one more number with up to `value_room` values. On success `*room` points
 * to it, valid until the next call.
 */
static inline enum fg_status fg_results_reserve(struct fg_results *results, size_t value_room,
                                                uint64_t **room, struct fg_error *error) {
    const bool wide = results->words == 2;
    const size_t count = results->count;
    if (count == 0 || count + 2 > results->offset_capacity ||
        value_room > (results->value_capacity >> wide) - results->offsets[count])
        FG_TRY(fg_results_reserve_run(results, 1, value_room, error));
    *room = results->values + (results->offsets[count] << wide);
    return FG_OK;
}

/* Returns the place of the next values, after a reservation; of one word, and of two. */
static inline uint64_t *fg_results_end(const struct fg_results *results) {
    return results->values + results->offsets[results->count];
}
static inline struct fg_uint128 *fg_results_wide_end(const struct fg_results *results) {
    return (struct fg_uint128 *)results->values + results->offsets[results->count];
}

/* Ends the reserved number: keeps the first `value_count` entries of its capacity. */
static inline void fg_results_commit(struct fg_results *results, size_t value_count) {
    const size_t end = results->offsets[results->count] + value_count;
    results->offsets[++results->count] = end;
}

/*
 * Appends the answers to `count` numbers: value_counts[0 .. count) says how many values belong to
 * each. They stand in `values` one after the other, each with as many words as in `results`.
 */
enum fg_status fg_results_append(struct fg_results *results, const uint32_t *value_counts,
                                 size_t count, const uint64_t *values, struct fg_error *error);

/* Returns the values of answered number i, and how many there are; of one word, and of two. */
static inline const uint64_t *fg_results_at(const struct fg_results *results, size_t i,
                                            size_t *value_count) {
    *value_count = results->offsets[i + 1] - results->offsets[i];
    return results->values + results->offsets[i];
}
static inline const struct fg_uint128 *fg_results_wide_at(const struct fg_results *results,
                                                          size_t i, size_t *value_count) {
    *value_count = results->offsets[i + 1] - results->offsets[i];
    return (const struct fg_uint128 *)results->values + results->offsets[i];
}

#endif
