// SPDX-License-Identifier: MIT
// The time that a row is expected to take, and rows that are not run because it is over the budget.
#include "compare/compare_schedule.h"
#include "support/compare_fakes.h"
#include "support/random_numbers.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <tuple>

namespace {

using compare_fakes::Cost;
using compare_fakes::small_numbers;
using compare_fakes::World;

// Four runs by exhaustive search take 0.4 s at the fakes' nanosecond for a candidate.
const std::vector<uint64_t> article_numbers = {53541233, 21235343, 11421443, 5423123};

TEST(CompareEstimate, FollowsTheCostsOfEveryBackend) {
    const std::vector<uint64_t> numbers(500, (UINT64_C(1) << 40) + 15);
    for (double candidate_s : {1e-12, 1e-10, 1e-8, 1e-6}) {
        World world(numbers);
        world.request.budget_s = 0;
        world.request.jobs = 4;
        for (size_t b = 0; b < fg_backend_count(); b++) {
            Cost &cost = world.costs[fg_backend_name(b)];
            cost.candidate_s = candidate_s;
            cost.number_s = std::string(fg_backend_name(b)) == "fork" ? 2e-4 : 1e-7;
            cost.jobs = b == 0 ? 1 : 4;
            cost.whole_numbers = b == 1 || b == 2;
        }
        ASSERT_EQ(world.compare(), FG_OK);
        for (size_t i = 0; i < world.report.row_count; i++) {
            const fg_compare_row &row = world.report.rows[i];
            ASSERT_TRUE(row.estimate.known);
            EXPECT_EQ(row.state, FG_COMPARE_SKIPPED);
            const double true_s =
                4 * world.model_s(row.backend, row.method, numbers.data(), numbers.size());
            EXPECT_NEAR(row.estimate.total_s / true_s, 1, 0.15)
                << row.backend << " at " << candidate_s << " s per candidate";
        }
    }
}

TEST(CompareEstimate, LargestNumberBoundsForkAndPool) {
    std::vector<uint64_t> numbers(7, 3);
    numbers.push_back((UINT64_C(1) << 40) + 15);
    World world(numbers);
    world.request.budget_s = 0;
    for (const char *backend : {"fork", "pool", "threads"}) {
        world.costs[backend].jobs = 8;
        world.costs[backend].whole_numbers = std::string(backend) != "threads";
    }
    ASSERT_EQ(world.compare(), FG_OK);
    const double alone_s = 4 * 1e-9 * std::ldexp(1.0, 40);
    EXPECT_NEAR(world.row("exhaustive/fork").estimate.total_s / alone_s, 1, 0.15);
    EXPECT_NEAR(world.row("exhaustive/pool").estimate.total_s / alone_s, 1, 0.15);
    EXPECT_NEAR(world.row("exhaustive/threads").estimate.total_s / alone_s, 0.125, 0.02);
}

TEST(CompareEstimate, ProbesAreShortAndTheInputIsOnlyForFactor) {
    for (double candidate_s : {1e-13, 1e-11, 1e-9, 1e-7}) {
        World world({18446744073709551557u, 1000000007});
        for (size_t b = 0; b < fg_backend_count(); b++)
            world.costs[fg_backend_name(b)].candidate_s = candidate_s;
        world.request.budget_s = 0;
        ASSERT_EQ(world.compare(), FG_OK);
        ASSERT_FALSE(world.probe_times_s.empty());
        for (double seconds : world.probe_times_s)
            EXPECT_LT(seconds, 60e-3); // they are longer before a row is skipped
        for (size_t i = 0; i < world.probe_batches.size(); i++)
            for (uint64_t n : world.probe_batches[i]) {
                const bool of_input = n == 18446744073709551557u || n == 1000000007;
                const bool factor = world.probe_rows[i].compare(0, 6, "factor") == 0;
                EXPECT_TRUE(of_input ? factor : !factor || n == 1) << world.probe_rows[i] << n;
            }
    }
}

// Before a row with a process a number is skipped; but not if the budget is short itself.
TEST(CompareEstimate, ProbesOfProcessesAreLonger) {
    for (const auto &[budget_s, low_s, high_s] :
         {std::tuple(30.0, 0.2, 0.8), std::tuple(1.0, 0.05, 0.2), std::tuple(0.01, 0.01, 0.04)}) {
        World world(std::vector<uint64_t>(100000, 12));
        world.request.method = FG_METHOD_FACTOR;
        world.request.backend = "fork";
        world.request.budget_s = budget_s;
        world.costs["fork"].number_s = 1e-3;
        ASSERT_EQ(world.compare(), FG_OK);
        EXPECT_EQ(world.row("factor/fork").state, FG_COMPARE_SKIPPED);
        const double longest_s =
            *std::max_element(world.probe_times_s.begin(), world.probe_times_s.end());
        EXPECT_GE(longest_s, low_s);
        EXPECT_LT(longest_s, high_s);
    }
}

// 64 numbers of 20 ms each, one for each worker, would be a probe of more than a second.
TEST(CompareEstimate, ProbesHaveNoMoreNumbersThanThereAreCpus) {
    for (const char *const backend : {"fork", "pool", "threads"}) {
        World world(std::vector<uint64_t>(100, 12));
        world.request.method = FG_METHOD_FACTOR;
        world.request.backend = backend;
        world.request.budget_s = 0;
        world.costs[backend].jobs = 64;
        world.costs[backend].number_s = 20e-3;
        ASSERT_EQ(world.compare(), FG_OK);
        EXPECT_EQ(world.row(std::string("factor/") + backend).state, FG_COMPARE_SKIPPED);
        for (const double seconds : world.probe_times_s)
            EXPECT_LT(seconds, 0.2) << backend; // of 8 numbers on 4 CPUs
    }
}

// Two of three runs find both workers on one CPU, and so take twice as long; probes and timed runs
// alike, whose median is what is to be expected.
TEST(CompareEstimate, TheUsualTimeOfASampleCounts) {
    for (const char *const backend : {"serial", "fork", "pool", "threads"}) {
        const std::vector<uint64_t> input(2000, 12);
        World world(input);
        world.request.method = FG_METHOD_FACTOR;
        world.request.backend = backend;
        world.request.budget_s = 0;
        const auto usual_s = [&](const std::vector<uint64_t> &numbers) {
            return world.model_s(backend, FG_METHOD_FACTOR, numbers.data(), numbers.size());
        };
        unsigned probes = 0;
        world.probe_delay_s = [&](const std::string &, const std::vector<uint64_t> &numbers) {
            return numbers[0] == 12 && probes++ % 3 > 0 ? usual_s(numbers) : 0;
        };
        ASSERT_EQ(world.compare(), FG_OK);
        const fg_compare_row &row = world.row(std::string("factor/") + backend);
        EXPECT_EQ(row.state, FG_COMPARE_SKIPPED);
        EXPECT_NEAR(row.estimate.run_s / (2 * usual_s(input)), 1, 0.1) << backend;
    }
}

TEST(CompareEstimate, ProbesOfARowWithinItsBudgetAreAFewMilliseconds) {
    World world(small_numbers);
    ASSERT_EQ(world.compare(), FG_OK);
    ASSERT_FALSE(world.probe_times_s.empty());
    for (double seconds : world.probe_times_s)
        EXPECT_LT(seconds, 12e-3);
}

void expect_estimates(World &world, double low, double high, double on_top_s,
                      const std::string &why) {
    for (size_t i = 0; i < world.report.row_count; i++) {
        const fg_compare_row &row = world.report.rows[i];
        const double true_s =
            (1 + world.request.repeat) *
            world.model_s(row.backend, row.method, world.request.numbers, world.request.count);
        ASSERT_TRUE(row.estimate.known);
        EXPECT_EQ(row.state, FG_COMPARE_MEASURED) << row.backend << ", " << why;
        EXPECT_GE(row.estimate.total_s, low * true_s) << row.backend << ", " << why;
        EXPECT_LE(row.estimate.total_s, high * true_s + on_top_s) << row.backend << ", " << why;
        EXPECT_GT(row.estimate.number_s, 0);
    }
}

// Every try of the first steps was late: 2 ms for 1024 candidates is 2 us for each, not 1 ns.
TEST(CompareEstimate, FirstStepsThatAreLateDoNotDecide) {
    for (double late_below : {1500.0, 3000.0, 10000.0}) {
        World world(article_numbers);
        world.probe_delay_s = [&](const std::string &row, const std::vector<uint64_t> &numbers) {
            const bool trial = row.compare(0, 5, "trial") == 0;
            const auto method = trial ? FG_METHOD_TRIAL : FG_METHOD_EXHAUSTIVE;
            const double candidates = double(fg_work(method, numbers[0]));
            return candidates > 1 && candidates < late_below ? 2.5e-3 : 0;
        };
        ASSERT_EQ(world.compare(), FG_OK);
        expect_estimates(world, 0.9, 1.5, 0.1, "late below " + std::to_string(late_below));
    }
}

TEST(CompareEstimate, RandomDelaysNeverSkipARowThatIsQuick) {
    for (unsigned seed = 0; seed < scaled(50); seed++) {
        World world(article_numbers);
        std::mt19937 random(seed);
        world.probe_delay_s = [&](const std::string &, const std::vector<uint64_t> &) {
            const double late_s = std::uniform_real_distribution<>(0, 5e-3)(random);
            return random() % 5 < 2 ? late_s : 0;
        };
        ASSERT_EQ(world.compare(), FG_OK);
        expect_estimates(world, 0.49, 4, 20e-3, "seed " + std::to_string(seed));
    }
}

TEST(CompareEstimate, LateCallsMakeNoNumberFree) {
    const std::vector<uint64_t> numbers(100000, 12);
    World world(numbers);
    world.request.method = FG_METHOD_TRIAL;
    world.request.backend = "pool";
    world.request.budget_s = 0;
    world.costs["pool"].number_s = 1e-5;
    world.probe_delay_s = [](const std::string &, const std::vector<uint64_t> &probed) {
        return probed == std::vector<uint64_t>{1} ? 50e-3 : 0;
    };
    ASSERT_EQ(world.compare(), FG_OK);
    const double true_s = 4 * world.model_s("pool", FG_METHOD_TRIAL, numbers.data(), 100000);
    EXPECT_NEAR(world.row("trial/pool").estimate.total_s / true_s, 1, 0.05);
    EXPECT_LT(world.row("trial/pool").estimate.call_s, 1e-3);
}

TEST(CompareEstimate, AstronomicalInputsStayFinite) {
    World world(std::vector<uint64_t>(10000, UINT64_MAX));
    world.request.method = FG_METHOD_EXHAUSTIVE;
    world.request.repeat = 1000;
    ASSERT_EQ(world.compare(), FG_OK);
    const fg_compare_row &row = world.row("exhaustive/serial");
    EXPECT_EQ(row.state, FG_COMPARE_SKIPPED);
    EXPECT_TRUE(std::isfinite(row.estimate.total_s));
    EXPECT_NEAR(row.estimate.total_s / (1001 * 1e4 * 1e-9 * std::ldexp(1.0, 64)), 1, 0.15);
}

TEST(Compare, RowOverItsBudgetIsNeverStarted) {
    World world({1000000007});
    world.costs["serial"].candidate_s = 1e-7; // 100 s exhaustive, 1.6 ms by trial
    ASSERT_EQ(world.compare(), FG_OK);
    EXPECT_EQ(world.row("exhaustive/serial").state, FG_COMPARE_SKIPPED);
    EXPECT_EQ(world.count_of("run exhaustive/serial"), 0u);
    EXPECT_EQ(world.row("trial/serial").state, FG_COMPARE_MEASURED);
    EXPECT_EQ(world.count_of("run trial/serial"), 7u); /* each timed one twice: they are short */
}

TEST(Compare, WarmUpFarOverTheBudgetStopsTheRow) {
    World world(small_numbers);
    world.extra_s = [](const std::string &row, unsigned) { return row == "trial/pool" ? 6 : 0; };
    ASSERT_EQ(world.compare(), FG_OK);
    EXPECT_EQ(world.row("trial/pool").state, FG_COMPARE_SKIPPED);
    EXPECT_TRUE(world.row("trial/pool").warmed_up);
    EXPECT_EQ(world.count_of("run trial/pool"), 1u);
    EXPECT_EQ(world.row("trial/fork").state, FG_COMPARE_MEASURED);
}

} // namespace
