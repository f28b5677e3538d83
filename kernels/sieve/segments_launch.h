/* SPDX-License-Identifier: MIT */
/*
 * segments_launch.h: the C interface of the kernels that sieve a run of consecutive numbers, a
 * chunk, and sum up what they find.
 *
 * A chunk is cut into segments, which a block of threads takes in shared memory one after the
 * other. The odd primes below FG_SEGMENT_PRIME_END are sieved there; 2 is counted by trailing
 * zeros. Larger primes are gone through once for the whole chunk, and their multiples are put into
 * a bucket for each segment. What these primes leave of a number is 1 or a prime, so that the list
 * of larger primes must have all up to the root of the chunk's last number that divide one of its
 * numbers. Primes beyond the root do no harm.
 *
 *     places, buckets, then counts or products; all on one stream
 *
 * Source of the buckets: T. Oliveira e Silva, S. Herzog, S. Pardi, "Empirical verification of the
 * even Goldbach conjecture and computation of prime gaps up to 4*10^18", Math. Comp. 83 (2014).
 */
#ifndef FG_KERNELS_SIEVE_SEGMENTS_LAUNCH_H
#define FG_KERNELS_SIEVE_SEGMENTS_LAUNCH_H

#include <cuda_runtime_api.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The odd primes below this are sieved in each segment. */
#define FG_SEGMENT_PRIME_END 8192
#define FG_SEGMENT_PRIMES 1027
/* The first of them, those below 256, take a warp each in a segment, the others a thread. */
#define FG_SEGMENT_WARP_PRIMES 53

/* Numbers of a segment, as powers of 2: 4 bytes of shared memory a number for counts, and 16 for
 * products. */
#define FG_COUNTS_SEGMENT_BITS 13
#define FG_PRODUCTS_SEGMENT_BITS 11

/* Threads of a block, and blocks that a multiprocessor has room for. */
#define FG_SEGMENT_THREADS 256
#define FG_SEGMENT_RESIDENT 4
#define FG_SEGMENT_WARPS (FG_SEGMENT_THREADS / 32)

/* Max numbers of a chunk. */
#define FG_CHUNK_MAX (UINT32_C(1) << 30)
/* A thread of the kernel of buckets goes through so many numbers with a prime below this, and
 * through the whole chunk with a larger one. */
#define FG_CHUNK_STRETCH (UINT32_C(1) << 22)

/* One number in so many is a sample, whose value comes back to be checked. */
#define FG_SAMPLE_BITS 20

/* The number of a histogram's bins: number of different primes (below 16) times 64, plus the number
 * of primes with multiplicity (below 64). */
#define FG_COUNT_BINS 1024

/* A prime's place in a chunk, and what divides by it without a division. */
struct fg_sieve_place {
    uint32_t prime;
    uint32_t residue;           /* the chunk's first number modulo prime^2, which is below 2^26 */
    uint32_t reciprocal;        /* floor(2^32 / prime) */
    uint32_t square_reciprocal; /* floor(2^32 / prime^2) */
    uint64_t inverse;           /* of the prime, modulo 2^64 */
    uint64_t limit;             /* floor((2^64 - 1) / prime) */
};

/* The input of a launch. Pointers are to device memory. */
struct fg_sieve_chunk {
    uint64_t first;         /* its first number, at least 1 */
    uint64_t root;          /* of the last number: no prime up to here is left of a number */
    uint32_t count;         /* 1 .. FG_CHUNK_MAX; the last number is below 2^64 */
    uint32_t segment_bits;  /* FG_COUNTS_SEGMENT_BITS or FG_PRODUCTS_SEGMENT_BITS */
    const uint32_t *primes; /* the FG_SEGMENT_PRIMES small ones, and the larger ones behind */
    uint32_t prime_count;   /* of all */
    uint32_t near_count;    /* those below FG_CHUNK_STRETCH, at least FG_SEGMENT_PRIMES */
    struct fg_sieve_place *places; /* FG_SEGMENT_PRIMES */
    uint64_t *entries;             /* `bucket_capacity` for each segment */
    unsigned *entry_counts; /* one for each segment, 0 at first; counts on beyond the capacity */
    uint32_t bucket_capacity;
    uint32_t blocks;         /* of a launch over segments, at least 1 */
    const uint32_t *samples; /* for each 2^FG_SAMPLE_BITS numbers which of the chunk's it is */
    uint64_t *sample_values; /* for each the bin, or the function's value */
    unsigned *overflows;     /* 0 at first; counts segments whose bucket had no room for all */
    unsigned *violations;    /* the same; counts numbers whose primes cannot be right */
};

/* The output of fg_launch_segment_counts(): 0 and UINT32_MAX at first. */
struct fg_segment_counts {
    unsigned long long numbers[FG_COUNT_BINS]; /* how many numbers are in each bin */
    unsigned firsts[FG_COUNT_BINS];            /* the first of them, as a place in the chunk */
};

/* The functions of n whose values are products over its prime powers. */
enum fg_segment_function {
    FG_SEGMENT_TAU,
    FG_SEGMENT_SIGMA, /* modulo 2^64: below 2^61 exact */
    FG_SEGMENT_PHI,
    FG_SEGMENT_RADICAL,
    FG_SEGMENT_CORE, /* the product of the primes with an odd exponent */
};

/* Values of the numbers that one warp has taken. */
struct fg_segment_sum {
    uint64_t sum_low, sum_high;
    uint64_t least, greatest;       /* greatest is 0 if it has taken none */
    uint32_t least_at, greatest_at; /* the first numbers that have them, as places in the chunk */
};

/*
 * Enqueue on `stream`: the places of the small primes; the buckets, whose counts the caller has set
 * to 0; all segments into `counts`, or into blocks * FG_SEGMENT_WARPS entries of `sums`. The result
 * is the launch's own error; errors of execution show at the next synchronisation.
 */
cudaError_t fg_launch_sieve_places(const struct fg_sieve_chunk *chunk, cudaStream_t stream);
cudaError_t fg_launch_sieve_buckets(const struct fg_sieve_chunk *chunk, cudaStream_t stream);
cudaError_t fg_launch_segment_counts(const struct fg_sieve_chunk *chunk,
                                     struct fg_segment_counts *counts, cudaStream_t stream);
cudaError_t fg_launch_segment_products(const struct fg_sieve_chunk *chunk,
                                       enum fg_segment_function function,
                                       struct fg_segment_sum *sums, cudaStream_t stream);

#ifdef __cplusplus
}
#endif

#endif
