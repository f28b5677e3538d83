// SPDX-License-Identifier: MIT
/*
 * wide_checks_test.cpp: the checks of answers to numbers of two words accept what FLINT says, and
 * nothing that differs from it.
 */
#include "support/random_numbers.h"
#include "support/wide_engine.h"
#include "support/wide_numbers.h"

#include <gtest/gtest.h>

namespace {

using oracle::Wide;
using oracle::WideNumbers;

bool primes_pass(Wide n, const WideNumbers &primes) {
    const std::vector<fg_uint128> words = to_words(primes);
    return fg_wide_check_primes(to_words(n), words.data(), words.size());
}

bool divisors_pass(Wide n, const WideNumbers &divisors) {
    const std::vector<fg_uint128> words = to_words(divisors);
    return fg_wide_check_divisors(to_words(n), words.data(), words.size());
}

WideNumbers sample(RandomNumbers &random) {
    WideNumbers numbers = {1, 2, 4, 36, 97, Wide{1} << 64, (Wide{1} << 64) + 1, Wide{1} << 127};
    for (size_t i = 0; i < scaled(50); i++)
        numbers.push_back(
            wide_numbers::random_of(random, static_cast<unsigned>(random.between(1, 75))));
    numbers.push_back(wide_numbers::power(wide_numbers::random_prime(random, 64), 2));
    return numbers;
}

TEST(WideChecks, AcceptFlintsAnswers) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (const Wide n : sample(random)) {
        EXPECT_TRUE(primes_pass(n, wide_primes(n))) << oracle::decimal(n);
        EXPECT_TRUE(divisors_pass(n, wide_divisors(n))) << oracle::decimal(n);
    }
}

TEST(WideChecks, RejectEveryAnswerWithAnEntryMissingChangedOrTwice) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (const Wide n : sample(random)) {
        const auto expect_rejected = [n](const WideNumbers &right, auto passes) {
            for (size_t i = 0; i < right.size() && i < 40; i++) {
                WideNumbers wrong = right;
                wrong.erase(wrong.begin() + static_cast<long>(i));
                /* the check takes the square of a prime, with nothing between it and 1, for one */
                EXPECT_EQ(passes(n, wrong), right.size() == 3 && right[0] == 1 && i == 1)
                    << oracle::decimal(n) << " without entry " << i;
                wrong = right;
                wrong.insert(wrong.begin() + static_cast<long>(i), right[i]);
                EXPECT_FALSE(passes(n, wrong)) << oracle::decimal(n) << " with two of entry " << i;
                for (const Wide change : {Wide{1}, Wide{2}, Wide{1} << 64, Wide{1} << 127}) {
                    wrong = right;
                    wrong[i] ^= change;
                    EXPECT_FALSE(passes(n, wrong)) << oracle::decimal(n) << ", entry " << i;
                }
            }
        };
        expect_rejected(wide_divisors(n), divisors_pass);
        if (n > 1)
            expect_rejected(wide_primes(n), primes_pass);
    }
}

/* Lists that pair up and are as long as their second and third entries demand. */
TEST(WideChecks, RejectAListWithoutOneOrWithoutALastPrime) {
    EXPECT_FALSE(divisors_pass(36, {4, 6, 9}));
    EXPECT_FALSE(divisors_pass(60, {1, 2, 6, 10, 30, 60})); /* where 15 would be prime */
}

TEST(WideChecks, ProductsDoNotWrapAround) {
    const Wide half = Wide{1} << 64;
    EXPECT_FALSE(primes_pass(0, {half, half}));
    EXPECT_FALSE(primes_pass(1, {3, oracle::wide("226854911280625642308916404954512140971")}));
    EXPECT_FALSE(
        divisors_pass(1, {1, 3, oracle::wide("226854911280625642308916404954512140971"), 1}));
    EXPECT_FALSE(divisors_pass(0, {}));
    EXPECT_FALSE(divisors_pass(0, {1}));
    EXPECT_FALSE(divisors_pass(6, {}));
    EXPECT_TRUE(primes_pass(1, {}));
    EXPECT_FALSE(primes_pass(6, {3, 2}));
    EXPECT_FALSE(primes_pass(6, {1, 6}));
}

} // namespace
