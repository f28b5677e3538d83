// SPDX-License-Identifier: MIT
/*
 * method_test.cpp: the table of methods, and the public questions about a number's work.
 */
#include "support/internals.h"
#include "support/random_numbers.h"

#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <vector>

namespace {

TEST(Method, NamesGoBothWays) {
    ASSERT_EQ(fg_method_count(), 4u);
    for (size_t i = 0; i < fg_method_count(); i++) {
        const fg_method method = fg_method_at(i);
        EXPECT_NE(method, FG_METHOD_AUTO);
        const char *const name = fg_method_name(method);
        ASSERT_NE(name, nullptr);
        fg_method found = FG_METHOD_AUTO;
        EXPECT_TRUE(fg_method_from_name(name, &found));
        EXPECT_EQ(found, method);
    }
    EXPECT_STREQ(fg_method_name(FG_METHOD_TRIAL), "trial");
    EXPECT_STREQ(fg_method_name(FG_METHOD_EXHAUSTIVE), "exhaustive");
    EXPECT_STREQ(fg_method_name(FG_METHOD_FACTOR), "factor");
    EXPECT_STREQ(fg_method_name(FG_METHOD_SIEVE), "sieve");
    EXPECT_STREQ(fg_method_name(FG_METHOD_AUTO), "auto");
    EXPECT_EQ(fg_method_name(static_cast<fg_method>(99)), nullptr);
    EXPECT_EQ(fg_method_at(99), FG_METHOD_AUTO);
}

TEST(Method, UnknownNamesLeaveTheMethodAlone) {
    for (const char *const name : {"", "Trial", "trial ", "factors", "exhaustiv", "serial"}) {
        fg_method method = FG_METHOD_EXHAUSTIVE;
        EXPECT_FALSE(fg_method_from_name(name, &method)) << name;
        EXPECT_EQ(method, FG_METHOD_EXHAUSTIVE);
    }
    fg_method method = FG_METHOD_EXHAUSTIVE;
    EXPECT_TRUE(fg_method_from_name("auto", &method));
    EXPECT_EQ(method, FG_METHOD_AUTO);
}

/* The order in which a comparison lists them: each beats those before it. */
TEST(Method, TheTableGoesFromTheSlowestToTheFastest) {
    EXPECT_EQ(fg_method_at(0), FG_METHOD_EXHAUSTIVE);
    EXPECT_EQ(fg_method_at(1), FG_METHOD_TRIAL);
    EXPECT_EQ(fg_method_at(2), FG_METHOD_FACTOR);
    EXPECT_EQ(fg_method_at(3), FG_METHOD_SIEVE);
}

TEST(Method, AutoIsFactorForLists) {
    EXPECT_EQ(fg_method_resolve(FG_METHOD_AUTO), FG_METHOD_FACTOR);
    EXPECT_EQ(fg_method_resolve(FG_METHOD_EXHAUSTIVE), FG_METHOD_EXHAUSTIVE);
    EXPECT_EQ(fg_work(FG_METHOD_AUTO, 1000003), fg_work(FG_METHOD_FACTOR, 1000003));
}

TEST(Method, FactorAndTheSieveAreBriefWhateverTheNumber) {
    EXPECT_FALSE(fg_method_is_brief(FG_METHOD_TRIAL));
    EXPECT_FALSE(fg_method_is_brief(FG_METHOD_EXHAUSTIVE));
    EXPECT_TRUE(fg_method_is_brief(FG_METHOD_FACTOR));
    EXPECT_TRUE(fg_method_is_brief(FG_METHOD_SIEVE));
    EXPECT_TRUE(fg_method_is_brief(FG_METHOD_AUTO));
}

TEST(Method, RangesAreTakenByAllListsByAllButTheSieveAndOfTwoWordsByFactor) {
    for (size_t i = 0; i < fg_method_count(); i++)
        for (const unsigned words : {0u, 1u, 2u, 3u})
            for (const fg_numbers_kind kind : {FG_NUMBERS_LIST, FG_NUMBERS_RANGE})
                EXPECT_EQ(fg_method_takes(fg_method_at(i), kind, words),
                          fg_method_at(i) == FG_METHOD_SIEVE
                              ? words == 1 && kind == FG_NUMBERS_RANGE
                              : words == 1 || (words == 2 && kind == FG_NUMBERS_LIST &&
                                               fg_method_at(i) == FG_METHOD_FACTOR));
}

TEST(Method, TheWorkOfTwoWordsContinuesThatOfOne) {
    EXPECT_EQ(fg_wide_work(FG_METHOD_TRIAL, {0, 1}), 0u);
    uint64_t before = 0;
    for (unsigned bits = 1; bits <= 128; bits++) {
        const unsigned shift = (bits - 1) % 64;
        fg_uint128 n = {bits > 64 ? 1 : (UINT64_C(1) << shift) | 1, 0};
        n.high = bits > 64 ? UINT64_C(1) << shift : 0;
        const uint64_t work = fg_wide_work(FG_METHOD_FACTOR, n);
        if (bits <= 64) {
            EXPECT_EQ(work, fg_work(FG_METHOD_FACTOR, n.low));
        } else {
            EXPECT_GT(work, before) << bits;
            EXPECT_LT(work, before + before / 4) << bits;
        }
        before = work;
        const std::vector<fg_uint128> equal(1000, n);
        const fg_numbers batch = fg_numbers_of_wide_list(equal.data(), equal.size());
        EXPECT_NEAR(fg_work_numbers(FG_METHOD_FACTOR, &batch), 1000.0 * (double)work,
                    1000.0 * (double)work / 3);
        EXPECT_EQ(fg_work_numbers(FG_METHOD_TRIAL, &batch), 0);
    }
}

/* Of a brief method the sum is an estimate: equal numbers give it exactly. */
TEST(Method, TheWorkOfABatchIsTheSumOverItsNumbers) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (const size_t count : {0, 1, 2, 255, 256, 257, 1000}) {
        std::vector<uint64_t> numbers(count);
        double sum = 0;
        for (uint64_t &number : numbers) {
            number = random.between(0, UINT32_MAX);
            sum += number > 0 ? (double)fg_work(FG_METHOD_TRIAL, number) : 0;
        }
        fg_numbers batch = fg_numbers_of_list(numbers.data(), count);
        EXPECT_DOUBLE_EQ(fg_work_numbers(FG_METHOD_TRIAL, &batch), sum);
        const std::vector<uint64_t> equal(count, UINT64_MAX);
        batch.list = equal.data();
        EXPECT_NEAR(fg_work_numbers(FG_METHOD_FACTOR, &batch),
                    (double)count * (double)fg_work(FG_METHOD_FACTOR, UINT64_MAX),
                    (double)count * (double)fg_work(FG_METHOD_FACTOR, UINT64_MAX) / 3);
    }
}

/* Of a long range the sum is an estimate, from odd and even numbers. */
TEST(Method, TheWorkOfARangeIsTheSumOverItsNumbers) {
    for (const uint64_t first : {UINT64_C(0), UINT64_C(1) << 32, UINT64_MAX - 49999})
        for (const size_t count : {0, 1, 1000, 50000}) {
            const fg_numbers range = fg_numbers_of_range(first, count);
            for (const fg_method method : {FG_METHOD_TRIAL, FG_METHOD_FACTOR}) {
                double sum = 0;
                for (size_t i = 0; i < count; i++)
                    sum += first + i > 0 ? (double)fg_work(method, first + i) : 0;
                EXPECT_NEAR(fg_work_numbers(method, &range), sum, sum / 50)
                    << first << " " << count << " " << fg_method_name(method);
            }
        }
    fg_numbers wide = fg_numbers_of_range(1, 10);
    wide.words = 2;
    EXPECT_EQ(fg_work_numbers(FG_METHOD_FACTOR, &wide), 0);
}

/* A table is in the middle of it: no step down, no hole, nothing beside the table at its ends. */
TEST(Method, TheWorkOfFactorGrowsWithTheNumber) {
    uint64_t last = fg_work(FG_METHOD_FACTOR, 1);
    EXPECT_GT(last, 0u);
    for (unsigned bits = 1; bits <= 64; bits++) {
        const uint64_t least = UINT64_C(1) << (bits - 1), most = UINT64_MAX >> (64 - bits);
        const uint64_t work = fg_work(FG_METHOD_FACTOR, most);
        EXPECT_EQ(work, fg_work(FG_METHOD_FACTOR, least)) << bits;
        EXPECT_GE(work, last) << bits;
        EXPECT_LE(work, last + last / 2) << bits;
        last = work;
    }
    EXPECT_GT(last, 2 * fg_work(FG_METHOD_FACTOR, UINT32_MAX));
}

TEST(Method, CandidateCountsAreTheWork) {
    EXPECT_EQ(fg_work(FG_METHOD_EXHAUSTIVE, 1), 1u);
    EXPECT_EQ(fg_work(FG_METHOD_EXHAUSTIVE, UINT64_MAX), UINT64_MAX);
    EXPECT_EQ(fg_work(FG_METHOD_TRIAL, 1), 1u);
    EXPECT_EQ(fg_work(FG_METHOD_TRIAL, 99), 5u); /* 1 3 5 7 9 */
    EXPECT_EQ(fg_work(FG_METHOD_TRIAL, 99 << 10), 5u);
    EXPECT_EQ(fg_work(FG_METHOD_TRIAL, UINT64_MAX), UINT64_C(1) << 31);
    EXPECT_EQ(fg_work(FG_METHOD_TRIAL, UINT64_C(1) << 63), 1u);
}

TEST(Method, DivisorBoundIsTheTablesEntryForTheBitLength) {
    EXPECT_EQ(fg_divisor_bound(1), 1u);
    EXPECT_EQ(fg_divisor_bound(2), fg_divisor_bound(3));
    EXPECT_EQ(fg_divisor_bound(UINT64_MAX), (uint32_t)FG_MAX_DIVISORS);
    EXPECT_EQ(fg_divisor_bound(UINT64_C(1) << 63), (uint32_t)FG_MAX_DIVISORS);
    EXPECT_LT(fg_divisor_bound(UINT64_MAX >> 1), (uint32_t)FG_MAX_DIVISORS);
}

/* The prefix is the longest whose bounds fit, and never empty. */
TEST(Method, BatchPrefixIsTheLongestThatFits) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (int round = 0; round < 200; round++) {
        std::vector<uint64_t> numbers(random.between(1, 50));
        for (uint64_t &number : numbers)
            number = random.of_any_size();
        const uint64_t limit = random.between(0, 1000000);
        const fg_numbers batch = fg_numbers_of_list(numbers.data(), numbers.size());
        const size_t prefix = fg_numbers_prefix(fg_method_engine(FG_METHOD_TRIAL), &batch, limit);
        const auto bound_of = [&](size_t count) {
            return std::accumulate(
                numbers.begin(), numbers.begin() + (std::ptrdiff_t)count, uint64_t{0},
                [](uint64_t sum, uint64_t number) { return sum + fg_divisor_bound(number); });
        };
        ASSERT_GE(prefix, 1u);
        ASSERT_LE(prefix, numbers.size());
        if (prefix > 1) {
            EXPECT_LE(bound_of(prefix), limit);
        }
        if (prefix < numbers.size()) {
            EXPECT_GT(bound_of(prefix + 1), limit);
        }
    }
    const fg_numbers none = fg_numbers_of_list(nullptr, 0);
    EXPECT_EQ(fg_numbers_prefix(fg_method_engine(FG_METHOD_TRIAL), &none, 5), 0u);
}

} // namespace
