// SPDX-License-Identifier: MIT
/*
 * wide_factor_test.cpp: the engine for numbers below 2^128 on numbers built to be hard and on
 * random ones: the product, every prime's primality, the order and the exponents, each by FLINT or
 * from how the number was made.
 */
#include "support/atomics.h"
#include "support/internals.h"
#include "support/wide_numbers.h"

#include <gtest/gtest.h>

extern "C" {
#include "algorithms/wide_last_resort.h"
#include "algorithms/wide_power.h"
#include "algorithms/wide_small_primes.h"
#include "methods/factor/wide_factor.h"
#include "methods/factor/wide_work.h"
}

#include <algorithm>
#include <csignal>
#include <sys/time.h>
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
    struct fg_wide_work *get() const {
        return work_;
    }

  private:
    struct fg_wide_work *work_ = nullptr;
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

/* The count of numbers of a kind in the gate: 2000, fewer under a sanitizer. */
size_t enough() {
    return sanitized() ? scaled(120) : scaled(every_case() ? 1000 : 13400);
}

/* Every curve finds primes of up to some 4000 in stage 1, all of a number at once. Without a way
 * out each of these numbers takes a second. */
TEST(WideFactor, NumbersOfPrimesThatEveryCurveFindsAreFactored) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    WideNumbers numbers = {oracle::wide("29707574539632123384163485928687126091"),
                           oracle::wide("300699261744397739833786407058291554863")};
    const size_t count = sanitized() ? scaled(2000) : enough();
    while (numbers.size() < count) {
        const Wide least = Wide{1} << random.between(64, 115); /* a prime has 13 bits */
        Wide n = 1;
        while (n < least)
            n *= oracle::next_wide_prime(random.between(1024, 5000));
        numbers.push_back(n);
    }
    ASSERT_NO_FATAL_FAILURE(expect_all_proved(numbers, random));
}

/* Numbers within `off` of where a form or a shortcut ends: on the CPUs' forms and the GPU's. */
WideNumbers around_bounds(Wide off) {
    WideNumbers numbers;
    for (const unsigned bits :
         {76u, 91u, 96u, 98u, 99u, 100u, 102u, 103u, 104u, 107u, 122u, 123u, 126u})
        for (const Wide n : wide_numbers::around(Wide{1} << bits, off))
            numbers.push_back(n);
    return numbers;
}

/* Numbers of every kind, `count` of each of which there are so many. */
WideNumbers of_every_kind(RandomNumbers &random, size_t count) {
    using namespace wide_numbers;
    WideNumbers numbers = around_powers_of_2(count / 128 + 1);
    const auto take = [&numbers](const WideNumbers &more) {
        numbers.insert(numbers.end(), more.begin(), more.end());
    };
    take(with_many_primes());
    take(of_26_primes(random, count));
    take(strong_pseudoprimes(count / 4 + 1));
    take(powers(random, 2, count));
    take(powers(random, 3, count));
    take(powers(random, count));
    take(with_doubled_order(random, count));
    take(of_close_primes(random, count));
    take(related_products(random, count));
    take(chernick(random, count));
    take(with_smooth_neighbours(random, count));
    take(in_chains(random, count));
    for (unsigned bits = 65; bits <= 128; bits++) {
        take(any_of(random, bits, count / 16 + 1));
        take(primes(random, bits, count / 32 + 1));
    }
    append(numbers, oracle::wide("85070591730234615865843651857942052871")); /* 2^126 + 7 */
    for (const unsigned bits : {66u, 72u, 80u, 88u})
        take(semiprimes(random, bits, count / 16 + 1));
    take(semiprimes(random, 100, 2));
    take(primes_around(oracle::wide("3317044064679887385961981"), 4));
    take(around_bounds(count / 26 + 1));
    return numbers;
}

TEST(WideFactor, NumbersOfEveryKindAreFactored) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    ASSERT_NO_FATAL_FAILURE(expect_all_proved(of_every_kind(random, enough()), random));
}

TEST(WideFactor, NumbersOfEverySizeAreFactored) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (unsigned bits = 65; bits <= 128; bits++)
        ASSERT_NO_FATAL_FAILURE(
            expect_all_proved(wide_numbers::any_of(random, bits, enough()), random));
}

TEST(WideFactor, EveryInstructionSetFactorsThemToo) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const WideNumbers numbers = of_every_kind(random, scaled(15));
    for (unsigned i = 0; i < fg_wide_lanes_count; i++) {
        fg_wide_options options = {};
        options.lanes = fg_wide_lanes_all[i];
        SCOPED_TRACE(options.lanes->name);
        if (options.lanes->runs_here()) {
            ASSERT_NO_FATAL_FAILURE(expect_all_proved(numbers, random, options));
        }
    }
}

/* The largest moduli of each form, and the least that it has to leave to the next: composites that
 * go through curves, and primes that are proved. */
TEST(WideFactor, NumbersAroundEveryFormsBoundAreFactored) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (unsigned i = 0; i < fg_wide_lanes_count; i++) {
        fg_wide_options options = {};
        options.lanes = fg_wide_lanes_all[i];
        SCOPED_TRACE(options.lanes->name);
        WideNumbers numbers;
        for (unsigned form = 0; form < options.lanes->form_count; form++) {
            const unsigned bits = options.lanes->forms[form]->bits;
            WideNumbers more = wide_numbers::semiprimes_around(random, bits);
            if (bits < 128) {
                for (const Wide n : wide_numbers::primes_around(Wide{1} << bits, 2))
                    more.push_back(n);
            } else {
                more.push_back(oracle::previous_wide_prime(~Wide{0}));
            }
            numbers.insert(numbers.end(), more.begin(), more.end());
        }
        if (options.lanes->runs_here()) {
            ASSERT_NO_FATAL_FAILURE(expect_all_proved(numbers, random, options));
        }
    }
}

TEST(WideFactor, NumbersAloneAreFactored) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    WideNumbers numbers = wide_numbers::strong_pseudoprimes(2);
    for (unsigned bits = 65; bits <= 128; bits += 3) {
        numbers.push_back(wide_numbers::random_of(random, bits));
        numbers.push_back(wide_numbers::random_prime(random, bits));
        numbers.push_back(wide_numbers::semiprime(random, std::min(bits, 92u)));
    }
    ASSERT_NO_FATAL_FAILURE(expect_all_proved_alone(numbers));
}

/* The oracle of the other tests is how a number was made, or FLINT's test of each prime. Here FLINT
 * factors and proves. */
TEST(WideFactor, FactorsAsFlintDoes) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const WideNumbers numbers = wide_numbers::any_of(random, 80, scaled(25));
    const std::vector<fg_uint128> words = words_of(numbers);
    std::vector<fg_wide_factorization> factors(numbers.size());
    ASSERT_EQ(run(words.data(), words.size(), factors.data()), FG_OK);
    for (size_t i = 0; i < numbers.size(); i++) {
        const auto expected = oracle::wide_prime_powers(numbers[i]);
        ASSERT_EQ(factors[i].distinct, expected.size()) << oracle::decimal(numbers[i]);
        for (size_t k = 0; k < expected.size(); k++) {
            ASSERT_TRUE(factors[i].primes[k] == expected[k].first) << oracle::decimal(numbers[i]);
            ASSERT_EQ(factors[i].exponents[k], expected[k].second) << oracle::decimal(numbers[i]);
        }
    }
}

TEST(WideFactor, AMillionNumbersAreFactored) {
    if (!every_case())
        GTEST_SKIP() << "takes minutes: set FG_TEST_ALL=1";
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (unsigned round = 0; round < 100; round++) {
        WideNumbers numbers = of_every_kind(random, 100);
        while (numbers.size() < 10000)
            numbers.push_back(wide_numbers::random_of(random, (unsigned)random.between(65, 128)));
        ASSERT_NO_FATAL_FAILURE(expect_all_proved(numbers, random));
    }
}

/* ---- Smooth numbers ---- */

TEST(WideFactor, OnlySmoothNumbersAreFactoredIfAskedFor) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const WideNumbers numbers = of_every_kind(random, scaled(10));
    const std::vector<fg_uint128> words = words_of(numbers);
    std::vector<fg_wide_factorization> all(numbers.size()), smooth(numbers.size());
    for (size_t begin = 0; begin < numbers.size(); begin += FG_WIDE_TILE)
        ASSERT_EQ(
            run(&words[begin], std::min(numbers.size() - begin, (size_t)FG_WIDE_TILE), &all[begin]),
            FG_OK);
    for (const unsigned bits : {5u, 12u, 30u, 40u, 64u, 80u}) {
        fg_wide_options options = {};
        const Wide bound = wide_numbers::random_of(random, bits);
        options.smooth_bound = words_of({bound})[0];
        ASSERT_EQ(run(words.data(), words.size(), smooth.data(), options), FG_OK);
        for (size_t i = 0; i < numbers.size(); i++) {
            const std::string name = oracle::decimal(numbers[i]);
            const bool is_smooth = all[i].primes[all[i].distinct - 1] <= bound;
            ASSERT_EQ(smooth[i].not_smooth, !is_smooth) << name;
            ASSERT_EQ(smooth[i].distinct, is_smooth ? all[i].distinct : 0) << name;
            if (is_smooth) {
                ASSERT_NO_FATAL_FAILURE(expect_proved(numbers[i], smooth[i]));
            }
        }
    }
}

/* ---- Cancelling ---- */

atomic_bool alarm_rang = false;

/* A timer of this process rings while the last resort searches through a number of 128 bits, for
 * which it would take days. */
TEST(WideFactor, TheLastResortCanBeCancelled) {
    const auto before = std::signal(SIGALRM, [](int) { alarm_rang = true; });
    const itimerval timer = {{0, 0}, {0, 20000}};
    const fg_uint128 n = words_of({oracle::previous_wide_prime(UINT64_MAX) *
                                   oracle::previous_wide_prime(UINT64_MAX - 1000)})[0];
    static const Work work;
    fg_wide_options options = {};
    options.no_curves = true;
    fg_wide_factorization factors;
    alarm_rang = false;
    setitimer(ITIMER_REAL, &timer, nullptr);
    EXPECT_EQ(fg_wide_factor_run_with(work.get(), options, &n, 1, &alarm_rang, &factors),
              FG_ERROR_CANCELLED);
    std::signal(SIGALRM, before);
}

TEST(WideFactor, ACancelledRunEndsAtOnce) {
    static const Work work;
    const fg_uint128 n = {1, 1};
    const atomic_bool cancelled = true;
    fg_wide_factorization factors;
    EXPECT_EQ(fg_wide_factor_run(work.get(), &n, 1, &cancelled, &factors), FG_ERROR_CANCELLED);
}

/* ---- The last resort ---- */

TEST(WideFactor, TheLastResortFactorsWithoutCurves) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    fg_wide_options options = {};
    options.no_curves = true;
    WideNumbers numbers;
    for (size_t i = 0; i < scaled(5); i++) {
        /* By trial division, by Lehman's method with k = 1 and with others. */
        const Wide p = wide_numbers::random_prime(random, 33);
        numbers.push_back(wide_numbers::random_prime(random, 16) *
                          wide_numbers::random_prime(random, 60));
        numbers.push_back(p * oracle::next_wide_prime(p + random.between(0, 1000)));
        numbers.push_back(p * oracle::next_wide_prime(3 * p / 2 + random.between(0, 1000)));
        numbers.push_back(p * oracle::next_wide_prime(7 * p / 5 + random.between(0, 1000)));
    }
    ASSERT_NO_FATAL_FAILURE(expect_all_proved(numbers, random, options));
}

} // namespace
