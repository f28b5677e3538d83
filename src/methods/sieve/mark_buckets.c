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
#include "methods/sieve/prime_walk.h"
#include "methods/sieve/sieve_memory.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    BUCKET_BYTES = 1 << 16, /* of a segment that a bucket is for */
    SEGMENT_BUCKETS = (FG_MARKS_ODD_BYTES + FG_MARKS_TWICE_BYTES) / BUCKET_BYTES,
    MAX_SEGMENTS = 1 << 12, /* of a super-segment */
    MAX_BUCKETS = MAX_SEGMENTS * SEGMENT_BUCKETS,
    OUTSIDE = MAX_BUCKETS, /* the bucket of multiples behind the super-segment: it has no entries */
    MAX_SQUARES = (1 << 16) + FG_BUCKET_BATCH,
    /* Weights of primes above 2^16 are from 28 to 57: a number of B bits has weights from 16 s to
     * B s / 2 = 56, where s = 112 / B. */
    MAX_WEIGHTS = 16,
};
_Static_assert((int)FG_MARKS_ODD_BYTES == 2 * BUCKET_BYTES &&
                   (int)FG_MARKS_TWICE_BYTES == BUCKET_BYTES,
               "a segment has two buckets of odd numbers, and one of their doubles");

/* Entries from the end of a bucket to what the CPU is asked to get in advance. Fills take 0.75
 * times as long at 10^15 as without, where buckets are beyond the second cache. */
#define AHEAD 64

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
    uint64_t odd_end, twice_end;     /* odd numbers of the super-segment, and doubles */
    uint64_t odd_times, twice_times; /* how many of them the next prime divides, or one more */
    struct weight weights[MAX_WEIGHTS];
    uint32_t weight_count, weight_index;             /* of the super-segment; of the next prime */
    uint16_t *ends[MAX_BUCKETS + 1];                 /* the place of each bucket's next entry */
    uint16_t outside;                                /* the place of OUTSIDE */
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
    buckets->ends[OUTSIDE] = &buckets->outside;
    return buckets;
}

void fg_mark_buckets_close(struct fg_mark_buckets *buckets) {
    if (buckets == NULL)
        return;
    fg_sieve_memory_free(buckets->entries, buckets->bytes);
    free(buckets);
}

/* ---- Length ---- */

/* Returns how many segments, at least 1, have buckets of such a capacity. */
static uint32_t segments_in(const struct fg_mark_buckets *buckets, uint32_t capacity) {
    const size_t segments =
        buckets->bytes / sizeof(uint16_t) / ((size_t)SEGMENT_BUCKETS * capacity);
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
    return buckets->capacity - fullest < squares ? buckets->capacity - fullest : squares;
}

/* Empties the buckets for the `count` numbers of the super-segment. */
static void clear_buckets(struct fg_mark_buckets *buckets, uint64_t count) {
    buckets->bucket_count =
        (uint32_t)((count + FG_MARKS_SEGMENT - 1) / FG_MARKS_SEGMENT) * SEGMENT_BUCKETS;
    for (uint32_t b = 0; b < buckets->bucket_count; b++)
        buckets->ends[b] = buckets->entries + (size_t)b * buckets->capacity;
    buckets->found.span = (uint32_t)count;
    buckets->found.square_count = 0;
    buckets->odd_end = count / 2;
    buckets->twice_end = (count + 1) / 4;
    buckets->odd_times = buckets->odd_end >> 16;
    buckets->twice_times = buckets->twice_end >> 16;
    buckets->room = room_left(buckets);
}

/* The bucket of odd number i of the super-segment, and of double i. */
static inline uint32_t odd_bucket(uint64_t i) {
    const uint32_t part = (uint32_t)(i / BUCKET_BYTES);
    return part + part / 2;
}
static inline uint32_t twice_bucket(uint64_t i) {
    return (uint32_t)(i / BUCKET_BYTES) * SEGMENT_BUCKETS + 2;
}

/* Appends a place to its bucket. */
static inline void put(struct fg_mark_buckets *buckets, uint64_t i, uint32_t bucket) {
    uint16_t *const end = buckets->ends[bucket];
    __builtin_prefetch(end + AHEAD, 1);
    *end = (uint16_t)i;
    buckets->ends[bucket] = end + 1;
}

/* Appends a place to its bucket if it is inside of the super-segment, without a branch. */
static inline void put_if(struct fg_mark_buckets *buckets, uint64_t i, uint32_t bucket,
                          bool inside) {
    const uint32_t mask = -(uint32_t)inside;
    uint16_t **const end = &buckets->ends[(bucket & mask) | (OUTSIDE & ~mask)];
    __builtin_prefetch(*end + AHEAD, 1);
    **end = (uint16_t)i;
    *end += inside;
}

/*
 * Puts the multiples of the primes that were found into the buckets. From the first odd multiple
 * number i, i < p, every p-th odd number is one. A prime has k or k + 1 of them in the
 * super-segment, where k, the quotient of both, is the same for many primes in a row: k are put
 * without a test, and the last without a branch, because whether there is one is not predictable.
 * Doubles are put in the same way: number i is twice an odd number if 4 divides i - 2.
 */
static void put_found(struct fg_mark_buckets *buckets, size_t count) {
    for (size_t j = 0; j < count; j++) {
        const uint64_t first = (uint32_t)buckets->found.found[j];
        const uint64_t p = buckets->found.found[j] >> 32;
        while (buckets->odd_times * p > buckets->odd_end)
            buckets->odd_times--;
        while (buckets->twice_times * p > buckets->twice_end)
            buckets->twice_times--;
        uint64_t i = (first + (first % 2 == 0 ? p : 0)) / 2;
        for (uint64_t k = buckets->odd_times; k > 0; k--, i += p)
            put(buckets, i, odd_bucket(i));
        put_if(buckets, i, odd_bucket(i), i < buckets->odd_end);
        i = (first + (2 - first) * p % 4 * p) / 4; /* p is its own inverse modulo 4 */
        for (uint64_t k = buckets->twice_times; k > 0; k--, i += p)
            put(buckets, i, twice_bucket(i));
        put_if(buckets, i, twice_bucket(i), i < buckets->twice_end);
    }
}

/* Puts the only multiples of the primes that were found into the buckets. */
static void put_found_once(struct fg_mark_buckets *buckets, size_t count) {
    for (size_t j = 0; j < count; j++) {
        const uint32_t first = (uint32_t)buckets->found.found[j];
        const bool is_odd = first % 2 != 0;
        const uint32_t i = is_odd ? first / 2 : first / 4;
        const uint32_t bucket = is_odd ? odd_bucket(i) : twice_bucket(i);
        put_if(buckets, i, bucket, first % 4 != 0);
    }
}

/* Puts the multiples of primes[0 .. count), which have one weight, into the buckets. */
static void put_primes(struct fg_mark_buckets *buckets, const uint32_t *primes, size_t count) {
    for (size_t done = 0; done < count; done += FG_FIRST_MULTIPLES) {
        const size_t left = count - done;
        const size_t part = left < FG_FIRST_MULTIPLES ? left : FG_FIRST_MULTIPLES;
        const size_t length = buckets->steps->find(&buckets->found, primes + done, part);
        if (primes[done] >= buckets->found.span)
            put_found_once(buckets, length);
        else
            put_found(buckets, length);
        buckets->steps->put_squares(&buckets->found, length);
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
    const uint32_t bucket = segment * SEGMENT_BUCKETS;
    add_bucket(buckets, bucket, bytes->odd);
    add_bucket(buckets, bucket + 1, bytes->odd + BUCKET_BYTES);
    add_bucket(buckets, bucket + 2, bytes->twice);
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
