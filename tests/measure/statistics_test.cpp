// Order statistics, ratios and their spread, on samples whose answers are obvious.
#include "measure/statistics.h"

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
    EXPECT_TRUE(fg_statistics_ratio_is_clear(&ratio));
}

TEST(Statistics, SlowerThanTheBaselineIsClearToo) {
    const fg_statistics_summary baseline = summarise({1, 1.5, 2}), row = summarise({4, 5, 6});
    const fg_statistics_ratio ratio = fg_statistics_ratio_of(&baseline, &row);
    EXPECT_DOUBLE_EQ(ratio.value, 0.3);
    EXPECT_DOUBLE_EQ(ratio.high, 0.5);
    EXPECT_TRUE(fg_statistics_ratio_is_clear(&ratio));
}

TEST(Statistics, SpreadThatCoversOneIsNoClearDifference) {
    const fg_statistics_ratio covering[] = {
        {1.2, 0.9, 1.6, false}, {1.2, 1, 1.6, false}, {0.8, 0.5, 1, false}};
    for (const fg_statistics_ratio &ratio : covering)
        EXPECT_FALSE(fg_statistics_ratio_is_clear(&ratio)) << ratio.low << " to " << ratio.high;
    const fg_statistics_ratio apart[] = {{1.2, 1.001, 1.6, false}, {0.8, 0.5, 0.999, false}};
    for (const fg_statistics_ratio &ratio : apart)
        EXPECT_TRUE(fg_statistics_ratio_is_clear(&ratio)) << ratio.low << " to " << ratio.high;
}

TEST(Statistics, OneRunHasNoSpread) {
    const fg_statistics_summary one = summarise({8}), two = summarise({1, 2});
    EXPECT_EQ(one.count, 1u);
    EXPECT_EQ(two.count, 2u);
    const fg_statistics_ratio ratios[] = {fg_statistics_ratio_of(&one, &two),
                                          fg_statistics_ratio_of(&two, &one),
                                          fg_statistics_ratio_of(&one, &one)};
    for (const fg_statistics_ratio &ratio : ratios) {
        EXPECT_TRUE(ratio.one_run);
        EXPECT_FALSE(fg_statistics_ratio_is_clear(&ratio));
    }
    EXPECT_FALSE(fg_statistics_ratio_of(&two, &two).one_run);
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
