// SPDX-License-Identifier: MIT
/*
 * bench_operands_test.cpp: the operands of a benchmark choose races, and one that chooses none is
 * an error.
 */
#include <gtest/gtest.h>
#include <jansson.h>
#include <string>
#include <vector>

extern "C" {
#include "bench/harness.h"
}

namespace {

/* A benchmark that was started with these operands. */
class Started {
  public:
    explicit Started(std::vector<std::string> operands) : operands_(std::move(operands)) {
        operands_.insert(operands_.begin(), "some_bench");
        for (std::string &operand : operands_)
            argv_.push_back(operand.data());
        argv_.push_back(nullptr);
        int argc = static_cast<int>(operands_.size());
        testing::internal::CaptureStdout();
        opened_ = fg_bench_open(&bench_, "some_bench", false, &argc, argv_.data());
        testing::internal::GetCapturedStdout();
    }

    /* Those of the names that the operands ask for. */
    std::vector<std::string> asked_for(const std::vector<std::string> &names, bool whole) {
        std::vector<std::string> asked;
        for (const std::string &name : names)
            if (whole ? fg_bench_is_named(&bench_, name.c_str())
                      : fg_bench_is_asked_for(&bench_, name.c_str()))
                asked.push_back(name);
        return asked;
    }

    /* Ends it. Returns its message, or nothing if it ended well. */
    std::string message() {
        testing::internal::CaptureStderr();
        const bool closed = fg_bench_close(&bench_);
        const std::string text = testing::internal::GetCapturedStderr();
        EXPECT_EQ(closed, text.empty());
        return text;
    }

    bool is_open() const { return opened_; }

  private:
    std::vector<std::string> operands_;
    std::vector<char *> argv_;
    fg_bench bench_;
    bool opened_;
};

const std::vector<std::string> races = {"random-32", "random-64", "primes"};

TEST(BenchOperands, WithoutAnyEveryRaceIsAskedFor) {
    Started bench({"--rounds=3"});
    ASSERT_TRUE(bench.is_open());
    EXPECT_EQ(bench.asked_for(races, true), races);
    EXPECT_EQ(bench.asked_for(races, false), races);
    EXPECT_EQ(bench.message(), "");
}

TEST(BenchOperands, AreNamesOrTheirBeginnings) {
    Started bench({"random", "primes"});
    EXPECT_EQ(bench.asked_for(races, false), races);
    EXPECT_EQ(bench.message(), "");
    Started whole({"random-64"});
    EXPECT_EQ(whole.asked_for(races, true), std::vector<std::string>{"random-64"});
    EXPECT_EQ(whole.message(), "");
}

TEST(BenchOperands, OneThatNamesNoRaceIsAnErrorThatListsThem) {
    Started bench({"random-64", "random-65", "random"});
    EXPECT_EQ(bench.asked_for(races, true), std::vector<std::string>{"random-64"});
    bench.asked_for(races, true); /* a second time, as for another way to measure */
    const std::string there_are = "; there are random-32, random-64, primes\n";
    EXPECT_EQ(bench.message(), "some_bench: no race is called 'random-65'" + there_are +
                                   "some_bench: no race is called 'random'" + there_are);
    Started beginning({"primes-", "prim"});
    EXPECT_EQ(beginning.asked_for(races, false), std::vector<std::string>{"primes"});
    EXPECT_EQ(beginning.message(), "some_bench: no race is called 'primes-'" + there_are);
}

/* A program such as process_bench, which takes two programs, asks for no race. */
TEST(BenchOperands, OfAProgramThatAsksForNoRaceAreItsOwn) {
    Started bench({"program", "experiment"});
    EXPECT_EQ(bench.message(), "");
}

} // namespace
