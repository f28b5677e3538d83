// SPDX-License-Identifier: MIT
// Energy and throttling from the runs of a row: medians, runs that no longer count, and
// values that are not known.
#include "compare/compare_power.h"

#include <cmath>
#include <gtest/gtest.h>
#include <vector>

namespace {

struct Row {
    std::vector<fg_compare_sample> samples;
    fg_compare_row row = {};

    Row &add(const fg_compare_sample &sample) {
        samples.push_back(sample);
        row.taken = samples.data();
        row.taken_count = samples.size();
        return *this;
    }
};

fg_compare_sample with_energy(size_t runs, double cpu_j, double gpu_j, bool replaced = false) {
    fg_compare_sample sample = {};
    sample.energy = {runs, 1, cpu_j, gpu_j};
    sample.replaced = replaced;
    return sample;
}

fg_compare_sample with_gpu(double sm_mhz, uint64_t limits, bool replaced = false) {
    fg_compare_sample sample = {};
    sample.gpu.known = sample.gpu.knows_limits = true;
    sample.gpu.before = {sm_mhz, 1, 2, 3, true, 0};
    sample.gpu.during = {NAN, NAN, NAN, NAN, false, 0};
    sample.gpu.after = {sm_mhz + 1, 4, 5, 6, true, limits};
    sample.gpu.limits = limits;
    sample.replaced = replaced;
    return sample;
}

TEST(ComparePower, EnergyIsTheMedianOfTheRunsThatCount) {
    Row row;
    row.add(with_energy(1, 8, 20)).add(with_energy(2, 4, NAN)).add(with_energy(1, 3, 40));
    row.add(with_energy(1, 1000, 1000, true)).add({});
    row.row.energy = {1, 1, 500, 500}; // not needed
    const fg_compare_joules joules = fg_compare_row_joules(&row.row, 2000);
    EXPECT_DOUBLE_EQ(joules.cpu, 3 * 500);
    EXPECT_DOUBLE_EQ(joules.gpu, 30 * 500);
}

TEST(ComparePower, EnergyOfRunsThatAreTooShortIsThatOfTheUntimedOnes) {
    Row row;
    row.add({}).add({});
    EXPECT_TRUE(std::isnan(fg_compare_row_joules(&row.row, 10).cpu));
    row.row.energy = {100, 1, 50, NAN};
    const fg_compare_joules joules = fg_compare_row_joules(&row.row, 1000);
    EXPECT_DOUBLE_EQ(joules.cpu, 500);
    EXPECT_TRUE(std::isnan(joules.gpu));
}

TEST(ComparePower, ThrottledRunsAreCountedIfTheyCount) {
    Row row;
    uint64_t limits = 1;
    EXPECT_EQ(fg_compare_throttled_count(&row.row, &limits), 0u);
    EXPECT_EQ(limits, 0u);
    EXPECT_FALSE(fg_compare_knows_limits(&row.row));
    row.add({}).add(with_gpu(1, 0x1)).add(with_gpu(1, 0x402)); // idle; chosen clocks, reliability
    EXPECT_EQ(fg_compare_throttled_count(&row.row, &limits), 0u);
    EXPECT_TRUE(fg_compare_knows_limits(&row.row));
    row.add(with_gpu(1, 0x5)).add(with_gpu(1, 0x40)).add(with_gpu(1, 0x80, true));
    EXPECT_EQ(fg_compare_throttled_count(&row.row, &limits), 2u);
    EXPECT_EQ(limits, 0x45u);
    EXPECT_TRUE(fg_compare_is_throttled(&row.samples[5])) << "it is marked in the list of all runs";
}

TEST(ComparePower, ReadingsAreMedians) {
    Row row;
    row.add(with_gpu(300, 0)).add(with_gpu(100, 0)).add(with_gpu(9999, 0, true)).add({});
    row.add(with_gpu(200, 0));
    const fg_gpu_reading before = fg_compare_row_reading(&row.row, FG_COMPARE_BEFORE);
    const fg_gpu_reading during = fg_compare_row_reading(&row.row, FG_COMPARE_DURING);
    const fg_gpu_reading after = fg_compare_row_reading(&row.row, FG_COMPARE_AFTER);
    EXPECT_EQ(before.sm_mhz, 200);
    EXPECT_EQ(before.memory_mhz, 1);
    EXPECT_EQ(before.temperature_c, 2);
    EXPECT_EQ(before.power_w, 3);
    EXPECT_EQ(after.sm_mhz, 201);
    EXPECT_EQ(after.memory_mhz, 4);
    EXPECT_EQ(after.temperature_c, 5);
    EXPECT_EQ(after.power_w, 6);
    EXPECT_TRUE(std::isnan(during.sm_mhz));
    EXPECT_TRUE(std::isnan(during.power_w));
}

} // namespace
