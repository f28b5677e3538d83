/* SPDX-License-Identifier: MIT */
/*
 * prime_chunk.h: the primes of one chunk of the numbers below 2^32, as half-gaps.
 *
 * A segmented sieve of Eratosthenes over the numbers prime to 30: a byte has the eight of them
 * among 30 numbers. For each prime and each of the eight residues modulo 30, the multiples with
 * that residue have the same bit in bytes that are the prime apart, so that each of these
 * progressions is crossed out by one loop with one mask. The multiples of the primes up to 61 come
 * from patterns.
 */
#ifndef FG_METHODS_SIEVE_PRIME_CHUNK_H
#define FG_METHODS_SIEVE_PRIME_CHUNK_H

#include <stdint.h>

enum {
    FG_BELOW_16_PRIMES = 6542, /* primes below 2^16 */
    FG_HALF_GAPS_READ = 64,    /* bytes that can be read or overwritten beyond a list's last */
};

/* Numbers that a byte of the sieve stands for. */
#define FG_PRIME_WHEEL 30
/* Max length of a chunk. */
#define FG_PRIME_CHUNK_NUMBERS ((uint32_t)FG_PRIME_WHEEL << 19)

/* The primes of one chunk, without those below 2^16, ascending. */
struct fg_prime_chunk {
    uint32_t first; /* the first prime */
    uint32_t count; /* how many */
    /* The prime k + 1 is larger than prime k by 2 * half_gaps[k + 1]; half_gaps[0] is 0. */
    const uint8_t *half_gaps;
};

/* The work space of a thread. */
struct fg_prime_sieve;

/* Returns a work space, which fg_prime_sieve_close() frees, or NULL if memory is short: 3 MB.
 * below_16 are the FG_BELOW_16_PRIMES primes below 2^16, ascending, and must stay until then. */
struct fg_prime_sieve *fg_prime_sieve_open(const uint16_t *below_16);
void fg_prime_sieve_close(struct fg_prime_sieve *sieve);

/*
 * Sieves [begin, end), which has a prime above 2^16, and returns these primes. The half-gaps are
 * the work space's, until the next run. begin is a multiple of 30, 0 or above 2^16, 2^16 < end <=
 * 2^32, and end - begin is FG_PRIME_CHUNK_NUMBERS at most.
 */
struct fg_prime_chunk fg_prime_sieve_run(struct fg_prime_sieve *sieve, uint64_t begin,
                                         uint64_t end);

#endif
