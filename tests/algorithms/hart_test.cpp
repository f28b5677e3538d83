// SPDX-License-Identifier: MIT
/*
 * hart_test.cpp: Hart's one-line method: its results divide, and it splits every number that its
 * callers give it.
 */
#include "support/internals.h"
#include "support/oracle.h"
#include "support/random_numbers.h"

extern "C" {
#include "algorithms/hart.h"
#include "algorithms/small_primes.h"
#include "algorithms/split_plan.h"
}

#include <gtest/gtest.h>

#include <algorithm>

namespace {

/* A number that reaches Hart's method has no prime factor below this. */
uint64_t least_prime() {
    return fg_small_primes_bound(FG_PLAN_SMALL_BLOCKS);
}

uint64_t all_steps(uint64_t n) {
    return fg_hart_block(n, 1, FG_HART_STEPS);
}

void expect_split(uint64_t n) {
    const uint64_t factor = all_steps(n);
    ASSERT_GT(factor, 1u) << n;
    ASSERT_LT(factor, n);
    ASSERT_EQ(n % factor, 0u) << n << " has no factor " << factor;
}

/* 1 or a proper factor. */
void expect_honest(uint64_t n) {
    const uint64_t factor = all_steps(n);
    ASSERT_EQ(n % factor, 0u) << n << " has no factor " << factor;
    ASSERT_TRUE(factor == 1 || factor < n) << n;
}

TEST(Hart, EverySmallCompositeThatReachesItIsSplit) {
    const uint64_t low = least_prime(), limit = low * low + scaled(1 << 23);
    size_t split = 0;
    for (uint64_t p = oracle::next_prime(low - 1); p * p < limit; p = oracle::next_prime(p))
        for (uint64_t q = p; p * q < limit; q = oracle::next_prime(q), split++)
            ASSERT_NO_FATAL_FAILURE(expect_split(p * q));
    EXPECT_GT(split, 0u);
}

TEST(Hart, RandomCompositesThatReachItAreSplit) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const uint64_t low = least_prime();
    for (size_t i = 0; i < scaled(100000);) {
        const uint64_t limit = FG_PLAN_HART_MAX >> random.between(0, 20);
        const auto bits = (unsigned)random.between(9, 19);
        const uint64_t p = oracle::next_prime(std::max(random.with_bits(bits), low) - 1);
        const uint64_t q_limit = (limit - 1) / p;
        if (q_limit < low + 100)
            continue;
        /* balanced, or as it comes, or as large as fits */
        uint64_t q_bound = i % 3 == 0 ? q_limit : random.between(low, q_limit);
        q_bound = i % 3 == 1 ? std::min(2 * p, q_limit) : q_bound;
        const uint64_t q =
            oracle::next_prime(std::max(q_bound - std::min(q_bound - low, UINT64_C(1000)), low));
        if (p * q >= FG_PLAN_HART_MAX)
            continue;
        expect_split(p * q);
        i++;
    }
}

/* Squares do not come here, but every cube does: its caller takes no cube root. */
TEST(Hart, EveryCubeThatReachesItIsSplit) {
    for (uint64_t p = oracle::next_prime(least_prime() - 1); p * p * p < FG_PLAN_HART_MAX;
         p = oracle::next_prime(p))
        ASSERT_NO_FATAL_FAILURE(expect_split(p * p * p));
}

TEST(Hart, SquaresAndProductsOfThreeAreSplit) {
    const uint64_t low = least_prime();
    for (uint64_t p = oracle::next_prime(low - 1); p * p < FG_PLAN_HART_MAX;
         p = oracle::next_prime(p + 64)) {
        expect_split(p * p);
        const uint64_t q = oracle::next_prime(p), r = oracle::next_prime(q + 100);
        if (p * q < FG_PLAN_HART_MAX)
            expect_split(p * q);
        for (const uint64_t n : {p * q * r, p * p * r})
            if (p < 10000 && n < FG_PLAN_HART_MAX)
                expect_split(n);
    }
}

TEST(Hart, NothingButFactorsComesOutForAnyOddNumber) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (uint64_t n = 1; n < 3000; n += 2)
        expect_honest(n);
    for (size_t i = 0; i < scaled(2000); i++)
        expect_honest((random.of_any_size(64) % FG_HART_MAX) | 1);
    for (uint64_t below = 1; below < scaled(1000); below += 2)
        expect_honest(FG_HART_MAX - below);
}

TEST(Hart, PrimesGiveOne) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(3000); i++) {
        const uint64_t p = oracle::next_prime(2 + random.of_any_size() % (FG_HART_MAX - 1000));
        ASSERT_EQ(all_steps(p), 1u) << p;
    }
}

TEST(Hart, BlocksInARowAreTheWhole) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(3000); i++) {
        const uint64_t n = (random.of_any_size(64) % FG_HART_MAX) | 1;
        uint64_t factor = 1;
        for (uint32_t begin = 1; begin < FG_HART_STEPS && factor == 1;) {
            const auto end =
                std::min(begin + (uint32_t)random.between(0, 700), (uint32_t)FG_HART_STEPS);
            factor = fg_hart_block(n, begin, end);
            begin = end;
        }
        ASSERT_EQ(factor, all_steps(n)) << n;
    }
}

} // namespace
