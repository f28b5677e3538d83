/* SPDX-License-Identifier: MIT */
/*
 * small_primes_lanes.h: dividing out the small primes, over the tests of an instruction set.
 *
 * A file includes it with FG_STRIP_GROUP, how many numbers below 2^32 it takes side by side, and
 * then defines
 *
 *     find_hits(odd, hits)    the primes of a group of odd numbers
 *     narrow_hits(n, block)   bit k: prime number k of the block divides n < 2^32
 *     wide_hits(n, block)     the same for any n
 *
 * over the tables that it finds here, in rows of a block of sixteen primes.
 */
#include "algorithms/small_primes.h"
#include "algorithms/split_plan.h"
#include <assert.h>

#define FG_STRIP_BLOCK 16
#define FG_STRIP_BLOCKS (FG_PLAN_SMALL_BLOCKS * FG_SMALL_BLOCK / FG_STRIP_BLOCK)
static_assert(FG_STRIP_BLOCKS * FG_STRIP_BLOCK == FG_SMALL_BLOCKS * FG_SMALL_BLOCK,
              "the tables are of all small primes");

#define FG_STRIP_TABLE(type, name, entry)                                                          \
    __attribute__((aligned(64),                                                                    \
                   unused)) static const type name[FG_STRIP_BLOCKS * FG_STRIP_BLOCK] = {           \
        FG_SMALL_PRIMES(entry)}

/* p divides n exactly when n * inverse <= limit, modulo 2^32 or 2^64 (divisibility.h). */
#define FG_ENTRY(p) (uint32_t) FG_INVERSE_64(p),
FG_STRIP_TABLE(uint32_t, narrow_inverses, FG_ENTRY);
#undef FG_ENTRY
#define FG_ENTRY(p) UINT32_MAX / (p),
FG_STRIP_TABLE(uint32_t, narrow_limits, FG_ENTRY);
#undef FG_ENTRY
#define FG_ENTRY(p) FG_INVERSE_64(p),
FG_STRIP_TABLE(uint64_t, wide_inverses, FG_ENTRY);
#undef FG_ENTRY
#define FG_ENTRY(p) UINT64_MAX / (p),
FG_STRIP_TABLE(uint64_t, wide_limits, FG_ENTRY);
#undef FG_ENTRY

/* A group's hits have a bit for each prime: words of 32, an even number of them. */
#define FG_STRIP_PRIMES (FG_STRIP_BLOCKS * FG_STRIP_BLOCK)
#define FG_STRIP_WORDS ((FG_STRIP_PRIMES + 63) / 64 * 2)
static_assert(FG_STRIP_WORDS * 32 - FG_STRIP_PRIMES < 32, "every word has a first prime");

/* hits[w][i], bit k: prime number 32 w + k divides odd[i]. A word may be 0 if all numbers are
 * below its strip_square(). */
static inline void find_hits(const uint32_t *odd, uint32_t hits[FG_STRIP_WORDS][FG_STRIP_GROUP]);
static inline uint32_t narrow_hits(uint32_t n, uint32_t block);
static inline uint32_t wide_hits(uint64_t n, uint32_t block);

/* The square of a word's first prime. */
static inline uint32_t strip_square(uint32_t word) {
    return UINT32_C(1) * fg_small_prime_values[word * 32] * fg_small_prime_values[word * 32];
}

/* The number of the prime behind a word's last. */
static inline uint32_t strip_end(uint32_t word) {
    return (word + 1) * 32 < FG_STRIP_PRIMES ? (word + 1) * 32 : FG_STRIP_PRIMES;
}

/* Handles one number: fg_small_primes_strip() in rows, and the rest as small_primes_batch.h
 * says. */
static inline void strip_number(uint64_t n, struct fg_factorization *factors, uint64_t *rest) {
    fg_factorization_clear(factors);
    const uint32_t twos = fg_trailing_zeros64(n);
    if (twos > 0)
        fg_factorization_append(factors, 2, twos);
    n >>= twos;
    bool settled = n < 9;
    for (uint32_t block = 0; block < FG_STRIP_BLOCKS && !settled; block++) {
        uint32_t hits = n <= UINT32_MAX ? narrow_hits((uint32_t)n, block) : wide_hits(n, block);
        for (; hits != 0; hits &= hits - 1)
            n = fg_small_primes_take(n, block * FG_STRIP_BLOCK + fg_trailing_zeros64(hits),
                                     factors);
        const uint64_t last = fg_small_prime_values[(block + 1) * FG_STRIP_BLOCK - 1];
        settled = n < (last + 2) * (last + 2);
    }
    if (settled && n > 1)
        fg_factorization_append(factors, n, 1);
    *rest = settled ? 1 : n;
}

/*
 * Divides n by the power of the least prime that has a bit in `*left` (bit k stands for prime
 * number first + k), and clears the bit. Without primes nothing changes, but there is no branch for
 * that: neither the number of primes nor that of squares among them is predictable.
 */
static inline uint32_t strip_take(uint32_t n, uint32_t first, uint64_t *left,
                                  struct fg_factorization *factors) {
    const uint32_t any = *left != 0;
    const uint32_t index = first + fg_trailing_zeros64(*left | UINT64_C(1) << 63);
    const uint32_t inverse = narrow_inverses[index], limit = narrow_limits[index] & -any;
    const uint32_t once = n * inverse, twice = once * inverse, square = twice <= limit;
    n ^= (n ^ once) & -any;
    n ^= (n ^ twice) & -square;
    uint32_t exponent = 1 + square;
    for (uint32_t next; (next = n * inverse) <= limit; n = next) /* seldom */
        exponent++;
    const uint32_t at = factors->distinct;
    factors->primes[at] = fg_small_prime_values[index];
    factors->exponents[at] = (uint8_t)exponent;
    factors->distinct = (uint8_t)(at + any);
    *left &= *left - any;
    return n;
}

/* Number i of a group, `odd` * 2^twos. Returns what is to be in rests[]. */
static inline uint64_t strip_member(uint32_t odd, uint32_t twos,
                                    uint32_t hits[FG_STRIP_WORDS][FG_STRIP_GROUP], uint32_t i,
                                    struct fg_factorization *factors) {
    const uint64_t bound = fg_small_primes_bound(FG_PLAN_SMALL_BLOCKS);
    uint32_t n = odd, others = 0;
    factors->primes[0] = 2;
    factors->exponents[0] = (uint8_t)twos;
    factors->distinct = twos > 0;
    uint64_t left = hits[0][i] | (uint64_t)hits[1][i] << 32;
    do { /* most numbers have up to two of these */
        n = strip_take(n, 0, &left, factors);
        n = strip_take(n, 0, &left, factors);
    } while (left != 0);
    for (uint32_t word = 2; word < FG_STRIP_WORDS; word++)
        others |= hits[word][i];
    for (uint32_t word = 2; word < FG_STRIP_WORDS && others != 0; word += 2)
        for (left = hits[word][i] | (uint64_t)hits[word + 1][i] << 32; left != 0;)
            n = strip_take(n, word * 32, &left, factors);
    const bool settled = n < bound * bound;
    const uint32_t at = factors->distinct;
    factors->primes[at] = n;
    factors->exponents[at] = 1;
    factors->distinct = (uint8_t)(at + (settled & (n > 1)));
    return 1 + (n - UINT64_C(1)) * !settled;
}

static inline void strip_group(const uint64_t *numbers, struct fg_factorization *factors,
                               uint64_t *rests) {
    uint32_t hits[FG_STRIP_WORDS][FG_STRIP_GROUP], odd[FG_STRIP_GROUP], twos[FG_STRIP_GROUP];
    for (uint32_t i = 0; i < FG_STRIP_GROUP; i++) {
        twos[i] = fg_trailing_zeros64(numbers[i]);
        odd[i] = (uint32_t)(numbers[i] >> twos[i]);
    }
    find_hits(odd, hits);
    for (uint32_t i = 0; i < FG_STRIP_GROUP; i++)
        rests[i] = strip_member(odd[i], twos[i], hits, i, &factors[i]);
}

/* Divides small primes out in groups if the next numbers are all below 2^32, else one by one. */
static inline void strip_run(const uint64_t *numbers, size_t count,
                             struct fg_factorization *factors, uint64_t *rests) {
    for (size_t i = 0; i < count;) {
        uint64_t bits = count - i < FG_STRIP_GROUP ? UINT64_MAX : 0;
        for (uint32_t k = 0; k < FG_STRIP_GROUP && bits <= UINT32_MAX; k++)
            bits |= numbers[i + k];
        if (bits <= UINT32_MAX) {
            strip_group(numbers + i, factors + i, rests + i);
            i += FG_STRIP_GROUP;
        } else {
            strip_number(numbers[i], &factors[i], &rests[i]);
            i++;
        }
    }
}
