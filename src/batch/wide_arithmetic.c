/* SPDX-License-Identifier: MIT */
/*
 * wide_arithmetic.c: the arithmetic functions of a number below 2^128, from its prime factors.
 */
#include "batch/wide_arithmetic.h"

uint64_t fg_wide_count_divisors(const struct fg_uint128 *primes, size_t prime_count) {
    return fg_wide_arithmetic_count(primes, prime_count);
}

struct fg_uint192 fg_wide_sum_divisors(const struct fg_uint128 *primes, size_t prime_count) {
    return fg_wide_arithmetic_sum(primes, prime_count);
}

struct fg_uint128 fg_wide_totient(const struct fg_uint128 *primes, size_t prime_count) {
    return fg_wide_arithmetic_totient(primes, prime_count);
}

int fg_wide_mobius(const struct fg_uint128 *primes, size_t prime_count) {
    return fg_wide_arithmetic_mobius(primes, prime_count);
}

uint64_t fg_wide_count_distinct_primes(const struct fg_uint128 *primes, size_t prime_count) {
    return fg_wide_arithmetic_distinct(primes, prime_count);
}

struct fg_uint128 fg_wide_radical(const struct fg_uint128 *primes, size_t prime_count) {
    return fg_wide_arithmetic_radical(primes, prime_count);
}
