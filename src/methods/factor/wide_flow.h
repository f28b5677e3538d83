/* SPDX-License-Identifier: MIT */
/*
 * wide_flow.h: where the factors of an owner go: cofactors above 2^64 into the queue of their next
 * step, parts below 2^64 to the engine for one word, primes to the number or the proof.
 */
#ifndef FG_FACTOR_WIDE_FLOW_H
#define FG_FACTOR_WIDE_FLOW_H

#include "methods/factor/wide_work.h"

/* Takes in a factor of an owner, of which nothing is known but that n^exponent divides what the
 * owner has, and that it has no small primes if it is above 2^64. `steps` of its plan have found
 * nothing in what it comes from. */
void fg_wide_add_unknown(struct fg_wide_work *work, fg_wide n, uint16_t owner, uint32_t exponent,
                         uint16_t steps);

/* The owner's cofactor, which is in no queue, is factor * rest, both above 1. */
void fg_wide_split(struct fg_wide_work *work, uint16_t owner, fg_wide factor);

/* Each notes what is now known of the owner's cofactor, which is in no queue: it passed the strong
 * test to base 2, or all that prove it; it is composite; it is no power, and its next step comes.
 */
void fg_wide_take_probable(struct fg_wide_work *work, uint16_t owner);
void fg_wide_take_prime(struct fg_wide_work *work, uint16_t owner);
void fg_wide_take_composite(struct fg_wide_work *work, uint16_t owner);
void fg_wide_take_next_step(struct fg_wide_work *work, uint16_t owner);

/* Ends a number that is not smooth: drops what is left of it. If a proof of its cofactor runs, that
 * comes to its end and changes nothing. */
void fg_wide_give_up(struct fg_wide_work *work, uint16_t number);

/* Hands the parts below 2^64 to the engine for one word, and takes their primes. */
void fg_wide_factor_narrow(struct fg_wide_work *work);

/* Returns whether n fails the strong test to one of the first `count` odd primes as bases. n is odd
 * and above all of them. */
bool fg_wide_fails_bases(fg_wide n, unsigned count);

#endif
