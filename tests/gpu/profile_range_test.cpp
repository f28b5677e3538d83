// SPDX-License-Identifier: MIT
/*
 * profile_range_test.cpp: which ranges a profiler sees of a batch on the emulated device, and that
 * each of them ends. cuda_fault_walk_test looks for open ranges after every fault.
 */
#include "support/emulated_fixture.h"

#include <string>
#include <vector>

namespace {

using oracle::Numbers;

class ProfileRange : public Emulated, public testing::WithParamInterface<fg_method> {
  protected:
    const Numbers numbers_ = {360, 97, 55440, 65537, 99991, 5040};

    std::vector<std::string> names() const {
        std::vector<std::string> names = {"batch", "device", "copy in", "copy out",
                                          "wait for a stream"};
        if (GetParam() != FG_METHOD_FACTOR) {
            names.push_back("window");
            return names;
        }
        for (const char *const name :
             {"wavefront batch", "rounds", "count answers", "write answers"})
            names.push_back(name);
        return names;
    }
    static unsigned long begun(const std::string &name) {
        return fg_emulator_ranges_begun(("factor-gpu: " + name).c_str());
    }
};

TEST_P(ProfileRange, BatchesCopiesAndRoundsHaveOneEach) {
    Engine engine("cuda", GetParam(), 1, {0});
    ASSERT_EQ(engine.open_status(), FG_OK) << engine.open_message();
    EXPECT_EQ(begun("batch"), 0u) << "the test of the device is no batch";
    for (unsigned long batch = 1; batch <= 3; batch++) {
        std::vector<unsigned long> before;
        for (const std::string &name : names())
            before.push_back(begun(name));
        const unsigned long copies = fg_emulator_calls_of("cudaMemcpyAsync");
        const unsigned long copy_ranges = begun("copy in") + begun("copy out");
        ASSERT_EQ(engine.run(numbers_).status, FG_OK);
        for (size_t i = 0; i < names().size(); i++)
            EXPECT_GT(begun(names()[i]), before[i]) << names()[i];
        EXPECT_EQ(begun("batch"), batch);
        EXPECT_EQ(begun("copy in") + begun("copy out") - copy_ranges,
                  fg_emulator_calls_of("cudaMemcpyAsync") - copies)
            << "a copy has no range";
        EXPECT_EQ(fg_emulator_count_live().ranges, 0u);
    }
}

TEST_P(ProfileRange, ADeviceHasOneInItsOwnThread) {
    fg_emulator_set_device_count(2);
    Engine engine("cuda", GetParam(), 1, {0, 1});
    ASSERT_EQ(engine.open_status(), FG_OK) << engine.open_message();
    ASSERT_EQ(engine.run(numbers_).status, FG_OK);
    EXPECT_EQ(begun("batch"), 1u);
    EXPECT_EQ(begun("device"), 2u);
    EXPECT_EQ(fg_emulator_count_live().ranges, 0u);
}

TEST_P(ProfileRange, EndsWithABatchThatFails) {
    for (const char *const function :
         {"cudaSetDevice", "cudaMemcpyAsync", "cudaMemsetAsync", "launch", "cudaEventRecord",
          "cudaEventSynchronize", "cudaEventElapsedTime"}) {
        SCOPED_TRACE(function);
        Engine engine("cuda", GetParam(), 1, {0});
        ASSERT_EQ(engine.open_status(), FG_OK) << engine.open_message();
        fg_emulator_fail_call(function, 1, cudaErrorUnknown);
        const unsigned long before = begun("batch");
        EXPECT_EQ(engine.run(numbers_).status, FG_ERROR_DEVICE);
        EXPECT_EQ(begun("batch"), before + 1);
        EXPECT_EQ(fg_emulator_count_live().ranges, 0u);
    }
}

INSTANTIATE_TEST_SUITE_P(Of, ProfileRange,
                         testing::Values(FG_METHOD_TRIAL, FG_METHOD_EXHAUSTIVE, FG_METHOD_FACTOR),
                         [](const testing::TestParamInfo<fg_method> &method) {
                             return std::string(fg_method_name(method.param));
                         });

} // namespace
