// SPDX-License-Identifier: MIT
/*
 * factor_numbers_test.cpp: the method factor with numbers that are hard for one part of it or
 * another: its wavefront on a device most of all.
 */
#include "support/backend_fixture.h"
#include "support/chosen_numbers.h"

#include <algorithm>
#include <vector>

namespace {

using oracle::Numbers;
using namespace chosen;

class FactorNumbers : public Backend {
  protected:
    /* Both answers. */
    void expect_factored(const Numbers &numbers) const {
        fg_config config = {};
        config.backend = name();
        config.method = FG_METHOD_FACTOR;
        config.jobs = 2;
        Engine divisors(config);
        ASSERT_TRUE(divisors.is_open()) << divisors.open_message();
        expect_flint_answers(divisors.run(numbers), numbers);
        config.answer = FG_ANSWER_PRIMES;
        Engine primes(config);
        ASSERT_TRUE(primes.is_open()) << primes.open_message();
        expect_flint_primes(primes.run(numbers), numbers);
    }
};

TEST_P(FactorNumbers, EveryNumberUpToFiveThousand) {
    Numbers numbers;
    for (uint64_t n = 1; n <= 5000; n++)
        numbers.push_back(n);
    expect_factored(numbers);
}

TEST_P(FactorNumbers, SemiprimesAndPrimesOfEverySize) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Numbers numbers;
    for (size_t i = 0; i < scaled_slow(4); i++)
        for (unsigned bits = 10; bits <= 64; bits++) {
            numbers.push_back(semiprime(random, bits));
            numbers.push_back(bits < 64 ? random_prime(random, bits) : largest_prime);
        }
    expect_factored(numbers);
}

TEST_P(FactorNumbers, PowersAndPowersOfProducts) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Numbers numbers;
    for (const unsigned exponent : {2u, 3u, 4u, 5u, 6u, 7u})
        for (unsigned bits = 8; bits * exponent <= 63; bits++)
            numbers.push_back(power(random_prime(random, bits), exponent));
    for (unsigned bits = 8; bits <= 15; bits++) {
        numbers.push_back(power(random_prime(random, bits) * random_prime(random, bits), 2));
        numbers.push_back(power(random_prime(random, bits), 3) * random_prime(random, bits));
    }
    numbers.push_back(power(random_prime(random, 9) * random_prime(random, 10), 3));
    numbers.push_back(power(4294967291, 2));
    numbers.push_back(power(2642239, 3));
    numbers.push_back(power(7129, 5));
    numbers.push_back(power(563, 7));
    for (unsigned exponent = 1; exponent <= 63; exponent++)
        numbers.push_back(UINT64_C(1) << exponent);
    expect_factored(numbers);
}

TEST_P(FactorNumbers, ProductsOfClosePrimesAndOfManyPrimes) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Numbers numbers = {largest_prime, UINT64_MAX, 1, 2, 3, UINT64_C(1) << 63};
    for (unsigned bits = 9; bits <= 31; bits++) {
        const uint64_t p = random_prime(random, bits);
        numbers.push_back(p * oracle::next_prime(p));
    }
    /* Three to seven primes that no table of small ones has; one large and one small prime. */
    for (unsigned count = 3; count <= 7; count++)
        for (size_t i = 0; i < scaled_slow(5); i++) {
            uint64_t n = 1;
            for (unsigned k = 0; k < count; k++)
                n *= random_prime(random, std::max(8u, 63 / count));
            numbers.push_back(n);
        }
    for (unsigned bits = 9; bits <= 30; bits += 3)
        numbers.push_back(random_prime(random, bits) * random_prime(random, 63 - bits));
    expect_factored(numbers);
}

/* Carmichael numbers, strong pseudoprimes to base 2, and what passes the one test or the other. */
TEST_P(FactorNumbers, Pseudoprimes) {
    expect_factored({561,
                     1105,
                     2047,
                     3277,
                     4033,
                     4681,
                     8321,
                     15841,
                     29341,
                     42799,
                     90751,
                     161038,
                     UINT64_C(3215031751),
                     UINT64_C(3825123056546413051),
                     UINT64_C(318665857834031151),
                     UINT64_C(2305843149873875041),
                     5459,
                     5777,
                     10877,
                     UINT64_C(4294967295),
                     UINT64_C(4294967297),
                     UINT64_C(1152921504606846977)});
}

/* Short, medium and long lists of divisors beside each other. */
TEST_P(FactorNumbers, SmoothNumbersOfEveryLengthOfList) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    static const uint64_t primes[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47};
    Numbers numbers = {UINT64_C(614889782588491410), /* the first fifteen primes */
                       UINT64_C(6469693230), UINT64_C(897612484786617600)};
    for (size_t i = 0; i < scaled_slow(200); i++) {
        uint64_t n = 1;
        while (n < (UINT64_C(1) << 58) / random.between(1, 1 << 20))
            n *= primes[random.between(0, 14)];
        numbers.push_back(n);
    }
    expect_factored(numbers);
}

TEST_P(FactorNumbers, TheRichestNumberAmongPoorOnes) {
    Numbers numbers(300, largest_prime);
    numbers[150] = richest;
    expect_factored(numbers);
}

FG_INSTANTIATE_FOR_BACKENDS(FactorNumbers);

} // namespace
