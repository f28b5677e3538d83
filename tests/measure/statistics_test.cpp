// SPDX-License-Identifier: MIT
// Order statistics, ratios, intervals and verdicts, on samples whose answers are obvious. How often
// verdicts are wrong is simulated in compare_verdict_test.cpp.
#include "measure/statistics.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <vector>

namespace {

fg_statistics_summary summarise(const std::vector<double> &samples) {
    std::vector<double> sorted(samples.size());
    return fg_statistics_summarise(samples.data(), samples.size(), sorted.data());
}

TEST(Statistics, OneSampleIsItsOwnSummary) {
    const fg_statistics_summary summary = summarise({0.5});
    EXPECT_EQ(summary.median_s, 0.5);
    EXPECT_EQ(summary.min_s, 0.5);
    EXPECT_EQ(summary.max_s, 0.5);
}

TEST(Statistics, MedianOfAnOddCountIsTheMiddleSample) {
    const fg_statistics_summary summary = summarise({9, 1, 4, 100, 2});
    EXPECT_EQ(summary.median_s, 4);
    EXPECT_EQ(summary.min_s, 1);
    EXPECT_EQ(summary.max_s, 100);
}

TEST(Statistics, MedianOfAnEvenCountIsBetweenTheMiddleSamples) {
    EXPECT_EQ(summarise({8, 1, 2, 4}).median_s, 3);
    EXPECT_EQ(summarise({2, 1}).median_s, 1.5);
}

TEST(Statistics, MedianOfHugeSamplesDoesNotOverflow) {
    EXPECT_EQ(summarise({1.5e308, 1.5e308}).median_s, 1.5e308);
}

TEST(Statistics, SamplesKeepTheirOrder) {
    const std::vector<double> samples = {3, 1, 2};
    std::vector<double> sorted(3);
    fg_statistics_summarise(samples.data(), samples.size(), sorted.data());
    EXPECT_EQ(samples, (std::vector<double>{3, 1, 2}));
    EXPECT_EQ(sorted, (std::vector<double>{1, 2, 3}));
}

TEST(Statistics, OutlierIsOverTwiceTheMedian) {
    const fg_statistics_summary at = summarise({1, 1, 2}), above = summarise({1, 1, 2.01});
    EXPECT_FALSE(fg_statistics_has_outlier(&at));
    EXPECT_TRUE(fg_statistics_has_outlier(&above));
}

TEST(Statistics, RatioIsBaselineOverRow) {
    const fg_statistics_summary baseline = summarise({8, 10, 12}), row = summarise({2, 4, 5});
    const fg_statistics_ratio ratio = fg_statistics_ratio_of(&baseline, &row);
    EXPECT_DOUBLE_EQ(ratio.value, 2.5);
    EXPECT_DOUBLE_EQ(ratio.low, 8.0 / 5);
    EXPECT_DOUBLE_EQ(ratio.high, 12.0 / 2);
}

fg_statistics_interval interval_of(std::vector<double> samples, double error, size_t together = 1) {
    std::sort(samples.begin(), samples.end());
    return fg_statistics_interval_of(samples.data(), samples.size(), together, error);
}

std::vector<double> one_to(size_t count) {
    std::vector<double> samples;
    for (size_t i = 1; i <= count; i++)
        samples.push_back(static_cast<double>(i));
    return samples;
}

// P(Binomial(n, 1/2) < k), summed over Pascal's triangle.
double tail(size_t n, size_t k) {
    std::vector<double> row = {1};
    for (size_t i = 0; i < n; i++) {
        std::vector<double> next(row.size() + 1, 0);
        for (size_t j = 0; j < row.size(); j++) {
            next[j] += row[j] / 2;
            next[j + 1] += row[j] / 2;
        }
        row = next;
    }
    double sum = 0;
    for (size_t i = 0; i < k; i++)
        sum += row[i];
    return sum;
}

// The tightest order statistics that miss the median no more often than the error allows.
TEST(StatisticsInterval, LeavesOutAsManySamplesAsTheErrorAllows) {
    for (double error : {0.2, 0.01, 0.01 / 15, 0.01 / 190}) {
        for (size_t count = fg_statistics_runs_for(error); count < 60; count++) {
            const fg_statistics_interval interval = interval_of(one_to(count), error);
            const size_t rank = static_cast<size_t>(interval.low);
            EXPECT_EQ(interval.high, static_cast<double>(count + 1 - rank));
            EXPECT_LE(2 * tail(count, rank), error) << count;
            EXPECT_GT(2 * tail(count, rank + 1), error) << count;
            EXPECT_EQ(fg_statistics_margin(count, error), 1);
        }
    }
}

TEST(StatisticsInterval, EnoughRunsAreTheFirstThatNeedNoMargin) {
    EXPECT_EQ(fg_statistics_runs_for(0.01), 8u); // 2 / 2^8 = 0.0078
    EXPECT_EQ(fg_statistics_runs_for(0.01 / 15), 12u);
    EXPECT_EQ(fg_statistics_runs_for(0.01 / 20), 12u);
    EXPECT_EQ(fg_statistics_runs_for(0.9), 2u);
    for (double error : {0.2, 0.01, 0.01 / 15}) {
        const size_t enough = fg_statistics_runs_for(error);
        EXPECT_GT(fg_statistics_margin(enough - 1, error), 1);
        EXPECT_EQ(fg_statistics_margin(enough, error), 1);
    }
}

// All of so few runs are on one side of margin * median with no more than the error, if one run is
// there in one of 2 * margin cases.
TEST(StatisticsInterval, FewRunsHaveTheMarginThatTheErrorAsksFor) {
    for (size_t count : {2u, 3u, 5u, 10u}) {
        for (double error : {0.01, 0.01 / 15}) {
            const double margin = fg_statistics_margin(count, error);
            if (margin > 1) {
                EXPECT_NEAR(2 * std::pow(2 * margin, -static_cast<double>(count)) / error, 1, 1e-9);
            }
            const fg_statistics_interval interval = interval_of(one_to(count), error);
            if (margin > 1) {
                EXPECT_DOUBLE_EQ(interval.low, 1 / margin);
                EXPECT_DOUBLE_EQ(interval.high, static_cast<double>(count) * margin);
            }
        }
    }
    EXPECT_NEAR(fg_statistics_margin(3, 0.01 / 15), 7.21, 0.01);
    EXPECT_NEAR(fg_statistics_margin(5, 0.01 / 15), 2.48, 0.01);
}

TEST(StatisticsInterval, OneRunBoundsNothing) {
    const fg_statistics_interval interval = interval_of({3}, 0.01);
    EXPECT_EQ(interval.low, 0);
    EXPECT_TRUE(std::isinf(interval.high));
}

// 2^-10000 is no double.
TEST(StatisticsInterval, TenThousandRunsPinTheMedianDown) {
    const fg_statistics_interval interval = interval_of(one_to(10000), 0.01 / 15);
    EXPECT_NEAR(interval.low, 5000 - 3.4 * 50, 3); // 3.40 standard deviations of 50
    EXPECT_EQ(interval.high, 10001 - interval.low);
}

TEST(StatisticsVerdict, IsClearOnlyBeyondTheIntervals) {
    const fg_statistics_ratio apart = {2, 1.1, 3}, covering = {2, 0.9, 3}, touching = {2, 1, 3},
                              slower = {0.5, 0.3, 0.9};
    EXPECT_EQ(fg_statistics_judge(&apart, &apart, 9), FG_STATISTICS_CLEAR);
    EXPECT_EQ(fg_statistics_judge(&slower, &slower, 9), FG_STATISTICS_CLEAR);
    EXPECT_EQ(fg_statistics_judge(&covering, &covering, 9), FG_STATISTICS_UNCLEAR);
    EXPECT_EQ(fg_statistics_judge(&touching, &touching, 9), FG_STATISTICS_UNCLEAR);
    // The samples lie apart, which so few do by chance.
    EXPECT_EQ(fg_statistics_judge(&covering, &apart, 2), FG_STATISTICS_TOO_FEW_RUNS);
    EXPECT_EQ(fg_statistics_judge(&covering, &slower, 2), FG_STATISTICS_TOO_FEW_RUNS);
    const fg_statistics_ratio unbounded = {2, 0, HUGE_VAL}, one = {1, 1, 1};
    EXPECT_EQ(fg_statistics_judge(&unbounded, &one, 1), FG_STATISTICS_TOO_FEW_RUNS);
    // An outlier overlaps, the interval leaves it out.
    EXPECT_EQ(fg_statistics_judge(&apart, &covering, 18), FG_STATISTICS_CLEAR);
}

// Two processes of one program differ by as much, however many runs there are.
TEST(StatisticsVerdict, IsUnclearIfTheRatioIsNearOne) {
    for (const double near : {1.0, 1.049, 1 / 1.049}) {
        const fg_statistics_ratio steady = {near, near * 0.9999, near * 1.0001};
        EXPECT_EQ(fg_statistics_judge(&steady, &steady, 9), FG_STATISTICS_UNCLEAR) << near;
        EXPECT_EQ(fg_statistics_judge(&steady, &steady, 2), FG_STATISTICS_UNCLEAR) << near;
        EXPECT_EQ(fg_statistics_judge(&steady, &steady, 1), FG_STATISTICS_TOO_FEW_RUNS) << near;
    }
    for (const double far : {1.051, 1 / 1.051}) {
        const fg_statistics_ratio steady = {far, far * 0.9999, far * 1.0001};
        EXPECT_EQ(fg_statistics_judge(&steady, &steady, 9), FG_STATISTICS_CLEAR) << far;
    }
}

// Runs of a turn that are all the same are one run; others are no worse off than in turns.
TEST(StatisticsInterval, RunsOfATurnCountAsOne) {
    for (const size_t together : {2u, 3u, 7u}) {
        for (const size_t turns : {2u, 5u, 12u, 18u, 30u}) {
            std::vector<double> samples;
            for (size_t i = 0; i < turns * together; i++)
                samples.push_back(static_cast<double>(1 + i / together));
            const fg_statistics_interval alone = interval_of(one_to(turns), 0.01 / 12),
                                         shared = interval_of(samples, 0.01 / 12, together);
            EXPECT_EQ(shared.low, alone.low) << turns;
            EXPECT_EQ(shared.high, alone.high) << turns;
            const fg_statistics_interval wide = interval_of(one_to(turns * together), 0.01 / 12,
                                                            together),
                                         narrow = interval_of(one_to(turns * together), 0.01 / 12);
            EXPECT_LE(wide.low, narrow.low);
            EXPECT_GE(wide.high, narrow.high);
        }
    }
    EXPECT_TRUE(std::isinf(interval_of({1, 2, 3}, 0.01, 3).high)) << "one turn bounds nothing";
    // The last turn may be shorter: 7 runs are 3 turns.
    EXPECT_EQ(interval_of(one_to(7), 0.25, 3).low, interval_of({1, 4, 7}, 0.25).low);
}

#ifndef NDEBUG
TEST(StatisticsDeathTest, DomainIsAsserted) {
    const double bad[] = {1, 0};
    double sorted[2];
    EXPECT_DEATH(fg_statistics_summarise(bad, 0, sorted), "count >= 1");
    EXPECT_DEATH(fg_statistics_summarise(bad, 2, sorted), "> 0");
}
#endif

} // namespace
