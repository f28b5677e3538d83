// SPDX-License-Identifier: MIT
// --shard as a user meets it: the outputs of all parts one after the other are the output.
#include "npy_bytes.h"
#include "support/spawn.h"

#include <fcntl.h>
#include <gtest/gtest.h>

namespace {

spawn::Result program(std::vector<std::string> arguments, const std::string &input = "",
                      const spawn::Setup &setup = {}) {
    arguments.insert(arguments.begin(), FG_PROGRAM);
    return spawn::run(arguments, input, setup);
}

const std::string hint = "factor-gpu: try 'factor-gpu --help'\n";

TEST(CliShard, OutputsJoinedAreTheOutput) {
    std::string text = "12 x\r\n#13\n";
    for (int i = 1; i < 100; i++)
        text += std::to_string(i * i) + (i % 9 == 0 ? " # 1 2\n" : "\n");
    const spawn::TemporaryFile file(text + "0"), array(npy::file({12, 0, 13}));
    for (const char *const format : {"text", "jsonl", "csv"}) {
        const std::vector<std::string> arguments = {"-s",   "count", "-j1",       "-f",
                                                    format, "123",   file.path(), array.path()};
        const spawn::Result whole = program(arguments);
        EXPECT_EQ(whole.status, 1);
        for (const int count : {1, 2, 7}) {
            spawn::Result joined;
            for (int i = 1; i <= count; i++) {
                std::vector<std::string> part = arguments;
                part.push_back("--shard=" + std::to_string(i) + "/" + std::to_string(count));
                const spawn::Result result = program(part);
                EXPECT_EQ(result.status, result.err.empty() ? 0 : 1);
                joined.out += result.out;
                joined.err += result.err;
            }
            EXPECT_EQ(joined.out, whole.out) << format << count;
            EXPECT_EQ(joined.err, whole.err) << format << count;
        }
    }
}

TEST(CliShard, StandardInputMayBeAFile) {
    const spawn::TemporaryFile file("skipped 12\n13 x\n14\n15\n");
    std::string out, err;
    for (const char *const shard : {"1/3", "2/3", "3/3"}) {
        spawn::Setup setup;
        setup.stdin_fd = open(file.path().c_str(), O_RDONLY | O_CLOEXEC);
        lseek(setup.stdin_fd, 8, SEEK_SET); /* it begins where it was left */
        const spawn::Result result = program({"-s", "count", "--shard", shard}, "", setup);
        close(setup.stdin_fd);
        out += result.out;
        err += result.err;
    }
    EXPECT_EQ(out, "12: 6\n13: 2\n14: 4\n15: 4\n");
    EXPECT_EQ(err, "factor-gpu: standard input:2: 'x' is not a whole number\n");
}

TEST(CliShard, PipesAreRefused) {
    const std::string end = " is not known before it was read: use a file, and not a pipe, a "
                            "terminal or a device\n";
    for (const char *const compare : {"--progress=never", "--compare"}) {
        const spawn::Result result = program({"--shard=1/2", compare, "12", "-"}, "12 13\n");
        EXPECT_EQ(result.status, 2);
        EXPECT_EQ(result.out, "");
        EXPECT_EQ(result.err,
                  "factor-gpu: option --shard: the size of standard input" + end + hint);
    }
    EXPECT_EQ(program({"--shard=1/1", "-f", "csv", "/dev/zero"}).err,
              "factor-gpu: option --shard: the size of /dev/zero" + end + hint);
}

TEST(CliShard, ValuesThatAreNoPart) {
    for (const char *const value :
         {"", "1", "/", "1/", "/2", "0/2", "3/2", "1/0", "1/1000001", "-1/2", "1/2/3", " 1/2",
          "1/2 ", "1/18446744073709551617", "18446744073709551617/2", "a/b", "1,2"}) {
        const spawn::Result result = program({"--shard", value, "12"});
        EXPECT_EQ(result.status, 2) << value;
        EXPECT_EQ(result.err, "factor-gpu: option --shard: '" + std::string(value) +
                                  "' is not a part I/N with 1 <= I <= N <= 1000000, written as "
                                  "2/8\n" +
                                  hint);
    }
    EXPECT_EQ(program({"--shard=1000000/1000000", "-s", "count", "12"}).out, "");
    EXPECT_EQ(program({"--shard=1/1000000", "-s", "count", "12"}).out, "");
    EXPECT_EQ(program({"--shard=1/1", "-s", "count", "12"}).out, "12: 6\n");
}

TEST(CliShard, AComparisonComparesThePart) {
    const spawn::Result result = program({"--compare", "-b", "serial", "-m", "factor", "--repeat=1",
                                          "--shard=2/2", "12", "13", "14", "15"});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_NE(result.out.find("2 numbers of 4 bits"), std::string::npos) << result.out;
    EXPECT_NE(result.out.find("part 2/2"), std::string::npos) << result.out;
}

} // namespace
