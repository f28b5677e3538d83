// SPDX-License-Identifier: MIT
// A row of a comparison in a process of its own: what it answers, what it says of itself, and what
// becomes of it when things go wrong.
#include "compare/row_process.h"
#include "measure/usage.h"
#include "support/random_numbers.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>
#include <gtest/gtest.h>
#include <numeric>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace {

class RowProcess : public testing::TestWithParam<const char *> {
  protected:
    void SetUp() override {
        numbers_.resize(sanitized() ? 200 : 2000); // "fork" makes a process for each
        std::iota(numbers_.begin(), numbers_.end(), UINT64_C(1000000000001));
        request_.numbers = numbers_.data();
        request_.count = numbers_.size();
        ASSERT_EQ(fg_row_common_make(&request_, &common_, &error_), FG_OK) << error_.message;
    }
    void TearDown() override {
        for (fg_row_process *process : processes_)
            fg_row_process_end(process);
        fg_row_common_free(&common_);
        EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1) << "a child is left";
    }

    fg_row_process *start(const char *backend, unsigned jobs = 2,
                          fg_method method = FG_METHOD_FACTOR) {
        fg_config config = {};
        config.backend = backend;
        config.method = method;
        config.jobs = jobs;
        fg_row_process *process = nullptr;
        EXPECT_EQ(fg_row_process_start(&common_, &config, &process, &error_), FG_OK)
            << error_.message;
        if (process != nullptr)
            processes_.push_back(process);
        return process;
    }

    fg_status run(fg_row_process *process, size_t first, size_t count) {
        const fg_compare_batch batch = {nullptr, first, count, false, 0, 0, nullptr};
        return fg_row_process_run(process, &batch, &sample_, &error_);
    }

    // Returns how long the whole call takes, with what it does before the runs that count.
    double seconds_of_run(fg_row_process *process, const fg_compare_batch &batch) {
        const auto begin = std::chrono::steady_clock::now();
        EXPECT_EQ(fg_row_process_run(process, &batch, &sample_, &error_), FG_OK) << error_.message;
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    }

    // Checks the last run; fails the test where it cannot be checked.
    fg_compare_check check(fg_row_process *process, size_t first = 0) {
        fg_compare_check check = {};
        EXPECT_EQ(fg_row_process_check(process, first, &check, &error_), FG_OK) << error_.message;
        return check;
    }

    std::vector<uint64_t> numbers_;
    fg_compare_request request_ = {};
    fg_row_common common_ = {};
    std::vector<fg_row_process *> processes_;
    fg_compare_sample sample_ = {};
    fg_error error_ = {};
};

// The children of this process that /proc knows.
std::vector<pid_t> children() {
    fg_usage_workers found = {};
    fg_usage_find_workers(&found);
    const std::vector<pid_t> pids(found.pids, found.pids + found.count);
    fg_usage_forget_workers(&found);
    return pids;
}

TEST_P(RowProcess, AnswersAsTheReferenceDoes) {
    fg_row_process *const reference = start("serial");
    ASSERT_EQ(run(reference, 0, numbers_.size()), FG_OK) << error_.message;
    EXPECT_TRUE(check(reference).is_reference);
    fg_row_process *const row = start(GetParam());
    ASSERT_EQ(run(row, 0, numbers_.size()), FG_OK) << error_.message;
    EXPECT_GT(sample_.wall_s, 0);
    EXPECT_GT(sample_.usage.cpu_s, 0);
    const fg_compare_check found = check(row);
    EXPECT_FALSE(found.is_reference);
    EXPECT_FALSE(found.differs) << found.difference.index << found.difference.row_said;
    EXPECT_GT(found.value_count, numbers_.size());
    // A part of the input, and the input over and over.
    ASSERT_EQ(run(row, 50, 30), FG_OK);
    EXPECT_FALSE(check(row, 50).differs);
    EXPECT_TRUE(check(row, 51).differs) << "other numbers' answers are told from these";
    ASSERT_EQ(run(row, 0, 3 * numbers_.size() + 7), FG_OK);
    EXPECT_FALSE(check(row).differs);
    // After untimed runs, which are no part of its times.
    const fg_compare_batch warmed = {nullptr, 0, 3, true, 0.3, 0, nullptr};
    double whole_s = seconds_of_run(row, warmed);
    EXPECT_LE(sample_.wall_s, whole_s - 0.3);
    EXPECT_LE(sample_.usage.cpu_s, 3 * (whole_s - 0.3)) << "of two workers and their parent";
    EXPECT_EQ(sample_.run_count, 1u);
    EXPECT_FALSE(check(row).differs);
    // The median of as many runs as there is time for.
    const fg_compare_batch brief = {nullptr, 0, 3, true, 0, 0.3, nullptr};
    for (int again = 0; again < 20; again++) { // until the machine has time for several
        whole_s = seconds_of_run(row, brief);
        EXPECT_LE(sample_.wall_s * static_cast<double>(sample_.run_count), 2 * whole_s);
        EXPECT_LE(sample_.usage.cpu_s, 3 * whole_s);
        if (sample_.run_count > 1 || std::string(GetParam()) != "serial")
            break;
    }
    if (std::string(GetParam()) == "serial") {
        EXPECT_GT(sample_.run_count, 1u);
    }
    EXPECT_FALSE(check(row).differs);
    EXPECT_GT(fg_row_process_peak_bytes(row), 1u << 20);
}

TEST_P(RowProcess, AnswersNumbersThatWereMadeUp) {
    fg_row_process *const row = start(GetParam());
    const std::vector<uint64_t> made_up(300, 97);
    const fg_compare_batch batch = {made_up.data(), 0, made_up.size(), false, 0, 0, nullptr};
    ASSERT_EQ(fg_row_process_run(row, &batch, &sample_, &error_), FG_OK) << error_.message;
    fg_compare_check found = {};
    EXPECT_NE(fg_row_process_check(row, 0, &found, &error_), FG_OK)
        << "what is not the whole input is no reference";
}

TEST_P(RowProcess, ThatIsKilledSaysSo) {
    fg_row_process *const row = start(GetParam());
    ASSERT_EQ(run(row, 0, 10), FG_OK);
    const std::vector<pid_t> pids = children();
    ASSERT_EQ(pids.size(), 1u);
    kill(pids[0], SIGKILL);
    for (int again = 0; again < 2; again++) {
        error_ = {};
        EXPECT_EQ(run(row, 0, 10), FG_ERROR_WORKER_DIED);
        EXPECT_NE(strstr(error_.message, "signal 9"), nullptr) << error_.message;
    }
    fg_timing timing;
    fg_row_process_timing(row, &timing);
    EXPECT_FALSE(timing.known);
    EXPECT_EQ(fg_row_process_peak_bytes(row), 0u);
}

INSTANTIATE_TEST_SUITE_P(On, RowProcess, testing::Values("serial", "fork", "pool", "threads"),
                         [](const testing::TestParamInfo<const char *> &info) {
                             return std::string(info.param);
                         });

using RowProcessOf = RowProcess;

TEST_F(RowProcessOf, AMethodForRangesAnswersTheInputAsOne) {
    request_.is_range = true;
    fg_row_process *const reference = start("serial");
    ASSERT_EQ(run(reference, 0, numbers_.size()), FG_OK) << error_.message;
    EXPECT_TRUE(check(reference).is_reference);
    for (const char *const backend : {"serial", "pool", "threads"}) {
        fg_row_process *const row = start(backend, 2, FG_METHOD_SIEVE);
        ASSERT_EQ(run(row, 0, numbers_.size()), FG_OK) << error_.message;
        EXPECT_FALSE(check(row).differs) << backend;
        ASSERT_EQ(run(row, 50, 30), FG_OK);
        EXPECT_FALSE(check(row, 50).differs) << backend;
        EXPECT_TRUE(check(row, 51).differs) << backend;
    }
}

TEST_F(RowProcessOf, AnUnknownBackendFailsInWordsAndLeavesNothing) {
    fg_config config = {};
    config.backend = "abacus";
    fg_row_process *process = nullptr;
    EXPECT_EQ(fg_row_process_start(&common_, &config, &process, &error_), FG_ERROR_ARGUMENT);
    EXPECT_NE(strstr(error_.message, "abacus"), nullptr) << error_.message;
    EXPECT_EQ(fg_row_process_probe(&common_, "abacus", &error_), FG_ERROR_ARGUMENT);
    EXPECT_EQ(fg_row_process_probe(&common_, "serial", &error_), FG_OK) << error_.message;
}

// Row after row, no process knows of the engines of another: fork's children inherit no threads'.
TEST_F(RowProcessOf, WorkersAreItsOwn) {
    fg_row_process *const pool = start("pool", 5);
    fg_row_process *const threads = start("threads", 3);
    ASSERT_EQ(run(pool, 0, numbers_.size()), FG_OK);
    ASSERT_EQ(run(threads, 0, numbers_.size()), FG_OK);
    EXPECT_EQ(children().size(), 2u) << "the workers of `pool` are its process's";
    EXPECT_EQ(fg_row_process_jobs(pool), 5u);
    EXPECT_EQ(fg_row_process_jobs(threads), 3u);
}

// To read the clock takes a third of the time of the briefest run, which is no part of it.
TEST_F(RowProcessOf, BriefRunsTakeNoTimeForTheClock) {
    fg_row_process *const row = start("serial", 1);
    double least = INFINITY;
    const uint64_t six = 6;
    const fg_compare_batch batch = {&six, 0, 1, true, 0, 1e-3, nullptr};
    for (int i = 0; i < 30; i++) {
        ASSERT_EQ(fg_row_process_run(row, &batch, &sample_, &error_), FG_OK) << error_.message;
        ASSERT_GT(sample_.run_count, 1u);
        const double mean_s = sample_.elapsed_s / (double)sample_.run_count;
        EXPECT_LE(sample_.usage.cpu_s, 1.01 * mean_s);
        least = std::min(least, mean_s / sample_.wall_s);
    }
    EXPECT_LT(least, 1.2);
}

// A busy loop for each CPU takes its share of whatever runs beside it.
TEST_F(RowProcessOf, ARunBesideBusyLoopsIsDisturbed) {
    std::vector<pid_t> loops;
    for (long cpu = sysconf(_SC_NPROCESSORS_ONLN) + 1; cpu > 0; cpu--) {
        const pid_t pid = fork();
        if (pid == 0)
            for (volatile unsigned spin = 0;; spin = spin + 1)
                ;
        loops.push_back(pid);
    }
    fg_row_process *const row = start("serial", 1);
    bool disturbed = false;
    for (int i = 0; i < 100 && !disturbed; i++) {
        ASSERT_EQ(run(row, 0, 200000), FG_OK);
        disturbed = sample_.disturbed;
    }
    const bool known = sample_.usage.knows_waiting || sample_.usage.knows_machine;
    for (const pid_t pid : loops) {
        kill(pid, SIGKILL);
        waitpid(pid, nullptr, 0);
    }
    if (!known)
        GTEST_SKIP() << "this system says nothing of waiting times";
    EXPECT_TRUE(disturbed);
}

} // namespace
