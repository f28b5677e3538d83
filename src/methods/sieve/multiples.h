/* SPDX-License-Identifier: MIT */
/*
 * multiples.h: the places of the multiples of a step, which is a prime or a power of one: the first
 * in a range, and the next from block to block.
 */
#ifndef FG_METHODS_SIEVE_MULTIPLES_H
#define FG_METHODS_SIEVE_MULTIPLES_H

#include "methods/sieve/planes.h"

/* Returns how far the first multiple of `step` is from `first`; 0 does not count as one, because it
 * has no factors. */
static inline uint32_t fg_distance_to_multiple(uint64_t first, uint32_t step) {
    return first == 0 ? step : step - 1 - (uint32_t)((first - 1) % step);
}

/*
 * A step has k or k + 1 multiples in a block, k the quotient of their lengths. So as not to guess
 * which, a multiple behind the end is written, too, but to one of FG_SINK places behind the
 * segment. Returns the place of multiple i.
 */
#define FG_SINK 64
static inline uint32_t fg_multiple_or_sink(uint32_t i, uint32_t end) {
    const uint32_t is_within = -(uint32_t)(i < end);
    return (i & is_within) | ((FG_SEGMENT + i % FG_SINK) & ~is_within);
}
/* Returns the multiple behind i if that is before the end, else i. */
static inline uint32_t fg_next_multiple(uint32_t i, uint32_t end, uint32_t step) {
    return i + (step & -(uint32_t)(i < end));
}

#endif
