// SPDX-License-Identifier: MIT
/*
 * wide_divisors_test.cpp: the walk through all divisors of a number below 2^128.
 */
#include "support/random_numbers.h"
#include "support/wide_engine.h"
#include "support/wide_numbers.h"

#include <gtest/gtest.h>

#include <vector>

namespace {

using oracle::Wide;
using oracle::WideNumbers;

struct Walk {
    explicit Walk(const WideNumbers &primes) {
        const std::vector<fg_uint128> words = to_words(primes);
        status = fg_wide_divisors_open(words.data(), words.size(), &walk, &error);
    }
    Walk(const Walk &) = delete;
    Walk &operator=(const Walk &) = delete;
    ~Walk() { fg_wide_divisors_close(walk); }

    fg_wide_divisors *walk = nullptr;
    fg_error error = {};
    fg_status status;
};

WideNumbers all_of(const WideNumbers &primes, size_t block) {
    Walk walk(primes);
    EXPECT_EQ(walk.status, FG_OK) << walk.error.message;
    std::vector<fg_uint128> room(block);
    WideNumbers divisors;
    for (size_t count; (count = fg_wide_divisors_next(walk.walk, room.data(), block)) > 0;)
        for (size_t i = 0; i < count; i++)
            divisors.push_back(from_words(room[i]));
    return divisors;
}

TEST(WideDivisors, OfChosenNumbersInBlocksOfAnySize) {
    for (const char *const digits :
         {"1", "2", "12", "18446744073709551617", "340282366920938463463374607431768211455",
          "340282366920938463463374607431768211297", "170141183460469231731687303715884105728",
          "885441286927427630400", "354176514770971052160"})
        for (const size_t block : {size_t{1}, size_t{1000}}) {
            const Wide n = oracle::wide(digits);
            EXPECT_TRUE(all_of(wide_primes(n), block) == wide_divisors(n)) << digits;
        }
}

TEST(WideDivisors, OfRandomNumbersWithManyDivisors) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(20); i++) {
        Wide n = 1;
        WideNumbers primes;
        for (;;) {
            const Wide prime = oracle::next_wide_prime(random.between(1, 90));
            if (__builtin_mul_overflow(n, prime, &n))
                break;
            primes.push_back(prime);
        }
        std::sort(primes.begin(), primes.end());
        const WideNumbers divisors = all_of(primes, 1000);
        const std::vector<fg_uint128> words = to_words(primes);
        ASSERT_EQ(divisors.size(), fg_wide_count_divisors(words.data(), words.size()));
        Wide product = 1;
        for (const Wide prime : primes)
            product *= prime;
        EXPECT_TRUE(divisors.front() == 1 && divisors.back() == product);
        for (size_t k = 0; k < divisors.size(); k++) {
            ASSERT_TRUE(k == 0 || divisors[k - 1] < divisors[k]);
            ASSERT_TRUE(product % divisors[k] == 0);
        }
    }
}

/* Ascending, each of them a divisor, and as many as there are: then none is missing. */
TEST(WideDivisors, OfTheNumberThatHasTheMost) {
    const Wide n = oracle::wide("278282512406132373381723386382308832000");
    Walk walk(wide_primes(n));
    ASSERT_EQ(walk.status, FG_OK) << walk.error.message;
    const size_t most = every_case() ? FG_WIDE_MAX_DIVISORS : scaled(1000000);
    std::vector<fg_uint128> block(65536);
    Wide before = 0;
    size_t seen = 0;
    for (size_t count = 1; count > 0 && seen < most; seen += count) {
        count = fg_wide_divisors_next(walk.walk, block.data(), block.size());
        for (size_t i = 0; i < count; i++) {
            const Wide divisor = from_words(block[i]);
            ASSERT_TRUE(divisor > before && n % divisor == 0);
            before = divisor;
        }
    }
    if (every_case()) {
        EXPECT_EQ(seen, size_t{FG_WIDE_MAX_DIVISORS});
        EXPECT_TRUE(before == n);
    }
}

TEST(WideDivisors, ListsThatAreNoPrimesAreRefused) {
    const auto refused = [](const WideNumbers &primes) {
        const Walk walk(primes);
        EXPECT_EQ(walk.walk, nullptr);
        return walk.status == FG_ERROR_ARGUMENT ? std::string(walk.error.message) : "";
    };
    EXPECT_EQ(refused({1}), "entry 0 of the list of primes, 1, is below 2 or below the one before");
    EXPECT_EQ(refused({2, 0}),
              "entry 1 of the list of primes, 0, is below 2 or below the one before");
    EXPECT_EQ(refused({3, 2}),
              "entry 1 of the list of primes, 2, is below 2 or below the one before");
    EXPECT_EQ(refused(WideNumbers(128, 2)), "the product of the 128 primes is 2^128 or more");
    WideNumbers too_rich; /* 34! has fewer than 2^128, but its factors are not prime */
    for (Wide n = 2; n <= 33; n++)
        too_rich.push_back(n);
    EXPECT_EQ(refused(too_rich), "the list has numbers that are not prime: with so many primes no "
                                 "number is below 2^128");
    fg_wide_divisors_close(nullptr);
}

} // namespace
