// SPDX-License-Identifier: MIT
/*
 * results_test.cpp: the growing of answers.
 */
#include "support/internals.h"
#include "support/random_numbers.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

namespace {

class Results : public testing::Test {
  protected:
    void TearDown() override { fg_results_free(&results_); }

    void append(const std::vector<uint64_t> &list, size_t spare = 0) {
        uint64_t *room = nullptr;
        fg_error error;
        ASSERT_EQ(fg_results_reserve(&results_, list.size() + spare, &room, &error), FG_OK);
        for (size_t i = 0; i < list.size() + spare; i++) /* the whole room can be written */
            room[i] = i < list.size() ? list[i] : 0;
        fg_results_commit(&results_, list.size());
    }
    std::vector<uint64_t> at(size_t i) const {
        size_t count;
        const uint64_t *const list = fg_results_at(&results_, i, &count);
        return std::vector<uint64_t>(list, list + count);
    }

    fg_results results_ = {};
};

TEST_F(Results, KeepWhatWasCommittedInOrder) {
    append({1, 2, 3}, 10);
    append({}, 5);
    append({7}, 0);
    ASSERT_EQ(results_.count, 3u);
    EXPECT_EQ(at(0), (std::vector<uint64_t>{1, 2, 3}));
    EXPECT_TRUE(at(1).empty());
    EXPECT_EQ(at(2), (std::vector<uint64_t>{7}));
    EXPECT_EQ(results_.offsets[0], 0u);
    EXPECT_EQ(results_.offsets[3], 4u);
}

TEST_F(Results, AppendTakesManyAnswersAtOnce) {
    const uint64_t values[] = {1, 2, 3, 4, 5};
    const uint32_t counts[] = {2, 0, 3};
    fg_error error;
    append({9});
    ASSERT_EQ(fg_results_append(&results_, counts, 3, values, &error), FG_OK);
    ASSERT_EQ(fg_results_append(&results_, counts + 1, 1, values, &error), FG_OK);
    ASSERT_EQ(fg_results_append(&results_, counts, 0, values, &error), FG_OK);
    ASSERT_EQ(results_.count, 5u);
    EXPECT_EQ(at(0), (std::vector<uint64_t>{9}));
    EXPECT_EQ(at(1), (std::vector<uint64_t>{1, 2}));
    EXPECT_TRUE(at(2).empty());
    EXPECT_EQ(at(3), (std::vector<uint64_t>{3, 4, 5}));
    EXPECT_TRUE(at(4).empty());
}

TEST_F(Results, SurviveGrowth) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    std::vector<std::vector<uint64_t>> expected;
    for (size_t i = 0; i < scaled(5000); i++) {
        expected.emplace_back(random.between(0, 40), random.any());
        append(expected.back(), random.between(0, 100));
    }
    ASSERT_EQ(results_.count, expected.size());
    for (size_t i = 0; i < expected.size(); i++)
        ASSERT_EQ(at(i), expected[i]) << i;
}

// Returns whether a mapping of the process ends inside the array: realloc() would have to copy it.
bool is_cut(const void *array, size_t bytes) {
    const auto begin = reinterpret_cast<uintptr_t>(array);
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        const uintptr_t end = std::stoull(line.substr(line.find('-') + 1), nullptr, 16);
        if (end > begin && end < begin + bytes)
            return true;
    }
    return false;
}

// Beyond 16 MiB large pages are asked for.
TEST_F(Results, LargeArraysAreNotCutByTheirPages) {
    const size_t largest = size_t{5} << 20;
    for (size_t values = size_t{1} << 18; values < largest; values += values / 3) {
        uint64_t *room = nullptr;
        fg_error error;
        ASSERT_EQ(fg_results_reserve(&results_, values, &room, &error), FG_OK);
        EXPECT_FALSE(is_cut(results_.values, values * sizeof(uint64_t))) << values;
    }
}

TEST_F(Results, ClearForgetsTheAnswersAndKeepsTheMemory) {
    append(std::vector<uint64_t>(1000, 9));
    const uint64_t *const divisors = results_.values;
    fg_results_clear(&results_);
    EXPECT_EQ(results_.count, 0u);
    append({5, 6});
    EXPECT_EQ(results_.values, divisors);
    EXPECT_EQ(results_.count, 1u);
    EXPECT_EQ(at(0), (std::vector<uint64_t>{5, 6}));
}

TEST_F(Results, FreeLeavesAllZero) {
    append({1});
    fg_results_free(&results_);
    EXPECT_EQ(results_.count, 0u);
    EXPECT_EQ(results_.offsets, nullptr);
    EXPECT_EQ(results_.values, nullptr);
    EXPECT_EQ(results_.offset_capacity, 0u);
    EXPECT_EQ(results_.value_capacity, 0u);
    fg_results_free(&results_); /* again is harmless */
}

TEST_F(Results, MoreRoomThanMemoryIsAnErrorThatKeepsTheAnswers) {
    append({1, 3});
    uint64_t *room = nullptr;
    fg_error error;
    /* More bytes than a size_t counts, and fewer than that but more than any machine has. */
    EXPECT_EQ(fg_results_reserve(&results_, SIZE_MAX / 8 + 1, &room, &error), FG_ERROR_MEMORY);
    EXPECT_EQ(error.status, FG_ERROR_MEMORY);
    if (!sanitized()) { /* whose allocator ends the program instead */
        EXPECT_EQ(fg_results_reserve(&results_, SIZE_MAX / 16, &room, &error), FG_ERROR_MEMORY);
    }
    ASSERT_EQ(results_.count, 1u);
    EXPECT_EQ(at(0), (std::vector<uint64_t>{1, 3}));
    append({4});
    EXPECT_EQ(at(1), (std::vector<uint64_t>{4}));
}

} // namespace
