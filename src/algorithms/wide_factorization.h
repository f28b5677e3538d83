/* SPDX-License-Identifier: MIT */
/*
 * wide_factorization.h: the prime factorisation of a number below 2^128, and from it the primes in
 * a row and the number of divisors.
 */
#ifndef FG_ALGORITHMS_WIDE_FACTORIZATION_H
#define FG_ALGORITHMS_WIDE_FACTORIZATION_H

#include "arith/target.h"
#include "arith/wide.h"
#include "arith/wide_mul.h"

/* A number below 2^128 has at most this many distinct primes, because the product of the first 27
 * is above it, and this many with multiplicity. */
#define FG_WIDE_DISTINCT 26
#define FG_WIDE_PRIMES 127

struct fg_wide_factorization {
    uint8_t distinct;                    /* entries in use; 0 for the number 1 */
    uint8_t exponents[FG_WIDE_DISTINCT]; /* at least 1 */
    /* The run was asked for smooth numbers only and this one is not: there are no entries. */
    uint8_t not_smooth;
    fg_wide primes[FG_WIDE_DISTINCT]; /* ascending */
};

static FG_HD void fg_wide_factorization_clear(struct fg_wide_factorization *factors) {
    factors->distinct = 0;
    factors->not_smooth = 0;
}

/* Multiplies by prime^exponent, exponent >= 1. The product must stay below 2^128. */
static FG_HD void fg_wide_factorization_add(struct fg_wide_factorization *factors, fg_wide prime,
                                            uint32_t exponent) {
    FG_VERIFY_CHECK(prime >= 2 && exponent >= 1);
    uint32_t at = factors->distinct;
    while (at > 0 && factors->primes[at - 1] > prime)
        at--;
    if (at > 0 && factors->primes[at - 1] == prime) {
        factors->exponents[at - 1] = (uint8_t)(factors->exponents[at - 1] + exponent);
        return;
    }
    FG_VERIFY_CHECK(factors->distinct < FG_WIDE_DISTINCT);
    for (uint32_t i = factors->distinct; i > at; i--) {
        factors->primes[i] = factors->primes[i - 1];
        factors->exponents[i] = factors->exponents[i - 1];
    }
    factors->primes[at] = prime;
    factors->exponents[at] = (uint8_t)exponent;
    factors->distinct++;
}

/* Multiplies *product by a factor; *carried is not 0 if it passed 2^128. */
static FG_HD void fg_wide_factorization_multiply(fg_wide *product, fg_wide factor,
                                                 uint64_t *carried) {
    const uint64_t a = fg_wide_low(*product), a_high = fg_wide_high(*product);
    const uint64_t b = fg_wide_low(factor), b_high = fg_wide_high(factor);
    /* One of the high words is 0, or the product passes 2^128. */
    const uint64_t middle_low = a_high * b + a * b_high;
    const uint64_t middle_high = fg_mul64_high(a_high, b) | fg_mul64_high(a, b_high);
    const uint64_t low_high = fg_mul64_high(a, b), high = low_high + middle_low;
    *carried |= ((a_high != 0) & (b_high != 0)) | middle_high | (high < low_high);
    *product = fg_wide_join(a * b, high);
}

/* Returns whether the prime powers multiply to n exactly, without passing 2^128 on the way. */
static FG_HD bool fg_wide_factorization_product_is(const struct fg_wide_factorization *factors,
                                                   fg_wide n) {
    fg_wide product = 1;
    uint64_t carried = 0;
    for (uint32_t i = 0; i < factors->distinct; i++) {
        carried |= factors->exponents[i] == 0; /* no entry of a factorisation */
        for (uint32_t e = 0; e < factors->exponents[i]; e++)
            fg_wide_factorization_multiply(&product, factors->primes[i], &carried);
    }
    return carried == 0 && product == n;
}

/* Returns how many prime factors there are with multiplicity: at most FG_WIDE_PRIMES. */
static FG_HD uint32_t fg_wide_factorization_prime_count(const struct fg_wide_factorization *f) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < f->distinct; i++)
        count += f->exponents[i];
    return count;
}

/* Returns how many divisors there are: at most 318,504,960. */
static FG_HD uint32_t fg_wide_factorization_divisor_count(const struct fg_wide_factorization *f) {
    uint32_t count = 1;
    for (uint32_t i = 0; i < f->distinct; i++)
        count *= f->exponents[i] + UINT32_C(1);
    return count;
}

#endif
