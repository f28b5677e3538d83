/* SPDX-License-Identifier: MIT */
/*
 * chosen_numbers.h: numbers that are hard for one part of factoring or another.
 */
#ifndef FG_TESTS_CHOSEN_NUMBERS_H
#define FG_TESTS_CHOSEN_NUMBERS_H

#include "oracle.h"
#include "random_numbers.h"

#include <cstdint>

namespace chosen {

/* 184,320 divisors, the most that a number below 2^64 has. */
constexpr std::uint64_t richest = UINT64_C(18401055938125660800);
/* 2^64 - 59, the largest prime. */
constexpr std::uint64_t largest_prime = UINT64_C(18446744073709551557);

/* A prime of exactly so many bits, at least 2, each as likely as the others. */
inline std::uint64_t random_prime(RandomNumbers &random, unsigned bits) {
    for (;;) {
        const std::uint64_t n = random.with_bits(bits) | (bits > 2);
        if (oracle::is_prime(n))
            return n;
    }
}

/* A product of two primes that has exactly so many bits. */
inline std::uint64_t semiprime(RandomNumbers &random, unsigned bits) {
    for (;;) {
        const unsigned half = bits / 2;
        const unsigned __int128 product =
            static_cast<unsigned __int128>(random_prime(random, half)) *
            random_prime(random, bits - half);
        if (product >> (bits - 1) == 1)
            return static_cast<std::uint64_t>(product);
    }
}

inline std::uint64_t power(std::uint64_t base, unsigned exponent) {
    std::uint64_t result = 1;
    while (exponent-- > 0)
        result *= base;
    return result;
}

} // namespace chosen

#endif
