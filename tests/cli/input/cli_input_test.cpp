// SPDX-License-Identifier: MIT
// The program's input: operands, files, standard input, and everything that can be wrong with them.
#include "support/spawn.h"
#include "support/tested_program.h"

#include <cstdio>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace {

spawn::Result program(std::vector<std::string> arguments, const std::string &input = "",
                      const spawn::Setup &setup = {}) {
    arguments.insert(arguments.begin(), factor_gpu());
    return spawn::run(arguments, input, setup);
}

const std::string advice_of_operands =
    "write digits alone, 10^18, 1e9 or 2^64-1, or a range as 1..100";
const std::string twelve = "12: 1 2 3 4 6 12\n", thirteen = "13: 1 13\n";

std::string count_lines(const std::string &prefix, int from, int to) {
    std::string text;
    for (int i = from; i < to; i++)
        text += prefix + std::to_string(i) + "\n";
    return text;
}

TEST(CliInput, OrderAndDuplicatesAreKept) {
    EXPECT_EQ(program({"13", "12", "13", "12"}).out, thirteen + twelve + thirteen + twelve);
    EXPECT_EQ(program({}, "13 12\n\n13\t12").out, thirteen + twelve + thirteen + twelve);
}

TEST(CliInput, EveryKindOfWhiteSpaceSeparates) {
    EXPECT_EQ(program({}, " 12\t12\v12\f12\r12\n12\r\n12 \r\n\r\n").out,
              twelve + twelve + twelve + twelve + twelve + twelve + twelve);
}

TEST(CliInput, CommentsEndWithTheirLine) {
    EXPECT_EQ(program({}, "# 1 2\n12#13\n13 # x\n#").out, twelve + thirteen);
    EXPECT_EQ(program({}, "#\r\n12\r\n").out, twelve);
    const spawn::Result result = program({}, "x#12\n");
    EXPECT_EQ(result.err, "factor-gpu: standard input:1: 'x' is not a whole number\n");
}

TEST(CliInput, EmptyInputHasNoAnswers) {
    for (const char *const input : {"", "\n", "   \r\n\t", "# only a comment", "\xEF\xBB\xBF"}) {
        const spawn::Result result = program({"-"}, input);
        EXPECT_EQ(result.status, 0) << input;
        EXPECT_EQ(result.out + result.err, "") << input;
    }
    EXPECT_EQ(program({"/dev/null"}).status, 0);
}

TEST(CliInput, LeadingZerosMeanNothing) {
    EXPECT_EQ(program({"0012", "000000000000000000000000000012"}, "").out, twelve + twelve);
    EXPECT_EQ(program({}, "00013\n" + std::string(10000, '0') + "12").out, thirteen + twelve);
}

TEST(CliInput, BadTokensAreNamedAndTheRestIsAnswered) {
    const spawn::TemporaryFile file("12\nabc\n340282366920938463463374607431768211456 0\n\n-5 ++5 "
                                    "1.5 1e3 0x1g\n13");
    const spawn::Result result = program({file.path()});
    const std::string at = "factor-gpu: " + file.path() + ":";
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.out, twelve + thirteen);
    EXPECT_EQ(result.err,
              at + "2: 'abc' is not a whole number\n" + at +
                  "3: 340282366920938463463374607431768211456 does not fit in 128 bits: the "
                  "largest number is 340282366920938463463374607431768211455\n" +
                  at + "3: 0 has no finite set of divisors\n" + at +
                  "5: '-5' is negative: write 5, which has the same factors\n" + at +
                  "5: '++5' is not a whole number\n" + at + "5: '1.5' is not a whole number\n" +
                  at + "5: '1e3' is not a whole number: write all of its digits\n" + at +
                  "5: '0x1g' is not a whole number\n");
}

// Spellings that GNU factor takes, and lists as people write them.
TEST(CliInput, SpellingsOfNumbers) {
    EXPECT_EQ(program({"--", "+12", " 12", "  +13", "0xc", "0XD", "12,", "13;"}).out,
              twelve + twelve + thirteen + twelve + thirteen + twelve + thirteen);
    const spawn::Result result = program({}, "+12, 13; 0xC\n12,\n13 , 12;#\n+0xD,");
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.out, twelve + thirteen + twelve + twelve + thirteen + twelve + thirteen);
    EXPECT_EQ(result.err, "");
}

// Nothing of these is answered, and each says how to get on.
TEST(CliInput, NumbersThatMayMeanSeveralThingsAreRefused) {
    const std::pair<std::string, std::string> cases[] = {
        {"1,000", "write 1000, or a space behind each comma if these are several numbers; for CSV "
                  "say --input-format=csv"},
        {"1_000", "write 1000"},
        {"1.5e6", "write all of its digits"},
        {"12.0", "write 12"},
        {"1,2", "write a space behind each comma between two numbers; for CSV say "
                "--input-format=csv"},
    };
    for (const auto &[text, advice] : cases) {
        const spawn::Result result = program({}, text + " " + text + "\n");
        EXPECT_EQ(result.status, 1);
        EXPECT_EQ(result.out, "");
        const std::string message =
            "factor-gpu: standard input:1: '" + text + "' is not a whole number";
        EXPECT_EQ(result.err, message + ": " + advice + "\n" + message + "\n") << "advice once";
        const std::string of_operand = text == "1.5e6" ? advice_of_operands : advice;
        EXPECT_EQ(program({text}).err,
                  "factor-gpu: " + text +
                      ": No such file or directory (if a number was meant: " + of_operand + ")\n");
    }
}

TEST(CliInput, OperandsThatAreNearlyPowersGetTheAdviceOfOperands) {
    for (const std::string text : {"2**64", "10^2*3", "1e+3", "10^x"})
        EXPECT_EQ(program({text}).err, "factor-gpu: " + text +
                                           ": No such file or directory (if a number was meant: " +
                                           advice_of_operands + ")\n");
}

TEST(CliInput, BadOperandsAreNumbered) {
    const spawn::Result result = program({"12", std::string(39, '9'), "13", "0"});
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.out, twelve + thirteen);
    EXPECT_EQ(result.err, "factor-gpu: argument 2: " + std::string(39, '9') +
                              " does not fit in 128 bits: the largest number is "
                              "340282366920938463463374607431768211455\n"
                              "factor-gpu: argument 4: 0 has no finite set of divisors\n");
}

TEST(CliInput, LargestNumberIsAccepted) {
    EXPECT_EQ(program({"-s", "primes"}, "18446744073709551615").out,
              "18446744073709551615: 3 5 17 257 641 65537 6700417\n");
}

TEST(CliInput, ZeroIsAnsweredWithPrimesAndKeepsItsPlace) {
    const spawn::Result result = program({"-s", "primes"}, "0 0 4 0 5 00 0");
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.out, "0:\n0:\n4: 2 2\n0:\n5: 5\n0:\n0:\n");
    EXPECT_EQ(program({"-s", "primes", "0"}).out, "0:\n");
    EXPECT_EQ(program({"-s", "count", "0"}).status, 1);
}

TEST(CliInput, BinaryGarbageIsShownEscaped) {
    const spawn::Result result = program({}, "12 a\x07"
                                             "b\x1B[31m \\ \xC3\xA9 13\n");
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.out, twelve + thirteen);
    EXPECT_EQ(result.err, "factor-gpu: standard input:1: 'a\\x07b\\x1b[31m' is not a whole number\n"
                          "factor-gpu: standard input:1: '\\\\' is not a whole number\n"
                          "factor-gpu: standard input:1: '\\xc3\\xa9' is not a whole number\n");
}

// 256 KiB of text before it: the numbers there are answered, and nothing behind it becomes one.
TEST(CliInput, BinaryDataBehindTextEndsTheFile) {
    using namespace std::string_literals;
    std::string text = count_lines("", 1, 60000);
    ASSERT_GT(text.size(), 300000u);
    const spawn::TemporaryFile file(text + "60\0 12 13\n14\n"s);
    const spawn::Result result = program({"-s", "count", file.path(), "12"});
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 59999 + 1);
    EXPECT_EQ(result.out.substr(result.out.size() - 7), "\n12: 6\n") << "the next operand";
    EXPECT_EQ(result.err,
              "factor-gpu: " + file.path() +
                  ":60000: binary data begins here (byte 0x00): the rest of it is not read, "
                  "because it would give numbers by chance; remove that data\n");
}

TEST(CliInput, LongTokensAreShortened) {
    const spawn::Result result =
        program({}, std::string(10000, '7') + "\n" + std::string(10000, 'x') + "\n12\n");
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.out, twelve);
    EXPECT_EQ(result.err, "factor-gpu: standard input:1: " + std::string(40, '7') +
                              "… (10000 digits) does not fit in 128 bits: the largest number is "
                              "340282366920938463463374607431768211455\n"
                              "factor-gpu: standard input:2: '" +
                              std::string(40, 'x') +
                              "…' (10000 characters) is not a whole number\n");
}

TEST(CliInput, LineOfTenMegabytes) {
    std::string numbers, answers;
    while (numbers.size() < 10000000) {
        numbers += "12 13 ";
        answers += "12: 6\n13: 2\n";
    }
    const spawn::Result result = program({"-s", "count"}, numbers + "x");
    EXPECT_EQ(result.status, 1);
    EXPECT_TRUE(result.out == answers);
    EXPECT_EQ(result.err, "factor-gpu: standard input:1: 'x' is not a whole number\n");
}

TEST(CliInput, TokenAndCommentOfTenMegabytes) {
    const std::string huge(10000000, '9');
    const spawn::Result result = program({}, huge + " 12 #" + huge + "\n13");
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.out, twelve + thirteen);
    EXPECT_NE(result.err.find("(10000000 digits)"), std::string::npos);
}

TEST(CliInput, ManyBadTokensLoseNoNumber) {
    std::string input, answers;
    for (int i = 0; i < 100000; i++) {
        input += "bad\n12\n";
        answers += "12: 6\n";
    }
    const spawn::Result result = program({"-s", "count"}, input);
    EXPECT_EQ(result.status, 1);
    EXPECT_TRUE(result.out == answers);
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 21);
    EXPECT_NE(result.err.find("standard input:39: 'bad'"), std::string::npos);
    EXPECT_NE(result.err.find("standard input: and 99980 more like these, which are not shown\n"),
              std::string::npos);
}

TEST(CliInput, SeveralBatches) {
    std::string input, answers;
    for (int i = 1; i <= 200000; i++) {
        input += std::to_string(1 + i % 16) + (i % 7 == 0 ? "\r\n" : " ");
        static const char *const counts[] = {"1", "2", "2", "3", "2", "4", "2", "4",
                                             "3", "4", "2", "6", "2", "4", "4", "5"};
        answers += std::to_string(1 + i % 16) + ": " + counts[i % 16] + "\n";
    }
    EXPECT_TRUE(program({"-s", "count"}, input).out == answers);
}

TEST(CliInput, StrictStopsAtTheFirstBadToken) {
    const spawn::Result result = program({"--strict"}, "12 x 13 y\n");
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.out, twelve);
    EXPECT_EQ(result.err, "factor-gpu: standard input:1: 'x' is not a whole number\n");
    EXPECT_EQ(program({"--strict", "12", "0", "13"}).out, twelve);
    EXPECT_EQ(program({"--strict"}, "12 x").out, twelve);
    EXPECT_EQ(program({"--strict"}, "12 13").status, 0);
}

TEST(CliInput, ByteOrderMarkIsSkippedAtTheStartOfEachFile) {
    const spawn::TemporaryFile file("\xEF\xBB\xBF"
                                    "12\n13\xEF\xBB\xBF\n");
    const spawn::Result result = program({file.path(), file.path()});
    EXPECT_EQ(result.out, twelve + twelve);
    EXPECT_NE(result.err.find(":2: '13\\xef\\xbb\\xbf' is not a whole number"), std::string::npos);
    EXPECT_EQ(program({}, "\xEF\xBB\xBF# 1\n13").out, thirteen);
}

TEST(CliInput, UnreadableFilesAreNamedAndTheRestIsAnswered) {
    const spawn::Result result =
        program({"12", "/nonexistent/numbers", "x", "/", "", "12abc", "13"});
    EXPECT_EQ(result.status, 3);
    EXPECT_EQ(result.out, twelve + thirteen) << "3 beats 1";
    EXPECT_EQ(result.err,
              "factor-gpu: /nonexistent/numbers: No such file or directory\n"
              "factor-gpu: x: No such file or directory\n"
              "factor-gpu: /: is a directory, not a file of numbers\n"
              "factor-gpu: '': No such file or directory\n"
              "factor-gpu: 12abc: No such file or directory (if a number was meant: write digits "
              "alone, 10^18, 1e9 or 2^64-1, or a range as 1..100)\n");
}

TEST(CliInput, UnreadableBeatsBadInput) {
    EXPECT_EQ(program({"0", "/nonexistent/numbers"}).status, 3);
    EXPECT_EQ(program({"/nonexistent/numbers", "0"}).status, 3);
}

TEST(CliInput, FileWithoutPermission) {
    const spawn::TemporaryFile file("12\n");
    chmod(file.path().c_str(), 0);
    spawn::Setup setup;
    setup.as_nobody = geteuid() == 0; /* whom no permission stops */
    const spawn::Result result = spawn::run({factor_gpu(), file.path()}, "", setup);
    if (setup.as_nobody && result.status > 125)
        GTEST_SKIP() << "another user than root cannot run the program in this folder";
    EXPECT_EQ(result.status, 3);
    EXPECT_EQ(result.err, "factor-gpu: " + file.path() + ": Permission denied\n");
}

// Even root, whom no permission stops, reads nothing at address 0 of a process.
TEST(CliInput, FileThatOpensAndCannotBeRead) {
    const spawn::Result result = program({"12", "/proc/self/mem", "13"});
    EXPECT_EQ(result.status, 3);
    EXPECT_EQ(result.out, twelve + thirteen);
    EXPECT_EQ(result.err, "factor-gpu: /proc/self/mem: Input/output error\n");
}

TEST(CliInput, ControlCharactersInNamesAreEscaped) {
    EXPECT_EQ(program({"a\x1B[2Jb\n"}).err,
              "factor-gpu: a\\x1b[2Jb\\x0a: No such file or directory\n");
}

TEST(CliInput, OperandAfterDashesMayLookNegative) {
    const spawn::Result result = program({"--", "-5", "12"});
    EXPECT_EQ(result.status, 3);
    EXPECT_EQ(result.out, twelve);
    EXPECT_NE(result.err.find("if a number was meant"), std::string::npos);
}

TEST(CliInput, SameFileAndStandardInputTwice) {
    const spawn::TemporaryFile file("12");
    EXPECT_EQ(program({file.path(), "13", file.path()}).out, twelve + thirteen + twelve);
    const spawn::Result result = program({"-", file.path(), "-"}, "13");
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.out, thirteen + twelve);
}

TEST(CliInput, LinesAreCountedInEachFileAnew) {
    const spawn::TemporaryFile file("12\nx");
    const spawn::Result result = program({file.path(), file.path()});
    const std::string message = "factor-gpu: " + file.path() + ":2: 'x' is not a whole number\n";
    EXPECT_EQ(result.err, message + message);
}

TEST(CliInput, TokensDoNotReachAcrossFiles) {
    const spawn::TemporaryFile one("1"), two("3");
    EXPECT_EQ(program({one.path(), two.path()}).out, "1: 1\n3: 1 3\n");
}

TEST(CliInput, ClosedStandardInput) {
    spawn::Setup setup;
    setup.close_stdin = true;
    const spawn::Result result = program({}, "", setup);
    EXPECT_EQ(result.status, 3);
    EXPECT_EQ(result.err, "factor-gpu: standard input: Bad file descriptor\n");
    EXPECT_EQ(program({"12"}, "", setup).out, twelve);
}

TEST(CliInput, CoprocessIsAnsweredLineByLine) {
    spawn::Process process({factor_gpu(), "-s", "count"});
    for (int i = 1; i <= 20; i++) {
        process.send("12\n");
        process.wait_for_lines(static_cast<size_t>(i));
    }
    process.send("1");
    process.send("3 x\n");
    process.wait_for_lines(21);
    process.wait_for_message("standard input:21: 'x' is not a whole number\n");
    EXPECT_EQ(process.finish().status, 1);
}

TEST(CliInput, MessagesComeBeforeTheAnswersOfLaterBatches) {
    spawn::Setup setup;
    const spawn::TemporaryFile both("");
    setup.stdout_fd = open(both.path().c_str(), O_WRONLY | O_APPEND);
    spawn::Process process({"/bin/sh", "-c", "exec \"$0\" -s count 2>&1", factor_gpu()}, setup);
    process.send(count_lines("", 1, 65000) + "x\n" + count_lines("", 1, 65000));
    EXPECT_EQ(process.finish().status, 1);
    close(setup.stdout_fd);
    std::string text;
    FILE *const file = std::fopen(both.path().c_str(), "r");
    for (int c; (c = std::getc(file)) != EOF;)
        text += static_cast<char>(c);
    std::fclose(file);
    const size_t message = text.find("standard input:65000: 'x' is not a whole number\n");
    ASSERT_NE(message, std::string::npos);
    EXPECT_LT(message, text.find("\n64999: ", text.find("\n64999: ") + 1));
    EXPECT_EQ(text.find("factor-gpu:"), text.rfind("factor-gpu:"));
}

TEST(CliInput, NamedPipe) {
    const spawn::TemporaryFile name("");
    unlink(name.path().c_str());
    ASSERT_EQ(mkfifo(name.path().c_str(), 0600), 0);
    spawn::Process process({factor_gpu(), name.path()});
    const int fd = open(name.path().c_str(), O_WRONLY);
    ASSERT_EQ(write(fd, "12\n", 3), 3);
    process.wait_for_lines(1);
    ASSERT_EQ(write(fd, "13", 2), 2);
    close(fd);
    EXPECT_EQ(process.finish().out, twelve + thirteen);
}

} // namespace
