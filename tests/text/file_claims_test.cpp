// SPDX-License-Identifier: MIT
// The files that a run reads and writes: one is found under all of its names, and one that has
// nothing to lose may be used twice.
#include "text/file_claims.h"

#include "support/scratch_folder.h"

#include <gtest/gtest.h>
#include <string>
#include <sys/stat.h>
#include <vector>

namespace {

class FileClaims : public testing::Test {
  protected:
    ~FileClaims() override { fg_file_claims_free(&claims); }
    fg_status read(std::vector<std::string> operands) {
        std::vector<char *> pointers;
        for (std::string &operand : operands)
            pointers.push_back(operand.data());
        return fg_file_claims_read(&claims, pointers.data(), pointers.size(), &error);
    }
    fg_status write(const char *option, const std::string &path) {
        return fg_file_claims_write(&claims, option, path.c_str(), &error);
    }
    void link_to(const std::string &target, const std::string &name) {
        ASSERT_EQ(symlink(target.c_str(), folder.path(name).c_str()), 0);
    }

    const ScratchFolder folder;
    fg_file_claims claims = {};
    fg_error error = {};
};

TEST_F(FileClaims, AnInputIsFoundUnderAllItsNames) {
    folder.write("in", "12\n");
    link_to("in", "symbolic");
    ASSERT_EQ(link(folder.path("in").c_str(), folder.path("hard").c_str()), 0);
    ASSERT_EQ(read({"5", folder.path("in"), folder.path("none")}), FG_OK);
    for (const char *const name : {"in", "./in", "symbolic", "hard"}) {
        EXPECT_EQ(write("--report", folder.path(name)), FG_ERROR_ARGUMENT) << name;
        EXPECT_EQ(error.message, "--report=" + folder.path(name) + " would overwrite the input " +
                                     folder.path("in") +
                                     ": both are one file; name another file for --report");
    }
    EXPECT_EQ(write("--report", folder.path("other")), FG_OK);
    EXPECT_EQ(write("--export-json", folder.path("none")), FG_ERROR_ARGUMENT) << "read, too";
}

TEST_F(FileClaims, AFileThatAnOptionReadsIsNamedByIt) {
    folder.write("old", "{}");
    link_to("old", "symbolic");
    ASSERT_EQ(
        fg_file_claims_read_option(&claims, "--compare-with", folder.path("old").c_str(), &error),
        FG_OK);
    EXPECT_EQ(write("--export-json", folder.path("symbolic")), FG_ERROR_ARGUMENT);
    EXPECT_EQ(error.message, "--export-json=" + folder.path("symbolic") +
                                 " would overwrite --compare-with=" + folder.path("old") +
                                 ": both are one file; name another file for --export-json");
    EXPECT_EQ(fg_file_claims_read_option(&claims, "--compare-with", "-", &error), FG_OK);
    EXPECT_EQ(fg_file_claims_read_option(&claims, "--compare-with", "12", &error), FG_OK)
        << "a file, although it is called like a number";
}

TEST_F(FileClaims, AFileToBeMadeIsFoundUnderAllItsNames) {
    std::filesystem::create_directory(folder.path("sub"));
    link_to("sub", "alias");
    link_to("sub/new", "dangling");
    link_to(folder.path("dangling"), "twice");
    ASSERT_EQ(write("--export-json", folder.path("sub/new")), FG_OK);
    for (const char *const name : {"sub/new", "sub/../sub/./new", "alias/new", "dangling", "twice"})
        EXPECT_EQ(write("--report", folder.path(name)), FG_ERROR_ARGUMENT) << name;
    EXPECT_EQ(error.message, "--report=" + folder.path("twice") +
                                 " would overwrite --export-json=" + folder.path("sub/new") +
                                 ": both are one file; name another file for --report");
    EXPECT_EQ(write("--report", folder.path("new")), FG_OK) << "of another folder";
    EXPECT_EQ(folder.names(), (std::set<std::string>{"alias", "dangling", "sub", "twice"}));
}

TEST_F(FileClaims, TemporaryFilesAreNamedAsSuch) {
    folder.write("out.part", "12\n");
    ASSERT_EQ(read({folder.path("out.part")}), FG_OK);
    EXPECT_EQ(
        fg_file_claims_write_beside(&claims, "--output", folder.path("out.part").c_str(), &error),
        FG_ERROR_ARGUMENT);
    EXPECT_EQ(error.message, "--output's temporary file " + folder.path("out.part") +
                                 " would overwrite the input " + folder.path("out.part") +
                                 ": both are one file; name another file for --output");
}

TEST_F(FileClaims, InputsMayBeReadTwice) {
    folder.write("in", "12\n");
    EXPECT_EQ(read({folder.path("in"), folder.path("in"), folder.path("./in")}), FG_OK);
}

TEST_F(FileClaims, WhatHasNothingToLoseIsFree) {
    ASSERT_EQ(mkfifo(folder.path("pipe").c_str(), 0600), 0);
    link_to("circle", "circle");
    ASSERT_EQ(read({"/dev/null", folder.path("pipe"), folder.path(), folder.path("circle")}),
              FG_OK);
    for (const std::string &path : {std::string("/dev/null"), folder.path("pipe"), folder.path(),
                                    folder.path("circle"), folder.path("no/folder")})
        for (const char *const option : {"--report", "--export-json"})
            EXPECT_EQ(write(option, path), FG_OK) << path;
}

TEST_F(FileClaims, TakesAsManyAsThereAre) {
    for (int i = 0; i < 100; i++)
        ASSERT_EQ(write("--output", folder.path(std::to_string(i))), FG_OK);
    for (int i = 0; i < 100; i++)
        EXPECT_EQ(write("--output", folder.path(std::to_string(i))), FG_ERROR_ARGUMENT);
}

TEST_F(FileClaims, LongPathsLeaveRoomForTheAdvice) {
    const std::string name(250, 'x');
    folder.write(name, "12\n");
    const std::string path = folder.path("./././././" + name);
    ASSERT_EQ(read({path}), FG_OK);
    EXPECT_EQ(fg_file_claims_write_beside(&claims, "--export-markdown", path.c_str(), &error),
              FG_ERROR_ARGUMENT);
    const std::string words = error.message, end = "name another file for --export-markdown";
    EXPECT_EQ(words.substr(words.size() - end.size()), end) << words;
}

} // namespace
