// SPDX-License-Identifier: MIT
// The state of GPUs by a made-up NVML (support/nvml/fake_nvml.c): what is read before, during and
// after a run, and what becomes of a library that lacks functions or refuses questions.
#include "measure/gpu_state.h"

#include <chrono>
#include <climits>
#include <cmath>
#include <cstdlib>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <vector>

namespace {

// A library that is loaded already is found by its name, wherever it lies.
class FakeNvml {
  public:
    explicit FakeNvml(const std::string &version = "whole")
        : handle_(dlopen((std::string(FG_FAKE_NVML) + "/" + version + "/libnvidia-ml.so.1").c_str(),
                         RTLD_NOW | RTLD_LOCAL)) {
        EXPECT_NE(handle_, nullptr) << dlerror();
    }
    ~FakeNvml() {
        EXPECT_EQ(call<int>("fg_fake_nvml_initialised"), 0) << "nvmlShutdown() was not called";
        for (const std::string &name : set_)
            unsetenv(name.c_str());
        dlclose(handle_);
    }
    FakeNvml(const FakeNvml &) = delete;
    FakeNvml &operator=(const FakeNvml &) = delete;

    FakeNvml &with(const std::string &name, const std::string &value) {
        set_.push_back("FG_NVML_" + name);
        setenv(set_.back().c_str(), value.c_str(), 1);
        return *this;
    }
    unsigned calls() const { return call<unsigned>("fg_fake_nvml_calls"); }

  private:
    template <typename Result> Result call(const char *name) const {
        return reinterpret_cast<Result (*)()>(dlsym(handle_, name))();
    }
    void *handle_;
    std::vector<std::string> set_;
};

// The state of some GPUs, closed at the end.
class Watch {
  public:
    explicit Watch(const std::vector<const char *> &ids = {"0000:01:00.0"})
        : state_(fg_gpu_state_open(ids.data(), ids.size(), reason_, sizeof reason_)) {}
    ~Watch() { fg_gpu_state_close(state_); }
    Watch(const Watch &) = delete;
    Watch &operator=(const Watch &) = delete;

    fg_gpu_course course() {
        fg_gpu_state_begin(state_);
        return fg_gpu_state_end(state_);
    }
    // A run that lasts until the thread has asked so many questions for clocks.
    fg_gpu_course course_with_questions(const FakeNvml &nvml, unsigned questions) {
        fg_gpu_state_begin(state_);
        for (const unsigned begin = nvml.calls(); nvml.calls() < begin + questions;)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return fg_gpu_state_end(state_);
    }
    fg_gpu_state *state() { return state_; }
    std::string reason() const { return reason_; }

  private:
    char reason_[320] = "";
    fg_gpu_state *state_;
};

TEST(GpuState, IsReadBeforeAndAfterARun) {
    FakeNvml nvml;
    nvml.with("SM", "345,1980").with("MEMORY", "2619,2600").with("CELSIUS", "34,61");
    nvml.with("MILLIWATTS", "75500,690000").with("REASONS", "1,0");
    Watch watch;
    ASSERT_NE(watch.state(), nullptr) << watch.reason();
    const fg_gpu_course course = watch.course();
    ASSERT_TRUE(course.known);
    EXPECT_EQ(course.before.sm_mhz, 345);
    EXPECT_EQ(course.before.memory_mhz, 2619);
    EXPECT_EQ(course.before.temperature_c, 34);
    EXPECT_EQ(course.before.power_w, 75.5);
    EXPECT_TRUE(course.before.knows_limits);
    EXPECT_EQ(course.before.limits, 1u);
    EXPECT_EQ(course.after.sm_mhz, 1980);
    EXPECT_EQ(course.after.memory_mhz, 2600);
    EXPECT_EQ(course.after.temperature_c, 61);
    EXPECT_EQ(course.after.power_w, 690);
    EXPECT_EQ(course.after.limits, 0u);
    EXPECT_TRUE(course.knows_limits);
    EXPECT_EQ(course.limits, 1u);
    EXPECT_FALSE(fg_gpu_limits_throttle(course.limits)) << "an idle GPU is not throttled";
}

TEST(GpuState, IsReadAgainAndAgainDuringARun) {
    FakeNvml nvml;
    nvml.with("SM", "345,1000,1200,1400,1600")
        .with("REASONS", "1,0,4,0")
        .with("CELSIUS", "30,50,40");
    Watch watch;
    ASSERT_NE(watch.state(), nullptr) << watch.reason();
    const fg_gpu_course course = watch.course_with_questions(nvml, 2 * 3); // two clocks each
    ASSERT_GE(course.during_count, 2u); // the third may be under way when the run ends
    EXPECT_GE(course.during.sm_mhz, 1100);
    EXPECT_LE(course.during.sm_mhz, 1600);
    EXPECT_EQ(course.during.temperature_c, 50);
    EXPECT_EQ(course.before.limits, 1u);
    EXPECT_EQ(course.during.limits, 4u);
    EXPECT_EQ(course.after.limits, 0u);
    EXPECT_EQ(course.limits, 5u);
    EXPECT_TRUE(fg_gpu_limits_throttle(course.limits));

    // No run's readings count for another.
    setenv("FG_NVML_SM", "1700", 1);
    setenv("FG_NVML_REASONS", "0", 1);
    const fg_gpu_course next = watch.course_with_questions(nvml, 2 * 2);
    ASSERT_GE(next.during_count, 1u);
    EXPECT_EQ(next.during.sm_mhz, 1700);
    EXPECT_EQ(next.limits, 0u);
    const fg_gpu_course brief = watch.course();
    EXPECT_EQ(brief.after.sm_mhz, 1700);
    if (brief.during_count == 0) {
        EXPECT_TRUE(std::isnan(brief.during.sm_mhz));
    }
}

TEST(GpuState, ARunThatNeverEndedLeavesTheNextOneRight) {
    FakeNvml nvml;
    Watch watch;
    ASSERT_NE(watch.state(), nullptr) << watch.reason();
    fg_gpu_state_begin(watch.state()); // the run failed
    const fg_gpu_course course = watch.course_with_questions(nvml, 2 * 3);
    EXPECT_GE(course.during_count, 2u);
    fg_gpu_state_begin(watch.state()); // and the state is closed in it
}

TEST(GpuState, CountersTellOfLimitsThatNoReadingSaw) {
    const struct {
        const char *held;
        uint64_t limit;
    } policies[] = {{"0:5", 0x4}, {"1:5", 0x20}, {"2:5", 0x10}, {"3:5", 0x200}};
    for (const auto &policy : policies) {
        FakeNvml nvml;
        nvml.with("HELD", policy.held).with("REASONS", "0");
        Watch watch;
        ASSERT_NE(watch.state(), nullptr) << watch.reason();
        const fg_gpu_course course = watch.course();
        EXPECT_EQ(course.limits, policy.limit) << policy.held;
        EXPECT_TRUE(fg_gpu_limits_throttle(course.limits)) << policy.held;
    }
    for (const char *const held : {"0:0", "5:1000000"}) { // reliability holds at the highest clock
        FakeNvml nvml;
        nvml.with("HELD", held).with("REASONS", "0");
        EXPECT_EQ(Watch().course().limits, 0u) << held;
    }
}

TEST(GpuState, OfSeveralGpusIsThatOfTheSlowestTheHottestAndAll) {
    FakeNvml nvml;
    nvml.with("DEVICES", "0000:01:00.0,0000:41:00.0,00010000:01:00.0").with("REASONS", "8");
    nvml.with("ENERGY", "1000");
    Watch watch({"00010000:01:00.0", "0000:01:00.0"});
    ASSERT_NE(watch.state(), nullptr) << watch.reason();
    const fg_gpu_course course = watch.course();
    EXPECT_EQ(course.before.sm_mhz, 800);
    EXPECT_EQ(course.before.memory_mhz, 1800);
    EXPECT_EQ(course.before.temperature_c, 60);
    EXPECT_EQ(course.before.power_w, 100);
    EXPECT_EQ(course.limits, 8u) << "of one of them";
    EXPECT_EQ(fg_gpu_state_energy_j(watch.state()), 2);
    EXPECT_EQ(fg_gpu_state_energy_j(watch.state()), 4);
}

// Each question by itself is refused: by the driver, for want of permission, and by a lost GPU.
TEST(GpuState, ARefusedQuestionLeavesTheOthersAnswered) {
    for (const std::string error : {"3", "4", "15", "999"}) {
        for (const char *const function :
             {"nvmlDeviceGetClockInfo", "nvmlDeviceGetTemperature", "nvmlDeviceGetPowerUsage",
              "nvmlDeviceGetCurrentClocksEventReasons", "nvmlDeviceGetTotalEnergyConsumption",
              "nvmlDeviceGetViolationStatus"}) {
            const std::string name = function;
            SCOPED_TRACE(name + " fails with " + error);
            FakeNvml nvml;
            nvml.with("FAIL", name + ":" + error).with("REASONS", "4").with("HELD", "0:1");
            Watch watch;
            ASSERT_NE(watch.state(), nullptr) << watch.reason();
            const fg_gpu_course course = watch.course_with_questions(nvml, 2 * 2);
            for (const fg_gpu_reading &reading : {course.before, course.during, course.after}) {
                EXPECT_EQ(std::isnan(reading.sm_mhz), name == "nvmlDeviceGetClockInfo");
                EXPECT_EQ(std::isnan(reading.memory_mhz), name == "nvmlDeviceGetClockInfo");
                EXPECT_EQ(std::isnan(reading.temperature_c), name == "nvmlDeviceGetTemperature");
                EXPECT_EQ(std::isnan(reading.power_w), name == "nvmlDeviceGetPowerUsage");
                EXPECT_EQ(!reading.knows_limits, name == "nvmlDeviceGetCurrentClocksEventReasons");
            }
            EXPECT_EQ(std::isnan(fg_gpu_state_energy_j(watch.state())),
                      name == "nvmlDeviceGetTotalEnergyConsumption");
            EXPECT_TRUE(course.knows_limits) << "by the other of the two ways";
            EXPECT_EQ(course.limits, 4u);
        }
    }
}

TEST(GpuState, NothingIsKnownOfLimitsIfBothWaysAreRefused) {
    FakeNvml nvml;
    nvml.with("FAIL", "nvmlDeviceGetCurrentClocksEventReasons:3,nvmlDeviceGetViolationStatus:3");
    Watch watch;
    ASSERT_NE(watch.state(), nullptr) << watch.reason();
    const fg_gpu_course course = watch.course();
    EXPECT_TRUE(course.known);
    EXPECT_FALSE(course.knows_limits);
    EXPECT_EQ(course.limits, 0u);
}

TEST(GpuState, AnOldLibraryAnswersWhatItHas) {
    FakeNvml nvml("old");
    nvml.with("REASONS", "64");
    Watch watch;
    ASSERT_NE(watch.state(), nullptr) << watch.reason();
    const fg_gpu_course course = watch.course();
    EXPECT_EQ(course.before.sm_mhz, 1000);
    EXPECT_EQ(course.limits, 64u) << "by the function's old name";
    EXPECT_TRUE(std::isnan(fg_gpu_state_energy_j(watch.state())));
}

TEST(GpuState, ABareLibraryAnswersNothing) {
    FakeNvml nvml("bare");
    Watch watch;
    ASSERT_NE(watch.state(), nullptr) << watch.reason();
    const fg_gpu_course course = watch.course();
    EXPECT_TRUE(course.known);
    EXPECT_TRUE(std::isnan(course.before.sm_mhz));
    EXPECT_TRUE(std::isnan(course.after.power_w));
    EXPECT_FALSE(course.knows_limits);
    EXPECT_TRUE(std::isnan(fg_gpu_state_energy_j(watch.state())));
    Watch elsewhere({"0000:09:00.0"});
    EXPECT_EQ(elsewhere.state(), nullptr);
    EXPECT_EQ(elsewhere.reason(), "no GPU at PCI bus id 0000:09:00.0: an error (6)");
}

TEST(GpuState, AReasonSaysWhyThereIsNone) {
    {
        FakeNvml nvml("broken");
        Watch watch;
        EXPECT_EQ(watch.state(), nullptr);
        EXPECT_EQ(watch.reason(),
                  "libnvidia-ml.so.1 has no function nvmlDeviceGetHandleByPciBusId_v2");
    }
    FakeNvml nvml;
    nvml.with("FAIL", "nvmlInit_v2:9");
    {
        Watch watch;
        EXPECT_EQ(watch.state(), nullptr);
        EXPECT_EQ(watch.reason(), "nvmlInit_v2: Driver Not Loaded (9)");
    }
    unsetenv("FG_NVML_FAIL");
    {
        Watch watch({"0000:01:00.0", "0000:02:00.0"});
        EXPECT_EQ(watch.state(), nullptr);
        EXPECT_EQ(watch.reason(), "no GPU at PCI bus id 0000:02:00.0: Not Found (6)");
    }
    char reason[320] = "";
    EXPECT_EQ(fg_gpu_state_open(nullptr, 0, reason, sizeof reason), nullptr);
    EXPECT_STREQ(reason, "there is no GPU to watch");
}

// Every limit has a name and words, and the others have neither.
TEST(GpuLimits, HaveNames) {
    for (unsigned bit = 0; bit < FG_GPU_LIMITS_MAX; bit++) {
        EXPECT_EQ(fg_gpu_limit_name(bit) != nullptr, bit <= 10) << bit;
        EXPECT_EQ(fg_gpu_limit_words(bit) != nullptr, bit <= 10) << bit;
        const bool throttles = bit >= 2 && bit <= 9 && bit != 8;
        EXPECT_EQ(fg_gpu_limits_throttle(UINT64_C(1) << bit), throttles) << bit;
    }
    EXPECT_STREQ(fg_gpu_limit_name(2), "sw_power_cap");
    EXPECT_EQ(fg_gpu_limit_name(UINT_MAX), nullptr);
}

} // namespace
