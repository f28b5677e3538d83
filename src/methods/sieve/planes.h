/* SPDX-License-Identifier: MIT */
/*
 * planes.h: what the sieve knows of the numbers of one segment: the one thing that the sieve and
 * the finishing share.
 *
 * A number's primes lie in planes: plane k holds the k-th prime of every number of the segment, so
 * that a vector of neighbours reads the k-th primes of all of them at once. Number i of the segment
 * is n = first + i. Its prime factors are
 *
 * - 2, as often as n says (the low zero bits), and 3, 5, 7 as often as the patterns say;
 * - from 11 to below 2^16, entries 0 .. small_counts[i] - 1 of the small planes, ascending. An odd
 *   entry is a prime that is new. An even entry v says that the prime v | 1 divides once more: it
 *   follows the entry of the same prime. So v | 1 is the prime of any entry, and v ^ 1 its factor
 *   of phi(n): p - 1 for a new prime, p for a repeated one;
 * - above 2^16, entries 0 .. large_counts[i] - 1 of the large planes, ascending, each prime once;
 * - the cofactor: n divided by all these. It is 1 or a prime.
 *
 * The bit of n in `special` says that n may be divisible by more powers of these primes than the
 * entries and patterns say: by 2^32, 3^7, 5^5, 7^5, p^k > 2^16 for 11 <= p < 2^8, p^2 for p > 2^8.
 * The distinct primes are as above, but n must be divided by each of them until it does not divide.
 * About one number in 650 is special. n = 0 always is, with no entries: it has no factors.
 *
 * The cofactor is 1 or exceeds every entry: the entries are all the primes of n up to a limit that
 * the sieve chose, at most 2^32, and for n up to that limit n itself may be among them.
 */
#ifndef FG_METHODS_SIEVE_PLANES_H
#define FG_METHODS_SIEVE_PLANES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FG_SEGMENT = 1 << 16, /* max numbers of a segment */
    /* The entries of 11 and above are primes of n with multiplicity, and 11^19 > 2^64. */
    FG_SMALL_PLANES = 18,
    FG_LARGE_PLANES = 3, /* (2^16)^4 = 2^64 */
    /* Entries from a number's entry to that in the next plane. Above a power of two, so that
     * the entries of a number lie in different sets of a cache. */
    FG_SMALL_STRIDE = FG_SEGMENT + 160,
    FG_LARGE_STRIDE = FG_SEGMENT + 80,
    /* Numbers that a vector may read together: every array can be read up to index
     * FG_SEGMENT + FG_PLANES_READ - 1. */
    FG_PLANES_READ = 64,
    FG_PERIOD_3 = 729,  /* 3^6 */
    FG_PERIOD_5 = 625,  /* 5^4 */
    FG_PERIOD_7 = 2401, /* 7^4 */
};

/* The exponents of 3, 5 and 7 in i, for i below the period; as if 0 were the period. Continued by
 * FG_PLANES_READ entries, so that an unaligned load may begin at any index below the period. */
struct fg_tiny_patterns {
    uint8_t of_3[FG_PERIOD_3 + FG_PLANES_READ]; /* 0 .. 6 */
    uint8_t of_5[FG_PERIOD_5 + FG_PLANES_READ]; /* 0 .. 4 */
    uint8_t of_7[FG_PERIOD_7 + FG_PLANES_READ]; /* 0 .. 4 */
};

/* One segment. All that it points to belongs to the sieve. */
struct fg_planes {
    uint64_t first; /* the segment's first number; first + count - 1 < 2^64 */
    uint32_t count; /* 1 .. FG_SEGMENT; 0 after the end of the range: nothing else is valid then */
    /* The place of number 0 of the segment in the patterns: first mod 3^6, 5^4, 7^4. */
    uint32_t at_3, at_5, at_7;
    const struct fg_tiny_patterns *tiny;
    /* A count for each number. Counts from `count` to the next multiple of FG_PLANES_READ are 0. */
    const uint8_t *small_counts; /* 0 .. FG_SMALL_PLANES */
    /* Entry k of number i is small[k * FG_SMALL_STRIDE + i]; undefined from small_counts[i] on. */
    const uint16_t *small;
    /* Counts and entries of primes above 2^16; both NULL if none was sieved with, as below 2^32. */
    const uint8_t *large_counts; /* 0 .. FG_LARGE_PLANES */
    const uint32_t *large;       /* entry k of number i is large[k * FG_LARGE_STRIDE + i] */
    /* Bit i % 8 of byte i / 8 says that number i is special; 0 from `count` to the next multiple of
     * FG_PLANES_READ. */
    const uint8_t *special;
};

/* Returns the planes of `count` numbers of the segment, from number `begin` on, a multiple of
 * FG_PLANES_READ. So is `count`, unless the part reaches the end of the segment. */
static inline struct fg_planes fg_planes_part(const struct fg_planes *planes, uint32_t begin,
                                              uint32_t count) {
    struct fg_planes part = *planes;
    part.first += begin;
    part.count = count;
    part.at_3 = (planes->at_3 + begin) % FG_PERIOD_3;
    part.at_5 = (planes->at_5 + begin) % FG_PERIOD_5;
    part.at_7 = (planes->at_7 + begin) % FG_PERIOD_7;
    part.small_counts += begin;
    part.small += begin;
    if (planes->large_counts != NULL) {
        part.large_counts += begin;
        part.large += begin;
    }
    part.special += begin / 8;
    return part;
}

/* Returns whether number i of the segment is special. */
static inline bool fg_planes_is_special(const struct fg_planes *planes, uint32_t i) {
    return (planes->special[i >> 3] >> (i & 7) & 1) != 0;
}

/* Returns entry k of number i in the small planes; k < small_counts[i]. */
static inline uint32_t fg_planes_small(const struct fg_planes *planes, uint32_t i, uint32_t k) {
    return planes->small[(size_t)k * FG_SMALL_STRIDE + i];
}

/* Returns entry k of number i in the large planes; k < large_counts[i]. */
static inline uint32_t fg_planes_large(const struct fg_planes *planes, uint32_t i, uint32_t k) {
    return planes->large[(size_t)k * FG_LARGE_STRIDE + i];
}

#endif
