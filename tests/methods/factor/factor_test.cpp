// SPDX-License-Identifier: MIT
/*
 * factor_test.cpp: the factoring engine on every small number, on numbers built to be hard and on
 * random ones: the product, every prime's primality, the order and the exponents, each by FLINT or
 * from how the number was made.
 */
#include "support/atomics.h"
#include "support/chosen_numbers.h"
#include "support/internals.h"
#include "support/oracle.h"
#include "support/pseudoprimes.h"
#include "support/random_numbers.h"

#include <gtest/gtest.h>

extern "C" {
#include "algorithms/small_primes.h"
#include "algorithms/split_plan.h"
#include "methods/factor/factor.h"
#include "methods/factor/factor_work.h"
}

#include <algorithm>
#include <numeric>
#include <vector>

namespace {

using chosen::random_prime;
using oracle::Numbers;

/* A work space, which the runs of a test share. */
class Work {
  public:
    Work() { EXPECT_EQ(fg_factor_work_open(&work_, nullptr), FG_OK); }
    ~Work() { fg_factor_work_close(work_); }
    Work(const Work &) = delete;
    Work &operator=(const Work &) = delete;
    fg_factor_work *get() const { return work_; }

  private:
    fg_factor_work *work_ = nullptr;
};

fg_status run(const uint64_t *numbers, size_t count, fg_factorization *factors) {
    static const Work work;
    const atomic_bool cancelled = false;
    return fg_factor_run(work.get(), numbers, count, &cancelled, factors);
}

/* Ascending primes with exponents from 1 up whose product is n: there is only one such answer. */
void expect_proved(uint64_t n, const fg_factorization &factors) {
    uint64_t product = 1;
    ASSERT_LE(factors.distinct, FG_FACTORIZATION_DISTINCT) << n;
    for (unsigned i = 0; i < factors.distinct; i++) {
        const uint64_t prime = factors.primes[i];
        ASSERT_TRUE(oracle::is_prime(prime)) << n << ": " << prime;
        ASSERT_TRUE(i == 0 || factors.primes[i - 1] < prime) << n << ": " << prime;
        ASSERT_GE(factors.exponents[i], 1) << n << ": " << prime;
        for (unsigned e = 0; e < factors.exponents[i]; e++)
            ASSERT_FALSE(__builtin_mul_overflow(product, prime, &product)) << n;
    }
    ASSERT_EQ(product, n);
}

/* All numbers, in runs of random lengths. */
void expect_all_proved(const Numbers &numbers, RandomNumbers &random) {
    std::vector<fg_factorization> factors(FG_FACTOR_TILE);
    for (size_t begin = 0, count; begin < numbers.size(); begin += count) {
        count = std::min(numbers.size() - begin, (size_t)random.between(1, FG_FACTOR_TILE));
        ASSERT_EQ(run(&numbers[begin], count, factors.data()), FG_OK);
        for (size_t i = 0; i < count; i++)
            ASSERT_NO_FATAL_FAILURE(expect_proved(numbers[begin + i], factors[i]));
    }
}

/* Each number alone as well, where no lane has a neighbour. */
void expect_all_proved_alone(const Numbers &numbers) {
    for (const uint64_t n : numbers) {
        fg_factorization factors;
        ASSERT_EQ(run(&n, 1, &factors), FG_OK) << n;
        ASSERT_NO_FATAL_FAILURE(expect_proved(n, factors));
    }
}

void expect_proved_together_and_alone(const Numbers &numbers) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    ASSERT_NO_FATAL_FAILURE(expect_all_proved(numbers, random));
    ASSERT_NO_FATAL_FAILURE(expect_all_proved_alone(numbers));
}

/* The product, or 0 if it passes 64 bits. */
uint64_t product(std::initializer_list<uint64_t> factors) {
    uint64_t n = 1;
    for (const uint64_t factor : factors)
        if (__builtin_mul_overflow(n, factor, &n))
            return 0;
    return n;
}

void append_if_it_fits(Numbers &numbers, uint64_t n) {
    if (n != 0)
        numbers.push_back(n);
}

/* The prime below n. */
uint64_t previous_prime(uint64_t n) {
    do
        n--;
    while (!oracle::is_prime(n));
    return n;
}

/* ---- Small numbers and runs ---- */

TEST(Factor, EveryNumberBelowAMillionIsFactored) {
    const auto limit = (uint32_t)scaled_slow(1000000);
    std::vector<uint32_t> least(limit + 1);
    std::iota(least.begin(), least.end(), 0);
    for (uint32_t d = 2; d <= limit / d; d++)
        for (uint32_t multiple = d * d; least[d] == d && multiple <= limit; multiple += d)
            least[multiple] = std::min(least[multiple], d);
    std::vector<fg_factorization> factors(FG_FACTOR_TILE);
    for (uint32_t begin = 1; begin <= limit; begin += FG_FACTOR_TILE) {
        Numbers numbers(std::min(limit - begin + 1, (uint32_t)FG_FACTOR_TILE));
        std::iota(numbers.begin(), numbers.end(), begin);
        ASSERT_EQ(run(numbers.data(), numbers.size(), factors.data()), FG_OK);
        for (size_t i = 0; i < numbers.size(); i++) {
            unsigned at = 0;
            auto rest = (uint32_t)numbers[i];
            for (; rest > 1; at++) {
                const uint32_t prime = least[rest];
                unsigned exponent = 0;
                for (; rest % prime == 0; rest /= prime)
                    exponent++;
                ASSERT_LT(at, factors[i].distinct) << numbers[i];
                ASSERT_EQ(factors[i].primes[at], prime) << numbers[i];
                ASSERT_EQ(factors[i].exponents[at], exponent) << numbers[i];
            }
            ASSERT_EQ(factors[i].distinct, at) << numbers[i];
        }
    }
}

/* Every length up to that of any form's lanes, the longest ones, and one in eight of the others,
 * each time others. */
TEST(Factor, RunsOfEveryLengthKeepTheirOrder) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    std::vector<fg_factorization> factors(FG_FACTOR_TILE);
    for (size_t count = 0; count <= FG_FACTOR_TILE; count++) {
        if (!every_case() && count > FG_LANES_MOST + 1 && count + 2 < FG_FACTOR_TILE &&
            random.between(0, 7) > 0)
            continue;
        Numbers numbers(count);
        for (uint64_t &n : numbers)
            n = random.of_any_size();
        ASSERT_EQ(run(numbers.data(), count, factors.data()), FG_OK);
        for (size_t i = 0; i < count; i++)
            ASSERT_NO_FATAL_FAILURE(expect_proved(numbers[i], factors[i]));
    }
}

/* Runs of one number, and of two whose parts are the same. */
TEST(Factor, DuplicatesAreFactoredEachByItself) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    std::vector<fg_factorization> factors(FG_FACTOR_TILE);
    for (size_t i = 0; i < scaled_slow(30); i++) {
        const uint64_t p = random_prime(random, 30), q = random_prime(random, 32);
        for (const uint64_t n : {p * q, p, p * p, random.of_any_size(), UINT64_C(1)}) {
            const Numbers numbers(FG_FACTOR_TILE, n);
            ASSERT_EQ(run(numbers.data(), numbers.size(), factors.data()), FG_OK);
            for (const fg_factorization &answer : factors)
                ASSERT_NO_FATAL_FAILURE(expect_proved(n, answer));
        }
        Numbers numbers;
        while (numbers.size() + 4 <= FG_FACTOR_TILE)
            numbers.insert(numbers.end(), {p * q, q, 2 * p, q * q});
        ASSERT_NO_FATAL_FAILURE(expect_all_proved(numbers, random));
    }
}

/* The most parts at a time: numbers with as many large primes as there can be. */
TEST(Factor, RunsOfNumbersWithTheMostLargePrimesAreFactored) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const uint64_t low = fg_small_primes_bound(FG_PLAN_SMALL_BLOCKS);
    std::vector<fg_factorization> factors(FG_FACTOR_TILE);
    for (size_t i = 0; i < scaled_slow(20); i++) {
        Numbers numbers;
        while (numbers.size() < FG_FACTOR_TILE) {
            uint64_t n = 1, p;
            while (n <= UINT64_MAX / (p = oracle::next_prime(low - 1 + random.between(0, 60))))
                n *= p;
            numbers.push_back(n);
        }
        ASSERT_EQ(run(numbers.data(), numbers.size(), factors.data()), FG_OK);
        for (size_t k = 0; k < numbers.size(); k++)
            ASSERT_NO_FATAL_FAILURE(expect_proved(numbers[k], factors[k]));
    }
}

TEST(Factor, ACancelledRunSaysSo) {
    const atomic_bool cancelled = true;
    const Numbers numbers = {UINT64_C(18446743979220271189), 6, UINT64_C(18446744073709551557)};
    std::vector<fg_factorization> factors(numbers.size());
    const Work work;
    EXPECT_EQ(fg_factor_run(work.get(), numbers.data(), numbers.size(), &cancelled, factors.data()),
              FG_ERROR_CANCELLED);
}

/* ---- Hard cases ---- */

TEST(Factor, PowersOfPrimesAreFactored) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Numbers numbers;
    for (unsigned exponent = 2; exponent <= 7; exponent++)
        for (unsigned bits = 2; bits <= 64 / exponent; bits++)
            for (size_t i = 0; i < scaled_slow(40) + 2; i++) {
                const uint64_t p = i == 0   ? oracle::next_prime(UINT64_C(1) << (bits - 1))
                                   : i == 1 ? previous_prime(UINT64_C(1) << bits)
                                            : random_prime(random, bits);
                uint64_t n = p;
                for (unsigned e = 1; e < exponent; e++)
                    n = product({n, p});
                append_if_it_fits(numbers, n);
            }
    for (uint64_t p = 2; p < 3000; p = oracle::next_prime(p))
        for (uint64_t n = p; n != 0; n = product({n, p}))
            numbers.push_back(n);
    numbers.push_back(UINT64_C(4294967291) * 4294967291);
    expect_proved_together_and_alone(numbers);
}

TEST(Factor, ProductsOfPowersAreFactored) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Numbers numbers;
    for (size_t i = 0; i < scaled_slow(3000); i++) {
        const uint64_t p = random_prime(random, (unsigned)random.between(2, 21));
        const uint64_t q = random_prime(random, (unsigned)random.between(2, 21));
        const uint64_t r = random_prime(random, (unsigned)random.between(8, 32));
        for (const uint64_t n :
             {product({p, p, q, q}), product({p, p, q}), product({p, p, p, q}),
              product({p, p, p, q, q}), product({p, q, p, q, p, q}), product({p, p, r}),
              product({r, r, p}), product({p, p, q, q, r}), product({p, p, p, p, r})})
            append_if_it_fits(numbers, n);
    }
    for (uint64_t p = 60013; p < 65500; p = oracle::next_prime(p + 200)) { /* (pq)^2 up to 2^64 */
        const uint64_t q = previous_prime((UINT64_C(1) << 32) / p);
        append_if_it_fits(numbers, product({p, q, p, q}));
    }
    numbers.push_back(product({65521, 65519, 65521, 65519}));
    /* Powers whose roots have a power, of primes that no table of small ones has. */
    const uint64_t low = fg_small_primes_bound(FG_PLAN_SMALL_BLOCKS);
    for (uint64_t p = oracle::next_prime(low - 1), q = p, i = 0; i < 12; i++) {
        q = oracle::next_prime(q);
        append_if_it_fits(numbers, product({p, p, q, q, q, q}));
        append_if_it_fits(numbers, product({p, p, p, p, q, q}));
    }
    expect_proved_together_and_alone(numbers);
}

TEST(Factor, ProductsOfClosePrimesAreFactored) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Numbers numbers;
    for (unsigned bits = 9; bits <= 32; bits++)
        for (size_t i = 0; i < scaled_slow(20) + 1; i++) {
            const uint64_t p = i == 0 ? previous_prime(previous_prime(UINT64_C(1) << bits))
                                      : random_prime(random, bits);
            const uint64_t q = oracle::next_prime(p);
            append_if_it_fits(numbers, product({p, q}));
            append_if_it_fits(numbers, product({p, oracle::next_prime(q + 1000)}));
        }
    for (unsigned bits = 9; bits <= 21; bits++)
        for (size_t i = 0; i < scaled_slow(20); i++) {
            const uint64_t p = random_prime(random, bits), q = oracle::next_prime(p);
            append_if_it_fits(numbers, product({p, q, oracle::next_prime(q)}));
        }
    expect_proved_together_and_alone(numbers);
}

TEST(Factor, SemiprimesOfEverySizeAndBalanceAreFactored) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Numbers numbers;
    for (unsigned bits = 16; bits <= 64; bits++)
        for (unsigned smaller = 8; smaller <= bits / 2; smaller++)
            for (size_t i = 0; i < scaled_slow(50); i++)
                append_if_it_fits(numbers, product({random_prime(random, smaller),
                                                    random_prime(random, bits - smaller)}));
    expect_all_proved(numbers, random);
}

TEST(Factor, ProductsOfThreeToSevenPrimesOfOneSizeAreFactored) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Numbers numbers;
    for (unsigned count = 3; count <= 7; count++)
        for (unsigned bits = 8; bits * count <= 64 + count; bits++)
            for (size_t i = 0; i < scaled_slow(100); i++) {
                uint64_t n = 1;
                for (unsigned k = 0; k < count; k++)
                    n = product({n, random_prime(random, bits)});
                append_if_it_fits(numbers, n);
            }
    expect_all_proved(numbers, random);
}

/* A prime p of `bits` bits with p - 1 = 2q, or with p - 1 without a prime above `smooth`. */
uint64_t safe_prime(RandomNumbers &random, unsigned bits) {
    for (;;) {
        const uint64_t q = random_prime(random, bits - 1);
        if (oracle::is_prime(2 * q + 1))
            return 2 * q + 1;
    }
}

uint64_t smooth_prime(RandomNumbers &random, unsigned bits, uint64_t smooth) {
    for (;;) {
        uint64_t n = 2;
        while (n >> (bits - 1) == 0)
            n *= oracle::next_prime(random.between(1, smooth - 1));
        if (n >> bits == 0 && oracle::is_prime(n + 1))
            return n + 1;
    }
}

/* Numbers in which P-1 finds nothing, and in which it finds both primes at once. */
TEST(Factor, PrimesWithSmoothOrUnhelpfulPMinus1AreSeparated) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Numbers numbers;
    for (unsigned bits = 19; bits <= 32; bits++)
        for (size_t i = 0; i < scaled_slow(40); i++) {
            const uint64_t p = safe_prime(random, bits), q = safe_prime(random, bits);
            const uint64_t r = smooth_prime(random, bits, 30), s = smooth_prime(random, bits, 30);
            const uint64_t t = smooth_prime(random, bits, 100);
            for (const uint64_t n :
                 {p, r, product({p, q}), product({p, r}), product({r, s}), product({r, t}),
                  product({t, s}), product({r, r}), product({p, p})})
                append_if_it_fits(numbers, n);
        }
    for (size_t i = 0; i < scaled_slow(300); i++) /* three at once */
        append_if_it_fits(numbers,
                          product({smooth_prime(random, 21, 30), smooth_prime(random, 21, 30),
                                   smooth_prime(random, 21, 30)}));
    expect_proved_together_and_alone(numbers);
}

/* Small primes in a large composite: every curve finds all of them at once. */
TEST(Factor, ProductsWhereEveryCurveFindsAllPrimesAtOnceAreFactored) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Numbers numbers;
    for (size_t i = 0; i < scaled_slow(1000); i++)
        for (const unsigned bits : {9u, 10u, 11u, 12u, 13u}) {
            uint64_t n = 1;
            while (n <= UINT64_MAX >> bits && (n >> 36 == 0 || random.between(0, 2) > 0))
                n *= random_prime(random, bits);
            numbers.push_back(n);
        }
    expect_proved_together_and_alone(numbers);
}

TEST(Factor, SmoothNumbersWithUpToFifteenDistinctPrimesAreFactored) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Numbers numbers = {UINT64_C(614889782588491410), UINT64_C(18401055938125660800),
                       UINT64_C(12157665459056928801), UINT64_C(1) << 63};
    for (uint64_t n = 1, p = 2; n != 0; n = product({n, p}), p = oracle::next_prime(p))
        numbers.push_back(n);
    for (size_t i = 0; i < scaled_slow(5000); i++) {
        uint64_t n = 1, p;
        const uint64_t smooth = random.of_any_size(12) + 1;
        while (n <= UINT64_MAX / (p = oracle::next_prime(random.between(1, smooth))))
            n *= p;
        numbers.push_back(n);
    }
    expect_proved_together_and_alone(numbers);
}

/* Composites that a weaker proof of primality lets pass. */
TEST(Factor, PseudoprimesAreFactored) {
    Numbers numbers = pseudoprimes::of_equal_order_of_2(scaled_slow(300000));
    for (const Numbers &list :
         {pseudoprimes::strong_to_first_primes, pseudoprimes::strong_to_base_2,
          pseudoprimes::almost_extra_strong_lucas, pseudoprimes::lucas,
          pseudoprimes::wieferich_squares, pseudoprimes::chernick(200),
          pseudoprimes::carmichael_of_three_primes(scaled_slow(200))})
        numbers.insert(numbers.end(), list.begin(), list.end());
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled_slow(3000); i++) {
        const uint64_t p = random_prime(random, (unsigned)random.between(9, 32));
        for (uint64_t k = 2; k < 6; k++)
            for (const bool lucas_kind : {false, true})
                append_if_it_fits(numbers, pseudoprimes::with_related_prime(p, k, lucas_kind));
    }
    expect_proved_together_and_alone(numbers);
}

/* ---- Sizes ---- */

/* Numbers on both sides of every power of two: where sizes change their method or program. */
TEST(Factor, NumbersAroundPowersOfTwoAreFactored) {
    Numbers numbers;
    const uint64_t around = scaled_slow(100);
    for (unsigned bits = 1; bits <= 64; bits++) {
        const uint64_t power = bits == 64 ? 0 : UINT64_C(1) << bits;
        for (uint64_t offset = 0; offset <= around; offset++) {
            if (bits < 64)
                numbers.push_back(power + offset);
            if (bits == 64 ? offset > 0 : offset < power)
                numbers.push_back(power - offset);
        }
    }
    expect_proved_together_and_alone(numbers);
}

/* Semiprimes within a few thousandths of a power of two, balanced and not. */
TEST(Factor, SemiprimesAroundTheBordersOfSizeClassesAreFactored) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Numbers numbers;
    for (const unsigned bits :
         {32u, 34u, 36u, 37u, 38u, 40u, 42u, 44u, 46u, 48u, 50u, 52u, 54u, 56u, 58u, 60u, 62u, 64u})
        for (unsigned smaller = 9; smaller <= bits / 2; smaller += 4)
            for (size_t i = 0; i < scaled_slow(60); i++) {
                const uint64_t border = bits == 64 ? UINT64_MAX : UINT64_C(1) << bits;
                const uint64_t p = random_prime(random, smaller), q = border / p;
                const uint64_t below = previous_prime(q), above = oracle::next_prime(q);
                append_if_it_fits(numbers, product({p, below}));
                append_if_it_fits(numbers, product({p, above}));
            }
    expect_all_proved(numbers, random);
}

TEST(Factor, TheLargestNumbersAreFactored) {
    Numbers numbers = {UINT64_C(18446744073709551557), UINT64_MAX, UINT64_C(18446744030759878681),
                       UINT64_C(18446743979220271189)};
    for (uint64_t below = 0; below < scaled_slow(2000); below++)
        numbers.push_back(UINT64_MAX - below);
    expect_proved_together_and_alone(numbers);
}

/* ---- Random numbers, in parts that can run side by side ---- */

class FactorRandom : public testing::TestWithParam<int> {};

TEST_P(FactorRandom, NumbersOfEverySizeAreFactored) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Numbers numbers;
    for (size_t i = 0; i < scaled_slow(500000); i++)
        numbers.push_back(random.of_any_size());
    expect_all_proved(numbers, random);
}

TEST_P(FactorRandom, LargeNumbersAreFactored) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Numbers numbers;
    for (size_t i = 0; i < scaled_slow(100000); i++)
        numbers.push_back(random.with_bits((unsigned)random.between(50, 64)));
    expect_all_proved(numbers, random);
}

TEST_P(FactorRandom, BalancedSemiprimesAreFactored) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Numbers numbers;
    for (size_t i = 0; i < scaled_slow(80000); i++) {
        const auto bits = (unsigned)random.between(20, 32);
        append_if_it_fits(numbers,
                          product({random_prime(random, bits), random_prime(random, bits)}));
    }
    expect_all_proved(numbers, random);
}

INSTANTIATE_TEST_SUITE_P(Parts, FactorRandom, testing::Range(0, 2));

/* FLINT's own answer, not only its word on every prime. */
TEST(Factor, AnswersAreThoseOfFlint) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled_slow(100); i++) {
        Numbers numbers(FG_FACTOR_TILE);
        for (uint64_t &n : numbers)
            n = random.of_any_size();
        std::vector<fg_factorization> factors(FG_FACTOR_TILE);
        ASSERT_EQ(run(numbers.data(), numbers.size(), factors.data()), FG_OK);
        for (size_t k = 0; k < numbers.size(); k++) {
            const auto expected = oracle::prime_powers(numbers[k]);
            ASSERT_EQ(factors[k].distinct, expected.size()) << numbers[k];
            for (size_t j = 0; j < expected.size(); j++) {
                ASSERT_EQ(factors[k].primes[j], expected[j].first) << numbers[k];
                ASSERT_EQ(factors[k].exponents[j], expected[j].second) << numbers[k];
            }
        }
    }
}

} // namespace
