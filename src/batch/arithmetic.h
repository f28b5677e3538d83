/* SPDX-License-Identifier: MIT */
/*
 * arithmetic.h: the arithmetic functions of a number, for loops over many.
 *
 * Each goes once through the ascending list, so that a prime's exponent is the length of a run.
 * Lists are short and runs differ from number to number. So a step does the same arithmetic for a
 * new prime as for a repeated one, if possible, without a branch that would be mispredicted.
 */
#ifndef FG_BATCH_ARITHMETIC_H
#define FG_BATCH_ARITHMETIC_H

#include "factor_gpu.h"

#include "arith/gcd.h"
#include "arith/wide_mul.h"

/* One step of tau(m p) = tau(m) + tau(m without p's powers): `before` is the latter. Written so
 * that compilers do not make a branch of it. */
static inline void fg_arithmetic_count_step(uint64_t is_new, uint64_t is_there, uint64_t *before,
                                            uint64_t *divisors) {
    *before += (*divisors - *before) & -is_new;
    *divisors += *before & -is_there;
}

/* Most numbers have at most four primes: the first four steps are always taken, and those that are
 * too many change nothing, so that the length of the list costs no branch. */
static inline uint64_t fg_arithmetic_count(const uint64_t *primes, size_t prime_count) {
    uint64_t before = 1, divisors = 1, last = 0;
    if (prime_count == 0)
        return 1;
    const size_t end = prime_count - 1;
    for (size_t i = 0; i < 4; i++) {
        const uint64_t prime = primes[i < end ? i : end];
        fg_arithmetic_count_step(prime != last, i <= end, &before, &divisors);
        last = prime;
    }
    for (size_t i = 4; i < prime_count; i++) {
        fg_arithmetic_count_step(primes[i] != last, 1, &before, &divisors);
        last = primes[i];
    }
    return divisors;
}

/* sigma(m p^e) = sigma(m) (1 + p + ... + p^e), by Horner's rule: nothing on the way exceeds the
 * result, which for n < 2^64 is far below 2^128. */
static inline struct fg_uint128 fg_arithmetic_sum(const uint64_t *primes, size_t prime_count) {
    struct fg_uint128 before = {1, 0}, sum = {1, 0};
    uint64_t last = 0;
    for (size_t i = 0; i < prime_count; i++) {
        const uint64_t p = primes[i];
        before = p == last ? before : sum;
        const uint64_t low = sum.low * p;
        const uint64_t high = sum.high * p + fg_mul64_high(sum.low, p);
        sum.low = low + before.low;
        sum.high = high + before.high + (sum.low < low);
        last = p;
    }
    return sum;
}

static inline uint64_t fg_arithmetic_totient(const uint64_t *primes, size_t prime_count) {
    uint64_t totient = 1, last = 0;
    for (size_t i = 0; i < prime_count; i++) {
        totient *= primes[i] - (primes[i] != last);
        last = primes[i];
    }
    return totient;
}

static inline int fg_arithmetic_mobius(const uint64_t *primes, size_t prime_count) {
    for (size_t i = 1; i < prime_count; i++)
        if (primes[i] == primes[i - 1])
            return 0;
    return prime_count % 2 == 0 ? 1 : -1;
}

static inline uint64_t fg_arithmetic_distinct(const uint64_t *primes, size_t prime_count) {
    uint64_t distinct = 0, last = 0;
    for (size_t i = 0; i < prime_count; i++) {
        distinct += primes[i] != last;
        last = primes[i];
    }
    return distinct;
}

static inline uint64_t fg_arithmetic_radical(const uint64_t *primes, size_t prime_count) {
    uint64_t radical = 1, last = 0;
    for (size_t i = 0; i < prime_count; i++) {
        radical *= primes[i] != last ? primes[i] : 1;
        last = primes[i];
    }
    return radical;
}

static inline int fg_arithmetic_liouville(size_t prime_count) {
    return prime_count % 2 == 0 ? 1 : -1;
}

/* A second p of a pair divides the first away, so that at most one of a run is left: core(m p) is
 * core(m) p, or core(m) / p. `pair` is p while a run of p has an odd length so far, otherwise 0. */
static inline uint64_t fg_arithmetic_core(const uint64_t *primes, size_t prime_count) {
    uint64_t core = 1, pair = 0;
    for (size_t i = 0; i < prime_count; i++) {
        core *= pair != 0 && primes[i] != pair ? pair : 1;
        pair = primes[i] != pair ? primes[i] : 0;
    }
    return pair != 0 ? core * pair : core;
}

static inline uint64_t fg_arithmetic_sopfr(const uint64_t *primes, size_t prime_count) {
    uint64_t sum = 0;
    for (size_t i = 0; i < prime_count; i++)
        sum += primes[i];
    return sum;
}

static inline uint64_t fg_arithmetic_sopf(const uint64_t *primes, size_t prime_count) {
    uint64_t sum = 0, last = 0;
    for (size_t i = 0; i < prime_count; i++) {
        sum += primes[i] != last ? primes[i] : 0;
        last = primes[i];
    }
    return sum;
}

/*
 * lambda(n) is the least common multiple of lambda(p^e) over the prime powers of n: (p - 1)
 * p^(e - 1) for odd p; 1, 2, 2^(e - 2) for 2, 4, 2^e. R. D. Carmichael, "Note on a new number
 * theory function" (1910). The powers of two in it are kept apart as an exponent. Each least common
 * multiple on the way divides the result, which is at most n. `| 1` changes nothing, because
 * both numbers and their divisor are odd; if the list is no factorisation, it ends the loop of the
 * greatest common divisor.
 */
static inline uint64_t fg_arithmetic_carmichael(const uint64_t *primes, size_t prime_count) {
    size_t i = 0;
    while (i < prime_count && primes[i] == 2)
        i++;
    uint32_t twos = i == 0 ? 0 : (uint32_t)(i <= 2 ? i - 1 : i - 2);
    uint64_t odd = 1;
    while (i < prime_count) {
        const uint64_t p = primes[i];
        const uint64_t even = p > 1 ? p - 1 : 1;
        const uint32_t zeros = fg_trailing_zeros64(even);
        uint64_t part = even >> zeros;
        for (i++; i < prime_count && primes[i] == p; i++)
            part *= p;
        twos = zeros > twos ? zeros : twos;
        odd *= part / (fg_gcd64_odd(odd, part | 1) | 1);
    }
    return odd << (twos & 63);
}

#endif
