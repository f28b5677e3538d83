// SPDX-License-Identifier: MIT
// Failures of the program's functions, and paths in messages.
#include "text/failure.h"

#include <gtest/gtest.h>
#include <string>

namespace {

fg_status try_twice(fg_status first, fg_status second, int &calls) {
    const auto call = [&calls](fg_status status) {
        calls++;
        return status;
    };
    FG_TRY(call(first));
    FG_TRY(call(second));
    return FG_OK;
}

TEST(Failure, FillsTheErrorAndReturnsTheStatus) {
    fg_error error = {};
    EXPECT_EQ(fg_program_fail(&error, FG_ERROR_SYSTEM, "%s: %d", "here", 7), FG_ERROR_SYSTEM);
    EXPECT_EQ(error.status, FG_ERROR_SYSTEM);
    EXPECT_STREQ(error.message, "here: 7");
    EXPECT_EQ(fg_program_fail_memory(&error), FG_ERROR_MEMORY);
    EXPECT_STREQ(error.message, fg_strerror(FG_ERROR_MEMORY));
    EXPECT_EQ(fg_program_fail(nullptr, FG_ERROR_ARGUMENT, "unheard"), FG_ERROR_ARGUMENT);
}

TEST(Failure, MessagesHaveNoControlCharacters) {
    fg_error error = {};
    fg_program_fail(&error, FG_ERROR_SYSTEM, FG_PATH ": %s", FG_PATH_END("a\nb"), "no\x1b[2J");
    EXPECT_STREQ(error.message, "a\\x0ab: no\\x1b[2J");
}

TEST(Failure, TryLeavesAtTheFirstFailure) {
    int calls = 0;
    EXPECT_EQ(try_twice(FG_OK, FG_OK, calls), FG_OK);
    EXPECT_EQ(calls, 2);
    EXPECT_EQ(try_twice(FG_ERROR_MEMORY, FG_ERROR_SYSTEM, calls), FG_ERROR_MEMORY);
    EXPECT_EQ(calls, 3);
    EXPECT_EQ(try_twice(FG_OK, FG_ERROR_SYSTEM, calls), FG_ERROR_SYSTEM);
}

TEST(Failure, APathIsShownByItsEnd) {
    fg_error error = {};
    const std::string brief = "/folder/file", longest(160, 'x'), longer = "/start/" + longest;
    fg_program_fail(&error, FG_ERROR_SYSTEM, FG_PATH ".", FG_PATH_END(brief.c_str()));
    EXPECT_EQ(std::string(error.message), brief + ".");
    fg_program_fail(&error, FG_ERROR_SYSTEM, FG_PATH ".", FG_PATH_END(longest.c_str()));
    EXPECT_EQ(std::string(error.message), longest + ".");
    fg_program_fail(&error, FG_ERROR_SYSTEM, FG_PATH ".", FG_PATH_END(longer.c_str()));
    EXPECT_EQ(std::string(error.message), "..." + longest + ".");
}

TEST(Failure, TwoPathsAndASentenceFit) {
    fg_error error = {};
    const std::string path(4000, 'x'), sentence(170, 'y');
    fg_program_fail(&error, FG_ERROR_SYSTEM, FG_PATH " %s " FG_PATH ".", FG_PATH_END(path.c_str()),
                    sentence.c_str(), FG_PATH_END(path.c_str()));
    EXPECT_EQ(std::string(error.message).back(), '.');
}

} // namespace
