/* SPDX-License-Identifier: MIT */
/*
 * wide_small_primes.h: dividing the primes below 2^10 out of a number of two words.
 *
 * With q = low / p modulo 2^64, q p and the number have the same low word. So the number minus q p
 * is (high - carry) 2^64, where carry is the high word of q p, and p divides the number exactly if
 * it divides high - carry: one exact-division test (divisibility.h) of one word. The quotient's
 * words are q and that test's quotient.
 */
#ifndef FG_ALGORITHMS_WIDE_SMALL_PRIMES_H
#define FG_ALGORITHMS_WIDE_SMALL_PRIMES_H

#include "algorithms/small_primes.h"
#include "algorithms/wide_factorization.h"
#include "arith/wide.h"
#include "arith/wide_mul.h"

/* Returns whether small prime number `index` divides n, and the quotient if it does. If high is
 * below carry, which is below p, their difference is no multiple of p. */
static FG_HD bool fg_wide_small_prime_divides(fg_wide n, uint32_t index, fg_wide *quotient) {
    const struct fg_small_prime prime = fg_small_primes[index];
    const uint64_t high = fg_wide_high(n), q = fg_wide_low(n) * prime.inverse;
    const uint64_t carry = fg_mul64_high(q, fg_small_prime_values[index]);
    const uint64_t upper = (high - carry) * prime.inverse;
    *quotient = fg_wide_join(q, upper);
    return (high >= carry) & (upper < prime.bound);
}

/* Returns 1 if small prime number `index` divides n, else 0. */
static FG_HD uint32_t fg_wide_small_prime_hit(fg_wide n, uint32_t index) {
    fg_wide quotient;
    return fg_wide_small_prime_divides(n, index, &quotient);
}

/*
 * Divides n by 2 and by the odd primes of small_primes.h, adding them to `factors`, as long as it
 * is above 2^64. Returns what is left: a number above 2^64 without primes below
 * fg_small_primes_bound(FG_SMALL_BLOCKS), or one below 2^64 with any primes.
 */
static FG_HD fg_wide fg_wide_small_primes_strip(fg_wide n, struct fg_wide_factorization *factors) {
    FG_VERIFY_CHECK(n >= 1);
    const uint32_t twos = fg_wide_trailing_zeros(n);
    if (twos > 0)
        fg_wide_factorization_add(factors, 2, twos);
    n >>= twos;
    for (uint32_t first = 0; first < FG_SMALL_BLOCKS * FG_SMALL_BLOCK; first += FG_SMALL_BLOCK) {
        uint32_t hits = 0;
        if (fg_wide_high(n) == 0)
            return n;
        for (uint32_t i = 0; i < FG_SMALL_BLOCK; i++)
            hits |= fg_wide_small_prime_hit(n, first + i) << i;
        for (; hits != 0; hits &= hits - 1) {
            const uint32_t index = first + fg_trailing_zeros64(hits);
            uint32_t exponent = 0;
            for (fg_wide next; fg_wide_small_prime_divides(n, index, &next); n = next)
                exponent++;
            fg_wide_factorization_add(factors, fg_small_prime_values[index], exponent);
        }
    }
    return n;
}

/* Words of a record of small primes: bit i % 64 of word i / 64 stands for small prime number i. */
#define FG_WIDE_SMALL_WORDS 3

/* Divides n >= 1 by the same primes as fg_wide_small_primes_strip(), and writes to record[] which
 * of them divide it, 2 aside. Returns what is left. */
static FG_HD fg_wide fg_wide_small_primes_record(fg_wide n, uint64_t *record) {
    for (uint32_t word = 0; word < FG_WIDE_SMALL_WORDS; word++)
        record[word] = 0;
    n >>= fg_wide_trailing_zeros(n);
    for (uint32_t first = 0; first < FG_SMALL_BLOCKS * FG_SMALL_BLOCK && fg_wide_high(n) != 0;
         first += FG_SMALL_BLOCK) {
        uint32_t hits = 0;
        for (uint32_t i = 0; i < FG_SMALL_BLOCK; i++)
            hits |= fg_wide_small_prime_hit(n, first + i) << i;
        record[first / 64] |= (uint64_t)hits << first % 64;
        for (; hits != 0; hits &= hits - 1)
            for (fg_wide next;
                 fg_wide_small_prime_divides(n, first + fg_trailing_zeros64(hits), &next); n = next)
                ;
    }
    return n;
}

/* Adds 2 and the primes of n's record to `factors`, as often as they divide n. Bits behind the last
 * small prime are ignored. */
static FG_HD void fg_wide_small_primes_take_recorded(fg_wide n, const uint64_t *record,
                                                     struct fg_wide_factorization *factors) {
    const uint32_t twos = fg_wide_trailing_zeros(n);
    if (twos > 0)
        fg_wide_factorization_add(factors, 2, twos);
    n >>= twos;
    for (uint32_t i = 0; i < FG_SMALL_BLOCKS * FG_SMALL_BLOCK; i++) {
        uint32_t exponent = 0;
        if ((record[i / 64] >> i % 64 & 1) == 0)
            continue;
        for (fg_wide next; fg_wide_small_prime_divides(n, i, &next); n = next)
            exponent++;
        if (exponent > 0)
            fg_wide_factorization_add(factors, fg_small_prime_values[i], exponent);
    }
}

#endif
