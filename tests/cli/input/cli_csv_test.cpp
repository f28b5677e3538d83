// SPDX-License-Identifier: MIT
// Tables as a user meets them: a spreadsheet's CSV, what Python writes, and what does not go with
// them.
#include "support/scratch_folder.h"
#include "support/spawn.h"
#include "support/tested_program.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace {

spawn::Result program(std::vector<std::string> arguments, const std::string &input = "") {
    arguments.insert(arguments.begin(), {factor_gpu(), "-s", "count"});
    return spawn::run(arguments, input);
}

const std::string twelve = "12: 6\n", thirteen = "13: 2\n";

TEST(CliCsv, AColumnOfFilesAndPipes) {
    const std::string table = "\xEF\xBB\xBF"
                              "name;number;note\r\n\"Meier; Hans\";12;\"two\r\nlines\"\r\n"
                              "\"\"\"x\"\"\";13;\r\n";
    const spawn::TemporaryFile file(table);
    for (const char *const column : {"--column=number", "--column=2"}) {
        EXPECT_EQ(program({"--input-format=csv", column, file.path()}).out, twelve + thirteen);
        EXPECT_EQ(program({"--input-format=csv", column, "13", "-"}, table).out,
                  thirteen + twelve + thirteen)
            << "a number on the command line is one";
    }
    EXPECT_EQ(program({"--input-format=tsv", "--column=b"}, "a,b\tb\n1\t12\n").out, twelve);
}

TEST(CliCsv, WhatIsWrongIsNamedWithLineAndColumn) {
    const spawn::TemporaryFile file("id,n\n1,12\n2,\"1,000\"\n3,13\n4\n");
    const std::string at = "factor-gpu: " + file.path() + ":";
    const spawn::Result result = program({"--input-format=csv", "--column=n", file.path()});
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.out, twelve + thirteen);
    EXPECT_EQ(result.err, at + "3: column 2 ('n'): '1,000' is not a whole number: write 1000\n" +
                              at +
                              "5: the row has 1 field, and the first row 2: a field with a "
                              "separator in it needs quotes\n");
    const spawn::Result strict =
        program({"--input-format=csv", "--column=n", "--strict", file.path(), "13"});
    EXPECT_EQ(strict.status, 1);
    EXPECT_EQ(strict.out, twelve);
}

TEST(CliCsv, NothingIsGuessed) {
    const spawn::TemporaryFile file("id,n\n1,12\n");
    const spawn::Result any = program({"--input-format=csv", file.path(), "12"});
    EXPECT_EQ(any.status, 1);
    EXPECT_EQ(any.out, twelve);
    EXPECT_EQ(any.err, "factor-gpu: " + file.path() +
                           ": has 2 columns, 'id', 'n': say which with --column=NUMBER or "
                           "--column=NAME\n");
    const spawn::Result as_text = program({file.path()});
    EXPECT_EQ(as_text.out, "");
    EXPECT_NE(as_text.err.find("'1,12' is not a whole number: write a space behind each comma "
                               "between two numbers; for CSV say --input-format=csv"),
              std::string::npos);
}

// Files that people save under the name of CSV.
TEST(CliCsv, OtherFilesAreNamed) {
    using namespace std::string_literals;
    const std::vector<std::string> csv = {"--input-format=csv", "--column=1"};
    EXPECT_NE(program(csv, "PK\x03\x04 1").err.find("save a spreadsheet as CSV"),
              std::string::npos);
    EXPECT_NE(program(csv, "\xff\xfe"
                           "1\0\n\0"s)
                  .err.find("UTF-16"),
              std::string::npos);
    const spawn::Result binary = program(csv, "1,2\n3,\0\n"s);
    EXPECT_EQ(binary.out, "");
    EXPECT_NE(binary.err.find("is binary, not numbers (byte 0x00 at offset 6)"), std::string::npos);
}

// Whatever a read gives at once: a row's end on a border of what is looked at loses no number.
TEST(CliCsv, LongHeadersAreReadOrRefusedAlikeFromFilesAndPipes) {
    for (const size_t length :
         {65000u, 65533u, 65534u, 65535u, 65536u, 131071u, 262142u, 262143u, 262144u, 300000u}) {
        const std::string table = std::string(length, 'a') + "\r\n12\r\n13\r\n";
        const spawn::TemporaryFile file(table);
        const spawn::Result of_file = program({"--input-format=csv", file.path()});
        const spawn::Result of_pipe = program({"--input-format=csv"}, table);
        const bool fits = length + 2 <= 65536;
        for (const spawn::Result &result : {of_file, of_pipe}) {
            EXPECT_EQ(result.status, fits ? 0 : 1) << length;
            EXPECT_EQ(result.out, fits ? twelve + thirteen : "") << length;
            EXPECT_EQ(result.err.find("first row is longer than") != std::string::npos, !fits)
                << length << result.err;
        }
    }
}

// The message that the rest is not read comes after any number of errors.
TEST(CliCsv, TheEndOfReadingIsNeverHidden) {
    std::string table = "n,m\n";
    for (int i = 0; i < 25; i++)
        table += "x,1\n";
    const spawn::Result result =
        program({"--input-format=csv", "--column=n"}, table + "12,1\n\"13\"b,1\n14,1\n");
    EXPECT_EQ(result.out, twelve);
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 22) << result.err;
    EXPECT_NE(result.err.find("rest of it is not read"), std::string::npos) << result.err;
    std::string words = "# a text\n" + std::string(262144, ' ') + "\n";
    for (int i = 0; i < 25; i++)
        words += "x\n";
    const spawn::Result text = program({}, words + "12\n\x01\n13\n");
    EXPECT_EQ(text.out, twelve);
    EXPECT_NE(text.err.find("binary data begins here"), std::string::npos) << text.err;
    EXPECT_NE(text.err.find("and 5 more like these"), std::string::npos) << text.err;
}

TEST(CliCsv, PartsAreRefusedInWords) {
    const spawn::TemporaryFile file("n\n12\n");
    const spawn::Result result = program({"--input-format=csv", "--shard=1/2", file.path()});
    EXPECT_EQ(result.status, 2);
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.err.rfind("factor-gpu: option --shard cannot cut CSV, whose fields may hold "
                               "line ends: write the column to a file first",
                               0),
              0u);
}

TEST(CliCsv, SeveralBatches) {
    std::string table = "i,n\n", answers;
    for (uint64_t i = 1; i <= 200000; i++) {
        static const char *const counts[] = {"1", "2", "2", "3"};
        table += std::to_string(i) + ",\"" + std::to_string(1 + i % 4) + "\"\n";
        answers += std::to_string(1 + i % 4) + ": " + counts[i % 4] + "\n";
    }
    const spawn::TemporaryFile file(table);
    for (const char *const jobs : {"-j1", "-j2"})
        EXPECT_TRUE(program({jobs, "--input-format=csv", "--column=n", file.path()}).out ==
                    answers);
}

// The output may have 300 KiB at first, so that the run ends early and goes on later.
TEST(CliCsv, ARunGoesOnWithTheSameColumnOnly) {
    const ScratchFolder folder;
    std::string table = "a,n\n", answers;
    for (int i = 1; i <= 100000; i++) {
        table += "2,\"3\"\n";
        answers += "3: 2\n";
    }
    folder.write("t.csv", table);
    const auto run = [&](const std::string &column, const std::string &limit) {
        return spawn::run({"/bin/sh", "-c", limit + " exec \"$0\" \"$@\"", factor_gpu(), "-s",
                           "count", "--input-format=csv", "--column=" + column, "-o",
                           folder.path("o"), "--checkpoint=" + folder.path("c"), "--resume",
                           folder.path("t.csv")});
    };
    EXPECT_EQ(run("n", "ulimit -f 600;").status, 6);
    EXPECT_NE(folder.read("c"), "");
    const spawn::Result other = run("a", "");
    EXPECT_EQ(other.status, 2);
    EXPECT_NE(other.err.find("it is of another input"), std::string::npos) << other.err;
    const spawn::Result same = run("n", "");
    EXPECT_EQ(same.status, 0) << same.err;
    EXPECT_NE(same.err.find("going on after"), std::string::npos) << same.err;
    EXPECT_TRUE(folder.read("o") == answers);
}

} // namespace
