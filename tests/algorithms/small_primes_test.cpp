// SPDX-License-Identifier: MIT
/*
 * small_primes_test.cpp: the table of small primes, and dividing them out, against a sieve.
 */
#include "support/internals.h"
#include "support/oracle.h"
#include "support/random_numbers.h"

extern "C" {
#include "algorithms/small_primes.h"
}

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace {

const size_t entries = FG_SMALL_BLOCKS * FG_SMALL_BLOCK;

/* The least prime factor of 0 .. limit; 0 and 1 for those two. */
std::vector<uint32_t> least_factors(uint32_t limit) {
    std::vector<uint32_t> least(limit + 1);
    std::iota(least.begin(), least.end(), 0);
    for (uint32_t d = 2; d <= limit / d; d++)
        if (least[d] == d)
            for (uint32_t multiple = d * d; multiple <= limit; multiple += d)
                if (least[multiple] == multiple)
                    least[multiple] = d;
    return least;
}

struct Stripped {
    fg_factorization factors;
    uint64_t rest;
    bool settled;
};

Stripped strip(uint64_t n, uint32_t blocks) {
    Stripped result;
    fg_factorization_clear(&result.factors);
    result.rest = fg_small_primes_strip(n, blocks, &result.factors, &result.settled);
    return result;
}

/* `expected` are n's prime powers, or at least the small ones. The factors are some of them, and
 * all the small ones unless what is left was settled before. */
void expect_stripped(uint64_t n, uint32_t blocks,
                     const std::vector<std::pair<uint64_t, unsigned>> &expected) {
    const Stripped got = strip(n, blocks);
    uint64_t product = got.rest;
    size_t at = 0;
    for (unsigned i = 0; i < got.factors.distinct; i++, at++) {
        while (at < expected.size() && expected[at].first < got.factors.primes[i])
            at++;
        ASSERT_LT(at, expected.size()) << n;
        ASSERT_EQ(got.factors.primes[i], expected[at].first) << n;
        ASSERT_EQ(got.factors.exponents[i], expected[at].second) << n;
        ASSERT_LT(got.factors.primes[i], fg_small_primes_bound(blocks)) << n;
        for (unsigned e = 0; e < got.factors.exponents[i]; e++)
            product *= got.factors.primes[i];
    }
    ASSERT_EQ(product, n) << blocks << " blocks";
    if (got.settled) {
        ASSERT_TRUE(got.rest == 1 || oracle::is_prime(got.rest))
            << n << ", " << blocks << " blocks";
    } else {
        const uint64_t bound = fg_small_primes_bound(blocks);
        ASSERT_GE(got.rest, bound * bound) << n << ", " << blocks << " blocks";
        size_t small = 0;
        while (small < expected.size() && expected[small].first < bound)
            small++;
        ASSERT_EQ(got.factors.distinct, small) << n << ", " << blocks << " blocks";
    }
}

TEST(SmallPrimes, TableHoldsTheOddPrimesInOrder) {
    uint64_t prime = 3;
    for (size_t i = 0; i < entries; i++, prime = oracle::next_prime(prime)) {
        EXPECT_EQ(fg_small_prime_values[i], prime) << i;
        EXPECT_EQ(fg_small_primes[i].inverse * prime, UINT64_C(1)) << prime;
    }
    EXPECT_GT(fg_small_prime_values[entries - 1], 1 << 10);
}

TEST(SmallPrimes, BoundIsAboveTheLastPrimeAndNotAboveTheNext) {
    EXPECT_EQ(fg_small_primes_bound(0), 3u);
    for (uint32_t blocks = 1; blocks <= FG_SMALL_BLOCKS; blocks++) {
        const uint64_t last = fg_small_prime_values[blocks * FG_SMALL_BLOCK - 1];
        EXPECT_GT(fg_small_primes_bound(blocks), last);
        EXPECT_LE(fg_small_primes_bound(blocks), oracle::next_prime(last));
    }
}

TEST(SmallPrimes, EverySmallNumberIsDividedCompletely) {
    const uint32_t limit = (uint32_t)scaled(1000000);
    const std::vector<uint32_t> least = least_factors(limit);
    for (uint32_t n = 1; n <= limit; n++) {
        std::vector<std::pair<uint64_t, unsigned>> expected;
        for (uint32_t rest = n; rest > 1; rest /= least[rest]) {
            if (expected.empty() || expected.back().first != least[rest])
                expected.emplace_back(least[rest], 0);
            expected.back().second++;
        }
        for (const uint32_t blocks : {0u, 1u, 2u, 7u, (uint32_t)FG_SMALL_BLOCKS})
            expect_stripped(n, blocks, expected);
    }
}

TEST(SmallPrimes, EachPrimeIsTakenToItsFullPower) {
    const uint64_t large = UINT64_C(1000003);
    for (size_t i = 0; i < entries; i++) {
        const uint64_t prime = fg_small_prime_values[i];
        uint64_t power = prime;
        for (unsigned exponent = 1;; exponent++) {
            expect_stripped(power, FG_SMALL_BLOCKS, {{prime, exponent}});
            if (power <= UINT64_MAX / large)
                expect_stripped(power * large, FG_SMALL_BLOCKS, {{prime, exponent}, {large, 1}});
            if (power > UINT64_MAX / prime)
                break;
            power *= prime;
        }
    }
    for (unsigned exponent = 1; exponent < 64; exponent++)
        expect_stripped(UINT64_C(1) << exponent, FG_SMALL_BLOCKS, {{2, exponent}});
}

/* Numbers at which the comparison that recognises a multiple is closest. */
TEST(SmallPrimes, TheLargestMultiplesAndTheirNeighboursAreToldApart) {
    for (size_t i = 0; i < entries; i++) {
        const uint64_t prime = fg_small_prime_values[i], most = UINT64_MAX - UINT64_MAX % prime;
        for (const uint64_t n : {most, most - prime, most - 1, most - 2, UINT64_MAX - i})
            expect_stripped(n, FG_SMALL_BLOCKS, oracle::prime_powers(n));
    }
}

/* Around the square from which on a number without small primes may be composite. */
TEST(SmallPrimes, NumbersAroundTheSquareOfTheBoundAreJudgedRight) {
    for (uint32_t blocks = 0; blocks <= FG_SMALL_BLOCKS; blocks++) {
        const uint64_t bound = fg_small_primes_bound(blocks);
        for (uint64_t n = bound * bound - std::min(bound, UINT64_C(300)); n < bound * bound + 5000;
             n++)
            expect_stripped(n, blocks, oracle::prime_powers(n));
    }
}

TEST(SmallPrimes, RandomSmoothAndArbitraryNumbersAreDividedCompletely) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(20000); i++) {
        uint64_t n = random.of_any_size();
        const uint32_t blocks = (uint32_t)random.between(0, FG_SMALL_BLOCKS);
        expect_stripped(n, blocks, oracle::prime_powers(n));
        n = UINT64_C(1) << random.between(0, 10);
        for (uint64_t prime;
             n <=
             UINT64_MAX /
                 (prime =
                      fg_small_prime_values[random.between(0, random.between(0, entries - 1))]);)
            n *= prime;
        expect_stripped(n, blocks, oracle::prime_powers(n));
    }
}

TEST(SmallPrimes, TheProductOfTheFirstFifteenPrimesIsDividedCompletely) {
    const uint64_t n = UINT64_C(614889782588491410);
    const Stripped got = strip(n, 2);
    EXPECT_EQ(got.rest, 1u);
    EXPECT_TRUE(got.settled);
    EXPECT_EQ(got.factors.distinct, FG_FACTORIZATION_DISTINCT);
}

} // namespace
