// SPDX-License-Identifier: MIT
/*
 * sieve_check_test.cpp: the check of a sample passes right answers, and notices wrong ones wherever
 * they are in the sample.
 */
#include "support/atomics.h"
#include "support/oracle.h"

#include <gtest/gtest.h>

extern "C" {
#include "methods/sieve/sieve_check.h"
}

#include <algorithm>
#include <string>
#include <vector>

namespace {

using oracle::Numbers;

class SieveCheck : public testing::Test {
  protected:
    void SetUp() override { check_.cancelled = &never_; }
    void TearDown() override {
        fg_sieve_check_close(&check_);
        fg_results_free(&results_);
    }

    /* Appends `count` answers by FLINT, in which every number is changed that `spoils` chooses. */
    template <typename Spoil> void answer(uint64_t first, size_t count, Spoil spoil) {
        fg_results_clear(&results_);
        results_.words = 1;
        for (size_t i = 0; i < count; i++) {
            Numbers primes = first + i > 0 ? oracle::primes(first + i) : Numbers();
            spoil(first + i, primes);
            uint64_t *list;
            ASSERT_EQ(fg_results_reserve(&results_, primes.size() + 1, &list, &error_), FG_OK);
            std::copy(primes.begin(), primes.end(), list);
            fg_results_commit(&results_, primes.size());
        }
    }
    fg_status note_and_check(uint64_t first) {
        const fg_status noted = fg_sieve_check_note(&check_, first, &results_, 0, &error_);
        return noted != FG_OK ? noted : fg_sieve_check_lists(&check_, &error_);
    }

    atomic_bool never_ = false;
    fg_sieve_check check_ = {};
    fg_results results_ = {};
    fg_error error_ = {};
};

TEST_F(SieveCheck, RightAnswersPass) {
    for (const uint64_t first : {UINT64_C(0), UINT64_C(1) << 32, UINT64_C(1) << 40}) {
        answer(first, 2 * FG_CHECKED_NUMBERS, [](uint64_t, Numbers &) {});
        EXPECT_EQ(note_and_check(first), FG_OK) << error_.message;
        EXPECT_EQ(check_.count, 0u);
    }
}

/* A composite entry, as a sieve leaves it that has missed a prime: the product is right. */
TEST_F(SieveCheck, AMissedPrimeIsNoticed) {
    const auto join = [](uint64_t, Numbers &primes) {
        if (primes.size() >= 2) {
            primes[primes.size() - 2] *= primes.back();
            primes.pop_back();
        }
    };
    answer(1000000, 10 * FG_CHECKED_NUMBERS, join);
    EXPECT_EQ(note_and_check(1000000), FG_ERROR_SELF_CHECK);
    EXPECT_NE(std::string(error_.message).find("different answers for 10"), std::string::npos)
        << error_.message;
}

/* However the answers are cut, one in FG_CHECKED_NUMBERS is checked. */
TEST_F(SieveCheck, TheSampleIsAsDenseInShortParts) {
    size_t asked = 0;
    for (uint64_t first = 1, step = 1; first < 30 * FG_CHECKED_NUMBERS; first += step) {
        step = 1 + first % 700;
        answer(first, step, [](uint64_t, Numbers &) {});
        const size_t before = check_.count;
        ASSERT_EQ(fg_sieve_check_note(&check_, first, &results_, 0, &error_), FG_OK);
        asked += check_.count - before;
        ASSERT_EQ(fg_sieve_check_lists(&check_, &error_), FG_OK);
    }
    EXPECT_NEAR((double)asked, 30, 2);
}

TEST_F(SieveCheck, AWrongEntryOfAColumnIsNoticed) {
    const size_t count = 4 * FG_CHECKED_NUMBERS;
    const uint64_t first = 5000000;
    std::vector<uint64_t> gpf(count);
    std::vector<int8_t> mobius(count);
    fg_column_request requests[2] = {};
    requests[0].size = sizeof requests[0];
    requests[0].column = FG_COLUMN_GPF;
    requests[0].values = gpf.data();
    requests[1] = requests[0];
    requests[1].column = FG_COLUMN_MOBIUS;
    requests[1].values = mobius.data();
    for (size_t i = 0; i < count; i++) {
        const Numbers primes = oracle::primes(first + i);
        gpf[i] = primes.back();
        mobius[i] = (int8_t)fg_mobius(primes.data(), primes.size());
    }
    EXPECT_EQ(fg_sieve_check_columns(&check_, first, count, requests, 2, 0, &error_), FG_OK)
        << error_.message;
    for (int8_t &entry : mobius)
        entry = (int8_t)(entry + 2);
    EXPECT_EQ(fg_sieve_check_columns(&check_, first, count, requests, 2, 0, &error_),
              FG_ERROR_SELF_CHECK);
}

/* However a range is cut, each of its numbers in the sample of totals is compared once. */
TEST_F(SieveCheck, TheSampleOfTotalsIsThatOfTheRange) {
    const uint64_t last = UINT64_MAX;
    for (const uint64_t begin : {UINT64_C(0), UINT64_C(5000000), last - 40 * FG_CHECKED_TOTALS}) {
        std::vector<Numbers> samples;
        for (const uint64_t step : {1, 17, 40}) {
            Numbers sample;
            const uint64_t most = step * FG_CHECKED_TOTALS / 17;
            for (uint64_t done = 0, count; done < 40 * FG_CHECKED_TOTALS; done += count) {
                const uint64_t left = 40 * FG_CHECKED_TOTALS - done;
                count = std::min({most, left, (uint64_t)FG_CHECKED_TOTALS});
                ASSERT_EQ(fg_sieve_check_prepare(&check_, begin + done, count, left, &error_),
                          FG_OK);
                sample.insert(sample.end(), check_.numbers + check_.begin,
                              check_.numbers + check_.end);
            }
            samples.push_back(sample);
        }
        EXPECT_NEAR((double)samples[0].size(), 40, 1);
        EXPECT_EQ(samples[1], samples[0]);
        EXPECT_EQ(samples[2], samples[0]);
    }
}

TEST_F(SieveCheck, AWrongEntryOfABlockIsNoticed) {
    const uint64_t first = UINT64_C(1) << 40;
    ASSERT_EQ(fg_sieve_check_prepare(&check_, first, FG_CHECKED_TOTALS, FG_CHECKED_TOTALS, &error_),
              FG_OK);
    ASSERT_EQ(check_.count, 1u);
    const uint64_t n = check_.numbers[0];
    std::vector<uint64_t> gpf = {0, oracle::primes(n).back(), 0};
    fg_column_request request = {};
    request.size = sizeof request;
    request.column = FG_COLUMN_GPF;
    request.values = gpf.data();
    EXPECT_EQ(fg_sieve_check_block(&check_, n - 1, 3, &request, &error_), FG_OK);
    gpf[1]--;
    EXPECT_EQ(fg_sieve_check_block(&check_, n - 1, 1, &request, &error_), FG_OK);
    EXPECT_EQ(fg_sieve_check_block(&check_, n + 1, 3, &request, &error_), FG_OK);
    EXPECT_EQ(fg_sieve_check_block(&check_, n - 1, 3, &request, &error_), FG_ERROR_SELF_CHECK);
    EXPECT_NE(std::string(error_.message).find("answers for " + std::to_string(n)),
              std::string::npos)
        << error_.message;
}

} // namespace
