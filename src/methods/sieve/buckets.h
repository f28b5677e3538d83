/* SPDX-License-Identifier: MIT */
/*
 * buckets.h: the multiples of large primes in a super-segment, a bucket for each segment; and the
 * steps that find them, of which each instruction set has its own.
 *
 * The first multiple of p above a number b < 2^64 comes from b mod p, and that from a quotient in
 * double precision, which costs less than a division of whole numbers. With 2^16 < p < 2^32 the
 * quotient b / p is below 2^48. Rounding b, FG_BUCKET_SCALE * b, 1 / p and their product makes
 * relative errors of 2^-53 each, or 2^-52 for a 1 / p by Newton's iteration: 5 * 2^-53 in sum.
 * The scale takes away 2^-50 = 8 * 2^-53. So the computed quotient is less than b / p, by less than
 * 2^48 * 13 * 2^-53 < 0.5, and rounded down it is floor(b / p) or 1 less: the remainder is that of
 * b, or p more.
 *
 * p^2 divides the multiple (c + k) p, k >= 0, for the least k with p | c + k: k = t p - c with
 * t = ceil(c / p). c / p < 2^33 is computed with an error below 2^-19, and t is what is left of
 * c / p + 1 - 2^-18 without its fraction. If c / p is whole, that is right. If not, it is right
 * unless the fraction of c / p is below 2^-17: then k can come out negative, and the place that
 * follows too, because the first multiple is less than p away. The right k would be at least
 * p - 2^-17 p, and its place beyond 2^31, the max length of a super-segment. t p and c are below
 * 2^50, so that a place below 2^53 is exact in double precision.
 *
 * That is only done if p^2 may divide a number of the super-segment at all. The quotient that was
 * computed, q, is below c by 1.5 at most, and k p is less than the span: t p - q is positive, and
 * less than 1.5 + span / p. So q / p, below 2^32 and computed with an error below 2^-19, is off
 * from a whole number by less than (2 + span / p) / p + 2^-19, which few are.
 *
 * Which primes have a multiple is not predictable. So their multiples are first gathered without
 * a branch, and then put into the buckets.
 */
#ifndef FG_METHODS_SIEVE_BUCKETS_H
#define FG_METHODS_SIEVE_BUCKETS_H

#include "methods/sieve/planes.h"
#include <string.h>

enum {
    FG_BUCKET_BATCH = 4096,    /* primes that are found multiples of at once, at most */
    FG_BUCKET_BATCH_READ = 16, /* entries that can be read beyond a batch's last */
};

#define FG_BUCKET_SCALE (1 - 0x1p-50)
#define FG_BUCKET_ROUND_UP (1 - 0x1p-18)
#define FG_BUCKET_SQUARE_ERROR 0x1p-18

/* A prime times 2^32, and its first multiple in the super-segment. */
typedef uint64_t fg_prime_and_multiple;

enum { FG_FIRST_MULTIPLES = 512 }; /* that are gathered before they are put into the buckets */

/* The super-segment under way: numbers before + 1 .. before + span. */
struct fg_buckets {
    uint64_t before;      /* the number before the first */
    uint32_t span;        /* numbers, 1 .. 2^31 */
    unsigned char **ends; /* where each segment's next entry goes */
    uint32_t *squares; /* numbers of the super-segment that the square of a large prime divides */
    size_t square_count;
    /* Work space of the steps; a vector more than they gather. */
    fg_prime_and_multiple found[FG_FIRST_MULTIPLES + 8];
};

/*
 * Gathers the first multiples in the super-segment of primes[0 .. count), ascending primes from
 * 2^16 to 2^32, 1 <= count <= FG_FIRST_MULTIPLES, in buckets->found, in the order of the primes,
 * and returns how many there are. Appends to the squares what the squares of these primes divide;
 * there must be room for one more of every prime.
 */
typedef size_t fg_bucket_find_function(struct fg_buckets *buckets, const uint32_t *primes,
                                       size_t count);

/*
 * Writes the primes that half_gaps[0 .. count) lead to, each half_gap twice above the one before
 * it, the first above `last`; count <= FG_BUCKET_BATCH. Returns the last one. Up to
 * FG_BUCKET_BATCH_READ entries beyond are overwritten, and FG_HALF_GAPS_READ half-gaps read.
 */
typedef uint32_t fg_half_gaps_function(const uint8_t *half_gaps, size_t count, uint32_t last,
                                       uint32_t *primes);

/* An instruction set's steps. */
struct fg_bucket_steps {
    const char *name;
    fg_bucket_find_function *find;
    fg_half_gaps_function *primes_from_half_gaps;
};

/* A prime, and the index in the segment of a number that it divides. */
struct fg_bucket_entry {
    uint32_t prime;
    uint16_t place;
};

/* An entry's bytes. It is written as eight, of which the next entry covers the last two: with eight
 * for each, a super-segment has three quarters of the numbers, and the walk through the primes of
 * 10^9 numbers below 2^64 takes 1.3 times as long. */
#define FG_BUCKET_BYTES 6
#define FG_BUCKET_WRITTEN 8
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define FG_BUCKET_SHIFT 16
#else
#define FG_BUCKET_SHIFT 0
#endif

static inline void fg_bucket_write(unsigned char *to, uint64_t prime, uint32_t place) {
    const uint64_t both = (prime << 16 | place) << FG_BUCKET_SHIFT;
    memcpy(to, &both, FG_BUCKET_WRITTEN);
}
/* Reads an entry, and two bytes behind it, which may be anything. */
static inline struct fg_bucket_entry fg_bucket_read(const unsigned char *from) {
    uint64_t both;
    memcpy(&both, from, FG_BUCKET_WRITTEN);
    both >>= FG_BUCKET_SHIFT;
    return (struct fg_bucket_entry){(uint32_t)(both >> 16), (uint16_t)both};
}

/* Bytes from the end of a bucket to what the CPU fetches ahead. */
#define FG_BUCKET_AHEAD 128

/* Appends that p divides number i of the super-segment, if `inside` is 1; if it is 0, only writes
 * to the place of the first bucket's next entry. */
static inline void fg_bucket_put_if(const struct fg_buckets *buckets, uint32_t i, uint64_t p,
                                    uint32_t inside) {
    unsigned char **const end = &buckets->ends[i / FG_SEGMENT & -inside];
    __builtin_prefetch(*end + FG_BUCKET_AHEAD, 1);
    fg_bucket_write(*end, p, i % FG_SEGMENT);
    *end += inside * FG_BUCKET_BYTES;
}

/*
 * Puts the first `count` multiples that were found into the buckets, and the primes' further ones.
 * A prime has k or k + 1 multiples in the super-segment, where k, the quotient of both, is the same
 * for many primes in a row: k are put without a test, and the last without a branch, because
 * whether there is one is not predictable.
 */
static inline void fg_bucket_put_found(const struct fg_buckets *buckets, size_t count) {
    uint32_t times = buckets->span / FG_SEGMENT;
    for (size_t j = 0; j < count; j++) {
        const uint64_t p = buckets->found[j] >> 32;
        uint64_t i = (uint32_t)buckets->found[j];
        while (times * p > buckets->span)
            times--;
        for (uint32_t k = times; k > 0; k--, i += p)
            fg_bucket_put_if(buckets, (uint32_t)i, p, 1);
        fg_bucket_put_if(buckets, (uint32_t)i, p, i < buckets->span);
    }
}

/* Puts the only multiples of the primes that were found into the buckets. */
static inline void fg_bucket_put_found_once(const struct fg_buckets *buckets, size_t count) {
    for (size_t j = 0; j < count; j++)
        fg_bucket_put_if(buckets, (uint32_t)buckets->found[j], buckets->found[j] >> 32, 1);
}

/* Returns how far from a whole number the quotient of a first multiple's quotient and its prime,
 * `least` or above, is at most if the square of the prime divides a number. */
static inline double fg_bucket_square_limit(const struct fg_buckets *buckets, uint32_t least) {
    return (2 + buckets->span / (double)least) / least + FG_BUCKET_SQUARE_ERROR;
}

/* Appends to the squares what the square of the prime divides. */
static inline void fg_bucket_put_square(struct fg_buckets *buckets, fg_prime_and_multiple found) {
    const double p = (double)(found >> 32), inverse = 1 / p;
    /* The quotient is whole and below 2^48, and is computed with an error below 0.2. */
    const uint64_t multiple = buckets->before + 1 + (uint32_t)found;
    const double c = (double)(uint64_t)((double)multiple * inverse + 0.5);
    const double t = (double)(uint64_t)(c * inverse + FG_BUCKET_ROUND_UP);
    const double place = (double)(uint32_t)found + (t * p - c) * p;
    if (place >= 0 && place < buckets->span)
        buckets->squares[buckets->square_count++] = (uint32_t)place;
}

/*
 * Appends the multiples in the super-segment of primes[0 .. count), ascending primes from 2^16 to
 * 2^32, count <= FG_BUCKET_BATCH, to the buckets, and those of their squares to the squares. The
 * caller has seen to it that each bucket and the squares have room for one more of every prime, and
 * each bucket for two entries more than that.
 */
static inline void fg_bucket_fill(const struct fg_bucket_steps *steps, struct fg_buckets *buckets,
                                  const uint32_t *primes, size_t count) {
    for (size_t done = 0; done < count; done += FG_FIRST_MULTIPLES) {
        const size_t left = count - done;
        const size_t most = FG_FIRST_MULTIPLES, part = left < most ? left : most;
        const size_t length = steps->find(buckets, primes + done, part);
        if (primes[done] >= buckets->span)
            fg_bucket_put_found_once(buckets, length);
        else
            fg_bucket_put_found(buckets, length);
    }
}

extern const struct fg_bucket_steps fg_bucket_steps_portable, fg_bucket_steps_avx2,
    fg_bucket_steps_avx512;

/* Returns the best steps that run here and that FACTOR_GPU_CPU allows. Thread-safe. */
const struct fg_bucket_steps *fg_bucket_steps_select(void);

#endif
