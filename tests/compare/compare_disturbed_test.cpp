// SPDX-License-Identifier: MIT
// Runs of a comparison that something else disturbed: which ones are taken again, which ones count,
// and what is said of their time. The scheduler is on a fake clock and fake backends.
#include "compare/compare_schedule.h"
#include "compare/report/compare_costs.h"
#include "compare/report/compare_format.h"
#include "support/compare_fakes.h"

#include <gtest/gtest.h>

namespace {

using compare_fakes::small_numbers;
using compare_fakes::World;

TEST(Compare, ADisturbedRunIsTakenAgainAndStaysInTheReport) {
    World world(small_numbers);
    world.extra_s = [](const std::string &, unsigned run) { return run == 2 ? 0.09 : 0.06; };
    world.disturbed = [](const std::string &row, unsigned run) {
        return row == "trial/pool" && run == 2;
    };
    ASSERT_EQ(world.compare(), FG_OK);
    const fg_compare_row &row = world.row("trial/pool");
    ASSERT_EQ(row.taken_count, 4u);
    EXPECT_TRUE(row.taken[1].disturbed);
    EXPECT_TRUE(row.taken[1].replaced);
    EXPECT_GT(row.taken[1].wall_s, 0.09);
    ASSERT_EQ(row.sample_count, 3u);
    EXPECT_LT(row.summary.max_s, 0.09) << "what was replaced does not count";
    EXPECT_EQ(world.row("trial/serial").taken_count, 3u);
}

// Runs that are disturbed again and again count in the end: a busy machine has nothing better.
TEST(Compare, DisturbedRunsAreTakenAgainWithinLimits) {
    World world(small_numbers);
    world.extra_s = [](const std::string &, unsigned) { return 0.06; };
    world.disturbed = [](const std::string &row, unsigned) { return row == "trial/pool"; };
    ASSERT_EQ(world.compare(), FG_OK);
    const fg_compare_row &row = world.row("trial/pool");
    EXPECT_EQ(row.taken_count, 2u * world.request.repeat);
    EXPECT_EQ(row.sample_count, world.request.repeat);

    World dear(small_numbers);
    dear.extra_s = [](const std::string &, unsigned) { return 2.2; };
    dear.disturbed = world.disturbed;
    ASSERT_EQ(dear.compare(), FG_OK);
    EXPECT_EQ(dear.row("trial/pool").taken_count, 4u) << "10 s have room for one more";
    EXPECT_EQ(dear.row("trial/pool").sample_count, dear.request.repeat);
}

// A row that kept the faster one of two disturbed runs would seem faster than an equal one whose
// runs cannot tell.
TEST(Compare, NoRunIsChosenByItsTime) {
    World world(small_numbers);
    world.request.repeat = 8;
    world.extra_s = [](const std::string &, unsigned run) { return 0.06 + 0.01 * (run * 7 % 5); };
    world.disturbed = [](const std::string &row, unsigned) { return row == "trial/pool"; };
    ASSERT_EQ(world.compare(), FG_OK);
    const fg_compare_row &busy = world.row("trial/pool"), &calm = world.row("trial/threads");
    ASSERT_EQ(busy.taken_count, 16u);
    ASSERT_EQ(busy.sample_count, 8u);
    for (size_t k = 0; k < 8; k++)
        EXPECT_EQ(busy.samples_s[k], calm.samples_s[k]) << "the first ones, whatever they took";
}

// Only the slowest runs of such a row can tell, and a run that is taken again hardly ever can.
TEST(Compare, ARowMostOfWhoseRunsCannotTellIsNotRepeated) {
    World world(small_numbers);
    world.request.repeat = 8;
    world.extra_s = [](const std::string &, unsigned) { return 0.06; };
    world.can_tell = [](const std::string &row, unsigned run) {
        return row != "trial/pool" || run == 3 || run == 5;
    };
    world.disturbed = world.can_tell;
    ASSERT_EQ(world.compare(), FG_OK);
    EXPECT_EQ(world.row("trial/pool").taken_count, 8u);
    EXPECT_EQ(world.row("trial/pool").sample_count, 8u);
    EXPECT_EQ(world.row("trial/threads").taken_count, 16u);
    char cell[FG_QUANTITY_CELL];
    fg_compare_cost_cell(&world.row("trial/pool"), FG_COMPARE_COST_COLUMNS - 1, cell);
    EXPECT_STREQ(cell, "2+ of 8");
}

// One that is disturbed again leaves the other ones their turn.
TEST(Compare, DisturbedRunsTakeTurnsInBeingRepeated) {
    World world(small_numbers);
    world.extra_s = [](const std::string &, unsigned run) { return 0.06 + 0.001 * run; };
    // The warm-up is run 0, and run 4 is the first that repeats another one: the first run.
    world.disturbed = [](const std::string &row, unsigned run) {
        return row == "trial/pool" && (run == 1 || run == 2 || run == 4);
    };
    ASSERT_EQ(world.compare(), FG_OK);
    const fg_compare_row &row = world.row("trial/pool");
    ASSERT_EQ(row.taken_count, 6u);
    const std::vector<bool> replaced = {true, true, false, true, false, false};
    for (size_t k = 0; k < 6; k++)
        EXPECT_EQ(row.taken[k].replaced, replaced[k]) << k;
    EXPECT_EQ(row.sample_count, 3u);
}

// A repeated run is in the GPU's account of its time, too.
TEST(Compare, StagesOfTheGpuAreMeansOverTheRunsThatTheyCover) {
    World world(small_numbers);
    world.disturbed = [](const std::string &row, unsigned) { return row == "trial/cuda"; };
    ASSERT_EQ(world.compare(), FG_OK);
    const fg_compare_row &row = world.row("trial/cuda");
    ASSERT_EQ(row.taken_count, 6u);
    EXPECT_EQ(row.timing.kernels_ns, 6u * 2000);
    EXPECT_NEAR(fg_compare_per_run_s(&row, row.timing.kernels_ns), 2e-6, 1e-15);
}

// The median of brief runs says nothing of the longer ones among them, whose CPU time counts.
TEST(Compare, BusyCpusAreOverTheTimeOfTheSameRuns) {
    World world(small_numbers);
    world.stretch = 5;
    ASSERT_EQ(world.compare(), FG_OK);
    const fg_compare_row &row = world.row("factor/pool");
    ASSERT_GT(row.taken[0].run_count, 1u);
    EXPECT_NEAR(row.busy_cpus, 2.0 / 5, 1e-9);
}

} // namespace
