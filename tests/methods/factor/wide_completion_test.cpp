// SPDX-License-Identifier: MIT
/*
 * wide_completion_test.cpp: what the host does with factorisations of numbers of two words that a
 * device has left: it completes those that are right, and notices every other.
 */
#include "support/internals.h"
#include "support/wide_oracle.h"
#include "wide_completion_run.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using oracle::Wide;
using oracle::WideNumbers;

constexpr Wide below_power(unsigned bits, unsigned offset) {
    return (Wide{1} << bits) - offset;
}

/* Primes; the host proves the last two. */
constexpr Wide prime_33 = below_power(33, 9), prime_45 = below_power(45, 55);
constexpr Wide prime_80 = below_power(80, 65), prime_100 = below_power(100, 15);
constexpr Wide prime_107 = below_power(107, 1);

fg_wide_words words_of(Wide n) {
    return {static_cast<uint64_t>(n), static_cast<uint64_t>(n >> 64)};
}

/* A number as a device leaves it: primes that it has found, and a rest. */
struct Left {
    Wide number;
    WideNumbers found;
    uint64_t kind = FG_WIDE_REST_NONE;
    Wide rest = 0;
};

/* Right ones of each kind, the last two without a rest. */
const std::vector<Left> right = {
    {12 * prime_80, {2, 2, 3}, FG_WIDE_REST_PRIME, prime_80},
    {prime_80, {}, FG_WIDE_REST_PRIME, prime_80},
    {5 * prime_100, {5}, FG_WIDE_REST_CLAIM, prime_100},
    {prime_107, {}, FG_WIDE_REST_CLAIM, prime_107},
    {7 * prime_33 * prime_45, {7}, FG_WIDE_REST_HARD, prime_33 *prime_45},
    {prime_33 * prime_45 * 11, {11, prime_33, prime_45}},
    {Wide{1} << 100, WideNumbers(100, 2)}};

struct Outcome {
    fg_status status = FG_OK;
    std::string message;
    uint32_t failed_at = 0;
    std::vector<WideNumbers> primes; /* of each number */
};

WideNumbers in_a_row(const fg_wide_factorization &factors) {
    WideNumbers primes;
    for (unsigned i = 0; i < factors.distinct; i++)
        primes.insert(primes.end(), factors.exponents[i], factors.primes[i]);
    return primes;
}

/* Gives numbers to the host, of which the first is number `first` of its run. */
Outcome complete(const std::vector<Left> &numbers, size_t first) {
    std::vector<fg_wide_words> words;
    std::vector<fg_wide_rest> rests;
    std::vector<fg_wide_factorization> factors(numbers.size());
    for (size_t i = 0; i < numbers.size(); i++) {
        words.push_back(words_of(numbers[i].number));
        rests.push_back({words_of(numbers[i].rest), numbers[i].kind});
        fg_wide_factorization_clear(&factors[i]);
        for (const Wide prime : numbers[i].found)
            fg_wide_factorization_add(&factors[i], prime, 1);
    }
    fg_error error = {};
    Outcome outcome;
    outcome.status =
        fg_test_complete(words.data(), rests.data(), factors.data(),
                         static_cast<uint32_t>(words.size()), first, &outcome.failed_at, &error);
    outcome.message = error.message;
    for (const fg_wide_factorization &one : factors)
        outcome.primes.push_back(in_a_row(one));
    return outcome;
}

WideNumbers primes_of(Wide n) {
    WideNumbers primes;
    for (const auto &[prime, exponent] : oracle::wide_prime_powers(n))
        primes.insert(primes.end(), exponent, prime);
    return primes;
}

/* Puts a wrong one in the place of each of the right ones in turn, the last one too. As number
 * `first` of its run it has its primes proved again if that is a multiple of 256. */
void expect_noticed(const Left &wrong, size_t proved_at) {
    for (size_t at = 0; at < right.size(); at++) {
        std::vector<Left> numbers = right;
        numbers[at] = wrong;
        const Outcome outcome = complete(numbers, 256 + proved_at - at);
        EXPECT_EQ(outcome.status, FG_ERROR_SELF_CHECK) << at;
        EXPECT_EQ(outcome.failed_at, at);
        EXPECT_NE(outcome.message.find(oracle::decimal(wrong.number)), std::string::npos)
            << outcome.message;
    }
}

} // namespace

TEST(WideCompletion, WhatTheDeviceLeavesIsCompleted) {
    const Outcome outcome = complete(right, 0);
    ASSERT_EQ(outcome.status, FG_OK) << outcome.message;
    for (size_t i = 0; i < right.size(); i++)
        EXPECT_TRUE(outcome.primes[i] == primes_of(right[i].number)) << i;
}

TEST(WideCompletion, ACompositeThatTheDeviceTookForAPrimeIsSplit) {
    const Outcome outcome =
        complete({{3 * prime_33 * prime_80, {3}, FG_WIDE_REST_CLAIM, prime_33 * prime_80}}, 1);
    ASSERT_EQ(outcome.status, FG_OK) << outcome.message;
    EXPECT_TRUE(outcome.primes[0] == (WideNumbers{3, prime_33, prime_80}));
}

TEST(WideCompletion, AProductThatIsNotTheNumberIsNoticed) {
    expect_noticed({12 * prime_80, {2, 3}, FG_WIDE_REST_PRIME, prime_80}, 1);
    expect_noticed({12 * prime_80, {2, 2, 2, 3}, FG_WIDE_REST_PRIME, prime_80}, 1);
    expect_noticed({12 * prime_80, {2, 2, 3}}, 1);
    expect_noticed({12 * prime_100, {2, 3}, FG_WIDE_REST_CLAIM, prime_100}, 1);
    expect_noticed({prime_33 * prime_45, {}, FG_WIDE_REST_HARD, prime_33 * 3}, 1);
}

/* The device has no proof of such a prime. */
TEST(WideCompletion, APrimeBeyondTheDevicesProofIsRefused) {
    expect_noticed({5 * prime_100, {5}, FG_WIDE_REST_PRIME, prime_100}, 1);
    expect_noticed({prime_33 * prime_80, {}, FG_WIDE_REST_PRIME, prime_33 * prime_80}, 1);
}

TEST(WideCompletion, ARestThatNoNumberHasIsRefused) {
    expect_noticed({prime_80, {}, FG_WIDE_REST_PRIME, 0}, 1);
    expect_noticed({prime_80, {}, FG_WIDE_REST_PRIME, 1}, 1);
    expect_noticed({prime_80, {}, FG_WIDE_REST_CLAIM, 0}, 1);
    expect_noticed({prime_80, {}, FG_WIDE_REST_HARD, 0}, 1);
}

/* Products do not show that: one number in 256 has the primes proved again that the device has
 * proved. */
TEST(WideCompletion, CompositesThatWereTakenForPrimesAreNoticedInASample) {
    const Left wide = {prime_33 * prime_45, {}, FG_WIDE_REST_PRIME, prime_33 * prime_45};
    const Left narrow = {prime_80 * 1000003 * 3, {3000009}, FG_WIDE_REST_PRIME, prime_80};
    for (const Left &wrong : {wide, narrow}) {
        expect_noticed(wrong, 0);
        EXPECT_EQ(complete({wrong}, 1).status, FG_OK);
        EXPECT_EQ(complete({wrong}, 255).status, FG_OK);
    }
}

TEST(WideCompletion, NoFactorisationGetsMoreThanItHolds) {
    fg_wide_factorization factors;
    fg_wide_factorization_clear(&factors);
    EXPECT_FALSE(fg_test_completion_add(&factors, {0, 0}, 1));
    EXPECT_FALSE(fg_test_completion_add(&factors, {1, 0}, 1));
    EXPECT_FALSE(fg_test_completion_add(&factors, {3, 0}, 0));
    EXPECT_FALSE(fg_test_completion_add(&factors, {3, 0}, FG_WIDE_PRIMES + 1));
    EXPECT_EQ(factors.distinct, 0);
    EXPECT_TRUE(fg_test_completion_add(&factors, {2, 0}, FG_WIDE_PRIMES));
    for (uint64_t prime = 3; factors.distinct < FG_WIDE_DISTINCT; prime += 2)
        EXPECT_TRUE(fg_test_completion_add(&factors, {prime, 0}, 1));
    EXPECT_FALSE(fg_test_completion_add(&factors, {1009, 0}, 1));
    EXPECT_EQ(factors.distinct, FG_WIDE_DISTINCT);
}
