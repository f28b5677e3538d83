/* SPDX-License-Identifier: MIT */
/*
 * prime_walk.h: the primes above 2^16 in order, a batch at a time, for the buckets.
 */
#ifndef FG_METHODS_SIEVE_PRIME_WALK_H
#define FG_METHODS_SIEVE_PRIME_WALK_H

#include "methods/sieve/buckets.h"
#include "methods/sieve/sieve_primes.h"

/* A walk. The caller holds the list of primes, and has made it up to the limit. */
struct fg_prime_walk {
    const struct fg_bucket_steps *steps;
    uint32_t limit; /* the walk ends behind the primes up to here */
    uint32_t last;  /* the prime that the next half-gap counts from */
    uint32_t done;  /* primes of the chunk that were given */
    unsigned next_chunk;
    struct fg_prime_chunk chunk;
    uint32_t primes[FG_BUCKET_BATCH + FG_BUCKET_BATCH_READ]; /* the batch */
};

/* Begins a walk through the primes above 2^16 up to `limit`. */
void fg_prime_walk_begin(struct fg_prime_walk *walk, const struct fg_bucket_steps *steps,
                         uint32_t limit);

/* Writes the next primes to walk->primes and returns how many they are: at most FG_BUCKET_BATCH,
 * and 0 at the end. */
size_t fg_prime_walk_next(struct fg_prime_walk *walk);

#endif
