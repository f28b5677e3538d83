// SPDX-License-Identifier: MIT
// Input that programs write: words and .npy files, from files and pipes.
#include "npy_bytes.h"
#include "support/spawn.h"
#include "support/tested_program.h"

#include <algorithm>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>

namespace {

spawn::Result program(std::vector<std::string> arguments, const std::string &input = "",
                      const spawn::Setup &setup = {}) {
    arguments.insert(arguments.begin(), {factor_gpu(), "-s", "count"});
    return spawn::run(arguments, input, setup);
}

const std::string twelve = "12: 6\n", thirteen = "13: 2\n";
const std::string no_divisors = ": 0 has no finite set of divisors\n";

TEST(CliBinary, WordsFromFilesAndPipes) {
    const std::string words = npy::words({12, 13, UINT64_MAX});
    const std::string answers = twelve + thirteen + "18446744073709551615: 128\n";
    const spawn::TemporaryFile file(words);
    EXPECT_EQ(program({"--input-format=u64le", file.path()}).out, answers);
    EXPECT_EQ(program({"--input-format=u64le"}, words).out, answers);
    EXPECT_EQ(program({"--input-format=u64le", "13", file.path(), "-"}, words).out,
              thirteen + answers + answers)
        << "digits alone are a number";
    EXPECT_EQ(program({"--input-format=u64le"}, "").status, 0);
}

TEST(CliBinary, WordsOfSixteenBytes) {
    const std::string words = npy::words({12, 0, UINT64_MAX, 0, 13, 0});
    const std::string answers = twelve + "18446744073709551615: 128\n" + thirteen;
    const spawn::TemporaryFile file(words);
    EXPECT_EQ(program({"--input-format=u128le", file.path()}).out, answers);
    EXPECT_EQ(program({"--input-format=u128le"}, words).out, answers);
    std::string parts;
    for (const char *const shard : {"--shard=1/2", "--shard=2/2"})
        parts += program({"--input-format=u128le", shard, file.path()}).out;
    EXPECT_EQ(parts, answers);
    const spawn::Result cut = program({"--input-format=u128le"}, words + words.substr(0, 8));
    EXPECT_EQ(cut.status, 1);
    EXPECT_EQ(cut.out, answers);
    EXPECT_EQ(cut.err, "factor-gpu: standard input: 8 bytes too many at the end: each number has "
                       "16 bytes\n");
    const std::string array =
        npy::header("{'descr': [('lo', '<u8'), ('hi', '<u8')], 'fortran_order': False, 'shape': "
                    "(3,), }") +
        words;
    EXPECT_EQ(program({}, array).out, answers);
    const spawn::TemporaryFile array_file(array);
    EXPECT_EQ(program({"--input-format=npy", array_file.path()}).out, answers);
}

TEST(CliBinary, BytesThatMakeNoWordAreReportedAndTheRestIsAnswered) {
    const spawn::TemporaryFile file(npy::words({12, 13}) + "abc");
    const spawn::Result result = program({"--input-format=u64le", file.path(), "12"});
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.out, twelve + thirteen + twelve);
    EXPECT_EQ(result.err, "factor-gpu: " + file.path() +
                              ": 3 bytes too many at the end: each number has 8 bytes\n");
}

TEST(CliBinary, NpyIsRecognisedByItsFirstBytes) {
    const std::string array = npy::file({12, 13});
    const spawn::TemporaryFile file(array), text("12\n");
    EXPECT_EQ(program({file.path(), text.path(), "-"}, array).out,
              twelve + thirteen + twelve + twelve + thirteen);
    EXPECT_EQ(program({"--input-format=npy", file.path()}).out, twelve + thirteen);
    const spawn::Result as_text = program({"--input-format=text", file.path()});
    EXPECT_EQ(as_text.status, 1);
    EXPECT_NE(as_text.err.find(":1: binary data begins here (byte 0x01)"), std::string::npos);
    const spawn::Result text_as_npy = program({"--input-format=npy", text.path()});
    EXPECT_EQ(text_as_npy.status, 1);
    EXPECT_EQ(text_as_npy.err,
              "factor-gpu: " + text.path() +
                  ": is no .npy file, as it does not begin as one: leave --input-format=npy out\n");
}

// A pipe's first bytes may come one by one; what only begins like a magic is text.
TEST(CliBinary, ThePiecesOfAPipeDoNotMatter) {
    int input[2];
    ASSERT_EQ(pipe2(input, O_CLOEXEC), 0);
    spawn::Setup setup;
    setup.stdin_fd = input[0];
    spawn::Process process({factor_gpu(), "-s", "count"}, setup);
    for (const char byte : npy::file({12, 13})) {
        ASSERT_EQ(write(input[1], &byte, 1), 1);
        for (int left = 1; left > 0;) // until it has been read
            ASSERT_EQ(ioctl(input[0], FIONREAD, &left), 0);
    }
    process.wait_for_lines(2);
    close(input[1]);
    close(input[0]);
    EXPECT_EQ(process.finish().out, twelve + thirteen);

    const spawn::Result result = program({}, "\x93NUM");
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.err, "factor-gpu: standard input:1: '\\x93NUM' is not a whole number\n");
    EXPECT_EQ(program({}, "\x93NUMBER 12").out, twelve);
}

TEST(CliBinary, BadElementsAreNamedAndTheRestIsAnswered) {
    const spawn::TemporaryFile file(npy::header(npy::dictionary("<i8", 5)) +
                                    npy::words({12, 0, 13, UINT64_MAX - 4, 12}));
    const std::string at = "factor-gpu: " + file.path() + ": element ";
    const spawn::Result result = program({file.path()});
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.out, twelve + thirteen + twelve);
    EXPECT_EQ(result.err, at + "1" + no_divisors + at + "3: -5 is negative\n");
    EXPECT_EQ(program({"-s", "primes", file.path()}).out, "12: 2 2 3\n0:\n13: 13\n12: 2 2 3\n");
    const spawn::Result strict = program({"--strict", file.path(), "13"});
    EXPECT_EQ(strict.status, 1);
    EXPECT_EQ(strict.out, twelve);
    EXPECT_EQ(strict.err, at + "1" + no_divisors);
}

TEST(CliBinary, FilesOfNoUseAreRefusedByName) {
    const std::string array = npy::file({12, 13});
    const struct {
        std::string bytes, message;
    } cases[] = {
        {npy::header(npy::dictionary("<f8", 1)) + npy::words({1}),
         "its elements are of type '<f8', not whole numbers: save a.astype('<u8')"},
        {npy::header("{'descr': '<u8', 'fortran_order': False, 'shape': (1, 1), }") +
             npy::words({1}),
         "has 2 dimensions where one is needed: save a.ravel()"},
        {array.substr(0, 50), "ends inside its .npy header: is it a whole copy?"},
        {array.substr(0, array.size() - 1), "its header promises 2 elements of 8 bytes, but 15 "
                                            "bytes follow: is it a whole copy?"},
        {array + "x", "its header promises 2 elements of 8 bytes, but 17 bytes follow: one array "
                      "is one file"},
    };
    for (const auto &[bytes, message] : cases) {
        const spawn::TemporaryFile file(bytes);
        const spawn::Result result = program({file.path(), "13"});
        EXPECT_EQ(result.status, 1);
        EXPECT_EQ(result.out, thirteen);
        EXPECT_EQ(result.err, "factor-gpu: " + file.path() + ": " + message + "\n");
    }
}

// Without detection each file would give a message for most of its bytes, and answers for digits
// among them. From files and pipes; foreign_file_test.cpp has every kind.
TEST(CliBinary, FilesThatHoldNoNumbersAsTheyAreAreRefusedOnce) {
    using namespace std::string_literals;
    const struct {
        std::string bytes, word;
    } cases[] = {
        {"\x1f\x8b 12 \n12", "gzip"},
        {"PK\x03\x04 12", ".npz"},
        {"PAR1\x15\x04 12 12", "Parquet"},
        {"\x89HDF\r\n\x1a\n 12 \n", "HDF5"},
        {"BZh91AY&SY 12 ", "bzip2"},
        {"\x80\x04\x95 12 12", "pickle"},
        {"\xff\xfe 12", "UTF-16"},
        {"1\0002\0\n\0001\0003\0\n\0"s, "UTF-16LE"},
        {"12 13\n12\0 13"s, "binary, not numbers (byte 0x00 at offset 8)"},
        {"12 13\n12 \x7f 13", "binary, not numbers (byte 0x7f at offset 9)"},
    };
    for (const auto &[bytes, word] : cases) {
        const spawn::TemporaryFile file(bytes);
        const spawn::Result result = program({file.path(), "13"}), piped = program({}, bytes);
        EXPECT_EQ(result.status, 1);
        EXPECT_EQ(result.out, thirteen);
        EXPECT_EQ(result.err.rfind("factor-gpu: " + file.path() + ": is ", 0), 0u) << result.err;
        EXPECT_NE(result.err.find(word), std::string::npos) << result.err;
        EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
        EXPECT_EQ(piped.status, 1);
        EXPECT_EQ(piped.out, "");
        EXPECT_NE(piped.err.find(word), std::string::npos) << piped.err;
    }
    EXPECT_EQ(program({}, "\x1b 12").out, twelve);
    EXPECT_EQ(program({}, "PK 12").out, twelve); // a pipe that only begins like one
}

// Whoever says text gets what is text, up to the first byte that no text has.
TEST(CliBinary, WhatIsSaidToBeTextIsReadUpToItsFirstBinaryByte) {
    const spawn::Result utf16 = program({"--input-format=text"}, "\xff\xfe 12");
    EXPECT_EQ(utf16.out, twelve);
    const spawn::Result result = program({"--input-format=text"}, "12 13\n\x1f\x8b 12\n");
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.out, twelve + thirteen);
    EXPECT_EQ(result.err.rfind("factor-gpu: standard input:2: binary data begins here", 0), 0u);
}

// Each part looks at the beginning of its own share.
TEST(CliBinary, NoPartOfABinaryFileGivesNumbers) {
    std::string bytes = "SQLitf 1\n";
    for (int i = 0; i < 4000; i++)
        bytes += std::string("\0\1 12 ", 6) + static_cast<char>(i);
    const spawn::TemporaryFile file(bytes);
    for (const int count : {1, 2, 7})
        for (int i = 1; i <= count; i++) {
            const spawn::Result result = program(
                {"--shard=" + std::to_string(i) + "/" + std::to_string(count), file.path()});
            EXPECT_EQ(result.status, 1);
            EXPECT_EQ(result.out, "") << i << "/" << count;
            EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
        }
}

// A header that is damaged must not make the end of a pipe look right.
TEST(CliBinary, NoHeaderPromisesMoreThanAFileCanHold) {
    const struct {
        std::string type, count;
    } cases[] = {
        {"<u8", "18446744073709551615"}, {"<u8", "18446744073709551614"},
        {"<u8", "18446744073709551616"}, {"<u8", "1152921504606846976"},
        {"<u8", "2305843009213693952"},  {"<u8", "99999999999999999999999999"},
        {"<u4", "4611686018427387904"},  {"|u1", "18446744073709551615"},
        {"|u1", "9223372036854775807"},
    };
    for (const auto &[type, count] : cases) {
        const std::string array =
            npy::header("{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + count +
                        ",), }") +
            npy::words({12, 13});
        const spawn::TemporaryFile file(array);
        for (const spawn::Result &result : {program({}, array), program({file.path()})}) {
            EXPECT_EQ(result.status, 1) << type << count;
            EXPECT_EQ(result.out, "");
            EXPECT_NE(result.err.find("more than any file can hold: it is damaged\n"),
                      std::string::npos)
                << result.err;
        }
    }
    const spawn::Result largest =
        program({}, npy::header(npy::dictionary("<u8", 1152921504606846900)) + npy::words({12}));
    EXPECT_EQ(largest.status, 1);
    EXPECT_EQ(largest.out, twelve);
    EXPECT_NE(largest.err.find("ends after 1 of the 1152921504606846900 elements"),
              std::string::npos);
}

TEST(CliBinary, APipeThatLiesIsReportedBehindItsElements) {
    const std::string array = npy::file({12, 13});
    const spawn::Result shorter = program({}, array.substr(0, array.size() - 1));
    EXPECT_EQ(shorter.status, 1);
    EXPECT_EQ(shorter.out, twelve);
    EXPECT_EQ(shorter.err, "factor-gpu: standard input: ends after 1 of the 2 elements that its "
                           "header promises: is it a whole copy?\n");
    const spawn::Result longer = program({}, array + array);
    EXPECT_EQ(longer.status, 1);
    EXPECT_EQ(longer.out, twelve + thirteen);
    EXPECT_EQ(longer.err, "factor-gpu: standard input: goes on behind the 2 elements that its "
                          "header promises: one array is one file\n");
}

TEST(CliBinary, SeveralBatches) {
    std::vector<uint64_t> numbers;
    std::string answers;
    for (uint64_t i = 1; i <= 200000; i++) {
        numbers.push_back(1 + i % 4);
        static const char *const counts[] = {"1", "2", "2", "3"};
        answers += std::to_string(1 + i % 4) + ": " + counts[i % 4] + "\n";
    }
    const spawn::TemporaryFile file(npy::file(numbers));
    EXPECT_TRUE(program({file.path()}).out == answers);
    EXPECT_TRUE(program({"--input-format=u64le"}, npy::words(numbers)).out == answers);
}

TEST(CliBinary, ComparisonsTakeTheSameFormats) {
    const spawn::TemporaryFile words(npy::words({12, 13})), array(npy::file({12, 13}));
    for (const std::vector<std::string> &input :
         {std::vector<std::string>{"--input-format=u64le", words.path()},
          std::vector<std::string>{array.path()}}) {
        std::vector<std::string> arguments = {factor_gpu(), "--compare", "-b",        "serial",
                                              "-m",         "factor",    "--repeat=1"};
        arguments.insert(arguments.end(), input.begin(), input.end());
        const spawn::Result result = spawn::run(arguments);
        EXPECT_EQ(result.status, 0) << result.err;
        // sha256sum of "12\n13\n"
        EXPECT_NE(
            result.out.find("b9250d5134e952bcba8d98fce24fbe9d9bb94efef0905254e61c70429496e311"),
            std::string::npos)
            << result.out;
    }
}

} // namespace
