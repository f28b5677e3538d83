/* SPDX-License-Identifier: MIT */
/*
 * range_sieve.h: every number of a range below 2^64, factored by a segmented sieve on one core.
 *
 * The numbers come in segments, whose primes the sieve leaves in planes (planes.h); the finishing
 * makes answers of them. Segments are sieved by the primes below 2^16 one after the other. Larger
 * primes are gone through once for a whole super-segment of many segments, and their multiples are
 * put into a bucket for each segment, as in T. Oliveira e Silva, S. Herzog, S. Pardi, "Empirical
 * verification of the even Goldbach conjecture and computation of prime gaps up to 4*10^18", Math.
 * Comp. 83 (2014). The super-segment is as long as the buckets allow: the more memory they have,
 * the more numbers share the walk through the primes.
 *
 * Several threads work on one range by taking parts of it, each with a sieve of its own. They share
 * the list of the sieving primes (sieve_primes.h) and nothing else.
 *
 * Memory of a sieve: 4 MiB for the planes, of which 1.5 MiB are in use mostly, and from the first
 * super-segment on that ends above 2^32, bucket_bytes at most. The buckets take less than
 * 8.2 log(log2(root) / 16) + 0.7 bytes for each number of a super-segment, natural logarithm, where
 * root is the square root of its last number: 2.5 at 10^12, 4.4 at 10^15, 5.9 at 10^18, 6.4 below
 * 2^64. A super-segment has 2^29 numbers at most.
 * Memory that the sieves of a process share: a byte for each prime from 2^16 to the root: 0.07 MB
 * at 10^12, 2 MB at 10^15, 51 MB at 10^18, 203 MB below 2^64.
 */
#ifndef FG_METHODS_SIEVE_RANGE_SIEVE_H
#define FG_METHODS_SIEVE_RANGE_SIEVE_H

#include "factor_gpu.h"
#include "methods/sieve/planes.h"
#include <stdatomic.h>

/* A range under way. One thread at a time. */
struct fg_range_sieve;

/*
 * Opens a sieve, which fg_range_sieve_close() closes. `cancelled` may be NULL, and must stay valid
 * until then; it is polled every few milliseconds. bucket_bytes, the memory for buckets, is raised
 * to 2 MiB if it is less. FG_ERROR_MEMORY. Thread-safe.
 */
enum fg_status fg_range_sieve_open(const atomic_bool *cancelled, size_t bucket_bytes,
                                   struct fg_range_sieve **sieve, struct fg_error *error);

/* Closes a sieve; NULL is allowed. The last one to close frees the list of primes. Thread-safe, for
 * different sieves. */
void fg_range_sieve_close(struct fg_range_sieve *sieve);

/*
 * Begins the range first .. first + count - 1, in place of whatever range was under way. count may
 * be 0. FG_ERROR_ARGUMENT if the range passes 2^64 - 1. The primes are sieved and the list of them
 * is made later, as the super-segments need them.
 */
enum fg_status fg_range_sieve_begin(struct fg_range_sieve *sieve, uint64_t first, uint64_t count,
                                    struct fg_error *error);

/*
 * Sieves the next segment, in ascending order, and points *planes to what is known of it; valid
 * until the next call. (*planes)->count is 0 when the range has ended. FG_ERROR_MEMORY,
 * FG_ERROR_CANCELLED or FG_ERROR_SELF_CHECK: then the range must be begun anew, and the sieve stays
 * usable.
 */
enum fg_status fg_range_sieve_next(struct fg_range_sieve *sieve, const struct fg_planes **planes,
                                   struct fg_error *error);

/*
 * Sets up to which primes the super-segments that follow are sieved, the larger factors being left
 * to the engine for lists: at least 2^16, at most their root. 0, as at first: to what is cheapest
 * for the length of a super-segment. What the planes say of a number is the same whatever it is.
 * For tests and benchmarks.
 */
void fg_range_sieve_force_limit(struct fg_range_sieve *sieve, uint32_t limit);

/*
 * Returns how many numbers a super-segment has that ends at about `last`, with so much memory for
 * buckets: a multiple of FG_SEGMENT. A range that is cut for several threads or calls is best cut
 * into parts of this size or less, each of them at least FG_SEGMENT: every part begins a
 * super-segment, which costs about 2 ns for each prime from 2^16 to the root of its last number,
 * and 50 us for the primes below. Thread-safe.
 */
uint64_t fg_range_sieve_span(size_t bucket_bytes, uint64_t last);

#endif
