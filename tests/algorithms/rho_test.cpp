// SPDX-License-Identifier: MIT
/*
 * rho_test.cpp: the rho method, and the trial division behind it: their results divide, and they
 * split the numbers that are left to them.
 */
#include "support/internals.h"
#include "support/oracle.h"
#include "support/random_numbers.h"

extern "C" {
#include "algorithms/last_resort.h"
#include "algorithms/rho.h"
}

#include <gtest/gtest.h>

#include <algorithm>

namespace {

void expect_split(uint64_t n) {
    const uint64_t factor = fg_rho_factor(n);
    ASSERT_GT(factor, 1u) << n;
    ASSERT_LT(factor, n);
    ASSERT_EQ(n % factor, 0u) << n << " has no factor " << factor;
}

TEST(Rho, SmallCompositesGiveNothingButFactors) {
    for (uint64_t n = (1 << 13) + 1; n < (1 << 13) + scaled(100000); n += 2) {
        const auto powers = oracle::prime_powers(n);
        if (powers.size() < 2)
            continue;
        const uint64_t factor = fg_rho_factor(n);
        ASSERT_EQ(n % factor, 0u) << n << " has no factor " << factor;
        ASSERT_LT(factor, n);
        ASSERT_GT(factor, 1u) << n;
    }
}

TEST(Rho, CompositesOfEveryShapeAreSplit) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(1000); i++) {
        const auto bits = (unsigned)random.between(11, 32);
        const uint64_t p = oracle::next_prime(random.with_bits(bits) - 1);
        const uint64_t q = oracle::next_prime(random.with_bits(64 - bits) / 2);
        expect_split(p * q);
        const uint64_t r = oracle::next_prime(random.with_bits(20));
        const uint64_t s = oracle::next_prime(random.with_bits(20));
        if (r != s) {
            expect_split(r * s);
            expect_split(r * r * s);
        }
        expect_split(r * s * oracle::next_prime(random.with_bits(19)));
    }
}

/* Numbers with which a carry could be lost, and numbers whose primes are found in one block. */
TEST(Rho, TheLargestAndTheClosestProductsAreSplit) {
    expect_split(UINT64_C(18446743979220271189)); /* 4294967291 * 4294967279 */
    expect_split(UINT64_MAX);
    for (uint64_t p = 1031; p < 4000; p = oracle::next_prime(p)) {
        expect_split(p * oracle::next_prime(p));
        expect_split(p * oracle::next_prime(p) * oracle::next_prime(p + 200));
    }
}

TEST(LastResort, FindsTheLeastOddFactor) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(3000); i++) {
        const uint64_t n = random.of_any_size(36) | 1;
        const auto powers = oracle::prime_powers(n);
        const bool prime = powers.size() == 1 && powers[0].second == 1;
        const uint64_t expected = powers.empty() || prime ? 1 : powers[0].first;
        uint64_t factor = 1, begin = 3;
        for (; begin * begin <= n && factor == 1; begin += 1000)
            factor = fg_last_resort_block(n, begin, begin + 1000);
        ASSERT_EQ(factor, expected) << n;
    }
    /* The largest candidates, where squares come close to 2^64. */
    const uint64_t p = UINT64_C(4294967291);
    EXPECT_EQ(fg_last_resort_block(p * p, p - 1000, p + 1000), p);
    EXPECT_EQ(fg_last_resort_block(p * p, p - 1000, p), 1u);
    EXPECT_EQ(fg_last_resort_block(UINT64_C(18446744073709551557), p, p + 100000), 1u);
}

} // namespace
