// SPDX-License-Identifier: MIT
/*
 * gpu_first_test.cpp: the first minutes on a GPU, on the emulated device: what tools/gpu_pack.sh
 * packs and gpu-first runs, also with a device that hangs, answers wrongly or goes away, and with
 * too little time.
 */
#include "support/scratch_folder.h"
#include "support/spawn.h"

#include <gtest/gtest.h>
#include <jansson.h>
#include <memory>

namespace {

struct JsonDeleter {
    void operator()(json_t *value) const { json_decref(value); }
};
using Json = std::unique_ptr<json_t, JsonDeleter>;

/* One packed folder, and what a run in it leaves. Runs have time enough on a busy machine, except
 * those that are to have too little. */
class GpuFirst : public testing::Test {
  protected:
    void SetUp() override {
        const spawn::Result packed = pack("pack");
        ASSERT_EQ(packed.status, 0) << packed.err;
    }

    spawn::Result pack(const std::string &name,
                       const std::string &kernel_test = FG_KERNEL_TEST) const {
        return spawn::run({FG_SOURCE_FOLDER "/tools/gpu_pack.sh", folder_.path(name), "60",
                           "factor-gpu=" FG_PROGRAM_EMULATED, "gpu_bench=" FG_GPU_BENCH,
                           "list_numbers=" FG_LIST_NUMBERS, "kernel_gpu_test=" + kernel_test,
                           "backend_gpu_test=" FG_BACKEND_TEST});
    }

    /* Runs gpu-first; `watch` is called with its lines again and again. */
    template <class Watch> spawn::Result run(std::vector<std::string> arguments, Watch watch) {
        arguments.insert(arguments.begin(), {folder_.path("pack/gpu-first"), "--small"});
        spawn::Setup setup;
        setup.environment = {{"FG_EMULATED_STATE", folder_.path("state")}};
        spawn::Process process(arguments, setup);
        std::string seen;
        const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(12);
        while (std::chrono::steady_clock::now() < until &&
               seen.find("\"finished\"") == std::string::npos && !testing::Test::HasFailure()) {
            seen = lines();
            watch(seen);
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        const spawn::Result result = process.finish();
        read_lines();
        return result;
    }
    spawn::Result run(const std::vector<std::string> &arguments) {
        return run(arguments, [](const std::string &) {});
    }

    std::string lines() const { return folder_.read("pack/results/first.jsonl"); }
    void set_state(const std::string &state) const { folder_.write("state", state); }

    /* "passed" or another result of the named step, the last time; "" if it has none. */
    std::string result_of(const std::string &step) const {
        std::string result;
        for (const Json &line : lines_)
            if (text(line, "step") == step && text(line, "event") == "end")
                result = text(line, "result");
        return result;
    }

    size_t count_of(const char *key) const {
        return std::count_if(lines_.begin(), lines_.end(), [key](const Json &line) {
            return json_object_get(line.get(), key) != nullptr;
        });
    }

    /* The steps that have such an event, in its order, without those of compute-sanitizer. */
    std::vector<std::string> steps_with(const std::string &event) const {
        std::vector<std::string> steps;
        for (const Json &line : lines_)
            if (text(line, "event") == event &&
                text(line, "step").find("check-") == std::string::npos)
                steps.push_back(text(line, "step"));
        return steps;
    }

    static std::string text(const Json &line, const char *key) {
        const char *const value = json_string_value(json_object_get(line.get(), key));
        return value != nullptr ? value : "";
    }

    const ScratchFolder folder_;
    std::vector<Json> lines_;

  private:
    void read_lines() {
        std::istringstream all(lines());
        lines_.clear();
        for (std::string line; std::getline(all, line);) {
            json_error_t error;
            lines_.emplace_back(json_loads(line.c_str(), JSON_REJECT_DUPLICATES, &error));
            ASSERT_NE(lines_.back(), nullptr) << error.text << ": " << line;
        }
        ASSERT_FALSE(lines_.empty());
        EXPECT_EQ(text(lines_.back(), "event"), "finished");
    }
};

bool begun(const std::string &lines, const std::string &step) {
    return lines.find("\"step\":\"" + step + "\",\"event\":\"begin\"") != std::string::npos;
}

const std::vector<std::string> all_steps = {"device",
                                            "arithmetic",
                                            "agreement-primes",
                                            "agreement-divisors",
                                            "agreement-wide",
                                            "agreement-totals",
                                            "ceilings",
                                            "rates",
                                            "wide",
                                            "ranges",
                                            "curves",
                                            "lists",
                                            "batch-semiprimes-64",
                                            "batch-random-64",
                                            "batch-semiprimes-80",
                                            "batch-random-128",
                                            "compare-article",
                                            "compare-mixed",
                                            "trial",
                                            "start",
                                            "tunables",
                                            "tests"};

TEST_F(GpuFirst, RunsEveryStepInItsOrder) {
    const spawn::Result result = run({"900"});
    EXPECT_EQ(result.status, 0) << result.out << result.err;
    EXPECT_EQ(steps_with("begin"), all_steps);
    for (const std::string &step : all_steps)
        EXPECT_EQ(result_of(step), "passed")
            << step << folder_.read("pack/results/" + step + ".log");
    EXPECT_GE(count_of("race"), 30u);
    EXPECT_GE(count_of("note"), 10u);
    EXPECT_EQ(count_of("device"), 1u);
    EXPECT_EQ(count_of("comparison"), 6u);
    EXPECT_NE(folder_.read("pack/results/summary.txt").find("passed:"), std::string::npos);
}

/* The step is killed and named, and what comes after it runs. */
TEST_F(GpuFirst, GoesOnAfterAStepThatHangs) {
    set_state("hangs");
    bool works = false;
    const spawn::Result result =
        run({"--only=ceilings,start", "--step-seconds=15", "900"}, [&](const std::string &seen) {
            if (works || seen.find("\"hung\"") == std::string::npos)
                return;
            set_state("works");
            works = true;
        });
    EXPECT_EQ(result.status, 1) << result.err;
    EXPECT_EQ(result_of("ceilings"), "hung");
    EXPECT_EQ(result_of("start"), "passed");
    EXPECT_NE(result.out.find("ceilings: killed after 15 s"), std::string::npos) << result.out;
}

/* One that hangs for good ends the run: nothing after it could work. */
TEST_F(GpuFirst, EndsIfTheDeviceHangsForGood) {
    set_state("hangs");
    const spawn::Result result = run({"--only=ceilings,start", "--step-seconds=2", "900"});
    EXPECT_EQ(result.status, 1) << result.err;
    EXPECT_EQ(result_of("ceilings"), "hung");
    EXPECT_EQ(result_of("start"), "not reached");
    EXPECT_NE(result.out.find("The device hangs"), std::string::npos) << result.out;
    EXPECT_EQ(result.out.find("no figure"), std::string::npos) << result.out;
    EXPECT_LT(json_number_value(json_object_get(lines_.back().get(), "t_s")), 600);
}

TEST_F(GpuFirst, NamesADeviceThatAnswersWrongly) {
    set_state("wrong");
    const spawn::Result result =
        run({"--only=device,arithmetic,agreement-primes,agreement-wide,agreement-totals,"
             "ceilings,wide,ranges",
             "900"});
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result_of("device"), "passed");
    for (const char *const step : {"arithmetic", "agreement-primes", "agreement-wide",
                                   "agreement-totals", "ceilings", "wide", "ranges"})
        EXPECT_EQ(result_of(step), "failed") << step;
    EXPECT_NE(result.out.find("FAILED (STEP.log has more):"), std::string::npos) << result.out;
    EXPECT_NE(result.out.find("agreement-primes: status 5: "), std::string::npos) << result.out;
    EXPECT_NE(result.out.find("no figure of this run counts"), std::string::npos) << result.out;
}

/* A comparison of the CPU alone is complete, and says nothing about the GPU. */
TEST_F(GpuFirst, MissesTheGpuInAComparison) {
    set_state("gone");
    const spawn::Result result = run({"--only=batch-random-64", "900"});
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result_of("batch-random-64"), "failed");
    EXPECT_EQ(count_of("comparison"), 0u);
    EXPECT_NE(folder_.read("pack/results/check.log").find("no row of the GPU"), std::string::npos);
}

/* The answers are held against those of GNU factor and of the CPU, which the folder brings. */
TEST_F(GpuFirst, HoldsAnswersAgainstThosePacked) {
    const std::string primes = folder_.read("pack/answers/primes.txt");
    folder_.write("pack/answers/primes.txt", primes.substr(0, primes.size() - 2) + "\n");
    folder_.write("pack/answers/divisors.sha256", "0  -\n");
    folder_.write("pack/answers/wide.sha256", "0  -\n");
    folder_.write("pack/answers/totals.sha256", "0  -\n");
    const spawn::Result result = run({"--only=agreement-primes,agreement-divisors,agreement-wide,"
                                      "agreement-totals",
                                      "900"});
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result_of("agreement-primes"), "failed");
    EXPECT_EQ(result_of("agreement-divisors"), "failed");
    EXPECT_EQ(result_of("agreement-wide"), "failed");
    EXPECT_EQ(result_of("agreement-totals"), "failed");
}

TEST_F(GpuFirst, EndsWithWhatThereIsIfTheDeviceGoesAway) {
    const spawn::Result result = run({"900"}, [this](const std::string &seen) {
        if (begun(seen, "agreement-divisors") && folder_.read("state").empty())
            set_state("gone");
    });
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(steps_with("end"), all_steps);
    EXPECT_EQ(result_of("device"), "passed");
    EXPECT_EQ(result_of("arithmetic"), "passed");
    EXPECT_EQ(result_of("curves"), "not reached");
    EXPECT_EQ(result_of("tests"), "not reached");
    EXPECT_NE(result.out.find("The device went away, or there was none: "), std::string::npos)
        << result.out;
    EXPECT_NE(result.out.find("shows no device"), std::string::npos) << result.out;
}

TEST_F(GpuFirst, SaysWhatItDidNotReachInTooFewSeconds) {
    const spawn::Result result = run({"6"});
    EXPECT_EQ(result.status, 3) << result.out;
    EXPECT_EQ(result_of("tests"), "not reached");
    EXPECT_NE(result.out.find("not reached:"), std::string::npos) << result.out;
    /* Six seconds, and what a very busy machine adds. */
    EXPECT_LT(json_number_value(json_object_get(lines_.back().get(), "t_s")), 300);
}

TEST_F(GpuFirst, SaysWhyThereIsNoDevice) {
    set_state("gone");
    const spawn::Result result = run({"900"});
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result_of("device"), "failed");
    EXPECT_EQ(result_of("arithmetic"), "not reached");
    EXPECT_NE(folder_.read("pack/results/device.log").find("shows no device"), std::string::npos);
}

TEST_F(GpuFirst, RefusesATimeThatIsNone) {
    for (const char *const seconds : {"0", "soon", "--fast"}) {
        const spawn::Result result = spawn::run({folder_.path("pack/gpu-first"), seconds});
        EXPECT_EQ(result.status, 2) << seconds;
        EXPECT_NE(result.err.find("number of seconds"), std::string::npos) << result.err;
    }
}

TEST_F(GpuFirst, NamesAStepThatThereIsNot) {
    for (const char *const only : {"--only=rate", "--only=rates,rate", "--only=", "--only=,rates",
                                   "--only=device arithmetic"}) {
        const spawn::Result result = spawn::run({folder_.path("pack/gpu-first"), only});
        EXPECT_EQ(result.status, 2) << only;
        EXPECT_NE(result.err.find("there is no step '"), std::string::npos) << result.err;
        for (const std::string &step : all_steps)
            EXPECT_NE(result.err.find(" " + step), std::string::npos) << step << result.err;
    }
    EXPECT_EQ(lines(), "");
}

/* Its lines come behind the others, and only its own files are replaced. */
TEST_F(GpuFirst, AddsASecondRunOfAStepToTheFirst) {
    ASSERT_EQ(run({"--only=device,arithmetic", "900"}).status, 0);
    const std::string first = lines();
    folder_.write("pack/results/device.log", "of the first run\n");
    folder_.write("pack/results/arithmetic.log", "of the first run\n");
    ASSERT_EQ(run({"--only=device", "900"}).status, 0);
    EXPECT_EQ(lines().substr(0, first.size()), first);
    EXPECT_EQ(count_of("device"), 2u);
    EXPECT_EQ(result_of("arithmetic"), "passed");
    EXPECT_EQ(folder_.read("pack/results/device.log").find("first run"), std::string::npos);
    EXPECT_EQ(folder_.read("pack/results/arithmetic.log"), "of the first run\n");
    const std::string summary = folder_.read("pack/results/summary.txt");
    EXPECT_NE(summary.find("passed:"), summary.rfind("passed:")) << summary;
}

/* Two whole runs, too short for any step, after figures that cannot be measured again. */
TEST_F(GpuFirst, MovesTheResultsOfTheFirstRunAside) {
    std::filesystem::create_directory(folder_.path("pack/results"));
    folder_.write("pack/results/first.jsonl", "figures\n");
    folder_.write("pack/results/gpu_bench-rates.json", "samples\n");
    for (const char *const moved : {"results.1", "results.2"}) {
        const spawn::Result result = run({"1"});
        EXPECT_EQ(result.status, 3) << result.out;
        EXPECT_NE(result.err.find(moved), std::string::npos) << result.err;
    }
    EXPECT_EQ(folder_.read("pack/results.1/first.jsonl"), "figures\n");
    EXPECT_EQ(folder_.read("pack/results.1/gpu_bench-rates.json"), "samples\n");
    EXPECT_NE(folder_.read("pack/results.2/first.jsonl").find("not reached"), std::string::npos);
    EXPECT_EQ(folder_.read("pack/results/gpu_bench-rates.json"), "");
}

TEST_F(GpuFirst, WritesNothingIntoAFolderOfOthers) {
    folder_.write("mine.log", "mine\n");
    const std::set<std::string> before = folder_.names();
    const spawn::Result result =
        spawn::run({folder_.path("pack/gpu-first"), "--results=" + folder_.path(), "1"});
    EXPECT_EQ(result.status, 2);
    EXPECT_NE(result.err.find("not from here"), std::string::npos) << result.err;
    EXPECT_EQ(folder_.names(), before);
    EXPECT_EQ(folder_.read("mine.log"), "mine\n");
}

/* A comparison of a list waits until there is one, and a later run finds it. */
TEST_F(GpuFirst, MakesTheListsThatAStepNeeds) {
    const spawn::Result first = run({"--only=batch-semiprimes-64", "900"});
    EXPECT_EQ(first.status, 0) << first.out << first.err;
    EXPECT_EQ(result_of("lists"), "passed");
    EXPECT_EQ(result_of("batch-semiprimes-64"), "passed");
    folder_.write("pack/numbers/semiprimes-64-200.txt", "15\n");
    const spawn::Result second = run({"--only=lists", "900"});
    EXPECT_EQ(second.status, 0) << second.out << second.err;
    EXPECT_EQ(folder_.read("pack/numbers/semiprimes-64-200.txt"), "15\n");
    EXPECT_NE(folder_.read("pack/numbers/random-64-200.txt"), "");
    EXPECT_EQ(folder_.read("pack/results/random-64-200.txt"), "");
}

/* A folder that is no pack may have a file `about`, too. */
TEST_F(GpuFirst, PacksOverNothingButAPack) {
    std::filesystem::create_directory(folder_.path("mine"));
    folder_.write("mine/about", "mine\n");
    const spawn::Result foreign = pack("mine");
    EXPECT_EQ(foreign.status, 1);
    EXPECT_NE(foreign.err.find("no .factor-gpu-pack"), std::string::npos) << foreign.err;
    EXPECT_EQ(folder_.read("mine/about"), "mine\n");

    std::filesystem::create_directory(folder_.path("pack/results"));
    folder_.write("pack/results/first.jsonl", "figures\n");
    const spawn::Result measured = pack("pack");
    EXPECT_EQ(measured.status, 1);
    EXPECT_NE(measured.err.find("move it elsewhere"), std::string::npos) << measured.err;
    EXPECT_EQ(folder_.read("pack/results/first.jsonl"), "figures\n");
    EXPECT_NE(folder_.read("pack/about"), "");
}

TEST_F(GpuFirst, PacksAgainAfterAPackThatStoppedHalfway) {
    folder_.write("pack/mine", "mine\n");
    EXPECT_NE(pack("pack", folder_.path("missing")).status, 0);
    EXPECT_EQ(folder_.read("pack/about"), "");
    const spawn::Result result = pack("pack");
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_NE(folder_.read("pack/about"), "");
    EXPECT_EQ(folder_.read("pack/mine"), "mine\n");
}

} // namespace
