// SPDX-License-Identifier: MIT
/*
 * strip_test.cpp: every variant of dividing out the small primes does what the plain loop does.
 */
#include "support/internals.h"
#include "support/random_numbers.h"

extern "C" {
#include "algorithms/small_primes.h"
#include "algorithms/split_plan.h"
#include "methods/factor/small_primes_batch.h"
}

#include <algorithm>
#include <cstdio>
#include <gtest/gtest.h>
#include <vector>

namespace {

struct Variant {
    const char *name;
    fg_small_primes_function *strip;
    bool runs_here;
};

std::vector<Variant> variants() {
    std::vector<Variant> list = {{"portable", fg_small_primes_portable, true}};
#if defined(__x86_64__)
    list.push_back({"avx2", fg_small_primes_avx2, __builtin_cpu_supports("avx2") != 0});
    list.push_back(
        {"avx512", fg_small_primes_avx512,
         __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512dq") != 0});
#endif
    return list;
}

/* Expects the cofactor and the factorisation that trial division below the bound gives. */
void expect_stripped(const char *name, uint64_t n, const fg_factorization &got, uint64_t left) {
    fg_factorization expected;
    fg_factorization_clear(&expected);
    const uint64_t limit = fg_small_primes_bound(FG_PLAN_SMALL_BLOCKS);
    uint64_t rest = n;
    for (uint64_t d = 2; d < limit && rest > 1; d++)
        for (; rest % d == 0; rest /= d)
            fg_factorization_add(&expected, d, 1);
    if (rest > 1 && rest < limit * limit) {
        fg_factorization_add(&expected, rest, 1);
        rest = 1;
    }
    ASSERT_EQ(left, rest) << name << ' ' << n;
    ASSERT_EQ(got.distinct, expected.distinct) << name << ' ' << n;
    for (unsigned i = 0; i < got.distinct; i++) {
        ASSERT_EQ(got.primes[i], expected.primes[i]) << name << ' ' << n;
        ASSERT_EQ(got.exponents[i], expected.exponents[i]) << name << ' ' << n;
    }
}

/* All in one run, and each alone. */
void expect_all_stripped(const Variant &variant, const std::vector<uint64_t> &numbers) {
    std::vector<fg_factorization> factors(numbers.size());
    std::vector<uint64_t> rests(numbers.size());
    variant.strip(numbers.data(), numbers.size(), factors.data(), rests.data());
    for (size_t i = 0; i < numbers.size(); i++) {
        ASSERT_NO_FATAL_FAILURE(expect_stripped(variant.name, numbers[i], factors[i], rests[i]));
        fg_factorization alone;
        uint64_t rest;
        variant.strip(&numbers[i], 1, &alone, &rest);
        ASSERT_NO_FATAL_FAILURE(expect_stripped(variant.name, numbers[i], alone, rest));
    }
}

void for_each_variant(const std::vector<uint64_t> &numbers) {
    for (const Variant &variant : variants()) {
        if (!variant.runs_here) {
            std::printf("%s does not run here\n", variant.name);
            continue;
        }
        ASSERT_NO_FATAL_FAILURE(expect_all_stripped(variant, numbers));
    }
}

TEST(Strip, AllSmallNumbers) {
    std::vector<uint64_t> numbers;
    for (uint64_t n = 1; n <= 20000; n++)
        numbers.push_back(n);
    for_each_variant(numbers);
}

TEST(Strip, EveryPrimeOfTheTableAloneAndBesideLargeOnes) {
    std::vector<uint64_t> numbers;
    for (const uint16_t prime : fg_small_prime_values)
        for (const uint64_t cofactor :
             {UINT64_C(1), UINT64_C(2), uint64_t{prime}, UINT64_C(1048583), UINT64_C(4194301),
              UINT64_C(4294967291), UINT64_C(1099511627791), UINT64_C(17592186044399)})
            numbers.push_back(prime * cofactor);
    for_each_variant(numbers);
}

TEST(Strip, AcrossTheWidthOfTheNarrowTests) {
    std::vector<uint64_t> numbers;
    for (uint64_t n = (UINT64_C(1) << 32) - 500; n <= (UINT64_C(1) << 32) + 500; n++)
        numbers.push_back(n);
    for (uint64_t n = UINT64_MAX - 500; n != 0; n++)
        numbers.push_back(n);
    for_each_variant(numbers);
}

TEST(Strip, RandomNumbersOfEveryLength) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    std::vector<uint64_t> numbers;
    for (unsigned bits = 1; bits <= 64; bits++)
        for (int i = 0; i < 50; i++)
            numbers.push_back(random.with_bits(bits));
    for_each_variant(numbers);
}

/* A number below p^2 without a prime below p is prime itself, or 1. */
TEST(Strip, NeighboursOfTheSquaresOfPrimes) {
    std::vector<uint64_t> numbers;
    for (const uint64_t prime : fg_small_prime_values) {
        const uint64_t square = prime * prime;
        for (uint64_t n = square > 40 ? square - 40 : 1; n <= square + 40; n++)
            numbers.push_back(n);
    }
    for (uint64_t n = 1053 * 1053; n <= UINT64_C(1073) * 1073; n++)
        numbers.push_back(n);
    for_each_variant(numbers);
}

/* Numbers side by side with as many small primes, powers and none. */
TEST(Strip, CompanyOfEveryKind) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    std::vector<uint64_t> numbers;
    for (size_t i = 0; i < scaled(20000); i++) {
        const uint64_t limit = UINT32_MAX >> random.between(0, 20);
        const uint64_t most = random.between(2, 1100);
        uint64_t n = 1;
        for (uint64_t factor; n * (factor = random.between(2, most)) <= limit;)
            n *= factor;
        numbers.push_back(n);
        if (random.between(0, 60) == 0)
            numbers.push_back(random.of_any_size());
    }
    for (uint64_t n = 1; n <= UINT32_MAX; n *= 2)
        for (const uint64_t power : {n, n - 1, n + 1})
            numbers.push_back(std::max(power, UINT64_C(1)));
    for (const uint64_t prime : fg_small_prime_values)
        for (uint64_t n = prime; n <= UINT32_MAX; n *= prime)
            numbers.push_back(n);
    for_each_variant(numbers);
}

TEST(Strip, RunsOfEveryLengthAndBeginning) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (const Variant &variant : variants())
        for (size_t count = 0; count <= 70 && variant.runs_here; count++) {
            std::vector<uint64_t> numbers(count);
            for (uint64_t &n : numbers)
                n = random.between(0, 20) == 0 ? random.of_any_size() : random.of_any_size(32);
            ASSERT_NO_FATAL_FAILURE(expect_all_stripped(variant, numbers));
        }
}

TEST(Strip, TheChoiceIsOneThatRunsHere) {
    fg_small_primes_function *const chosen = fg_small_primes_select();
    bool found = false;
    for (const Variant &variant : variants())
        found = found || (variant.runs_here && variant.strip == chosen);
    EXPECT_TRUE(found);
}

} // namespace
