/* SPDX-License-Identifier: MIT */
/*
 * factorization.h: one number's prime factorisation, and from it the primes in a row, the number of
 * divisors, and every divisor in ascending order.
 */
#ifndef FG_ALGORITHMS_FACTORIZATION_H
#define FG_ALGORITHMS_FACTORIZATION_H

#include "arith/target.h"
#include "arith/wide_mul.h"

/* A number below 2^64 has at most this many distinct primes, and this many with multiplicity. */
#define FG_FACTORIZATION_DISTINCT 15
#define FG_FACTORIZATION_PRIMES 63

struct fg_factorization {
    /* The members for a number with few primes lie on one cache line, or two. */
    uint8_t distinct;                             /* entries in use; 0 for the number 1 */
    uint8_t exponents[FG_FACTORIZATION_DISTINCT]; /* at least 1 */
    uint64_t primes[FG_FACTORIZATION_DISTINCT];   /* ascending */
};

static FG_HD void fg_factorization_clear(struct fg_factorization *factors) {
    factors->distinct = 0;
}

/* Makes it that of a number that was given up: the prime 0, once. */
static FG_HD void fg_factorization_give_up(struct fg_factorization *factors) {
    factors->distinct = 1;
    factors->exponents[0] = 1;
    factors->primes[0] = 0;
}

static FG_HD bool fg_factorization_is_given_up(const struct fg_factorization *factors) {
    return factors->distinct == 1 && factors->primes[0] == 0;
}

/* Multiplies by prime^exponent, exponent >= 1. The product must stay below 2^64. */
static FG_HD void fg_factorization_add(struct fg_factorization *factors, uint64_t prime,
                                       uint32_t exponent) {
    FG_VERIFY_CHECK(prime >= 2 && exponent >= 1);
    uint32_t at = factors->distinct;
    while (at > 0 && factors->primes[at - 1] > prime)
        at--;
    if (at > 0 && factors->primes[at - 1] == prime) {
        factors->exponents[at - 1] = (uint8_t)(factors->exponents[at - 1] + exponent);
        return;
    }
    FG_VERIFY_CHECK(factors->distinct < FG_FACTORIZATION_DISTINCT);
    for (uint32_t i = factors->distinct; i > at; i--) {
        factors->primes[i] = factors->primes[i - 1];
        factors->exponents[i] = factors->exponents[i - 1];
    }
    factors->primes[at] = prime;
    factors->exponents[at] = (uint8_t)exponent;
    factors->distinct++;
}

/* Multiplies by prime^exponent, exponent >= 1, if the prime is above all that are there. */
static FG_HD void fg_factorization_append(struct fg_factorization *factors, uint64_t prime,
                                          uint32_t exponent) {
    const uint32_t at = factors->distinct;
    FG_VERIFY_CHECK(at < FG_FACTORIZATION_DISTINCT && exponent >= 1);
    FG_VERIFY_CHECK(at == 0 || factors->primes[at - 1] < prime);
    factors->primes[at] = prime;
    factors->exponents[at] = (uint8_t)exponent;
    factors->distinct = (uint8_t)(at + 1);
}

/* Multiplies *product by a factor; *carried is not 0 if it passed 2^64. */
static FG_HD void fg_factorization_multiply(uint64_t *product, uint64_t factor, uint64_t *carried) {
    *carried |= fg_mul64_high(*product, factor);
    *product *= factor;
}

/* Returns whether the prime powers multiply to n exactly, without passing 2^64 on the way. Two
 * factors of a prime at a time: exponents of 1 and 2 then cost no unpredictable branch. */
static FG_HD bool fg_factorization_product_is(const struct fg_factorization *factors, uint64_t n) {
    uint64_t product = 1, carried = 0;
    for (uint32_t i = 0; i < factors->distinct; i++) {
        const uint64_t prime = factors->primes[i];
        const uint32_t exponent = factors->exponents[i];
        carried |= exponent == 0; /* no entry of a factorisation */
        fg_factorization_multiply(&product, prime, &carried);
        fg_factorization_multiply(&product, exponent > 1 ? prime : 1, &carried);
        for (uint32_t e = 2; e < exponent; e++)
            fg_factorization_multiply(&product, prime, &carried);
    }
    return carried == 0 && product == n;
}

/*
 * A quick form of the same for most numbers: a power of 2 and up to four odd primes, each once or,
 * below 2^32, twice. Returns false if the product is another number, or if the factorisation is not
 * of this form. There is no branch on how many primes there are, because it would be unpredictable:
 * small numbers, text to text, took 2 % longer with one.
 */
static FG_HD bool fg_factorization_is_plainly(const struct fg_factorization *factors, uint64_t n) {
    const uint32_t even = (factors->distinct > 0) & (factors->primes[0] == 2);
    const uint32_t twos = factors->exponents[0] & -even, odd = factors->distinct - even;
    const uint32_t shift = twos & 63;
    uint64_t powers[4], carried = 0, unusual = (odd > 4) | (twos ^ shift) | (even & (twos == 0));
    for (uint32_t i = 0; i < 4; i++) {
        const uint32_t exponent = factors->exponents[even + i];
        const uint64_t there = -(uint64_t)(i < odd), again = there & -(uint64_t)(exponent == 2);
        const uint64_t above = (factors->primes[even + i] - 1) & there; /* no prime is 1 + 0 */
        unusual |= (there & (exponent - UINT64_C(1)) & ~UINT64_C(1)) | (again & above) >> 32;
        powers[i] = (1 + above) * (1 + (above & again));
    }
    uint64_t product = powers[0];
    for (uint32_t i = 1; i < 4; i++)
        fg_factorization_multiply(&product, powers[i], &carried);
    return (unusual | carried | (product ^ n >> shift) | (n ^ product << shift)) == 0;
}

/* Returns how many prime factors there are with multiplicity: at most FG_FACTORIZATION_PRIMES. */
static FG_HD uint32_t fg_factorization_prime_count(const struct fg_factorization *factors) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < factors->distinct; i++)
        count += factors->exponents[i];
    return count;
}

/* Writes the primes ascending, each as often as it divides, and returns how many. */
static FG_HD uint32_t fg_factorization_primes(const struct fg_factorization *factors,
                                              uint64_t *list) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < factors->distinct; i++) { /* branches as above */
        const uint32_t exponent = factors->exponents[i];
        list[count] = factors->primes[i];
        list[count + (exponent > 1)] = factors->primes[i];
        for (uint32_t e = 2; e < exponent; e++)
            list[count + e] = factors->primes[i];
        count += exponent;
    }
    return count;
}

/* Returns how many divisors there are. */
static FG_HD uint32_t fg_factorization_divisor_count(const struct fg_factorization *factors) {
    uint32_t count = 1;
    for (uint32_t i = 0; i < factors->distinct; i++)
        count *= factors->exponents[i] + UINT32_C(1);
    return count;
}

/*
 * Writes every divisor, ascending, and returns how many. `list` has room for
 * fg_factorization_divisor_count() entries, `scratch` for half of them.
 *
 * D <- D + p^i * D0 for i = 1 .. e, merged from the back so that no copy is needed; D0, the
 * divisors before the prime, stays in the scratch. The largest primes come last: their multiples
 * are the longest runs and cost the least comparisons.
 */
static FG_HD uint32_t fg_factorization_divisors(const struct fg_factorization *factors,
                                                uint64_t *list, uint64_t *scratch) {
    uint32_t count = 1;
    list[0] = 1;
    for (uint32_t i = 0; i < factors->distinct; i++) {
        const uint32_t before = count;
        for (uint32_t k = 0; k < before; k++)
            scratch[k] = list[k];
        uint64_t power = 1;
        for (uint32_t e = 0; e < factors->exponents[i]; e++) {
            power *= factors->primes[i];
            uint32_t left = count, right = before, out = count + before;
            count = out;
            while (right > 0) {
                const uint64_t multiple = scratch[right - 1] * power;
                if (left > 0 && list[left - 1] > multiple) {
                    list[--out] = list[--left];
                } else {
                    list[--out] = multiple;
                    right--;
                }
            }
        }
    }
    return count;
}

#endif
