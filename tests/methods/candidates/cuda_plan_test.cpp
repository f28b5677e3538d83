// SPDX-License-Identifier: MIT
/*
 * cuda_plan_test.cpp: the windows of a plan cover every candidate of every number exactly once.
 */
#include "support/internals.h"
#include "support/random_numbers.h"

extern "C" {
#include "methods/candidates/candidate_methods.h"
#include "methods/candidates/gpu_plan.h"
}
#include "kernels/candidates/window_launch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace {

using Numbers = std::vector<uint64_t>;

struct Range {
    uint64_t begin, end;
};

class CudaPlan : public testing::Test {
  protected:
    void SetUp() override { fg_gpu_plan_init(&plan_); }
    void TearDown() override { fg_gpu_plan_free(&plan_); }

    std::vector<fg_gpu_window> windows() {
        std::vector<fg_gpu_window> all;
        fg_gpu_window window;
        while (fg_gpu_plan_next(&plan_, &window))
            all.push_back(window);
        EXPECT_FALSE(fg_gpu_plan_next(&plan_, &window)) << "an empty plan stays empty";
        return all;
    }

    /* Fills the plan, takes all windows, and checks everything that a device relies on. */
    size_t expect_cover(const Numbers &numbers, fg_method method, unsigned slot_count,
                        uint32_t group_limit) {
        fg_error error;
        EXPECT_EQ(fg_gpu_plan_fill(&plan_, method, numbers.data(), numbers.size(), slot_count,
                                   group_limit, &error),
                  FG_OK);
        expect_permutation(numbers, method);
        const std::vector<fg_gpu_window> all = windows();
        std::vector<std::vector<Range>> covered(numbers.size());
        for (const fg_gpu_window &window : all) {
            expect_launchable(window, group_limit);
            for (size_t i = window.first; i < window.first + window.count; i++)
                if (window.begin < plan_.counts[i])
                    covered[i].push_back({window.begin, std::min(window.end, plan_.counts[i])});
        }
        for (size_t i = 0; i < numbers.size(); i++) {
            std::sort(covered[i].begin(), covered[i].end(),
                      [](const Range &a, const Range &b) { return a.begin < b.begin; });
            uint64_t reached = 0;
            for (const Range &range : covered[i]) {
                EXPECT_EQ(range.begin, reached) << "a gap or an overlap at " << plan_.dividends[i];
                reached = range.end;
            }
            EXPECT_EQ(reached, plan_.counts[i]) << plan_.dividends[i];
        }
        return all.size();
    }

    fg_gpu_plan plan_;

  private:
    /* Every number of the batch is in the plan once, as its dividend and count. */
    void expect_permutation(const Numbers &numbers, fg_method method) const {
        ASSERT_EQ(plan_.number_count, numbers.size());
        std::vector<bool> seen(numbers.size(), false);
        for (size_t i = 0; i < numbers.size(); i++) {
            const uint32_t index = plan_.indices[i];
            ASSERT_LT(index, numbers.size());
            ASSERT_FALSE(seen[index]);
            seen[index] = true;
            const fg_candidates candidates = fg_method_candidates(method, numbers[index]);
            ASSERT_EQ(plan_.dividends[i], candidates.dividend);
            ASSERT_EQ(plan_.counts[i], candidates.count);
        }
    }

    /* Expects of a window what window_launch.h asks. */
    void expect_launchable(const fg_gpu_window &window, uint32_t group_limit) const {
        ASSERT_GE(window.count, 1u);
        ASSERT_LE(window.count, group_limit);
        ASSERT_LE(window.first + window.count, plan_.number_count);
        ASSERT_LT(window.begin, window.end);
        ASSERT_LE(window.end - window.begin, (UINT64_C(1) << 30) * FG_BLOCK_CANDIDATES);
        for (size_t i = window.first; i < window.first + window.count; i++)
            ASSERT_EQ(plan_.dividends[i] > UINT32_MAX, window.wide) << plan_.dividends[i];
    }
};

TEST_F(CudaPlan, AnEmptyBatchHasNoWindows) {
    EXPECT_EQ(expect_cover({}, FG_METHOD_TRIAL, 2, 64), 0u);
}

TEST_F(CudaPlan, SmallBatchesAreCovered) {
    for (const fg_method method : {FG_METHOD_TRIAL, FG_METHOD_EXHAUSTIVE}) {
        expect_cover({1}, method, 2, 64);
        expect_cover({1, 1, 1}, method, 2, 64);
        expect_cover({53541233, 21235343, 11421443, 5423123}, method, 2, 65536);
        expect_cover({UINT32_MAX, UINT64_C(1) << 32, UINT32_MAX, (UINT64_C(1) << 32) + 1}, method,
                     1, 64);
    }
}

TEST_F(CudaPlan, TheLargestNumbersAreCovered) {
    expect_cover({UINT64_MAX, UINT64_MAX - 1, UINT64_C(1) << 63, 3}, FG_METHOD_TRIAL, 4, 65536);
    /* Exhaustive up to 2^46: from there on the windows are only more. */
    EXPECT_GE(
        expect_cover({UINT64_C(1) << 46, (UINT64_C(1) << 46) - 1}, FG_METHOD_EXHAUSTIVE, 4, 65536),
        64u);
}

TEST_F(CudaPlan, RandomBatchesAreCovered) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t round = 0; round < scaled(300); round++) {
        const fg_method method = round % 2 == 0 ? FG_METHOD_TRIAL : FG_METHOD_EXHAUSTIVE;
        const unsigned bits = method == FG_METHOD_TRIAL ? 64 : 40;
        Numbers numbers(random.between(1, 2000));
        for (uint64_t &number : numbers)
            number = random.of_any_size(bits);
        const uint32_t group_limit = FG_TILE_NUMBERS << random.between(0, 10);
        expect_cover(numbers, method, (unsigned)random.between(1, 8), group_limit);
    }
}

/* One plan object is filled for one batch after another, larger and smaller. */
TEST_F(CudaPlan, APlanIsFilledAgainAndAgain) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (const size_t count : {5, 500, 1, 0, 1000, 20}) {
        Numbers numbers(count);
        for (uint64_t &number : numbers)
            number = random.of_any_size(40);
        expect_cover(numbers, FG_METHOD_TRIAL, 2, 64);
    }
}

TEST_F(CudaPlan, GroupsHoldNoMoreThanTheLimit) {
    Numbers numbers(1000);
    std::iota(numbers.begin(), numbers.end(), UINT64_C(1) << 20);
    EXPECT_GE(expect_cover(numbers, FG_METHOD_TRIAL, 2, 64), 1000u / 64);
}

TEST_F(CudaPlan, MoreStreamsMeanMoreWindowsOfLargeWork) {
    const Numbers numbers = {UINT64_C(1) << 40};
    const size_t few = expect_cover(numbers, FG_METHOD_EXHAUSTIVE, 1, 64);
    const size_t many = expect_cover(numbers, FG_METHOD_EXHAUSTIVE, 64, 64);
    EXPECT_GT(many, few);
}

} // namespace
