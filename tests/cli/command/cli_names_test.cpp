// SPDX-License-Identifier: MIT
// Names with a newline, with what makes a terminal do things, and with what turns the direction of
// a line: every message is one line of text, and all reports show a name in the same way.
#include "support/scratch_folder.h"
#include "support/spawn.h"
#include "support/tested_program.h"

#include <gtest/gtest.h>
#include <jansson.h>

namespace {

const std::string strange = "a\nb\x1b[2J\xE2\x80\x8F\xE2\x80\xAE\xFFz";
const std::string shown = "a\\x0ab\\x1b[2J\\xe2\\x80\\x8f\\xe2\\x80\\xae\\xffz";

bool contains(const std::string &text, const std::string &part) {
    return text.find(part) != std::string::npos;
}

class CliNames : public testing::Test {
  protected:
    // Expects that status, and the name as it is shown in every line of messages.
    static void expect_lines(std::vector<std::string> arguments, int status, int lines = 1) {
        arguments.insert(arguments.begin(), factor_gpu());
        const spawn::Result result = spawn::run(arguments);
        EXPECT_EQ(result.status, status) << result.err;
        EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), lines) << result.err;
        EXPECT_TRUE(contains(result.err, shown)) << result.err;
        for (const char c : result.err)
            EXPECT_TRUE(c == '\n' || (c >= ' ' && c <= '~')) << result.err;
    }

    const ScratchFolder folder;
};

TEST_F(CliNames, OfInputsAreShownOnOneLine) {
    folder.write(strange, "12 x\n");
    expect_lines({folder.path(strange)}, 1);
    expect_lines({folder.path("none" + strange)}, 3);
}

TEST_F(CliNames, OfOutputsAreShownOnOneLine) {
    std::filesystem::create_directory(folder.path(strange));
    expect_lines({"-o", folder.path(strange), "12"}, 6);
    expect_lines({"-o", folder.path("no/" + strange), "12"}, 6);
    expect_lines({"-o", folder.path("out"), "--checkpoint=" + folder.path(strange), "12"}, 2);
    for (const char *const option : {"--export-json=", "--export-markdown=", "--report="})
        expect_lines({"--compare", option + folder.path(strange), "12"}, 6);
    folder.write("in" + strange, "12\n");
    expect_lines({"-o", folder.path("in" + strange), folder.path("in" + strange)}, 2);
}

TEST_F(CliNames, OfOptionsAndValuesAreShownOnOneLine) {
    expect_lines({"--" + strange}, 2, 2);
    for (const char *const option : {"--method=", "--backend=", "--show=", "--jobs=", "--shard=",
                                     "--device=", "--budget=", "--checkpoint-every="})
        expect_lines({option + strange}, 2, 2);
}

TEST_F(CliNames, AreTheSameInAllReports) {
    folder.write(strange, "12 35\n");
    const spawn::Result result = spawn::run(
        {factor_gpu(), "--compare", "--repeat=1", "--budget=0.2", "-mfactor", "-bserial",
         "--export-json=" + folder.path("json"), "--export-markdown=" + folder.path("markdown"),
         "--report=" + folder.path("page"), folder.path(strange)});
    ASSERT_EQ(result.status, 0) << result.err;
    std::string text;
    for (const char c : result.out) /* a name that is longer than a line is cut */
        if (c != '\n' && c != ' ')
            text += c;
    EXPECT_TRUE(contains(text, shown)) << result.out;
    EXPECT_TRUE(contains(folder.read("page"), shown));
    std::string markdown;
    for (const char c : shown)
        markdown += (c == '\\' || c == '[' ? "\\" : "") + std::string(1, c);
    EXPECT_TRUE(contains(folder.read("markdown"), markdown)) << folder.read("markdown");
    json_error_t error;
    json_t *const root = json_load_file(folder.path("json").c_str(), 0, &error);
    ASSERT_NE(root, nullptr) << error.text;
    const json_t *const input = json_object_get(root, "input");
    EXPECT_EQ(json_string_value(json_object_get(input, "label")), folder.path(shown));
    json_decref(root);
}

} // namespace
