// SPDX-License-Identifier: MIT
/*
 * answers_test.cpp: the checks of answers, and primes from divisors.
 */
#include "support/internals.h"
#include "support/oracle.h"
#include "support/random_numbers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

extern "C" {
#include "batch/answers.h"
}

namespace {

using oracle::Numbers;

bool check(uint64_t n, const Numbers &primes) {
    return fg_check_primes(n, primes.data(), primes.size());
}

TEST(CheckPrimes, TakesWhatFlintFinds) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (uint64_t n = 1; n <= 1000; n++)
        ASSERT_TRUE(check(n, oracle::primes(n))) << n;
    for (size_t i = 0; i < scaled(2000); i++) {
        const uint64_t n = random.of_any_size();
        ASSERT_TRUE(check(n, oracle::primes(n))) << n;
    }
    EXPECT_TRUE(check(UINT64_C(1) << 63, Numbers(63, 2)));
}

TEST(CheckPrimes, RefusesWhatIsNotAscendingOrNotTheProduct) {
    EXPECT_FALSE(check(0, {}));
    EXPECT_FALSE(check(2, {}));
    EXPECT_FALSE(check(1, {1}));
    EXPECT_FALSE(check(12, {2, 3, 2}));
    EXPECT_FALSE(check(12, {3, 2, 2}));
    EXPECT_FALSE(check(12, {2, 3}));
    EXPECT_FALSE(check(12, {2, 2, 2, 3}));
    EXPECT_FALSE(check(12, {1, 2, 2, 3}));
    EXPECT_FALSE(check(12, {0, 2, 2, 3}));
    EXPECT_FALSE(check(0, Numbers(64, 2))) << "2^64 modulo 2^64";
    EXPECT_FALSE(check(UINT64_C(1) << 62, Numbers(126, 2)));
}

/* A result that passes 2^64 on the way, and modulo 2^64 is right. */
TEST(CheckPrimes, RefusesAProductThatWraps) {
    const uint64_t n = UINT64_C(4294967291) * UINT64_C(4294967311); /* one is above 2^32 */
    EXPECT_FALSE(check(n * 3, {3, UINT64_C(4294967291), UINT64_C(4294967311)}));
}

class Answers : public testing::Test {
  protected:
    void TearDown() override { fg_results_free(&results_); }

    void append(const Numbers &list) {
        uint64_t *room = nullptr;
        ASSERT_EQ(fg_results_reserve(&results_, list.size(), &room, nullptr), FG_OK);
        std::copy(list.begin(), list.end(), room);
        fg_results_commit(&results_, list.size());
    }
    Numbers at(size_t i) const {
        size_t count;
        const uint64_t *const list = fg_results_at(&results_, i, &count);
        return Numbers(list, list + count);
    }

    fg_results results_ = {};
};

TEST_F(Answers, TheCheckNamesTheNumber) {
    const uint64_t numbers[] = {6, 97};
    fg_error error;
    append({1, 5}); /* of an earlier call */
    append({1, 2, 3, 6});
    append({1, 97});
    EXPECT_EQ(fg_answers_check(FG_ANSWER_DIVISORS, numbers, &results_, 1, false, &error), FG_OK);
    EXPECT_EQ(fg_answers_check(FG_ANSWER_DIVISORS, numbers, &results_, 0, false, &error),
              FG_ERROR_SELF_CHECK);
    EXPECT_NE(std::string(error.message).find("for 6 failed"), std::string::npos) << error.message;
    EXPECT_EQ(fg_answers_check(FG_ANSWER_PRIMES, numbers, &results_, 1, false, &error),
              FG_ERROR_SELF_CHECK);
    EXPECT_EQ(fg_answers_check(FG_ANSWER_DIVISORS, nullptr, &results_, 3, false, &error), FG_OK);
}

TEST_F(Answers, DivisorsBecomePrimesInPlace) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Numbers numbers = {1, 1, 2, 4, UINT64_C(1) << 40, 30030, 97, 1};
    for (size_t i = 0; i < scaled(200); i++)
        numbers.push_back(random.of_any_size(48));
    append({7, 8, 9}); /* what was there before stays */
    for (const uint64_t n : numbers)
        append(oracle::divisors(n));
    fg_answers_to_primes(numbers.data(), &results_, 1);
    ASSERT_EQ(results_.count, numbers.size() + 1);
    EXPECT_EQ(at(0), (Numbers{7, 8, 9}));
    for (size_t i = 0; i < numbers.size(); i++)
        ASSERT_EQ(oracle::difference(at(i + 1), oracle::primes(numbers[i])), "") << numbers[i];
    append({5}); /* and what comes after has its place */
    EXPECT_EQ(at(numbers.size() + 1), Numbers{5});
}

TEST_F(Answers, NoDivisorsBecomeNoPrimes) {
    fg_answers_to_primes(nullptr, &results_, 0);
    EXPECT_EQ(results_.count, 0u);
    append({1, 2});
    fg_answers_to_primes(nullptr, &results_, 1);
    EXPECT_EQ(at(0), (Numbers{1, 2}));
}

} // namespace
