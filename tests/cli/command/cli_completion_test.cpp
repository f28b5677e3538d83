// SPDX-License-Identifier: MIT
// The scripts of --completion, run by their shells.
#include "support/spawn.h"
#include "support/tested_program.h"

#include <gtest/gtest.h>
#include <sstream>

namespace {

using Words = std::vector<std::string>;

spawn::Result in_shell(const char *shell, const Words &arguments) {
    Words all = {"/usr/bin/env", shell};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return spawn::run(all);
}

std::string script(const std::string &shell) {
    const spawn::Result result = spawn::run({factor_gpu(), "--completion=" + shell});
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.err, "");
    return result.out;
}

// The options of --help, as in "--show" and, if they take a value, "--show=".
Words options_of_help() {
    std::istringstream help(spawn::run({factor_gpu(), "--help"}).out);
    Words options;
    for (std::string line; std::getline(help, line);)
        if (line.compare(0, 2, "  ") == 0 && line.compare(6, 2, "--") == 0) {
            const std::string option = line.substr(6, line.find(' ', 6) - 6);
            options.push_back(option.substr(0, option.find('=') + 1));
            if (options.back().empty())
                options.back() = option;
        }
    return options;
}

class BashCompletion : public testing::Test {
  protected:
    // Returns the completions of the last word; bash splits at '=' before it calls the function.
    Words complete(Words words) const {
        const std::string command =
            "source \"$1\" && shift && COMP_WORDS=(factor-gpu \"$@\") && "
            "COMP_CWORD=$# && _factor_gpu && "
            "[ ${#COMPREPLY[@]} -eq 0 ] || printf '%s\\n' \"${COMPREPLY[@]}\"";
        Words arguments = {"--norc", "-c", command, "test", script_.path()};
        arguments.insert(arguments.end(), words.begin(), words.end());
        const spawn::Result result = in_shell("bash", arguments);
        EXPECT_EQ(result.status, 0);
        EXPECT_EQ(result.err, "");
        std::istringstream lines(result.out);
        Words found;
        for (std::string line; std::getline(lines, line);)
            found.push_back(line);
        return found;
    }

    spawn::TemporaryFile script_{script("bash")};
};

TEST_F(BashCompletion, OffersEveryOption) {
    EXPECT_GE(options_of_help().size(), 20u);
    EXPECT_EQ(complete({"-"}), options_of_help());
    EXPECT_EQ(complete({"12", "--export"}), (Words{"--export-json=", "--export-markdown="}));
    EXPECT_EQ(complete({"--strict", "--comp"}),
              (Words{"--compare", "--compare-with=", "--completion="}));
}

TEST_F(BashCompletion, OffersTheValuesOfChoices) {
    const Words values = {"text", "jsonl", "csv", "u64le", "u128le", "npy", "npy128"};
    EXPECT_EQ(complete({"--format", "="}), values);
    EXPECT_EQ(complete({"--format", "=", "j"}), Words{"jsonl"});
    EXPECT_EQ(complete({"--format", ""}), values);
    EXPECT_EQ(complete({"-f", "c"}), Words{"csv"});
    EXPECT_EQ(complete({"-q", "-b", "thread"}), Words{"threads"});
    EXPECT_EQ(complete({"--format", "=", "x"}), Words{});
}

TEST_F(BashCompletion, OffersTheNextOfAList) {
    EXPECT_EQ(complete({"--show", "=", "p"}), (Words{"primes", "phi"}));
    EXPECT_EQ(complete({"--show", "=", "primes,c"}),
              (Words{"primes,count", "primes,core", "primes,carmichael"}));
    EXPECT_EQ(complete({"--show=phi,mobius,om"}), Words{"--show=phi,mobius,omega"});
}

TEST_F(BashCompletion, KeepsTheOptionWhereBashDoesNotSplitAtTheEqualsSign) {
    EXPECT_EQ(complete({"--format=j"}), Words{"--format=jsonl"});
    EXPECT_EQ(complete({"--export-json=a"}), Words{});
}

// Nothing is offered, and bash itself completes file names.
TEST_F(BashCompletion, LeavesTheRestToFileNames) {
    for (const Words &words : {Words{""}, Words{"num"}, Words{"--export-json", "=", "a"},
                               Words{"--", "--sh"}, Words{"--strict", "num"}})
        EXPECT_EQ(complete(words), Words{}) << words.back();
    const spawn::Result registered =
        in_shell("bash", {"--norc", "-c", "source \"$1\" && complete -p factor-gpu", "test",
                          script_.path()});
    EXPECT_EQ(registered.out, "complete -o default -F _factor_gpu factor-gpu\n");
}

class Shell : public testing::TestWithParam<const char *> {};

TEST_P(Shell, ReadsItsScript) {
    const spawn::TemporaryFile file(script(GetParam()));
    if (in_shell(GetParam(), {"-c", "true"}).status != 0)
        GTEST_SKIP() << GetParam() << " is not installed";
    const spawn::Result result = in_shell(GetParam(), {"-n", file.path()});
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.err, "");
}

TEST_P(Shell, HearsOfEveryOption) {
    const std::string text = script(GetParam());
    for (std::string option : options_of_help()) {
        if (option.back() == '=')
            option.pop_back();
        const std::string spelt =
            GetParam() == std::string("fish") ? " -l " + option.substr(2) + " " : option;
        EXPECT_NE(text.find(spelt), std::string::npos) << option;
    }
}

INSTANTIATE_TEST_SUITE_P(CliCompletion, Shell, testing::Values("bash", "zsh", "fish"));

TEST(CliCompletion, StandsAlone) {
    EXPECT_EQ(spawn::run({factor_gpu(), "--completion=tcsh"}).status, 2);
    EXPECT_EQ(spawn::run({factor_gpu(), "--completion=bash", "--compare", "12"}).status, 2);
    const spawn::Result result = spawn::run({factor_gpu(), "--completion=bash", "12"});
    EXPECT_EQ(result.status, 2);
    EXPECT_NE(result.err.find("option --completion takes no numbers, but '12' was given"),
              std::string::npos);
    EXPECT_EQ(result.out, "");
}

} // namespace
