/* SPDX-License-Identifier: MIT */
/*
 * mark_buckets.c: the odd multiples of large primes, and their doubles. As in large_sieve.c, every
 * bucket is seen to have room before each batch of primes: a prime above 2^16 has one multiple at
 * most among the 2^16 numbers of a bucket.
 */
#include "methods/sieve/mark_buckets.h"

#include "arith/isqrt.h"
#include "batch/error.h"
#include "methods/sieve/large_sieve.h"
#include "methods/sieve/mark_places.h"
#include "methods/sieve/prime_walk.h"
#include "methods/sieve/sieve_memory.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    BUCKET_BYTES = 1 << 16, /* the bytes of a segment that share a bucket */
    SEGMENT_BUCKETS = (FG_MARKS_ODD_BYTES + FG_MARKS_TWICE_BYTES) / BUCKET_BYTES,
    MAX_SEGMENTS = 4000, /* of a super-segment: less than 2^30 - 2^18 numbers */
    MAX_BUCKETS = MAX_SEGMENTS * SEGMENT_BUCKETS,
    MAX_SQUARES = (1 << 16) + FG_BUCKET_BATCH,
    /* Weights of primes above 2^16 are from 28 to 57: a number of B bits has weights from 16 s to
     * B s / 2 = 56, where s = 112 / B. */
    MAX_WEIGHTS = 16,
};
_Static_assert((int)FG_MARKS_ODD_BYTES == 2 * BUCKET_BYTES &&
                   (int)FG_MARKS_TWICE_BYTES == BUCKET_BYTES,
               "a segment has two buckets of odd numbers, and one of their doubles");
_Static_assert((uint64_t)MAX_SEGMENTS *FG_MARKS_SEGMENT < (1 << 30) - (1 << 18),
               "the places of mark_places.h are counted in words of 32 bits");

/* Numbers of a super-segment for each prime that it is sieved by, and segments at least. */
#define PRIME_NUMBERS 32.0
#define MIN_SEGMENTS 8

/* The primes of one weight. */
struct weight {
    uint32_t last; /* the largest number with this weight */
    uint8_t weight;
};

struct fg_mark_buckets {
    const struct fg_bucket_steps *steps;
    uint16_t *entries; /* of all buckets, one behind the other */
    size_t bytes;
    uint32_t capacity, bucket_count; /* of a bucket; of the super-segment */
    uint32_t forced_capacity;        /* 0, or that of every super-segment at first */
    size_t room;                     /* primes that surely fit, whatever they divide */
    struct fg_buckets found;         /* the super-segment, and first multiples in it */
    const struct fg_place_steps *place_steps;
    struct fg_place_buckets places;
    struct weight weights[MAX_WEIGHTS];
    uint32_t weight_count, weight_index;             /* of the super-segment; of the next prime */
    uint16_t *ends[MAX_BUCKETS];                     /* the place of each bucket's next entry */
    uint16_t *weight_ends[MAX_WEIGHTS][MAX_BUCKETS]; /* behind the last entry of each weight */
    uint32_t squares[MAX_SQUARES];
    struct fg_prime_walk walk;
};

/* ---- Opening and closing ---- */

/* Three primes of each number of a bucket, and a batch, for the buckets of a segment. */
#define MIN_BYTES ((size_t)SEGMENT_BUCKETS * (3 * BUCKET_BYTES + FG_BUCKET_BATCH) * 2)

struct fg_mark_buckets *fg_mark_buckets_open(size_t bucket_bytes) {
    struct fg_mark_buckets *const buckets = calloc(1, sizeof *buckets);
    if (buckets == NULL)
        return NULL;
    buckets->bytes = bucket_bytes > MIN_BYTES ? bucket_bytes : MIN_BYTES;
    buckets->entries = fg_sieve_memory_take(buckets->bytes);
    if (buckets->entries == NULL) {
        free(buckets);
        return NULL;
    }
    buckets->steps = fg_bucket_steps_select();
    buckets->found.squares = buckets->squares;
    buckets->place_steps = fg_place_steps_select();
    buckets->places.ends = buckets->ends;
    return buckets;
}

void fg_mark_buckets_close(struct fg_mark_buckets *buckets) {
    if (buckets == NULL)
        return;
    fg_sieve_memory_free(buckets->entries, buckets->bytes);
    free(buckets);
}

/* ---- Length ---- */

/* Returns how many segments, at least 1, have buckets of such a capacity > 0. */
static uint32_t segments_in(const struct fg_mark_buckets *buckets, uint32_t capacity) {
    const size_t segments =
        buckets->bytes / sizeof(uint16_t) / SEGMENT_BUCKETS / (capacity > 0 ? capacity : 1);
    return segments == 0 ? 1 : segments < MAX_SEGMENTS ? (uint32_t)segments : MAX_SEGMENTS;
}

uint64_t fg_mark_buckets_span(const struct fg_mark_buckets *buckets, uint64_t first,
                              uint64_t count) {
    const uint64_t most = (uint64_t)MAX_SEGMENTS * FG_MARKS_SEGMENT;
    const uint64_t length = count < most ? count : most;
    const uint32_t root = fg_isqrt64(first + (length - 1));
    const uint64_t fitting = segments_in(buckets, fg_large_sieve_bucket_capacity(root));
    const uint64_t worth = (uint64_t)(PRIME_NUMBERS * (root / log(root + 17.0))) / FG_MARKS_SEGMENT;
    const uint64_t wanted = worth > MIN_SEGMENTS ? worth : MIN_SEGMENTS;
    return (wanted < fitting ? wanted : fitting) * FG_MARKS_SEGMENT;
}

/* ---- Filling ---- */

/* Lists the weights of the primes above 2^16. */
static void list_weights(struct fg_mark_buckets *buckets, double scale, uint32_t limit) {
    double logarithm = 2 * floor(16 * scale / 2); /* where a weight begins, times the scale */
    uint32_t count = 0;
    do {
        const double last = exp2((logarithm + 2) / scale);
        FG_VERIFY_CHECK(count < MAX_WEIGHTS);
        buckets->weights[count].weight = fg_marks_weight(logarithm + 1);
        buckets->weights[count].last = last < UINT32_MAX ? (uint32_t)last : UINT32_MAX;
        logarithm += 2;
    } while (buckets->weights[count++].last < limit);
    buckets->weight_count = count;
    buckets->weight_index = 0;
}

/* Returns how many primes more surely fit: as many as the fullest bucket has room for. */
static size_t room_left(const struct fg_mark_buckets *buckets) {
    size_t fullest = 0;
    const uint16_t *bucket = buckets->entries;
    for (uint32_t b = 0; b < buckets->bucket_count; b++, bucket += buckets->capacity) {
        const size_t length = (size_t)(buckets->ends[b] - bucket);
        fullest = length > fullest ? length : fullest;
    }
    const size_t squares = MAX_SQUARES - buckets->found.square_count;
    const size_t room = buckets->capacity - fullest;
    const size_t primes = room > 0 ? room - 1 : 0; /* an entry may be written beyond the last */
    return primes < squares ? primes : squares;
}

/* Returns the bucket of a segment's numbers that are twice an odd one. The buckets of odd numbers
 * come before all these, two for each segment. */
static uint32_t twice_bucket(const struct fg_mark_buckets *buckets, uint32_t segment) {
    return buckets->bucket_count / SEGMENT_BUCKETS * (SEGMENT_BUCKETS - 1) + segment;
}

/* Empties the buckets for the `count` numbers of the super-segment. */
static void clear_buckets(struct fg_mark_buckets *buckets, uint64_t count) {
    buckets->bucket_count =
        (uint32_t)((count + FG_MARKS_SEGMENT - 1) / FG_MARKS_SEGMENT) * SEGMENT_BUCKETS;
    for (uint32_t b = 0; b < buckets->bucket_count; b++)
        buckets->ends[b] = buckets->entries + (size_t)b * buckets->capacity;
    buckets->found.span = (uint32_t)count;
    buckets->found.square_count = 0;
    buckets->places.odd_end = (uint32_t)(count / 2);
    buckets->places.twice_begin = twice_bucket(buckets, 0) * BUCKET_BYTES;
    buckets->places.twice_end = buckets->places.twice_begin + (uint32_t)((count + 1) / 4);
    buckets->room = room_left(buckets);
}

/* Puts the multiples of primes[0 .. count), which have one weight, into the buckets. */
static void put_primes(struct fg_mark_buckets *buckets, const uint32_t *primes, size_t count) {
    for (size_t done = 0; done < count; done += FG_FIRST_MULTIPLES) {
        const size_t left = count - done;
        const size_t part = left < FG_FIRST_MULTIPLES ? left : FG_FIRST_MULTIPLES;
        const size_t length = buckets->steps->find(&buckets->found, primes + done, part);
        if (primes[done] >= buckets->found.span)
            buckets->place_steps->put_only(&buckets->places, buckets->found.found, length);
        else
            buckets->place_steps->put_all(&buckets->places, buckets->found.found, length);
    }
}

/* Notes where the entries of a weight end. */
static void end_weight(struct fg_mark_buckets *buckets) {
    memcpy(buckets->weight_ends[buckets->weight_index++], buckets->ends,
           buckets->bucket_count * sizeof *buckets->ends);
}

/* Puts the multiples of a batch into the buckets. */
static void put_batch(struct fg_mark_buckets *buckets, const uint32_t *primes, size_t count) {
    while (count > 0) {
        const uint32_t last = buckets->weights[buckets->weight_index].last;
        size_t part = count;
        while (part > 0 && primes[part - 1] > last)
            part--;
        put_primes(buckets, primes, part);
        primes += part;
        count -= part;
        if (count > 0)
            end_weight(buckets);
    }
}

/* Fills the buckets of the super-segment of `count` numbers. Sets *full, and stops, if there is not
 * enough room. */
static enum fg_status fill(struct fg_mark_buckets *buckets, uint64_t count, uint32_t limit,
                           double scale, bool *full, const atomic_bool *cancelled,
                           struct fg_error *error) {
    struct fg_prime_walk *const walk = &buckets->walk;
    clear_buckets(buckets, count);
    list_weights(buckets, scale, limit);
    *full = false;
    fg_prime_walk_begin(walk, buckets->steps, limit);
    for (size_t batch; (batch = fg_prime_walk_next(walk)) > 0; buckets->room -= batch) {
        if (buckets->room < batch)
            buckets->room = room_left(buckets);
        if (buckets->room < batch) {
            *full = true;
            return FG_OK;
        }
        if (cancelled != NULL && atomic_load_explicit(cancelled, memory_order_relaxed))
            return fg_fail(error, FG_ERROR_CANCELLED, "the sieve of a range was cancelled");
        put_batch(buckets, walk->primes, batch);
    }
    while (buckets->weight_index < buckets->weight_count)
        end_weight(buckets);
    return FG_OK;
}

void fg_mark_buckets_force_capacity(struct fg_mark_buckets *buckets, uint32_t capacity) {
    FG_VERIFY_CHECK(capacity > FG_BUCKET_BATCH);
    buckets->forced_capacity = capacity;
}

enum fg_status fg_mark_buckets_begin(struct fg_mark_buckets *buckets, uint64_t first,
                                     uint64_t *count, double scale, const atomic_bool *cancelled,
                                     struct fg_error *error) {
    const uint64_t span = fg_mark_buckets_span(buckets, first, *count);
    *count = *count < span ? *count : span;
    const uint32_t limit = fg_isqrt64(first + (*count - 1));
    FG_VERIFY_CHECK(first % 4 == 0 && first > 0);
    FG_TRY(fg_sieve_primes_make(limit, cancelled, error));
    buckets->capacity = buckets->forced_capacity != 0 ? buckets->forced_capacity
                                                      : fg_large_sieve_bucket_capacity(limit);
    buckets->found.before = first - 1;
    for (;;) {
        const uint64_t possible =
            (uint64_t)segments_in(buckets, buckets->capacity) * FG_MARKS_SEGMENT;
        *count = *count < possible ? *count : possible;
        bool full;
        FG_TRY(fill(buckets, *count, limit, scale, &full, cancelled, error));
        if (!full)
            return FG_OK;
        /* The buckets of one segment in all of the memory have room for everything. */
        const size_t all = buckets->bytes / sizeof(uint16_t) / SEGMENT_BUCKETS;
        const size_t twice = 2 * (size_t)buckets->capacity;
        buckets->capacity = (uint32_t)(twice < all ? twice : all);
    }
}

/* ---- Applying ---- */

/* Adds the weights of a bucket to its bytes. */
static void add_bucket(const struct fg_mark_buckets *buckets, uint32_t bucket, uint8_t *bytes) {
    const uint16_t *entry = buckets->entries + (size_t)bucket * buckets->capacity;
    for (uint32_t k = 0; k < buckets->weight_count; k++) {
        const uint16_t *const end = buckets->weight_ends[k][bucket];
        const uint8_t weight = buckets->weights[k].weight;
        for (; entry < end; entry++)
            bytes[*entry] = (uint8_t)(bytes[*entry] + weight);
    }
}

void fg_mark_buckets_apply(const struct fg_mark_buckets *buckets, uint32_t segment,
                           struct fg_marks_bytes *bytes) {
    add_bucket(buckets, 2 * segment, bytes->odd);
    add_bucket(buckets, 2 * segment + 1, bytes->odd + BUCKET_BYTES);
    add_bucket(buckets, twice_bucket(buckets, segment), bytes->twice);
    for (size_t j = 0; j < buckets->found.square_count; j++) {
        const uint32_t i = buckets->squares[j] % FG_MARKS_SEGMENT;
        if (buckets->squares[j] / FG_MARKS_SEGMENT != segment)
            continue;
        if (i % 2 != 0)
            bytes->odd[i / 2] |= FG_MARKS_SQUARE;
        else if (i % 4 != 0)
            bytes->twice[i / 4] |= FG_MARKS_SQUARE;
    }
}
