// SPDX-License-Identifier: MIT
// compare_answers_test.cpp: the file that holds the first row's answers, and answers held against
// it.
#include "compare/compare_answers.h"
#include "support/number_list_of.h"

#include <csignal>
#include <gtest/gtest.h>
#include <numeric>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

namespace {

TEST(CompareAnswers, OfTwoWordsDifferInEither) {
    size_t offsets[] = {0, 2, 3};
    const uint64_t values[] = {1, 0, 5, 7, 1, 0}, others[] = {1, 0, 5, 8, 1, 0};
    const fg_uint128 numbers[] = {{5, 7}, {1, 0}};
    fg_numbers list = list_of(nullptr, 2);
    list.words = 2;
    list.wide_list = numbers;
    std::vector<uint64_t> copy(values, values + 6);
    fg_results results = {};
    results.words = 2;
    results.count = 2;
    results.offsets = offsets;
    results.values = copy.data();
    const int file = memfd_create("answers", MFD_CLOEXEC);
    fg_compare_answers reference = {};
    fg_error error;
    ASSERT_EQ(fg_compare_answers_write(file, &results, &error), FG_OK);
    ASSERT_EQ(fg_compare_answers_map(file, &reference, &error), FG_OK);
    fg_compare_difference difference = {};
    EXPECT_TRUE(fg_compare_answers_equal(&reference, 0, 2, &results, &list, &difference));
    copy.assign(others, others + 6);
    EXPECT_FALSE(fg_compare_answers_equal(&reference, 0, 2, &results, &list, &difference));
    EXPECT_EQ(difference.index, 0u);
    EXPECT_EQ(difference.number.high, 7u);
    EXPECT_STREQ(difference.reference_said, "1 129127208515966861317 (2 in all)");
    EXPECT_STREQ(difference.row_said, "1 147573952589676412933 (2 in all)");
    results.words = 1;
    results.values = copy.data();
    EXPECT_FALSE(fg_compare_answers_equal(&reference, 0, 2, &results, &list, &difference));
    fg_compare_answers_unmap(&reference);
    close(file);
}

// The next row must not be held against what a row has left that could not write all of it.
TEST(CompareAnswers, ThatWereNotWrittenToTheirEndAreNone) {
    std::vector<size_t> offsets(1001);
    std::iota(offsets.begin(), offsets.end(), size_t(0));
    std::vector<uint64_t> values(1000, 7);
    fg_results results = {};
    results.words = 1;
    results.count = 1000;
    results.offsets = offsets.data();
    results.values = values.data();
    const int file = memfd_create("answers", MFD_CLOEXEC);
    fg_compare_answers reference = {};
    fg_error error;
    rlimit usual;
    ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &usual), 0);
    const auto handler = signal(SIGXFSZ, SIG_IGN);
    for (const rlim_t bytes : {4u, 100u, 8020u, 12000u}) {
        const rlimit low = {bytes, usual.rlim_max};
        ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &low), 0);
        EXPECT_EQ(fg_compare_answers_write(file, &results, &error), FG_ERROR_SYSTEM) << bytes;
        ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &usual), 0);
        ASSERT_EQ(fg_compare_answers_map(file, &reference, &error), FG_OK);
        EXPECT_EQ(reference.offsets, nullptr) << bytes;
    }
    signal(SIGXFSZ, handler);
    results.count = 3;
    ASSERT_EQ(fg_compare_answers_write(file, &results, &error), FG_OK);
    ASSERT_EQ(fg_compare_answers_map(file, &reference, &error), FG_OK);
    EXPECT_EQ(reference.count, 3u);
    EXPECT_EQ(reference.divisors[2], 7u);
    fg_compare_answers_unmap(&reference);
    close(file);
}

} // namespace
