// SPDX-License-Identifier: MIT
// The count of numbers that an engine is given at once, which follows from the time that earlier
// numbers took.
#include "cli/run/pace.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <vector>

namespace {

constexpr uint64_t brief_ns = 1000000, right_ns = 500000000, long_ns = 5000000000;
// About 2^32 candidates by trial division.
constexpr uint64_t large = 18446744073709551557U;

TEST(Pace, SmallNumbersAreTakenWhole) {
    const fg_pace pace = fg_pace_start(FG_METHOD_TRIAL);
    std::vector<uint64_t> numbers(100000);
    for (size_t i = 0; i < numbers.size(); i++)
        numbers[i] = i + 1;
    EXPECT_EQ(fg_pace_count(&pace, numbers.data(), numbers.size()), numbers.size());
    EXPECT_EQ(fg_pace_count(&pace, numbers.data(), 1), 1u);
}

TEST(Pace, OneNumberIsTakenHoweverLarge) {
    const fg_pace pace = fg_pace_start(FG_METHOD_EXHAUSTIVE);
    const std::vector<uint64_t> numbers(3, large);
    EXPECT_EQ(fg_pace_count(&pace, numbers.data(), numbers.size()), 1u);
}

TEST(Pace, ALargeNumberEndsARunOfSmallOnes) {
    const fg_pace pace = fg_pace_start(FG_METHOD_EXHAUSTIVE);
    std::vector<uint64_t> numbers(100, 1000);
    numbers[60] = large;
    EXPECT_EQ(fg_pace_count(&pace, numbers.data(), numbers.size()), 60u);
    EXPECT_EQ(fg_pace_count(&pace, numbers.data() + 60, 40), 1u);
}

// The largest of some counts that has no more work than the pace.
TEST(Pace, ARangeIsCutByTheWorkOfItsNumbers) {
    for (const fg_method method : {FG_METHOD_TRIAL, FG_METHOD_EXHAUSTIVE, FG_METHOD_FACTOR})
        for (const uint64_t first : {UINT64_C(1), UINT64_C(1000000), UINT64_C(1) << 40, large}) {
            const fg_pace pace = fg_pace_start(method);
            const auto work = [&](size_t count) {
                fg_numbers range = {};
                range.kind = FG_NUMBERS_RANGE;
                range.words = 1;
                range.begin.low = first;
                range.count = count;
                return fg_work_numbers(method, &range);
            };
            for (const size_t count : {1u, 2u, 3u, 59u, 100000u, 1000000000u}) {
                if (count - 1 > UINT64_MAX - first)
                    continue;
                const size_t taken = fg_pace_count_range(&pace, first, count);
                ASSERT_GE(taken, 1u);
                size_t more = count;
                for (; more > taken; more /= 2)
                    EXPECT_GT(work(more), static_cast<double>(pace.work)) << more;
                EXPECT_EQ(more, taken);
                EXPECT_TRUE(taken == 1 || work(taken) <= static_cast<double>(pace.work)) << taken;
            }
        }
}

TEST(Pace, ARangeThatIsAnsweredAsOneGetsLongBatches) {
    const fg_pace of_lists = fg_pace_start(FG_METHOD_AUTO);
    fg_pace pace = fg_pace_start_ranges(FG_METHOD_AUTO);
    EXPECT_GT(pace.work, 8 * of_lists.work);
    const uint64_t work = pace.work;
    fg_pace_learn(&pace, right_ns);
    EXPECT_EQ(pace.work, 2 * work) << "half a second is short";
    fg_pace_learn(&pace, long_ns);
    EXPECT_EQ(pace.work, 2 * work);
    fg_pace_learn(&pace, 20 * long_ns);
    EXPECT_EQ(pace.work, work);
    for (const fg_method method : {FG_METHOD_TRIAL, FG_METHOD_EXHAUSTIVE, FG_METHOD_FACTOR})
        EXPECT_EQ(fg_pace_start_ranges(method).work, of_lists.work) << method;
}

// Low down a batch of totals may be of any length; high up one that is too short would walk through
// the primes for most of its time.
TEST(Pace, TotalsOfARangeComeEverySecondUnlessTheWalkIsLong) {
    fg_pace pace = fg_pace_start_totals(FG_METHOD_AUTO);
    const fg_pace of_ranges = fg_pace_start_ranges(FG_METHOD_AUTO);
    const auto work = [](uint64_t first, size_t count) {
        fg_numbers range = {};
        range.kind = FG_NUMBERS_RANGE;
        range.words = 1;
        range.begin.low = first;
        range.count = count;
        return fg_work_numbers(FG_METHOD_AUTO, &range);
    };
    const size_t count = size_t{1} << 40;
    EXPECT_LT(8 * fg_pace_count_range(&pace, 1, count),
              2 * fg_pace_count_range(&of_ranges, 1, count));
    for (int i = 0; i < 20; i++)
        fg_pace_learn(&pace, long_ns);
    EXPECT_LE(work(1, fg_pace_count_range(&pace, 1, count)), static_cast<double>(pace.work));
    const uint64_t high = UINT64_C(10000000000000000000);
    const size_t taken = fg_pace_count_range(&pace, high, count);
    EXPECT_GT(work(high, taken), static_cast<double>(pace.work));
    EXPECT_GT(work(high, taken / 2), 1.1 * work(high, taken) / 2);
    EXPECT_LT(work(high, taken), 1.1 * work(high, 2 * taken) / 2);
    fg_pace_learn(&pace, brief_ns);
    EXPECT_EQ(fg_pace_start_totals(FG_METHOD_FACTOR).work, fg_pace_start(FG_METHOD_FACTOR).work);
}

TEST(Pace, ItFollowsTheTime) {
    fg_pace pace = fg_pace_start(FG_METHOD_TRIAL);
    const std::vector<uint64_t> numbers(1000, large);
    const size_t at_first = fg_pace_count(&pace, numbers.data(), numbers.size());
    ASSERT_GE(at_first, 1u);
    ASSERT_LT(at_first, numbers.size() / 4);
    fg_pace_learn(&pace, right_ns);
    EXPECT_EQ(fg_pace_count(&pace, numbers.data(), numbers.size()), at_first);
    for (int i = 0; i < 3; i++)
        fg_pace_learn(&pace, brief_ns);
    const size_t faster = fg_pace_count(&pace, numbers.data(), numbers.size());
    EXPECT_GT(faster, at_first);
    for (int i = 0; i < 3; i++)
        fg_pace_learn(&pace, long_ns);
    EXPECT_EQ(fg_pace_count(&pace, numbers.data(), numbers.size()), at_first);
}

TEST(Pace, ItStaysWithinItsBounds) {
    fg_pace pace = fg_pace_start(FG_METHOD_TRIAL);
    const std::vector<uint64_t> numbers(10, large);
    for (int i = 0; i < 200; i++)
        fg_pace_learn(&pace, long_ns);
    EXPECT_EQ(fg_pace_count(&pace, numbers.data(), numbers.size()), 1u);
    for (int i = 0; i < 200; i++)
        fg_pace_learn(&pace, brief_ns);
    EXPECT_EQ(fg_pace_count(&pace, numbers.data(), numbers.size()), numbers.size());
}

} // namespace
