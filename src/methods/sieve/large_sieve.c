/* SPDX-License-Identifier: MIT */
/*
 * large_sieve.c: the walk through the large primes, and buckets that cannot overflow: before each
 * batch of primes every bucket is seen to have room for one multiple of each of them. A prime above
 * 2^16 has no more in a segment.
 */
#include "methods/sieve/large_sieve.h"

#include "arith/target.h"
#include "batch/error.h"
#include "methods/sieve/prime_walk.h"
#include "methods/sieve/sieve_memory.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Numbers of a super-segment for each prime that it is sieved by: a prime takes 1 to 2 ns, and a
 * number 2 at least. And the least segments: their buckets at 10^12 take 8 MiB, a part of the last
 * cache. */
#define PRIME_NUMBERS 32.0
#define WORTH_MIN 64
/* Bytes that the kernel clears in the time that a walk takes for a prime, at 0.1 to 2 ns each. */
#define PRIME_BYTES 4.0

enum {
    LINES = 32,                             /* entries of three cache lines */
    SQUARES = FG_SEGMENT + FG_BUCKET_BATCH, /* at most one for each number of a segment */
};

struct fg_large_sieve {
    const struct fg_bucket_steps *steps;
    unsigned char *entries; /* of all buckets, one behind the other */
    size_t bytes;
    uint32_t capacity, segments; /* of a bucket; of the super-segment */
    size_t room;                 /* primes that surely fit, whatever they divide */
    struct fg_buckets buckets;
    unsigned char *ends[FG_SUPER_SEGMENTS];
    uint32_t squares[SQUARES];
    struct fg_prime_walk walk;
};

struct fg_large_sieve *fg_large_sieve_open(size_t bucket_bytes) {
    struct fg_large_sieve *const sieve = calloc(1, sizeof *sieve);
    if (sieve == NULL)
        return NULL;
    sieve->steps = fg_bucket_steps_select();
    sieve->bytes = bucket_bytes;
    sieve->entries = fg_sieve_memory_take(bucket_bytes);
    if (sieve->entries == NULL) {
        free(sieve);
        return NULL;
    }
    sieve->buckets.ends = sieve->ends;
    sieve->buckets.squares = sieve->squares;
    return sieve;
}

void fg_large_sieve_close(struct fg_large_sieve *sieve) {
    if (sieve == NULL)
        return;
    fg_sieve_memory_free(sieve->entries, sieve->bytes);
    free(sieve);
}

/* The sum of 1/p over the primes from 2^16 to the limit is log(log(limit) / log(2^16)), nearly (F.
 * Mertens, 1874). Six standard deviations and a 64th of the mean are left for chance. */
uint32_t fg_large_sieve_bucket_capacity(uint32_t limit) {
    const double mean = limit < FG_SEGMENT ? 0 : FG_SEGMENT * log(log2(limit) / 16);
    const uint32_t expected = (uint32_t)(mean + mean / 64 + 6 * sqrt(mean));
    /* An odd number of cache lines, because buckets of a multiple of 4096 bytes would have their
     * ends, which are written in turns, in the same places of the caches. */
    return (((expected + FG_BUCKET_BATCH) / LINES) | 1) * LINES + 2 * LINES;
}

/* Returns how many segments, at least 1, have buckets of such a capacity > 0 in so many bytes. */
static uint32_t segments_in(size_t bucket_bytes, uint32_t capacity) {
    const size_t bytes = (size_t)(capacity > 0 ? capacity : 1) * FG_BUCKET_BYTES;
    const size_t segments = bucket_bytes / bytes;
    return segments == 0                  ? 1
           : segments < FG_SUPER_SEGMENTS ? (uint32_t)segments
                                          : FG_SUPER_SEGMENTS;
}

uint64_t fg_large_sieve_span(size_t bucket_bytes, uint32_t limit) {
    const uint64_t fitting = segments_in(bucket_bytes, fg_large_sieve_bucket_capacity(limit));
    const uint64_t worth = (uint64_t)(PRIME_NUMBERS * (limit / log(limit + 17.0))) / FG_SEGMENT;
    const uint64_t wanted = worth > WORTH_MIN ? worth : WORTH_MIN;
    return (wanted < fitting ? wanted : fitting) * FG_SEGMENT;
}

uint64_t fg_large_sieve_part(uint64_t count, uint32_t limit) {
    const double bytes = FG_BUCKET_BYTES / (double)FG_SEGMENT * /* of buckets, for a number */
                         fg_large_sieve_bucket_capacity(limit);
    const double primes = limit / log(limit + 17.0);
    /* With k parts, k walks and a k-th of the memory cost least if they cost as much. */
    const double parts = round(sqrt((double)count * bytes / (PRIME_BYTES * primes + 1)));
    const double most = ceil((double)count / (WORTH_MIN * FG_SEGMENT));
    const double k = fmax(fmin(parts, most), 1);
    const uint64_t part = (uint64_t)((double)count / k / FG_SEGMENT + 1) * FG_SEGMENT;
    return k > 1 && part < count ? part : count;
}

static unsigned char *bucket_of(const struct fg_large_sieve *sieve, uint32_t index) {
    return sieve->entries + (size_t)index * sieve->capacity * FG_BUCKET_BYTES;
}

/* Returns how many primes more surely fit: as many as the fullest bucket has room for. */
static size_t room_left(const struct fg_large_sieve *sieve) {
    size_t fullest = 0;
    for (uint32_t s = 0; s < sieve->segments; s++) {
        const size_t length = (size_t)(sieve->ends[s] - bucket_of(sieve, s)) / FG_BUCKET_BYTES;
        fullest = length > fullest ? length : fullest;
    }
    const size_t squares = SQUARES - sieve->buckets.square_count;
    const size_t room = sieve->capacity - fullest;
    /* An entry may be written beyond the last, and two bytes beyond that. */
    const size_t primes = room > 2 ? room - 2 : 0;
    return primes < squares ? primes : squares;
}

/* Empties the buckets. */
static void clear_buckets(struct fg_large_sieve *sieve) {
    for (uint32_t s = 0; s < sieve->segments; s++)
        sieve->ends[s] = bucket_of(sieve, s);
    sieve->buckets.square_count = 0;
    sieve->room = room_left(sieve);
}

/* Puts the multiples of the primes up to `limit` into the buckets of the super-segment. Sets *full,
 * and stops, if there is not enough room. */
static enum fg_status fill(struct fg_large_sieve *sieve, uint32_t limit, bool *full,
                           const atomic_bool *cancelled, struct fg_error *error) {
    struct fg_prime_walk *const walk = &sieve->walk;
    clear_buckets(sieve);
    *full = false;
    fg_prime_walk_begin(walk, sieve->steps, limit);
    for (size_t count; (count = fg_prime_walk_next(walk)) > 0;) {
        if (sieve->room < count)
            sieve->room = room_left(sieve);
        if (sieve->room < count) {
            *full = true;
            return FG_OK;
        }
        sieve->room -= count;
        if (cancelled != NULL && atomic_load_explicit(cancelled, memory_order_relaxed))
            return fg_fail(error, FG_ERROR_CANCELLED, "the sieve of a range was cancelled");
        fg_bucket_fill(sieve->steps, &sieve->buckets, walk->primes, count);
    }
    return FG_OK;
}

enum fg_status fg_large_sieve_begin(struct fg_large_sieve *sieve, uint64_t first, uint64_t *count,
                                    uint32_t limit, uint32_t capacity, const atomic_bool *cancelled,
                                    struct fg_error *error) {
    FG_TRY(fg_sieve_primes_make(limit, cancelled, error));
    sieve->capacity = capacity;
    sieve->buckets.before = first - 1;
    for (;;) {
        const uint64_t wanted = (*count + FG_SEGMENT - 1) / FG_SEGMENT;
        const uint32_t possible = segments_in(sieve->bytes, sieve->capacity);
        sieve->segments = wanted < possible ? (uint32_t)wanted : possible;
        if (sieve->segments < wanted)
            *count = (uint64_t)sieve->segments * FG_SEGMENT;
        sieve->buckets.span = (uint32_t)*count;
        bool full;
        FG_TRY(fill(sieve, limit, &full, cancelled, error));
        if (!full)
            return FG_OK;
        /* A bucket for all of the memory has room for three primes of each number, and a batch. */
        const size_t all = sieve->bytes / FG_BUCKET_BYTES;
        const size_t twice = 2 * (size_t)sieve->capacity;
        sieve->capacity = (uint32_t)(twice < all ? twice : all);
    }
}

const unsigned char *fg_large_sieve_bucket(const struct fg_large_sieve *sieve, uint32_t index,
                                           const unsigned char **end) {
    *end = sieve->ends[index];
    return bucket_of(sieve, index);
}

const uint32_t *fg_large_sieve_squares(const struct fg_large_sieve *sieve, size_t *count) {
    *count = sieve->buckets.square_count;
    return sieve->squares;
}

void fg_large_sieve_segment(const struct fg_large_sieve *sieve, uint32_t index,
                            const struct fg_large_planes *planes) {
    uint8_t *const counts = planes->counts;
    uint32_t *const entries = planes->entries;
    memset(counts, 0, FG_SEGMENT);
    const unsigned char *end, *at = fg_large_sieve_bucket(sieve, index, &end);
    for (; at < end; at += FG_BUCKET_BYTES) {
        const struct fg_bucket_entry entry = fg_bucket_read(at);
        const uint32_t k = counts[entry.place];
        FG_VERIFY_CHECK(k < FG_LARGE_PLANES);
        counts[entry.place] = (uint8_t)(k + 1);
        entries[(size_t)k * FG_LARGE_STRIDE + entry.place] = entry.prime;
    }
    for (size_t j = 0; j < sieve->buckets.square_count; j++) {
        const uint32_t i = sieve->squares[j];
        if (i / FG_SEGMENT == index)
            planes->special[i % FG_SEGMENT / 8] |= (uint8_t)(1U << i % 8);
    }
}
