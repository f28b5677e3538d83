// SPDX-License-Identifier: MIT
/*
 * wide_plan_test.cpp: the steps of composites above 2^64: their order, their programs, their end.
 */
#include "algorithms/wide_plan.h"

#include <gtest/gtest.h>

#include <set>

namespace {

fg_wide with_bits(unsigned bits) {
    return (static_cast<fg_wide>(1) << (bits - 1)) + 1;
}

const unsigned last_step = FG_WIDE_PLAN_STEPS - 1;

class WidePlan : public testing::TestWithParam<bool> {};

TEST_P(WidePlan, BeginsWithPm1AndEndsWithTheLastResort) {
    for (unsigned bits = 65; bits <= 128; bits++) {
        SCOPED_TRACE(bits);
        const fg_wide n = with_bits(bits);
        const fg_wide_step first = fg_wide_plan_step(n, GetParam(), 0);
        EXPECT_EQ(first.kind, FG_WIDE_STEP_PM1);
        EXPECT_LT(first.program, static_cast<uint32_t>(FG_WIDE_PM1_PROGRAM_COUNT));
        EXPECT_EQ(first.repeats, 1u);
        EXPECT_EQ(fg_wide_plan_step(n, GetParam(), last_step).kind, FG_WIDE_STEP_ECM);
        EXPECT_EQ(fg_wide_plan_step(n, GetParam(), last_step + 1).kind, FG_WIDE_STEP_LAST_RESORT);
        EXPECT_EQ(fg_wide_plan_step(n, GetParam(), UINT32_MAX).kind, FG_WIDE_STEP_LAST_RESORT);
    }
}

TEST_P(WidePlan, ProgramsGrow) {
    for (unsigned bits = 65; bits <= 128; bits++) {
        SCOPED_TRACE(bits);
        uint32_t programs[2] = {0, 0};
        for (unsigned step = 0; step <= last_step; step++) {
            const fg_wide_step next = fg_wide_plan_step(with_bits(bits), GetParam(), step);
            ASSERT_LE(next.kind, static_cast<uint32_t>(FG_WIDE_STEP_ECM)) << step;
            ASSERT_GE(next.program, programs[next.kind]) << step;
            programs[next.kind] = next.program;
        }
        ASSERT_LT(programs[FG_WIDE_STEP_PM1], static_cast<uint32_t>(FG_WIDE_PM1_PROGRAM_COUNT));
        ASSERT_LT(programs[FG_WIDE_STEP_ECM], static_cast<uint32_t>(FG_WIDE_ECM_PROGRAM_COUNT));
    }
}

/* P-1 finds the same with the same program, so a plan has it once. */
TEST_P(WidePlan, RepeatsNoProgramOfPm1) {
    for (unsigned bits = 65; bits <= 128; bits++) {
        std::set<uint32_t> programs;
        for (unsigned step = 0; step <= last_step; step++) {
            const fg_wide_step next = fg_wide_plan_step(with_bits(bits), GetParam(), step);
            if (next.kind == FG_WIDE_STEP_PM1) {
                ASSERT_TRUE(programs.insert(next.program).second) << bits;
            }
        }
    }
}

TEST_P(WidePlan, RepeatsAreTheStepsUntilAnotherProgram) {
    for (unsigned bits = 65; bits <= 128; bits++) {
        SCOPED_TRACE(bits);
        for (unsigned step = 0; step <= last_step;) {
            const fg_wide_step now = fg_wide_plan_step(with_bits(bits), GetParam(), step);
            ASSERT_GE(now.repeats, 1u);
            for (unsigned more = 1; more < now.repeats; more++) {
                const fg_wide_step next =
                    fg_wide_plan_step(with_bits(bits), GetParam(), step + more);
                ASSERT_EQ(next.kind, now.kind);
                ASSERT_EQ(next.program, now.program);
                ASSERT_EQ(next.repeats, now.repeats - more);
            }
            step += now.repeats;
            const fg_wide_step other = fg_wide_plan_step(with_bits(bits), GetParam(), step);
            ASSERT_TRUE(other.kind != now.kind || other.program != now.program) << step;
        }
    }
}

TEST_P(WidePlan, LargerNumbersEndWithLargerPrograms) {
    uint32_t program = 0;
    for (unsigned bits = 65; bits <= 128; bits++) {
        const fg_wide_step next = fg_wide_plan_step(with_bits(bits), GetParam(), last_step);
        EXPECT_GE(next.program, program) << bits;
        program = next.program;
    }
    EXPECT_EQ(program, static_cast<uint32_t>(FG_WIDE_ECM_E));
}

TEST(WidePlans, HaveNoStageAfterTheirLast) {
    for (const auto &plan : fg_wide_plans) {
        bool ended = false;
        for (const fg_wide_stage &stage : plan) {
            EXPECT_TRUE(!ended || stage.count == 0) << "a stage after an empty one";
            ended = stage.count == 0;
        }
        EXPECT_GT(plan[0].count, 0);
    }
}

INSTANTIATE_TEST_SUITE_P(, WidePlan, testing::Bool(), [](const auto &whole) {
    return whole.param ? "OfAWholeNumber" : "OfACofactor";
});

} // namespace
