// SPDX-License-Identifier: MIT
/*
 * hart_batch_test.cpp: every variant of Hart's method in lanes splits what reaches it, in company
 * and alone, and says so if it cannot.
 */
#include "support/internals.h"
#include "support/oracle.h"
#include "support/random_numbers.h"

extern "C" {
#include "algorithms/hart.h"
#include "algorithms/small_primes.h"
#include "algorithms/split_plan.h"
#include "methods/factor/hart_batch.h"
}

#include <algorithm>
#include <cstdio>
#include <gtest/gtest.h>
#include <numeric>
#include <vector>

namespace {

struct Variant {
    const char *name;
    fg_hart_batch_function *search;
    bool runs_here;
};

std::vector<Variant> variants() {
    std::vector<Variant> list = {{"portable", fg_hart_batch_portable, true}};
#if defined(__x86_64__)
    list.push_back({"avx2", fg_hart_batch_avx2,
                    __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0});
    list.push_back({"avx512", fg_hart_batch_avx512, __builtin_cpu_supports("avx512f") != 0});
#endif
    return list;
}

uint64_t least_prime() {
    return fg_small_primes_bound(FG_PLAN_SMALL_BLOCKS);
}

/* Returns how many of the numbers, all composite, were not split. */
size_t missed(const Variant &variant, const std::vector<uint64_t> &numbers) {
    size_t count = 0;
    for (size_t begin = 0; begin < numbers.size(); begin += FG_HART_BATCH) {
        const size_t length = std::min(numbers.size() - begin, (size_t)FG_HART_BATCH);
        uint64_t found[FG_HART_BATCH];
        variant.search(&numbers[begin], (unsigned)length, found);
        for (size_t i = 0; i < length; i++) {
            const uint64_t common = std::gcd(found[i], numbers[begin + i]);
            count += common == 1 || common == numbers[begin + i];
        }
    }
    return count;
}

void expect_all_split(const std::vector<uint64_t> &numbers) {
    for (const Variant &variant : variants()) {
        if (!variant.runs_here) {
            std::printf("%s does not run here\n", variant.name);
            continue;
        }
        EXPECT_EQ(missed(variant, numbers), 0u) << variant.name;
    }
}

TEST(HartBatch, EverySmallCompositeThatReachesItIsSplit) {
    std::vector<uint64_t> numbers;
    const uint64_t low = least_prime(), limit = low * low + scaled(1 << 23);
    for (uint64_t p = oracle::next_prime(low - 1); p * p < limit; p = oracle::next_prime(p))
        for (uint64_t q = p; p * q < limit; q = oracle::next_prime(q))
            numbers.push_back(p * q);
    expect_all_split(numbers);
}

TEST(HartBatch, SquaresAreSplitAsLongAsTheEngineLeavesThemToIt) {
    std::vector<uint64_t> numbers;
    for (uint64_t p = oracle::next_prime(least_prime() - 1); p * p < FG_PLAN_HART_MAX;
         p = oracle::next_prime(p))
        numbers.push_back(p * p);
    expect_all_split(numbers);
}

TEST(HartBatch, RandomCompositesBelowTwoToThe32AreSplit) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    std::vector<uint64_t> numbers;
    while (numbers.size() < scaled(200000)) {
        const auto bits = (unsigned)random.between(11, 16);
        const uint64_t p = oracle::next_prime(std::max(random.with_bits(bits), least_prime()) - 1);
        const uint64_t q = oracle::next_prime(random.between(least_prime(), UINT32_MAX / p));
        if (p * q <= UINT32_MAX)
            numbers.push_back(p * q);
    }
    expect_all_split(numbers);
}

/* Near FG_HART_MAX the exact doubles end before the multiples do. */
TEST(HartBatch, WhatItFindsOfTheLargestNumbersDivides) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    std::vector<uint64_t> numbers;
    while (numbers.size() < scaled(20000)) {
        const uint64_t p = oracle::next_prime(random.with_bits((unsigned)random.between(11, 18)));
        const uint64_t limit = FG_HART_MAX - random.between(0, FG_HART_MAX / 2);
        const uint64_t n = p * oracle::next_prime(limit / p - 500);
        if (n < FG_HART_MAX)
            numbers.push_back(n);
    }
    for (const Variant &variant : variants()) {
        if (!variant.runs_here)
            continue;
        for (size_t i = 0; i < numbers.size(); i++) {
            uint64_t found = 0;
            variant.search(&numbers[i], 1, &found);
            if (found > 1) {
                const uint64_t common = std::gcd(found, numbers[i]);
                ASSERT_TRUE(common > 1 && common < numbers[i]) << variant.name << numbers[i];
            }
        }
        EXPECT_LT(missed(variant, numbers), numbers.size()) << variant.name;
    }
}

/* Primes are never asked for; they have no factors to be found. */
TEST(HartBatch, PrimesAreNotSplit) {
    std::vector<uint64_t> numbers;
    for (uint64_t limit = UINT64_C(1) << 12; limit <= FG_HART_MAX; limit *= 2)
        numbers.push_back(oracle::next_prime(limit - limit / 64));
    for (const Variant &variant : variants()) {
        if (!variant.runs_here)
            continue;
        EXPECT_EQ(missed(variant, numbers), numbers.size()) << variant.name;
    }
}

/* Its place among others changes nothing about what is found for a number. */
TEST(HartBatch, RunsOfEveryLengthGiveWhatEachNumberGivesAlone) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (const Variant &variant : variants())
        for (size_t count = 0; count <= FG_HART_BATCH && variant.runs_here; count++) {
            uint64_t numbers[FG_HART_BATCH], together[FG_HART_BATCH];
            for (size_t i = 0; i < count; i++)
                numbers[i] = random.between(least_prime(), UINT32_MAX) | 1;
            variant.search(numbers, (unsigned)count, together);
            for (size_t i = 0; i < count; i++) {
                uint64_t alone = 0;
                variant.search(&numbers[i], 1, &alone);
                ASSERT_EQ(together[i], alone) << variant.name << ' ' << numbers[i];
            }
        }
}

TEST(HartBatch, TheChoiceIsOneThatRunsHere) {
    bool found = false;
    for (const Variant &variant : variants())
        found = found || (variant.runs_here && variant.search == fg_hart_batch_select());
    EXPECT_TRUE(found);
}

} // namespace
