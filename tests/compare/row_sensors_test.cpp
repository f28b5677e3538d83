// SPDX-License-Identifier: MIT
// The energy of a row, read in the row's own process from a made-up powercap folder.
#include "compare/row_process.h"
#include "measure/usage.h"
#include "support/powercap_tree.h"

#include <cmath>
#include <csignal>
#include <gtest/gtest.h>
#include <numeric>
#include <string>
#include <vector>

namespace {

class RowSensors : public testing::TestWithParam<const char *> {
  protected:
    RowSensors() : numbers_(50) {
        std::iota(numbers_.begin(), numbers_.end(), UINT64_C(1000000000001));
        request_.numbers = numbers_.data();
        request_.count = numbers_.size();
        request_.powercap = tree_.path().c_str();
    }
    ~RowSensors() override {
        if (process_ != nullptr)
            fg_row_process_end(process_);
        fg_row_common_free(&common_);
    }
    void start() {
        fg_config config = {};
        config.backend = GetParam();
        config.method = FG_METHOD_FACTOR;
        config.jobs = 2;
        ASSERT_EQ(fg_row_common_make(&request_, &common_, &error_), FG_OK) << error_.message;
        ASSERT_EQ(fg_row_process_start(&common_, &config, &process_, &error_), FG_OK)
            << error_.message;
    }
    fg_compare_sample run(size_t count) {
        fg_compare_sample sample = {};
        fg_compare_batch batch = {};
        batch.count = count;
        batch.rehearsed = true;
        EXPECT_EQ(fg_row_process_run(process_, &batch, &sample, &error_), FG_OK) << error_.message;
        return sample;
    }
    // A run that takes long enough for a counter.
    fg_compare_sample long_run() {
        size_t count = 1 << 11;
        fg_compare_sample sample = run(count);
        while (sample.wall_s < FG_COMPARE_ENERGY_CPU_S) {
            count += static_cast<size_t>(1.1 * count * FG_COMPARE_ENERGY_CPU_S / sample.wall_s);
            sample = run(count);
        }
        return sample;
    }
    fg_compare_energy energy(bool runs) {
        fg_compare_energy energy = {};
        reason_[0] = 'x';
        fg_row_process_energy(process_, runs, &energy, reason_, sizeof reason_);
        return energy;
    }

    PowercapTree tree_;
    std::vector<uint64_t> numbers_;
    fg_compare_request request_ = {};
    fg_row_common common_ = {};
    fg_row_process *process_ = nullptr;
    fg_error error_ = {};
    char reason_[320];
};

TEST_P(RowSensors, RunsUntilEnergyCanBeMeasured) {
    tree_.add_zone("intel-rapl:0", "package-0", 0);
    tree_.add_zone("intel-rapl:1", "package-1", 7);
    GrowingCounter growing(tree_, "intel-rapl:0");
    ASSERT_NO_FATAL_FAILURE(start());
    EXPECT_EQ(common_.cpu_energy.package_count, 2u);
    EXPECT_EQ(energy(false).run_count, 0u) << "it was not asked to run";
    const fg_compare_energy measured = energy(true);
    EXPECT_STREQ(reason_, "");
    EXPECT_GT(measured.run_count, 0u);
    EXPECT_GE(measured.window_s, FG_COMPARE_ENERGY_CPU_S);
    EXPECT_GT(measured.cpu_j, 0);
    EXPECT_TRUE(std::isnan(measured.gpu_j)) << "the row has no GPU";
    fg_compare_check check = {};
    EXPECT_EQ(fg_row_process_check(process_, 0, &check, &error_), FG_OK)
        << "the answers are those to the whole input";
}

TEST_P(RowSensors, ASampleThatIsLongEnoughHasItsOwn) {
    tree_.add_zone("intel-rapl:0", "package-0", 0);
    GrowingCounter growing(tree_, "intel-rapl:0");
    ASSERT_NO_FATAL_FAILURE(start());
    EXPECT_EQ(run(1).energy.run_count, 0u) << "one run takes less than the counter needs";
    const fg_compare_sample sample = long_run();
    EXPECT_EQ(sample.energy.run_count, 2u) << "the rehearsal is one of them";
    EXPECT_GE(sample.energy.window_s, sample.wall_s);
    EXPECT_GT(sample.energy.cpu_j, 0);
    EXPECT_FALSE(sample.gpu.known);
}

TEST_P(RowSensors, WithoutCountersNothingRunsForThem) {
    ASSERT_NO_FATAL_FAILURE(start());
    const fg_compare_energy measured = energy(true);
    EXPECT_EQ(measured.run_count, 0u);
    EXPECT_STREQ(reason_, "");
    EXPECT_EQ(long_run().energy.run_count, 0u);
}

TEST_P(RowSensors, ACounterThatFailsIsNoEnergy) {
    tree_.add_zone("intel-rapl:0", "package-0", 5000000);
    ASSERT_NO_FATAL_FAILURE(start());
    tree_.write("intel-rapl:0/energy_uj", "");
    EXPECT_EQ(energy(true).run_count, 0u);
}

TEST_P(RowSensors, ADeadProcessSaysSo) {
    ASSERT_NO_FATAL_FAILURE(start());
    fg_usage_workers children = {};
    fg_usage_find_workers(&children);
    ASSERT_EQ(children.count, 1u);
    kill(children.pids[0], SIGKILL);
    fg_usage_forget_workers(&children);
    EXPECT_EQ(energy(true).run_count, 0u);
    EXPECT_EQ(std::string(reason_).rfind("a run to measure it failed: the process of this row", 0),
              0u)
        << reason_;
}

INSTANTIATE_TEST_SUITE_P(On, RowSensors, testing::Values("serial", "pool", "threads"),
                         [](const testing::TestParamInfo<const char *> &info) {
                             return std::string(info.param);
                         });

} // namespace
