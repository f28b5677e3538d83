// SPDX-License-Identifier: MIT
/*
 * factorization_test.cpp: prime factorisations put together in any order, and their primes and
 * divisors, against lists made by definition.
 */
#include "support/internals.h"
#include "support/oracle.h"
#include "support/random_numbers.h"

extern "C" {
#include "algorithms/factorization.h"
}

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace {

using oracle::Numbers;

fg_factorization from_powers(const std::vector<std::pair<uint64_t, unsigned>> &powers) {
    fg_factorization factors;
    fg_factorization_clear(&factors);
    for (const auto &[prime, exponent] : powers)
        fg_factorization_add(&factors, prime, exponent);
    return factors;
}

/* Returns whether the quick check may say yes: for factorisations of the usual form, and no
 * others. */
bool is_usual(const fg_factorization &factors) {
    unsigned odd = 0;
    for (unsigned i = 0; i < factors.distinct; i++) {
        const uint64_t prime = factors.primes[i];
        const unsigned exponent = factors.exponents[i];
        odd += prime != 2;
        if (exponent == 0 || (prime == 2 ? exponent > 63 : exponent > 2) ||
            (prime != 2 && exponent == 2 && prime > UINT32_MAX))
            return false;
    }
    return odd <= 4;
}

/* Returns whether the product is n, by both checks, which must agree. */
bool product_is(const fg_factorization *factors, uint64_t n) {
    const bool is = fg_factorization_product_is(factors, n);
    EXPECT_EQ(fg_factorization_is_plainly(factors, n), is && is_usual(*factors)) << n;
    return is;
}

/* Returns the divisors from lists of exactly the needed capacity, so that a sanitizer sees an
 * overrun. */
Numbers divisors_of(const fg_factorization &factors) {
    const uint32_t count = fg_factorization_divisor_count(&factors);
    Numbers list(count), scratch(count);
    EXPECT_EQ(fg_factorization_divisors(&factors, list.data(), scratch.data()), count);
    return list;
}

void expect_all(uint64_t n, const fg_factorization &factors, const Numbers &divisors) {
    ASSERT_TRUE(product_is(&factors, n)) << n;
    ASSERT_FALSE(product_is(&factors, n + 1)) << n;
    ASSERT_EQ(oracle::difference(divisors_of(factors), divisors), "") << n;
    Numbers primes(fg_factorization_prime_count(&factors));
    ASSERT_EQ(fg_factorization_primes(&factors, primes.data()), primes.size()) << n;
    uint64_t product = 1;
    for (const uint64_t prime : primes)
        product *= prime;
    ASSERT_EQ(product, n);
    ASSERT_TRUE(std::is_sorted(primes.begin(), primes.end())) << n;
}

TEST(Factorization, EverySmallNumberHasItsDivisors) {
    const uint64_t limit = scaled(20000);
    const std::vector<Numbers> table = oracle::sieve_divisors(limit);
    for (uint64_t n = 1; n <= limit; n++) {
        /* By the definition of a prime: two divisors. */
        std::vector<std::pair<uint64_t, unsigned>> powers;
        for (const uint64_t d : table[n])
            if (table[d].size() == 2) {
                powers.emplace_back(d, 0);
                for (uint64_t rest = n; rest % d == 0; rest /= d)
                    powers.back().second++;
            }
        expect_all(n, from_powers(powers), table[n]);
    }
}

TEST(Factorization, RandomNumbersHaveTheirDivisorsInWhateverOrderTheirPrimesCome) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(3000); i++) {
        uint64_t n = random.of_any_size();
        if (i % 2 == 0) { /* a smooth one */
            n = 1;
            for (uint64_t d; n <= UINT64_MAX / (d = random.of_any_size(5));)
                n *= d;
        }
        const auto powers = oracle::prime_powers(n);
        /* Each prime as often as its exponent says, in any order: what splitting finds. */
        std::vector<std::pair<uint64_t, unsigned>> pieces;
        for (const auto &[prime, exponent] : powers)
            for (unsigned left = exponent; left > 0;) {
                const auto part = (unsigned)random.between(1, left);
                pieces.emplace_back(prime, part);
                left -= part;
            }
        for (size_t k = pieces.size(); k > 1; k--)
            std::swap(pieces[k - 1], pieces[random.between(0, k - 1)]);
        const fg_factorization factors = from_powers(pieces);
        ASSERT_EQ(factors.distinct, powers.size()) << n;
        for (size_t k = 0; k < powers.size(); k++) {
            ASSERT_EQ(factors.primes[k], powers[k].first) << n;
            ASSERT_EQ(factors.exponents[k], powers[k].second) << n;
        }
        expect_all(n, factors, oracle::divisors(n));
    }
}

TEST(Factorization, TheExtremesFit) {
    const uint64_t most_divisors = UINT64_C(18401055938125660800);
    const uint64_t most_primes = UINT64_C(614889782588491410);
    const uint64_t extremes[] = {
        1,           UINT64_C(1) << 63, UINT64_C(12157665459056928801), /* 3^40 */
        most_primes, most_divisors,     UINT64_C(18446744073709551557), UINT64_MAX - 1, UINT64_MAX};
    for (const uint64_t n : extremes) {
        const fg_factorization factors = from_powers(oracle::prime_powers(n));
        expect_all(n, factors, oracle::divisors(n));
    }
    EXPECT_EQ(from_powers(oracle::prime_powers(most_primes)).distinct, FG_FACTORIZATION_DISTINCT);
    const fg_factorization twos = from_powers({{2, 63}});
    EXPECT_EQ(fg_factorization_prime_count(&twos), (uint32_t)FG_FACTORIZATION_PRIMES);
}

TEST(Factorization, OneIsTheEmptyProduct) {
    const fg_factorization one = from_powers({});
    EXPECT_TRUE(product_is(&one, 1));
    EXPECT_FALSE(product_is(&one, 2));
    EXPECT_FALSE(product_is(&one, 0));
    EXPECT_EQ(fg_factorization_prime_count(&one), 0u);
    EXPECT_EQ(divisors_of(one), Numbers{1});
}

/* Products that are n modulo 2^64 but not n. */
TEST(Factorization, AProductThatPasses64BitsIsNotTheNumber) {
    const fg_factorization two_to_64 = from_powers({{2, 64}});
    EXPECT_FALSE(product_is(&two_to_64, 0));
    EXPECT_FALSE(product_is(&two_to_64, 1));
    /* (2^32 + 1)^2 = 2^64 + 2^33 + 1. */
    const fg_factorization square = from_powers({{UINT64_C(4294967297), 2}});
    EXPECT_FALSE(product_is(&square, (UINT64_C(1) << 33) + 1));
    for (uint64_t p = 3; p < 1000; p += 2) {
        /* p times its inverse modulo 2^64 is 1 there. */
        uint64_t inverse = p;
        while (inverse * p != 1)
            inverse *= 2 - inverse * p;
        const fg_factorization factors = from_powers({{p, 1}, {inverse, 1}});
        EXPECT_FALSE(product_is(&factors, 1)) << p;
    }
}

TEST(Factorization, AWrongExponentOrPrimeIsNotTheNumber) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(2000); i++) {
        const uint64_t n = random.of_any_size(60) + 2;
        const fg_factorization right = from_powers(oracle::prime_powers(n));
        for (unsigned k = 0; k < right.distinct; k++) {
            fg_factorization wrong = right;
            wrong.exponents[k]++;
            EXPECT_FALSE(product_is(&wrong, n)) << n;
            wrong = right;
            wrong.exponents[k]--;
            EXPECT_FALSE(product_is(&wrong, n)) << n;
            wrong = right;
            wrong.primes[k] += 2;
            EXPECT_FALSE(product_is(&wrong, n)) << n;
        }
    }
}

} // namespace
