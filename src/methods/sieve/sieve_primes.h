/* SPDX-License-Identifier: MIT */
/*
 * sieve_primes.h: the primes below 2^32 that ranges are sieved with, made on demand and shared by
 * all sieves of a process.
 *
 * Those above 2^16 are a byte each, half of the gap to the next: no gap below 2^32 exceeds 336.
 * They lie in chunks of the number line. A chunk is made by the first thread that needs it, while
 * other threads make others, so that all threads that need the list make it together. The list is
 * the one thing that sieves share, because it is the largest: 203 MB if all of it is made. It is
 * freed when its last holder releases it.
 *
 * A forked child has the chunks that were complete, and makes others for itself.
 */
#ifndef FG_METHODS_SIEVE_SIEVE_PRIMES_H
#define FG_METHODS_SIEVE_SIEVE_PRIMES_H

#include "factor_gpu.h"
#include "methods/sieve/prime_chunk.h"
#include <stdatomic.h>

enum {
    FG_PRIME_CHUNKS = 278, /* see fg_prime_chunk_begin() */
};

/* Holds the list until fg_sieve_primes_release(), and makes the primes below 2^16 if they are not
 * there. FG_ERROR_MEMORY. Thread-safe, as all functions here. */
enum fg_status fg_sieve_primes_hold(struct fg_error *error);
void fg_sieve_primes_release(void);

/* Returns whether the list is held. */
bool fg_sieve_primes_are_held(void);

/* Returns the FG_BELOW_16_PRIMES primes below 2^16, ascending. The caller holds the list. */
const uint16_t *fg_sieve_primes_below_16(void);

/*
 * Makes the chunks up to that which contains `limit`, unless they are there already, together with
 * other threads that do the same. The caller holds the list. `cancelled` may be NULL.
 * FG_ERROR_MEMORY, FG_ERROR_CANCELLED: chunks that were completed stay. About 2 ns for each prime.
 */
enum fg_status fg_sieve_primes_make(uint32_t limit, const atomic_bool *cancelled,
                                    struct fg_error *error);

/* Returns up to which number all primes are made. */
uint32_t fg_sieve_primes_made(void);

/* Returns the first number of chunk k < FG_PRIME_CHUNKS, a multiple of 30; all chunks together
 * have all numbers below 2^32. */
uint64_t fg_prime_chunk_begin(unsigned k);

/* Returns the primes of chunk k, which a call of fg_sieve_primes_make() in this thread has made or
 * found made. Valid until the caller releases the list. */
struct fg_prime_chunk fg_sieve_primes_chunk(unsigned k);

#endif
