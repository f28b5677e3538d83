// SPDX-License-Identifier: MIT
// --shard as a user meets it: the outputs of all parts one after the other are the output.
#include "npy_bytes.h"
#include "support/scratch_folder.h"
#include "support/spawn.h"
#include "support/tested_program.h"

#include <fcntl.h>
#include <gtest/gtest.h>

namespace {

spawn::Result program(std::vector<std::string> arguments, const std::string &input = "",
                      const spawn::Setup &setup = {}) {
    arguments.insert(arguments.begin(), factor_gpu());
    return spawn::run(arguments, input, setup);
}

const std::string hint = "factor-gpu: try 'factor-gpu --help'\n";

// The way the parts of a format are joined. A new format needs a line here, and in the man page
// (Parts of the input).
struct Format {
    const char *name;
    bool joins_as_bytes;
};
const Format formats[] = {{"text", true},   {"jsonl", true}, {"csv", true},    {"u64le", true},
                          {"u128le", true}, {"npy", false},  {"npy128", false}};

TEST(CliShard, EveryFormatHasARule) {
    std::string names;
    for (const Format &format : formats)
        names += (names.empty() ? "" : ", ") + std::string(format.name);
    EXPECT_EQ(program({"-f", "nonsense", "12"}).err,
              "factor-gpu: option --format: 'nonsense' is not valid; valid values: " + names +
                  "\n" + hint);
}

// A .npy file's bytes behind its header.
std::string elements_of(const std::string &file) {
    EXPECT_EQ(file.substr(0, 6), "\x93NUMPY");
    return file.size() < 10
               ? ""
               : file.substr(10 + static_cast<unsigned char>(file[8]) +
                             256 * static_cast<size_t>(static_cast<unsigned char>(file[9])));
}

// Runs a part with standard output, or with a file of its own.
spawn::Result run_part(std::vector<std::string> arguments, const std::string &part,
                       const ScratchFolder &folder, bool in_file) {
    arguments.push_back("--shard=" + part);
    if (in_file)
        arguments.insert(arguments.end(), {"-q", "-o", folder.path("part")});
    spawn::Result result = program(arguments);
    if (in_file)
        result.out = folder.read("part");
    return result;
}

TEST(CliShard, OutputsJoinedAreTheOutput) {
    const ScratchFolder folder;
    std::string text = "12 x\r\n#13\n";
    for (int i = 1; i < 100; i++)
        text += std::to_string(i * i) + (i % 9 == 0 ? " # 1 2\n" : "\n");
    folder.write("text", text + "0");
    folder.write("array", npy::file({12, 0, 13}));
    for (const Format &format : formats) {
        const std::vector<std::string> arguments = {"-s",
                                                    "count",
                                                    "-j1",
                                                    "-f",
                                                    format.name,
                                                    "123",
                                                    folder.path("text"),
                                                    folder.path("array")};
        const spawn::Result whole = run_part(arguments, "1/1", folder, !format.joins_as_bytes);
        EXPECT_EQ(whole.status, 1);
        for (const int count : {1, 2, 7, 60}) { /* some are empty */
            spawn::Result joined;
            for (int i = 1; i <= count; i++) {
                const spawn::Result result =
                    run_part(arguments, std::to_string(i) + "/" + std::to_string(count), folder,
                             !format.joins_as_bytes);
                EXPECT_EQ(result.status, result.err.empty() ? 0 : 1);
                joined.out += format.joins_as_bytes ? result.out : elements_of(result.out);
                joined.err += result.err;
            }
            EXPECT_EQ(joined.out, format.joins_as_bytes ? whole.out : elements_of(whole.out))
                << format.name << count;
            EXPECT_EQ(joined.err, whole.err) << format.name << count;
        }
    }
}

// GNU parallel or a loop would join what comes on standard output, and NumPy would read the first
// part alone.
TEST(CliShard, PartsThatAreArraysHaveTheirFiles) {
    const ScratchFolder folder;
    for (const std::vector<std::string> &output :
         {std::vector<std::string>{}, {"-o", "-"}, {"-o", "/dev/stdout"}}) {
        spawn::Setup setup;
        setup.stdout_fd =
            open(folder.path("out").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        std::vector<std::string> arguments = {"-f", "npy", "-s", "phi", "--shard=1/2", "12", "13"};
        arguments.insert(arguments.end(), output.begin(), output.end());
        const spawn::Result result = program(arguments, "", setup);
        close(setup.stdout_fd);
        EXPECT_EQ(result.status, 2);
        EXPECT_EQ(result.err,
                  "factor-gpu: options --shard and --format=npy need --output=FILE, a file for "
                  "each part: of parts that are joined byte by byte NumPy reads the first alone\n" +
                      hint);
        EXPECT_EQ(folder.read("out"), "");
    }
    const std::vector<std::string> part = {
        "-f", "npy", "-s", "phi", "--shard=1/2", "12", "13", "-o", folder.path("out")};
    EXPECT_EQ(program(part).err, "factor-gpu: part 1/2 is an array of its own: join the parts with "
                                 "numpy.concatenate(), not with cat\n");
    EXPECT_EQ(elements_of(folder.read("out")), npy::words({4}));
}

// Arrays that were joined byte by byte are not read as the first part alone.
TEST(CliShard, ArraysThatWereJoinedAreRefusedAsInput) {
    const spawn::TemporaryFile joined(npy::file({12, 13}) + npy::file({14, 15}));
    const spawn::Result result = program({"-s", "count", joined.path()});
    EXPECT_NE(result.status, 0);
    EXPECT_EQ(result.out, "");
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
