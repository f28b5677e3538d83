/* SPDX-License-Identifier: MIT */
/*
 * wide_arithmetic.h: the arithmetic functions of a number below 2^128, from its ascending primes.
 *
 * Each is the function of arithmetic.h for two words, in the same walk over the runs of a prime.
 * Nothing on the way exceeds the result, so that no product of them is cut off: tau is below 2^29,
 * sigma below 2^132, the others at most n.
 */
#ifndef FG_BATCH_WIDE_ARITHMETIC_H
#define FG_BATCH_WIDE_ARITHMETIC_H

#include "arith/wide_gcd.h"
#include "batch/numbers.h"

static inline uint64_t fg_wide_arithmetic_count(const struct fg_uint128 *primes,
                                                size_t prime_count) {
    uint64_t before = 1, divisors = 1;
    fg_wide last = 0;
    for (size_t i = 0; i < prime_count; i++) {
        const fg_wide prime = fg_wide_of_uint128(primes[i]);
        before = prime == last ? before : divisors;
        divisors += before;
        last = prime;
    }
    return divisors;
}

/* Returns sum * p + addend, which is below 2^192. */
static inline struct fg_uint192 fg_wide_arithmetic_times(struct fg_uint192 sum, struct fg_uint128 p,
                                                         struct fg_uint192 addend) {
    const fg_wide low = (fg_wide)sum.low * p.low + addend.low;
    const fg_wide cross = (fg_wide)sum.middle * p.low + fg_wide_high(low);
    const fg_wide across = (fg_wide)sum.low * p.high + fg_wide_low(cross);
    const fg_wide middle = (fg_wide)fg_wide_low(across) + addend.middle;
    struct fg_uint192 product = {fg_wide_low(low), fg_wide_low(middle), 0};
    product.high = sum.high * p.low + sum.middle * p.high + fg_wide_high(cross) +
                   fg_wide_high(across) + addend.high + fg_wide_high(middle);
    return product;
}

/* sigma(m p^e) = sigma(m) (1 + p + ... + p^e), by Horner's rule. */
static inline struct fg_uint192 fg_wide_arithmetic_sum(const struct fg_uint128 *primes,
                                                       size_t prime_count) {
    struct fg_uint192 before = {1, 0, 0}, sum = {1, 0, 0};
    fg_wide last = 0;
    for (size_t i = 0; i < prime_count; i++) {
        const fg_wide prime = fg_wide_of_uint128(primes[i]);
        before = prime == last ? before : sum;
        sum = fg_wide_arithmetic_times(sum, primes[i], before);
        last = prime;
    }
    return sum;
}

static inline struct fg_uint128 fg_wide_arithmetic_totient(const struct fg_uint128 *primes,
                                                           size_t prime_count) {
    fg_wide totient = 1, last = 0;
    for (size_t i = 0; i < prime_count; i++) {
        const fg_wide prime = fg_wide_of_uint128(primes[i]);
        totient *= prime - (prime != last);
        last = prime;
    }
    return fg_uint128_of_wide(totient);
}

static inline uint64_t fg_wide_arithmetic_distinct(const struct fg_uint128 *primes,
                                                   size_t prime_count) {
    uint64_t distinct = 0;
    fg_wide last = 0;
    for (size_t i = 0; i < prime_count; i++) {
        const fg_wide prime = fg_wide_of_uint128(primes[i]);
        distinct += prime != last;
        last = prime;
    }
    return distinct;
}

static inline int fg_wide_arithmetic_mobius(const struct fg_uint128 *primes, size_t prime_count) {
    if (fg_wide_arithmetic_distinct(primes, prime_count) != prime_count)
        return 0;
    return prime_count % 2 == 0 ? 1 : -1;
}

static inline struct fg_uint128 fg_wide_arithmetic_radical(const struct fg_uint128 *primes,
                                                           size_t prime_count) {
    fg_wide radical = 1, last = 0;
    for (size_t i = 0; i < prime_count; i++) {
        const fg_wide prime = fg_wide_of_uint128(primes[i]);
        radical *= prime != last ? prime : 1;
        last = prime;
    }
    return fg_uint128_of_wide(radical);
}

static inline struct fg_uint128 fg_wide_arithmetic_core(const struct fg_uint128 *primes,
                                                        size_t prime_count) {
    fg_wide core = 1, pair = 0;
    for (size_t i = 0; i < prime_count; i++) {
        const fg_wide prime = fg_wide_of_uint128(primes[i]);
        core *= pair != 0 && prime != pair ? pair : 1;
        pair = prime != pair ? prime : 0;
    }
    return fg_uint128_of_wide(pair != 0 ? core * pair : core);
}

static inline struct fg_uint128 fg_wide_arithmetic_sopfr(const struct fg_uint128 *primes,
                                                         size_t prime_count) {
    fg_wide sum = 0;
    for (size_t i = 0; i < prime_count; i++)
        sum += fg_wide_of_uint128(primes[i]);
    return fg_uint128_of_wide(sum);
}

static inline struct fg_uint128 fg_wide_arithmetic_sopf(const struct fg_uint128 *primes,
                                                        size_t prime_count) {
    fg_wide sum = 0, last = 0;
    for (size_t i = 0; i < prime_count; i++) {
        const fg_wide prime = fg_wide_of_uint128(primes[i]);
        sum += prime != last ? prime : 0;
        last = prime;
    }
    return fg_uint128_of_wide(sum);
}

static inline struct fg_uint128 fg_wide_arithmetic_carmichael(const struct fg_uint128 *primes,
                                                              size_t prime_count) {
    size_t i = 0;
    while (i < prime_count && primes[i].low == 2 && primes[i].high == 0)
        i++;
    uint32_t twos = i == 0 ? 0 : (uint32_t)(i <= 2 ? i - 1 : i - 2);
    fg_wide odd = 1;
    while (i < prime_count) {
        const fg_wide p = fg_wide_of_uint128(primes[i]);
        const fg_wide even = p > 1 ? p - 1 : 1;
        const uint32_t zeros = fg_wide_trailing_zeros(even);
        fg_wide part = even >> zeros;
        for (i++; i < prime_count && fg_wide_of_uint128(primes[i]) == p; i++)
            part *= p;
        twos = zeros > twos ? zeros : twos;
        odd *= part / (fg_wide_gcd_odd(odd, part | 1) | 1); /* it is odd, and never 0 */
    }
    return fg_uint128_of_wide(odd << (twos & 127));
}

#endif
