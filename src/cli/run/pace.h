/* SPDX-License-Identifier: MIT */
/*
 * pace.h: decides how many numbers of an input block make a batch, which an engine answers at once.
 * A batch is about half a second of work, on a slow CPU as on a fast GPU, so that answers appear,
 * the progress line moves, and an interrupt loses little.
 */
#ifndef FG_CLI_PACE_H
#define FG_CLI_PACE_H

#include "factor_gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fg_pace {
    enum fg_method method;
    uint64_t work;              /* in units of fg_work() */
    uint64_t short_ns, long_ns; /* between them the time of a batch is right */
    bool halves_fairly; /* a range is not halved if its halves would take much longer together */
};

struct fg_pace fg_pace_start(enum fg_method method);

/* Starts a pace for ranges. A method that answers them as such, and not as lists, gets batches of
 * some seconds: it begins with the primes up to the root, which a short range is not worth. A brief
 * method hands its answers over meanwhile. */
struct fg_pace fg_pace_start_ranges(enum fg_method method);

/* Does the same for totals, which come at the end of a batch: of about a second, as long as the
 * walk through the primes is a small part of that. */
struct fg_pace fg_pace_start_totals(enum fg_method method);

/* Returns how many of the next numbers to take, 1 .. count. `count` is at least 1, and no number is
 * 0. */
size_t fg_pace_count(const struct fg_pace *pace, const uint64_t *numbers, size_t count);

/* Of all counts count / 2^i returns the largest for which the range from `first` on, at least 1 and
 * ending below 2^64, has no more work than the pace, or which is not to be halved. */
size_t fg_pace_count_range(const struct fg_pace *pace, uint64_t first, size_t count);

/* Returns whether `part` numbers from `first` on have little more work, for each of them, than
 * `count` have: at least `part`. */
bool fg_pace_is_fair(const struct fg_pace *pace, uint64_t first, size_t part, size_t count);

/* Does as fg_pace_count() for a list of numbers of two words. */
size_t fg_pace_count_wide(const struct fg_pace *pace, const struct fg_uint128 *numbers,
                          size_t count);

/* Makes the next batches larger or smaller, after a batch took elapsed_ns. Not for the last batch
 * of a block, which may be smaller than wanted. */
void fg_pace_learn(struct fg_pace *pace, uint64_t elapsed_ns);

#ifdef __cplusplus
}
#endif

#endif
