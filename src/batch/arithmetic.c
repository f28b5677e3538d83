/* SPDX-License-Identifier: MIT */
/*
 * arithmetic.c: the arithmetic functions of a number, from its prime factors.
 */
#include "batch/arithmetic.h"

#include "algorithms/factorization.h"

uint64_t fg_count_divisors(const uint64_t *primes, size_t prime_count) {
    return fg_arithmetic_count(primes, prime_count);
}

struct fg_uint128 fg_sum_divisors(const uint64_t *primes, size_t prime_count) {
    return fg_arithmetic_sum(primes, prime_count);
}

uint64_t fg_totient(const uint64_t *primes, size_t prime_count) {
    return fg_arithmetic_totient(primes, prime_count);
}

int fg_mobius(const uint64_t *primes, size_t prime_count) {
    return fg_arithmetic_mobius(primes, prime_count);
}

uint64_t fg_count_distinct_primes(const uint64_t *primes, size_t prime_count) {
    return fg_arithmetic_distinct(primes, prime_count);
}

uint64_t fg_radical(const uint64_t *primes, size_t prime_count) {
    return fg_arithmetic_radical(primes, prime_count);
}

int fg_liouville(const uint64_t *primes, size_t prime_count) {
    (void)primes; /* which all of the other functions take, too */
    return fg_arithmetic_liouville(prime_count);
}

bool fg_is_squarefree(const uint64_t *primes, size_t prime_count) {
    return fg_arithmetic_mobius(primes, prime_count) != 0;
}

uint64_t fg_squarefree_part(const uint64_t *primes, size_t prime_count) {
    return fg_arithmetic_core(primes, prime_count);
}

uint64_t fg_sum_primes(const uint64_t *primes, size_t prime_count) {
    return fg_arithmetic_sopfr(primes, prime_count);
}

uint64_t fg_sum_distinct_primes(const uint64_t *primes, size_t prime_count) {
    return fg_arithmetic_sopf(primes, prime_count);
}

uint64_t fg_reduced_totient(const uint64_t *primes, size_t prime_count) {
    return fg_arithmetic_carmichael(primes, prime_count);
}

size_t fg_expand_divisors(const uint64_t *primes, size_t prime_count, uint64_t *divisors,
                          uint64_t *scratch) {
    struct fg_factorization factors;
    fg_factorization_clear(&factors);
    /* A number below 2^64 has no more primes; a longer list is no factorisation. */
    if (prime_count > 63 || fg_arithmetic_distinct(primes, prime_count) > FG_MAX_DISTINCT_PRIMES)
        return 0;
    for (size_t i = 0; i < prime_count; i++)
        fg_factorization_add(&factors, primes[i], 1);
    return fg_factorization_divisors(&factors, divisors, scratch);
}
