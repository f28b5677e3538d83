/* SPDX-License-Identifier: MIT */
/*
 * large_sieve.h: the primes above 2^16, for a super-segment at a time, into the large planes.
 *
 * All primes up to the root are gone through once for a super-segment, and each multiple goes to
 * the bucket of its segment; a bucket is then applied when its segment's turn comes.
 */
#ifndef FG_METHODS_SIEVE_LARGE_SIEVE_H
#define FG_METHODS_SIEVE_LARGE_SIEVE_H

#include "factor_gpu.h"
#include <stdatomic.h>
#include <stddef.h>

enum {
    FG_SUPER_SEGMENTS = 1 << 13, /* max segments of a super-segment */
};

/* Room for a bucket with three primes of each number of a segment, and a batch. */
#define FG_LARGE_SIEVE_MIN_BYTES ((size_t)2 << 20)

/* One thread's. */
struct fg_large_sieve;

/* The places of the results: arrays as planes.h has them. */
struct fg_large_planes {
    uint8_t *counts; /* cleared for each segment */
    uint32_t *entries;
    uint8_t *special; /* bits are added */
};

/*
 * Returns a sieve, which fg_large_sieve_close() frees, or NULL if memory is short. bucket_bytes, at
 * least FG_LARGE_SIEVE_MIN_BYTES, are reserved, and used as super-segments need them.
 */
struct fg_large_sieve *fg_large_sieve_open(size_t bucket_bytes);
void fg_large_sieve_close(struct fg_large_sieve *sieve);

/*
 * Returns how many entries a bucket is given for sieving by the primes up to limit < 2^32: more
 * than multiples are expected in a segment, so that a bucket that is full is rare.
 */
uint32_t fg_large_sieve_bucket_capacity(uint32_t limit);

/* Returns how many numbers a super-segment that is sieved by the primes up to `limit` has at most:
 * as many as have buckets in bucket_bytes, and as make the walk through the primes a small part of
 * the work. More would only take memory, and lose what the caches have. */
uint64_t fg_large_sieve_span(size_t bucket_bytes, uint32_t limit);

/* Returns how many numbers a super-segment should have, at most `count`, in a range of `count`
 * numbers with the root `limit`. Each super-segment costs a walk through the primes, and its length
 * memory, which the kernel clears before the first use: the sum of both is least. */
uint64_t fg_large_sieve_part(uint64_t count, uint32_t limit);

/*
 * Begins the super-segment of *count numbers from `first` >= 2^16 on, at most as many as have
 * buckets of `capacity` entries, more than FG_BUCKET_BATCH; by the primes above 2^16 up to `limit`.
 * Makes the list of them as far as needed: the caller holds it (sieve_primes.h). If a bucket gets
 * full, begins again with larger buckets, and shortens *count to what these suffice for: at least
 * one segment. FG_ERROR_MEMORY, FG_ERROR_CANCELLED.
 */
enum fg_status fg_large_sieve_begin(struct fg_large_sieve *sieve, uint64_t first, uint64_t *count,
                                    uint32_t limit, uint32_t capacity, const atomic_bool *cancelled,
                                    struct fg_error *error);

/* Returns the entries (buckets.h) of segment `index` of the super-segment, up to *end. */
const unsigned char *fg_large_sieve_bucket(const struct fg_large_sieve *sieve, uint32_t index,
                                           const unsigned char **end);
/* Returns the *count numbers of the super-segment that the square of a large prime divides. */
const uint32_t *fg_large_sieve_squares(const struct fg_large_sieve *sieve, size_t *count);

/* Writes the primes of segment `index` of the super-segment to the planes. */
void fg_large_sieve_segment(const struct fg_large_sieve *sieve, uint32_t index,
                            const struct fg_large_planes *planes);

#endif
