// SPDX-License-Identifier: MIT
/*
 * wide_factor_test.cpp: the engine for numbers below 2^128 on numbers built to be hard and on
 * random ones: the product, every prime's primality, the order and the exponents, each by FLINT or
 * from how the number was made.
 */
#include "support/internals.h"
#include "support/wide_numbers.h"

#include <gtest/gtest.h>

#include <stdatomic.h>

/* In C++17 only some compilers' <stdatomic.h> has C's types; std::atomic is the same in memory. */
#ifndef __clang__
#include <atomic>
using std::atomic_bool;
#endif

extern "C" {
#include "algorithms/wide_last_resort.h"
#include "algorithms/wide_power.h"
#include "algorithms/wide_small_primes.h"
#include "methods/factor/wide_factor.h"
#include "methods/factor/wide_work.h"
}

#include <algorithm>
#include <vector>

namespace {

using oracle::Wide;
using oracle::WideNumbers;
using wide_numbers::append;

/* A work space, which the runs of a test share. */
class Work {
  public:
    Work() { EXPECT_EQ(fg_wide_work_open(&work_, nullptr), FG_OK); }
    ~Work() { fg_wide_work_close(work_); }
    Work(const Work &) = delete;
    Work &operator=(const Work &) = delete;
    fg_wide_work *get() const { return work_; }

  private:
    fg_wide_work *work_ = nullptr;
};

std::vector<fg_uint128> words_of(const WideNumbers &numbers) {
    std::vector<fg_uint128> words;
    for (const Wide n : numbers)
        words.push_back({static_cast<uint64_t>(n), static_cast<uint64_t>(n >> 64)});
    return words;
}

fg_status run(const fg_uint128 *numbers, size_t count, fg_wide_factorization *factors,
              const fg_wide_options &options = {}) {
    static const Work work;
    const atomic_bool cancelled = false;
    return fg_wide_factor_run_with(work.get(), options, numbers, count, &cancelled, factors);
}

/* Ascending primes with exponents from 1 up whose product is n: there is only one such answer. */
void expect_proved(Wide n, const fg_wide_factorization &factors) {
    Wide product = 1;
    const std::string name = oracle::decimal(n);
    ASSERT_LE(factors.distinct, FG_WIDE_DISTINCT) << name;
    ASSERT_FALSE(factors.not_smooth) << name;
    for (unsigned i = 0; i < factors.distinct; i++) {
        const Wide prime = factors.primes[i];
        ASSERT_TRUE(oracle::is_wide_prime(prime)) << name << ": " << oracle::decimal(prime);
        ASSERT_TRUE(i == 0 || factors.primes[i - 1] < prime) << name;
        ASSERT_GE(factors.exponents[i], 1) << name;
        for (unsigned e = 0; e < factors.exponents[i]; e++)
            ASSERT_FALSE(__builtin_mul_overflow(product, prime, &product)) << name;
    }
    ASSERT_TRUE(product == n) << name << ": the product is " << oracle::decimal(product);
}

/* All numbers, in runs of random lengths. */
void expect_all_proved(const WideNumbers &numbers, RandomNumbers &random,
                       const fg_wide_options &options = {}) {
    const std::vector<fg_uint128> words = words_of(numbers);
    std::vector<fg_wide_factorization> factors(FG_WIDE_TILE);
    for (size_t begin = 0, count; begin < numbers.size(); begin += count) {
        count = std::min(numbers.size() - begin, (size_t)random.between(1, FG_WIDE_TILE));
        ASSERT_EQ(run(&words[begin], count, factors.data(), options), FG_OK);
        for (size_t i = 0; i < count; i++)
            ASSERT_NO_FATAL_FAILURE(expect_proved(numbers[begin + i], factors[i]));
    }
}

/* Each number alone as well, where no lane has a neighbour. */
void expect_all_proved_alone(const WideNumbers &numbers) {
    for (const fg_uint128 &n : words_of(numbers)) {
        fg_wide_factorization factors;
        ASSERT_EQ(run(&n, 1, &factors), FG_OK) << n.high << ", " << n.low;
        ASSERT_NO_FATAL_FAILURE(expect_proved((Wide)n.high << 64 | n.low, factors));
    }
}

void expect_proved_together_and_alone(const WideNumbers &numbers) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    ASSERT_NO_FATAL_FAILURE(expect_all_proved(numbers, random));
    ASSERT_NO_FATAL_FAILURE(expect_all_proved_alone(numbers));
}

/* ---- The parts that the engine is made of ---- */

TEST(WideSmallPrimes, AreThoseThatDivide) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(5000); i++) {
        Wide n = wide_numbers::random_of(random, (unsigned)random.between(65, 128));
        if (i % 3 == 0) /* with more small primes than random numbers have */
            n = n / 55440 / 1021 * (Wide{55440} * 1021);
        if (n >> 64 == 0)
            continue;
        fg_wide_factorization factors;
        fg_wide_factorization_clear(&factors);
        const Wide rest = fg_wide_small_primes_strip(n, &factors);
        Wide left = n;
        for (unsigned k = 0; k < factors.distinct; k++)
            for (unsigned e = 0; e < factors.exponents[k]; e++) {
                ASSERT_TRUE(left % factors.primes[k] == 0) << oracle::decimal(n);
                left /= factors.primes[k];
            }
        ASSERT_TRUE(left == rest) << oracle::decimal(n);
        for (unsigned d = 2; rest >> 64 != 0 && d < 1053; d++)
            ASSERT_FALSE(rest % d == 0) << oracle::decimal(n) << " by " << d;
    }
}

TEST(WidePower, IsFoundAndNothingElse) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(5000); i++) {
        const auto exponent = (unsigned)random.between(2, 11);
        const auto bits =
            (unsigned)random.between(std::max(64 / exponent + 1, 11u), 128 / exponent);
        const Wide base = wide_numbers::random_of(random, bits) | 1;
        const Wide n = wide_numbers::power(base, exponent);
        uint64_t root = 0;
        if (n >> 64 == 0)
            continue;
        const uint32_t found = fg_wide_split_power(n, &root);
        ASSERT_TRUE(found > 1 && wide_numbers::power(root, found) == n)
            << oracle::decimal(base) << "^" << exponent;
        ASSERT_EQ(fg_wide_split_power(n - 1, &root), 1u) << oracle::decimal(n);
        ASSERT_EQ(fg_wide_split_power(n + 1, &root), 1u) << oracle::decimal(n);
    }
}

TEST(WideLastResort, FindsTheRootsOfLehmansMethod) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(20000); i++) {
        /* 4 k n = x y with x + y even: the least square from 4 k n on is known exactly if x, y are
         * close. */
        const Wide x = 2 * wide_numbers::random_of(random, (unsigned)random.between(33, 62));
        const uint64_t k = 1 + random.any() % 1000;
        const Wide n = x / 2 * (x / 2) / k;
        Wide square = 0;
        if (n >> 64 == 0)
            continue;
        const Wide a = fg_wide_lehman_root(n, k, &square);
        const Wide target = 4 * n * k; /* at most x^2, below 2^126 */
        ASSERT_TRUE(a * a >= target && (a - 1) * (a - 1) < target) << oracle::decimal(n);
        ASSERT_TRUE(square == a * a - target) << oracle::decimal(n);
    }
}

/* ---- Whole factorisations ---- */

TEST(WideFactor, OneAndNumbersOfOneWordAreFactored) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    WideNumbers numbers = {1, 2, 3, 4, UINT64_MAX, (Wide)UINT64_MAX + 1, (Wide)UINT64_MAX + 2};
    for (size_t i = 0; i < scaled(10000); i++)
        numbers.push_back(random.of_any_size());
    ASSERT_NO_FATAL_FAILURE(expect_all_proved(numbers, random));
}

TEST(WideFactor, NumbersWithManySmallPrimesAreFactored) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    WideNumbers numbers = wide_numbers::with_many_primes();
    for (unsigned exponent = 64; exponent < 128; exponent++)
        numbers.push_back(Wide{1} << exponent);
    for (const Wide base : {3, 5, 7, 6, 15, 30, 101, 1009, 1051})
        for (unsigned exponent = 2; exponent < 82; exponent++)
            append(numbers, wide_numbers::power(base, exponent));
    numbers.push_back(oracle::wide("278282512406132373381723386382308832000"));
    ASSERT_NO_FATAL_FAILURE(expect_proved_together_and_alone(numbers));
}

TEST(WideFactor, PowersAreFactored) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    ASSERT_NO_FATAL_FAILURE(expect_all_proved(wide_numbers::powers(random, scaled(2000)), random));
}

TEST(WideFactor, TheLastResortFactorsWithoutCurves) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    fg_wide_options options = {};
    options.no_curves = true;
    WideNumbers numbers;
    for (size_t i = 0; i < scaled(25); i++) {
        /* By trial division, by Lehman's method with k = 1 and with others. */
        const Wide p = wide_numbers::random_prime(random, 33);
        numbers.push_back(wide_numbers::random_prime(random, 16) *
                          wide_numbers::random_prime(random, 60));
        numbers.push_back(p * oracle::next_wide_prime(p + random.between(0, 1000)));
        numbers.push_back(p * oracle::next_wide_prime(3 * p / 2 + random.between(0, 1000)));
        numbers.push_back(p * oracle::next_wide_prime(7 * p / 5 + random.between(0, 1000)));
    }
    numbers.push_back(wide_numbers::semiprime(random, 66));
    ASSERT_NO_FATAL_FAILURE(expect_all_proved(numbers, random, options));
}

} // namespace
