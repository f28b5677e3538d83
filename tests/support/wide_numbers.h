/* SPDX-License-Identifier: MIT */
/*
 * wide_numbers.h: lists of numbers below 2^128 that are hard for one part of factoring or another.
 */
#ifndef FG_TESTS_WIDE_NUMBERS_H
#define FG_TESTS_WIDE_NUMBERS_H

#include "random_numbers.h"
#include "wide_oracle.h"

#include <initializer_list>
#include <iterator>

namespace wide_numbers {

using oracle::Wide;
using oracle::WideNumbers;

inline Wide random_of(RandomNumbers &random, unsigned bits) {
    const Wide any = Wide{random.any()} << 64 | random.any(), top = Wide{1} << (bits - 1);
    return top | (any & (top - 1));
}

inline Wide random_prime(RandomNumbers &random, unsigned bits) {
    for (;;) {
        const Wide n = random_of(random, bits) | (bits > 2);
        if (oracle::is_wide_prime(n))
            return n;
    }
}

/* The product, or 0 if it passes 128 bits. */
inline Wide product(std::initializer_list<Wide> factors) {
    Wide n = 1;
    for (const Wide factor : factors)
        if (__builtin_mul_overflow(n, factor, &n))
            return 0;
    return n;
}

/* The power, or 0 if it passes 128 bits. */
inline Wide power(Wide base, unsigned exponent) {
    Wide n = 1;
    for (; exponent > 0; exponent--)
        if (__builtin_mul_overflow(n, base, &n))
            return 0;
    return n;
}

/* Numbers that are not 0, which stands for a product that did not fit. */
inline void append(WideNumbers &numbers, Wide n) {
    if (n != 0)
        numbers.push_back(n);
}

/* A product of two primes that has exactly so many bits. */
inline Wide semiprime(RandomNumbers &random, unsigned bits) {
    for (;;) {
        const Wide n = random_prime(random, bits / 2) * random_prime(random, bits - bits / 2);
        if (n >> (bits - 1) == 1)
            return n;
    }
}

inline WideNumbers semiprimes(RandomNumbers &random, unsigned bits, std::size_t count) {
    WideNumbers numbers;
    while (numbers.size() < count)
        numbers.push_back(semiprime(random, bits));
    return numbers;
}

inline WideNumbers primes(RandomNumbers &random, unsigned bits, std::size_t count) {
    WideNumbers numbers;
    while (numbers.size() < count)
        numbers.push_back(random_prime(random, bits));
    return numbers;
}

/* Numbers of so many bits, of any kind. */
inline WideNumbers any_of(RandomNumbers &random, unsigned bits, std::size_t count) {
    WideNumbers numbers;
    while (numbers.size() < count)
        numbers.push_back(random_of(random, bits));
    return numbers;
}

/* A prime p with only primes of at most `prime_bits` bits in p - 1 (or p + 1, if `above`). */
inline Wide prime_beside_smooth(RandomNumbers &random, unsigned bits, unsigned prime_bits,
                                bool above) {
    for (;;) {
        Wide n = 2;
        while (n >> (bits - 1) == 0)
            n *= random_prime(random, static_cast<unsigned>(random.between(2, prime_bits)));
        const Wide p = above ? n - 1 : n + 1;
        if (p >> 62 == 0 && oracle::is_wide_prime(p))
            return p;
    }
}

/* Products of two primes, one of which has a smooth p - 1 or p + 1. */
inline WideNumbers with_smooth_neighbours(RandomNumbers &random, std::size_t count) {
    WideNumbers numbers;
    while (numbers.size() < count) {
        const Wide p = prime_beside_smooth(random, 40, 8, random.any() % 2 == 0);
        append(numbers, product({p, random_prime(random, 62)}));
        append(numbers, product({p, prime_beside_smooth(random, 40, 8, false)}));
    }
    return numbers;
}

/* Primes p = 2 k q + 1 and 2 k q - 1 with small k, whose q are primes of the same kind, and so on:
 * a proof of one of them by that side needs a proof of the next. */
inline WideNumbers in_chains(RandomNumbers &random, std::size_t count) {
    WideNumbers numbers;
    while (numbers.size() < count) {
        Wide q = random_prime(random, static_cast<unsigned>(random.between(66, 90)));
        for (bool longer = true; longer;) {
            longer = false;
            for (Wide k = 1; k < 1000 && !longer && q < (Wide{1} << 117) / k; k++)
                for (const Wide p : {2 * k * q + 1, 2 * k * q - 1})
                    if (!longer && oracle::is_wide_prime(p)) {
                        append(numbers, p);
                        q = p;
                        longer = true;
                    }
        }
    }
    return numbers;
}

/* Powers above 2^64 of primes and, as many, of any numbers. */
inline WideNumbers powers(RandomNumbers &random, unsigned exponent, std::size_t count) {
    WideNumbers numbers;
    while (numbers.size() < count) {
        const auto bits = (unsigned)random.between(65 / exponent + 1, 128 / exponent);
        append(numbers, power(random_prime(random, bits), exponent));
        append(numbers, power(random_of(random, bits), exponent));
    }
    return numbers;
}

/* Powers above 2^64 with exponents 2 .. 12, of primes and of any numbers. */
inline WideNumbers powers(RandomNumbers &random, std::size_t count) {
    WideNumbers numbers;
    while (numbers.size() < count)
        for (const Wide n : powers(random, (unsigned)random.between(2, 12), 2))
            numbers.push_back(n);
    return numbers;
}

/* Products of two primes p (2 p - 1). */
inline WideNumbers with_doubled_order(RandomNumbers &random, std::size_t count) {
    WideNumbers numbers;
    while (numbers.size() < count) {
        const auto bits = (unsigned)random.between(33, 50);
        const Wide p = random_of(random, bits) / 6 * 6 + 1; /* otherwise one of both has 2 or 3 */
        if (oracle::is_wide_prime(p) && oracle::is_wide_prime(2 * p - 1))
            append(numbers, product({p, 2 * p - 1}));
    }
    return numbers;
}

/* Products of a prime and the next one. */
inline WideNumbers of_close_primes(RandomNumbers &random, std::size_t count) {
    WideNumbers numbers;
    while (numbers.size() < count) {
        const Wide p = random_prime(random, (unsigned)random.between(33, 50));
        append(numbers, product({p, oracle::next_wide_prime(p)}));
    }
    return numbers;
}

/* Products of the kinds p (k (p - 1) + 1), of close primes, and p^2 q. */
inline WideNumbers related_products(RandomNumbers &random, std::size_t count) {
    WideNumbers numbers;
    while (numbers.size() < count) {
        const Wide p = random_prime(random, (unsigned)random.between(33, 50));
        for (Wide k = 2; k < 6; k++)
            if (oracle::is_wide_prime(k * (p - 1) + 1))
                append(numbers, product({p, k * (p - 1) + 1}));
        append(numbers, product({p, oracle::next_wide_prime(p)}));
        const Wide q = random_prime(random, (unsigned)random.between(11, 30));
        append(numbers, product({q, q, p}));
        append(numbers, product({q, q, oracle::next_wide_prime(q), p}));
    }
    return numbers;
}

/* Chernick's Carmichael numbers (6k + 1)(12k + 1)(18k + 1) above 2^64, and those of four
 * primes, of which 36k + 1 is the last. */
inline WideNumbers chernick(RandomNumbers &random, std::size_t count) {
    WideNumbers numbers;
    while (numbers.size() < count) {
        const Wide k = random_of(random, (unsigned)random.between(18, 38));
        if (!oracle::is_wide_prime(6 * k + 1) || !oracle::is_wide_prime(12 * k + 1) ||
            !oracle::is_wide_prime(18 * k + 1))
            continue;
        append(numbers, product({6 * k + 1, 12 * k + 1, 18 * k + 1}));
        if (oracle::is_wide_prime(36 * k + 1))
            append(numbers, product({6 * k + 1, 12 * k + 1, 18 * k + 1, 36 * k + 1}));
    }
    return numbers;
}

/* psi_12 and psi_13: the least strong pseudoprimes to the first 12 and 13 primes as bases
 * (J. Sorenson, J. Webster, 2015). */
inline WideNumbers least_strong_pseudoprimes() {
    return {oracle::wide("318665857834031151167461"), oracle::wide("3317044064679887385961981")};
}

/* Those, and products (k + 1)(2 k + 1) of primes that are strong pseudoprimes to base 2, `count` of
 * each size. */
inline WideNumbers strong_pseudoprimes(std::size_t count) {
    WideNumbers numbers = least_strong_pseudoprimes();
    for (const unsigned bits : {33, 38, 42, 48}) {
        const std::size_t end = numbers.size() + count;
        for (Wide k = (Wide{1} << bits) / 6 * 6; numbers.size() < end; k += 6)
            if (oracle::is_wide_prime(k + 1) && oracle::is_wide_prime(2 * k + 1) &&
                oracle::passes_strong_test((k + 1) * (2 * k + 1), 2))
                numbers.push_back((k + 1) * (2 * k + 1));
    }
    return numbers;
}

/* Numbers within `off` of n. */
inline WideNumbers around(Wide n, Wide off) {
    WideNumbers numbers;
    for (Wide i = n - off; i <= n + off; i++)
        numbers.push_back(i);
    return numbers;
}

/* The `count` primes below n and as many above. */
inline WideNumbers primes_around(Wide n, unsigned count) {
    WideNumbers numbers;
    Wide below = n, above = n;
    for (unsigned i = 0; i < count; i++) {
        numbers.push_back(below = oracle::previous_wide_prime(below));
        numbers.push_back(above = oracle::next_wide_prime(above));
    }
    return numbers;
}

/* The products of two primes of about bits / 2 bits that are next to 2^bits, which a random prime
 * decides: one below, and, up to 2^127, one above. */
inline WideNumbers semiprimes_around(RandomNumbers &random, unsigned bits) {
    const Wide p = random_prime(random, bits / 2), last = ~Wide{0} >> (128 - bits);
    WideNumbers numbers = {p * oracle::previous_wide_prime(last / p + 1)};
    if (bits < 128)
        numbers.push_back(p * oracle::next_wide_prime(last / p));
    return numbers;
}

/* Numbers within `off` of 2^k, k = 64 .. 128. */
inline WideNumbers around_powers_of_2(Wide off) {
    WideNumbers numbers;
    for (unsigned bits = 64; bits < 128; bits++)
        for (const Wide n : around(Wide{1} << bits, off))
            numbers.push_back(n);
    for (Wide i = 1; i <= off; i++)
        numbers.push_back(0 - i); /* 2^128 - i */
    return numbers;
}

/* The product of the first 26 primes, the largest one that is below 2^128, and its neighbours with
 * one prime replaced by the next larger ones. */
inline WideNumbers with_many_primes() {
    WideNumbers numbers;
    const std::vector<Wide> first = {2,  3,  5,  7,  11, 13, 17, 19, 23, 29, 31, 37, 41,
                                     43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101};
    Wide all = 1;
    for (const Wide prime : first)
        all *= prime;
    numbers.push_back(all);
    for (const Wide prime : first)
        for (Wide other = 103; other < 200; other = oracle::next_wide_prime(other))
            append(numbers, product({all / prime, other}));
    return numbers;
}

/* Products above 2^64 of 26 primes up to 31. */
inline WideNumbers of_26_primes(RandomNumbers &random, std::size_t count) {
    static const Wide primes[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31};
    WideNumbers numbers;
    while (numbers.size() < count) {
        Wide n = 1;
        for (unsigned i = 0; i < 26; i++)
            n = product({n, primes[random.between(0, std::size(primes) - 1)]});
        if (n >> 64 != 0)
            numbers.push_back(n);
    }
    return numbers;
}

} // namespace wide_numbers

#endif
