// SPDX-License-Identifier: MIT
// `--compare` on the emulated device beside a made-up NVML (support/nvml/fake_nvml.c): clocks,
// energy and throttled runs in the reports, and a library that is missing, broken or refuses.
#include "support/scratch_folder.h"
#include "support/spawn.h"
#include "support/tested_program.h"

#include <gtest/gtest.h>
#include <jansson.h>
#include <sstream>

namespace {

using Environment = std::vector<std::pair<std::string, std::string>>;

bool contains(const std::string &text, const std::string &part) {
    return text.find(part) != std::string::npos;
}

class CliPower : public testing::Test {
  protected:
    ~CliPower() override { json_decref(root_); }

    // Compares the GPU's row of `factor` with a library of this version; {} has the environment.
    void compare(const std::string &version, Environment environment,
                 std::vector<std::string> more = {}) {
        compare_in(std::string(FG_FAKE_NVML) + "/" + version, std::move(environment),
                   std::move(more));
    }
    void compare_in(const std::string &folder, Environment environment,
                    std::vector<std::string> more = {}) {
        spawn::Setup setup;
        // Energy takes a second of runs, so it is refused unless a test is about it.
        setup.environment = {{"FG_NVML_FAIL", "nvmlDeviceGetTotalEnergyConsumption:3"},
                             {"LD_LIBRARY_PATH", folder}};
        for (auto &variable : environment)
            setup.environment.push_back(std::move(variable));
        std::vector<std::string> arguments = {factor_gpu_emulated(),
                                              "--compare",
                                              "--repeat=2",
                                              "--budget=10",
                                              "-mfactor",
                                              "-bcuda",
                                              "--export-json=" + files_.path("json"),
                                              "--export-markdown=" + files_.path("md")};
        arguments.insert(arguments.end(), more.begin(), more.end());
        for (const char *const number : {"12", "35", "97", "1000003"})
            arguments.emplace_back(number);
        result_ = spawn::run(arguments, "", setup);
        ASSERT_EQ(result_.status, 0) << result_.err;
        json_decref(root_);
        root_ = json_load_file(files_.path("json").c_str(), 0, nullptr);
        ASSERT_NE(root_, nullptr);
        row_ = json_array_get(json_object_get(root_, "rows"), 0);
        run_ = json_array_get(json_object_get(row_, "runs"), 0);
    }
    double number(const json_t *value, std::initializer_list<const char *> keys) const {
        for (const char *const key : keys)
            value = json_object_get(value, key);
        EXPECT_TRUE(json_is_number(value)) << *(keys.end() - 1);
        return json_number_value(value);
    }
    bool is_null(const json_t *value, std::initializer_list<const char *> keys) const {
        for (const char *const key : keys)
            value = json_object_get(value, key);
        return json_is_null(value);
    }
    // The text as one line, so that sentences are found across line ends.
    std::string out() const {
        std::istringstream stream(result_.out);
        std::string line;
        for (std::string word; stream >> word;)
            line += (line.empty() ? "" : " ") + word;
        return line;
    }
    std::string reason() const {
        const char *const text = json_string_value(json_object_get(row_, "sensor_reason"));
        return text != nullptr ? text : "";
    }

    ScratchFolder files_;
    spawn::Result result_;
    json_t *root_ = nullptr;
    const json_t *row_ = nullptr, *run_ = nullptr;
};

TEST_F(CliPower, ShowsTheGpuThatCudaUses) {
    compare("whole", {{"FG_NVML_SM", "1500"},
                      {"FG_NVML_MEMORY", "2619"},
                      {"FG_NVML_CELSIUS", "44"},
                      {"FG_NVML_MILLIWATTS", "350000"},
                      {"FG_NVML_ENERGY", "1000"},
                      {"FG_NVML_FAIL", ""}});
    EXPECT_EQ(reason(), "");
    EXPECT_EQ(number(run_, {"gpu", "before", "sm_mhz"}), 1500);
    EXPECT_EQ(number(run_, {"gpu", "after", "memory_mhz"}), 2619);
    EXPECT_EQ(number(run_, {"gpu", "before", "temperature_c"}), 44);
    EXPECT_EQ(number(run_, {"gpu", "after", "power_w"}), 350);
    EXPECT_EQ(number(row_, {"throttled_runs"}), 0);
    EXPECT_GT(number(row_, {"gpu_j_per_million"}), 0);
    EXPECT_GE(number(row_, {"energy", "window_s"}), 1);
    EXPECT_FALSE(contains(out(), "throttled")) << result_.out;
    EXPECT_TRUE(contains(out(), "factor/cuda: SM clock, MHz")) << result_.out;
    EXPECT_TRUE(contains(out(), "Energy, joules for a million numbers")) << result_.out;
    const json_t *const gpus = json_object_get(json_object_get(root_, "environment"), "gpus");
    EXPECT_STREQ(json_string_value(json_object_get(json_array_get(gpus, 0), "pci_bus_id")),
                 "0000:01:00.0");
}

TEST_F(CliPower, MarksThrottledRuns) {
    compare("whole", {{"FG_NVML_REASONS", "64"}}, {"--report=" + files_.path("html")});
    EXPECT_EQ(number(row_, {"throttled_runs"}), 2);
    EXPECT_TRUE(json_is_true(json_object_get(run_, "throttled")));
    const std::string words = "throttled in 2 of 2 runs";
    EXPECT_TRUE(contains(out(), words)) << result_.out;
    EXPECT_TRUE(contains(files_.read("md"), words));
    EXPECT_TRUE(contains(files_.read("html"), words));
    EXPECT_TRUE(contains(files_.read("html"), "cuda: throttled in ")) << "the curve";
    const json_t *const lines = json_object_get(json_object_get(root_, "curve"), "lines");
    const json_t *const point =
        json_array_get(json_object_get(json_array_get(lines, 0), "points"), 0);
    EXPECT_EQ(number(point, {"throttled_runs"}), 2);
}

TEST_F(CliPower, MarksRunsThatOnlyACounterSaw) {
    compare("whole", {{"FG_NVML_REASONS", "0"}, {"FG_NVML_HELD", "0:1000"}});
    EXPECT_EQ(number(row_, {"throttled_runs"}), 2);
    EXPECT_TRUE(contains(out(), "power cap")) << result_.out;
}

// NVML counts GPUs by the bus, CUDA by CUDA_VISIBLE_DEVICES: only the bus id is the same.
TEST_F(CliPower, FindsItsDevicesByTheBus) {
    const Environment two = {{"FG_EMULATED_DEVICES", "2"},
                             {"FG_NVML_DEVICES", "0000:99:00.0,0000:02:00.0,0000:01:00.0"},
                             {"FG_NVML_SM", "1000"}};
    compare("whole", two, {"--device=1"});
    EXPECT_EQ(number(run_, {"gpu", "before", "sm_mhz"}), 900);
    compare("whole", two, {"--device=0"});
    EXPECT_EQ(number(run_, {"gpu", "before", "sm_mhz"}), 800);
    compare("whole", two, {"--device=all"});
    EXPECT_EQ(number(run_, {"gpu", "before", "sm_mhz"}), 800) << "the slower one";
    EXPECT_EQ(number(run_, {"gpu", "before", "power_w"}), 100) << "both together";
    compare("whole", {{"FG_NVML_DEVICES", "0000:99:00.0"}});
    EXPECT_EQ(reason(), "no GPU at PCI bus id 0000:01:00.0: Not Found (6)");
    EXPECT_TRUE(is_null(run_, {"gpu"}));
}

// Whatever the library refuses, the comparison runs, and the rest is there. gpu_state_test refuses
// each question by itself.
TEST_F(CliPower, ARefusedQuestionIsNull) {
    compare("whole", {{"FG_NVML_FAIL", "nvmlDeviceGetPowerUsage:4," // no permission
                                       "nvmlDeviceGetTotalEnergyConsumption:3"}});
    EXPECT_TRUE(is_null(run_, {"gpu", "before", "power_w"}));
    EXPECT_EQ(number(run_, {"gpu", "before", "sm_mhz"}), 1000);
    EXPECT_EQ(number(row_, {"throttled_runs"}), 0);
    EXPECT_TRUE(is_null(row_, {"gpu_j_per_million"}));
    EXPECT_EQ(reason(), "");
    EXPECT_FALSE(contains(out(), "power, W")) << out();

    std::string all;
    for (const char *const function :
         {"nvmlDeviceGetClockInfo", "nvmlDeviceGetTemperature", "nvmlDeviceGetPowerUsage",
          "nvmlDeviceGetTotalEnergyConsumption", "nvmlDeviceGetCurrentClocksEventReasons",
          "nvmlDeviceGetViolationStatus"})
        all += std::string(function) + ":3,";
    compare("whole", {{"FG_NVML_FAIL", all}});
    EXPECT_TRUE(is_null(run_, {"gpu", "before", "sm_mhz"}));
    EXPECT_TRUE(is_null(run_, {"gpu", "limits"}));
    EXPECT_TRUE(is_null(row_, {"throttled_runs"}));
    EXPECT_TRUE(is_null(run_, {"throttled"}));
}

TEST_F(CliPower, AnOldLibraryStillTellsOfThrottling) {
    compare("old", {{"FG_NVML_REASONS", "8"}});
    EXPECT_EQ(number(row_, {"throttled_runs"}), 2);
    EXPECT_TRUE(is_null(row_, {"gpu_j_per_million"}));
}

TEST_F(CliPower, ALibraryThatCannotBeUsedIsOneLine) {
    const std::string words = "cuda: clocks, power and energy of the GPU are unknown: ";
    compare("broken", {});
    EXPECT_TRUE(contains(reason(), "has no function")) << reason();
    EXPECT_TRUE(contains(out(), words)) << result_.out;
    compare("whole", {{"FG_NVML_FAIL", "nvmlInit_v2:9"}});
    EXPECT_EQ(reason(), "nvmlInit_v2: Driver Not Loaded (9)");
    ScratchFolder folder;
    folder.write("libnvidia-ml.so.1", "no library");
    compare_in(folder.path(), {});
    EXPECT_TRUE(contains(reason(), "libnvidia-ml.so.1: file too short") ||
                contains(reason(), "invalid ELF header"))
        << reason();
    EXPECT_TRUE(contains(out(), words)) << result_.out;
    EXPECT_TRUE(contains(files_.read("md"), words));
    EXPECT_TRUE(is_null(row_, {"throttled_runs"}));
    EXPECT_TRUE(is_null(run_, {"gpu"}));
    EXPECT_TRUE(is_null(run_, {"throttled"}));
}

TEST_F(CliPower, ACpusRowAsksNoGpu) {
    compare("whole", {{"FG_NVML_REASONS", "64"}}, {"-bserial"});
    EXPECT_EQ(reason(), "");
    EXPECT_TRUE(is_null(row_, {"throttled_runs"}));
    EXPECT_FALSE(contains(out(), "throttled")) << result_.out;
}

} // namespace
