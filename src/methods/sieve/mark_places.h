/* SPDX-License-Identifier: MIT */
/*
 * mark_places.h: from the first multiples of large primes to the places of all of them in the
 * buckets of mark_buckets.h. Each instruction set has its own steps.
 *
 * A place counts the odd numbers of a super-segment and behind them, from `twice_begin` on, those
 * that are twice an odd number. A bucket is for 2^16 places. Its entries are the low halves of the
 * places, in any order.
 */
#ifndef FG_METHODS_SIEVE_MARK_PLACES_H
#define FG_METHODS_SIEVE_MARK_PLACES_H

#include "methods/sieve/buckets.h"

/* The buckets of a super-segment. It begins at a multiple of 4 and has less than 2^30 - 2^18
 * numbers: four times a prime that is less than 2^18 above its length is then below 2^32. */
struct fg_place_buckets {
    uint16_t **ends;      /* the place of each bucket's next entry */
    uint32_t odd_end;     /* how many odd numbers there are */
    uint32_t twice_begin; /* a multiple of 2^16, at least odd_end */
    uint32_t twice_end;   /* twice_begin plus how many numbers are twice an odd one */
};

/* Bytes from the end of a bucket to what the CPU fetches ahead. Fills take 0.75 times
 * as long at 10^15 as without, where buckets are beyond the second cache. */
#define FG_PLACES_AHEAD 128

/*
 * Puts the multiples of the primes found[0 .. count), ascending and each with its first multiple,
 * into the buckets: all multiples, of primes less than 2^18 above the super-segment's length; or,
 * if no prime is below it, the only ones. The caller has seen to it that each bucket has room for
 * one more of every prime, and the first for one more than that.
 */
typedef void fg_put_places_function(const struct fg_place_buckets *buckets,
                                    const fg_prime_and_multiple *found, size_t count);

/* An instruction set's steps. */
struct fg_place_steps {
    const char *name;
    fg_put_places_function *put_all, *put_only;
};

/* Appends a place to its bucket. */
static inline void fg_put_place(const struct fg_place_buckets *buckets, uint32_t place) {
    uint16_t **const end = &buckets->ends[place >> 16];
    uint16_t *const entry = *end;
    __builtin_prefetch((const char *)entry + FG_PLACES_AHEAD, 1);
    *entry = (uint16_t)place;
    *end = entry + 1;
}

/* Return the places of the first odd multiple of p, and of the first that is twice an odd number,
 * from its first multiple, number i < p of the super-segment. Number i is twice an odd number if 4
 * divides i - 2, and p is its own inverse modulo 4. */
static inline uint32_t fg_odd_place(uint32_t i, uint32_t p) {
    return (i + (i % 2 == 0 ? p : 0)) / 2;
}
static inline uint32_t fg_twice_place(const struct fg_place_buckets *buckets, uint32_t i,
                                      uint32_t p) {
    return buckets->twice_begin + (i + (2 - i) * p % 4 * p) / 4;
}

extern const struct fg_place_steps fg_place_steps_portable, fg_place_steps_avx512;

/* Returns the best steps that run here and that FACTOR_GPU_CPU allows. Thread-safe. */
const struct fg_place_steps *fg_place_steps_select(void);

#endif
