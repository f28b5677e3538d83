/* SPDX-License-Identifier: MIT */
/*
 * prime_walk.c: from the half-gaps of the chunks to primes.
 */
#include "methods/sieve/prime_walk.h"

void fg_prime_walk_begin(struct fg_prime_walk *walk, const struct fg_bucket_steps *steps,
                         uint32_t limit) {
    walk->steps = steps;
    walk->limit = limit;
    walk->last = walk->done = walk->next_chunk = 0;
    walk->chunk = (struct fg_prime_chunk){0};
}

/* Goes on to the next chunk that may have primes up to the limit. Returns false if none is left. */
static bool begin_chunk(struct fg_prime_walk *walk) {
    if (walk->next_chunk == FG_PRIME_CHUNKS || fg_prime_chunk_begin(walk->next_chunk) > walk->limit)
        return false;
    walk->chunk = fg_sieve_primes_chunk(walk->next_chunk++);
    walk->last = walk->chunk.first;
    walk->done = 0;
    return true;
}

size_t fg_prime_walk_next(struct fg_prime_walk *walk) {
    while (walk->done == walk->chunk.count)
        if (!begin_chunk(walk))
            return 0;
    const uint32_t left = walk->chunk.count - walk->done;
    size_t count = left < FG_BUCKET_BATCH ? left : FG_BUCKET_BATCH;
    walk->last = walk->steps->primes_from_half_gaps(walk->chunk.half_gaps + walk->done, count,
                                                    walk->last, walk->primes);
    walk->done += (uint32_t)count;
    if (walk->last <= walk->limit)
        return count;
    while (count > 0 && walk->primes[count - 1] > walk->limit)
        count--;
    walk->done = walk->chunk.count; /* nothing is left below the limit */
    walk->next_chunk = FG_PRIME_CHUNKS;
    return count;
}
