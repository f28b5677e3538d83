/*
 * results.h: growing a struct fg_results, for the backends.
 */
#ifndef FG_BATCH_RESULTS_H
#define FG_BATCH_RESULTS_H

#include "batch/error.h"

/*
 * Makes room for one more number with up to `divisor_room` divisors. On success `*room` points to
 * the place for them, valid until the next call.
 */
enum fg_status fg_results_reserve(struct fg_results *results, size_t divisor_room, uint64_t **room,
                                  struct fg_error *error);

/* Ends the number that was reserved for: the first `divisor_count` entries of its room are kept. */
void fg_results_commit(struct fg_results *results, size_t divisor_count);

/* Where the divisors of answered number i begin, and how many there are. */
static inline const uint64_t *fg_results_at(const struct fg_results *results, size_t i,
                                            size_t *divisor_count) {
    *divisor_count = results->offsets[i + 1] - results->offsets[i];
    return results->divisors + results->offsets[i];
}

#endif
