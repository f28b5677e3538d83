// SPDX-License-Identifier: MIT
// SIGUSR1: a run says how far it is, whatever it is doing, and nothing else changes.
#include "support/spawn.h"
#include "support/tested_program.h"

#include <gtest/gtest.h>

namespace {

using Arguments = std::vector<std::string>;

// Asks again until there is an answer with these words: the first signals may come before the
// program has got so far.
std::string ask(spawn::Process &process, const std::string &words) {
    for (int tries = 0; tries < 12000; tries++) {
        process.kill(SIGUSR1);
        const std::string &err = process.wait_for_some_ms(10).err;
        if (err.find(words) != std::string::npos)
            return err;
    }
    return "";
}

class CliStatus : public testing::TestWithParam<Arguments> {
  protected:
    Arguments command(const Arguments &more) const {
        Arguments arguments = GetParam();
        arguments.insert(arguments.begin(), factor_gpu());
        arguments.insert(arguments.end(), more.begin(), more.end());
        return arguments;
    }
};

TEST_P(CliStatus, IsSaidWhileTheProgramWaitsForInput) {
    spawn::Process process(command({"-q"}));
    process.send("12 13\n");
    process.wait_for_lines(2);
    EXPECT_NE(ask(process, "factor-gpu: 2 numbers, "), "");
    process.send("14\n");
    const spawn::Result result = process.finish();
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.out, "12: 1 2 3 4 6 12\n13: 1 13\n14: 1 2 7 14\n");
}

TEST_P(CliStatus, IsSaidInTheMiddleOfANumber) {
    spawn::Process process(command({"-m", "exhaustive", "12", "18446744073709551557"}));
    process.wait_for_lines(1);
    EXPECT_NE(ask(process, "factor-gpu: 1 number, "), "");
    EXPECT_NE(process.wait_for_message(" left\n").err, "") << "the input's size is known";
    process.kill(SIGKILL);
    const spawn::Result result = process.finish();
    EXPECT_EQ(result.status, -SIGKILL) << "it was still at it";
    EXPECT_EQ(result.out, "12: 1 2 3 4 6 12\n");
}

// Every system call of the program is interrupted some time.
TEST_P(CliStatus, AskedForAllTheTimeChangesNothing) {
    const int last = GetParam().back() == "fork" ? 300 : 20000;
    std::string input, expected;
    for (int i = 1; i <= last; i++)
        input += std::to_string(i) + "\n";
    expected = spawn::run({factor_gpu(), "-s", "count", "-j", "1"}, input).out;
    spawn::Process process(command({"-s", "count"}));
    process.send("1\n");
    process.wait_for_lines(1); /* the handler is there */
    process.send(input.substr(2));
    process.end_input();
    size_t lines = 1;
    while (lines < static_cast<size_t>(last)) {
        process.kill(SIGUSR1);
        const std::string &out = process.wait_for_some_ms(0).out;
        lines = static_cast<size_t>(std::count(out.begin(), out.end(), '\n'));
    }
    const spawn::Result result = process.finish();
    EXPECT_EQ(result.status, 0) << result.err.substr(0, 1000);
    EXPECT_TRUE(result.out == expected);
}

INSTANTIATE_TEST_SUITE_P(Of, CliStatus,
                         testing::Values(Arguments{"-j", "1"}, Arguments{"-j", "2"},
                                         Arguments{"-j", "2", "-b", "pool"},
                                         Arguments{"-j", "2", "-b", "fork"}));

TEST(CliStatusSignal, DoesNotKillAComparison) {
    spawn::Process process({factor_gpu(), "--compare", "--progress=always", "--repeat=1", "-b",
                            "serial", "-m", "trial", "18446744073709551557"});
    process.wait_for_message("serial");
    process.kill(SIGUSR1);
    EXPECT_EQ(process.finish().status, 0);
}

TEST(CliStatusSignal, ThatWasIgnoredStaysIgnored) {
    spawn::Process process({"/bin/sh", "-c", "trap '' USR1; exec \"$0\"", factor_gpu()});
    process.send("12\n");
    process.wait_for_lines(1);
    process.kill(SIGUSR1);
    process.send("13\n");
    process.wait_for_lines(2);
    const spawn::Result result = process.finish();
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.err, "");
}

} // namespace
