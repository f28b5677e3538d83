/* SPDX-License-Identifier: MIT */
/*
 * smooth_answers.h: the answers to the numbers that are not smooth, by an engine that is asked for
 * smooth numbers only.
 *
 * A number is smooth if all of its primes are at most the bound. The answer of another one is the
 * single value 0, which is neither a prime nor a divisor of any number. A method may give that
 * answer itself, because it then need not factor the number completely. The engine gives it for the
 * others, so that every method on every backend answers alike.
 */
#ifndef FG_BATCH_SMOOTH_ANSWERS_H
#define FG_BATCH_SMOOTH_ANSWERS_H

#include "arith/wide.h"
#include "batch/results.h"

/* Returns the bound as one word: numbers of one word have no primes above UINT64_MAX. No bound is
 * such a bound, too. */
static inline uint64_t fg_smooth_bound64(struct fg_uint128 bound) {
    return bound.high != 0 || bound.low == 0 ? UINT64_MAX : bound.low;
}

/* Returns whether a bound is set. */
static inline bool fg_smooth_has_bound(struct fg_uint128 bound) {
    return (bound.low | bound.high) != 0;
}

/* Replaces the answers to numbers that are not smooth by that of such a number, in place. The
 * answers are checked lists, or given by a method as above. */
void fg_smooth_replace(struct fg_uint128 bound, struct fg_results *results);

#endif
