/* SPDX-License-Identifier: MIT */
/*
 * wide_arithmetic.c: the arithmetic functions of a number below 2^128, from its prime factors.
 */
#include "batch/wide_arithmetic.h"

#include "batch/arithmetic.h"

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

int fg_wide_liouville(const struct fg_uint128 *primes, size_t prime_count) {
    (void)primes; /* which all of the other functions take, too */
    return fg_arithmetic_liouville(prime_count);
}

bool fg_wide_is_squarefree(const struct fg_uint128 *primes, size_t prime_count) {
    return fg_wide_arithmetic_mobius(primes, prime_count) != 0;
}

struct fg_uint128 fg_wide_squarefree_part(const struct fg_uint128 *primes, size_t prime_count) {
    return fg_wide_arithmetic_core(primes, prime_count);
}

struct fg_uint128 fg_wide_sum_primes(const struct fg_uint128 *primes, size_t prime_count) {
    return fg_wide_arithmetic_sopfr(primes, prime_count);
}

struct fg_uint128 fg_wide_sum_distinct_primes(const struct fg_uint128 *primes, size_t prime_count) {
    return fg_wide_arithmetic_sopf(primes, prime_count);
}

struct fg_uint128 fg_wide_reduced_totient(const struct fg_uint128 *primes, size_t prime_count) {
    return fg_wide_arithmetic_carmichael(primes, prime_count);
}
