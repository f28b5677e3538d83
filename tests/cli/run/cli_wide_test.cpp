// SPDX-License-Identifier: MIT
// Numbers from 2^64 to 2^128 through the whole program: in any input, between smaller numbers, in
// order, and as GNU factor answers them.
#include "support/gnu_factor.h"
#include "support/spawn.h"
#include "support/tested_program.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <random>
#include <sstream>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

spawn::Result program(std::vector<std::string> arguments, const std::string &input = "") {
    arguments.insert(arguments.begin(), factor_gpu());
    return spawn::run(arguments, input);
}

using Wide = unsigned __int128;

std::string decimal(Wide n) {
    std::string digits;
    for (; n > 0; n /= 10)
        digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(n % 10)));
    return digits.empty() ? "0" : digits;
}

const std::string fermat = "18446744073709551617"; // 2^64 + 1
const std::string fermat_line = fermat + ": 274177 67280421310721\n";
const std::string largest = "340282366920938463463374607431768211455";
const std::string largest_line = largest + ": 3 5 17 257 641 65537 274177 6700417 67280421310721\n";

// Products that GNU factor splits at once, of small and of middle-sized primes, and numbers below
// 2^64 between them.
std::vector<Wide> mixed_numbers(size_t count, unsigned seed) {
    std::mt19937_64 random(seed);
    static const uint32_t primes[] = {2,     3,     5,      7,      11,      101,       65537,
                                      99991, 99989, 104729, 999983, 1000003, 2147483647};
    std::vector<Wide> numbers;
    while (numbers.size() < count) {
        const unsigned bits = 1 + random() % 128;
        Wide n = 1;
        while (n >> (bits - 1) == 0) {
            const uint32_t prime = primes[random() % 13];
            if (n > ~static_cast<Wide>(0) / prime)
                break;
            n *= prime;
        }
        numbers.push_back(random() % 20 == 0 ? 0 : n);
    }
    return numbers;
}

std::string lines_of(const std::vector<Wide> &numbers) {
    std::string text;
    for (const Wide n : numbers)
        text += decimal(n) + "\n";
    return text;
}

std::vector<std::string> split(const std::string &text) {
    std::vector<std::string> lines;
    for (size_t at = 0, end; (end = text.find('\n', at)) != std::string::npos; at = end + 1)
        lines.push_back(text.substr(at, end - at));
    return lines;
}

// GNU factor 9.1 does not keep the order of numbers around 2^127, so its lines are sorted.
TEST(CliWide, TheSameLinesAsGnuFactorInTheOrderOfTheInput) {
    const unsigned seed = 20261129;
    SCOPED_TRACE(seed);
    std::vector<Wide> numbers = mixed_numbers(2000, seed);
    for (const unsigned bits : {64, 96, 127})
        numbers.push_back((static_cast<Wide>(1) << bits) + 1);
    numbers.push_back(~static_cast<Wide>(0));
    const std::string input = lines_of(numbers);
    std::vector<std::string> expected = split(gnu_factor::answers(input));
    if (expected.size() != numbers.size())
        GTEST_SKIP() << "there is no GNU factor for numbers of 128 bits on this machine";
    std::sort(expected.begin(), expected.end());
    for (const char *const jobs : {"-j1", "-j3"}) {
        std::vector<std::string> lines = split(program({"-s", "primes", jobs}, input).out);
        ASSERT_EQ(lines.size(), numbers.size());
        for (size_t i = 0; i < lines.size(); i++)
            ASSERT_EQ(lines[i].substr(0, lines[i].find(':')), decimal(numbers[i]));
        std::sort(lines.begin(), lines.end());
        EXPECT_EQ(lines, expected) << jobs;
    }
}

TEST(CliWide, Exponents) {
    EXPECT_EQ(program({"-s", "primes", "-h", "0x80000000000000000000000000000000", "12",
                       decimal(static_cast<Wide>(274177) * 274177 * 274177 * 274177 * 6)})
                  .out,
              decimal(static_cast<Wide>(1) << 127) + ": 2^127\n12: 2^2 3\n" +
                  decimal(static_cast<Wide>(274177) * 274177 * 274177 * 274177 * 6) +
                  ": 2 3 274177^4\n");
}

TEST(CliWide, DivisorsOfBothWidths) {
    EXPECT_EQ(program({"12", fermat, "0x10000000000000001", "+" + fermat, "13"}).out,
              "12: 1 2 3 4 6 12\n" + fermat + ": 1 274177 67280421310721 " + fermat + "\n" +
                  fermat + ": 1 274177 67280421310721 " + fermat + "\n" + fermat +
                  ": 1 274177 67280421310721 " + fermat + "\n13: 1 13\n");
    std::string powers = "340282366920938463463374607431768211456";
    std::string expected = decimal(static_cast<Wide>(1) << 127) + ":";
    for (unsigned i = 0; i < 128; i++)
        expected += " " + decimal(static_cast<Wide>(1) << i);
    const spawn::Result result = program({"0x80000000000000000000000000000000", powers});
    EXPECT_EQ(result.out, expected + "\n");
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.err, "factor-gpu: argument 2: " + powers +
                              " does not fit in 128 bits: the largest number is " + largest + "\n");
}

// More than FG_WIDE_MAX_LISTED_DIVISORS of them: the line is written in parts.
TEST(CliWide, ALineOfManyDivisors) {
    // 2^6 3^4 5^2 7^2 11 13 17 19 23 29 31 37 41 43, which has 322,560 divisors
    Wide n = 64 * 81 * 25 * 49;
    for (const unsigned prime : {11, 13, 17, 19, 23, 29, 31, 37, 41, 43})
        n *= prime;
    ASSERT_GT(n >> 64, 0u);
    const std::string text = decimal(n);
    for (const char *const jobs : {"-j1", "-j3"}) {
        const spawn::Result result = program({jobs, "6", text, "35", text, fermat});
        const size_t begin = std::string("6: 1 2 3 6\n").size();
        const size_t end = result.out.find('\n', begin);
        ASSERT_NE(end, std::string::npos);
        const std::string line = result.out.substr(begin, end - begin);
        EXPECT_EQ(result.out, "6: 1 2 3 6\n" + line + "\n35: 1 5 7 35\n" + line + "\n" + fermat +
                                  ": 1 274177 67280421310721 " + fermat + "\n");
        EXPECT_EQ(std::count(line.begin(), line.end(), ' '), 7 * 5 * 3 * 3 * 1024);
        EXPECT_EQ(line.substr(line.size() - text.size()), text);
    }
}

// Such a line is given up two seconds after a signal, and nothing is written behind it.
TEST(CliWide, ASignalEndsALineOfManyDivisors) {
    const std::string text = "278282512406132373381723386382308832000"; // hundreds of millions
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    spawn::Setup setup;
    setup.stdout_fd = ends[1];
    spawn::Process process({factor_gpu(), "12", text, "35", text}, setup);
    close(ends[1]);
    std::atomic<size_t> size{0};
    size_t lines = 0;
    std::thread reader([&] {
        std::vector<char> bytes(1 << 16);
        for (ssize_t got; (got = read(ends[0], bytes.data(), bytes.size())) > 0;
             size += static_cast<size_t>(got))
            lines += static_cast<size_t>(std::count(bytes.begin(), bytes.begin() + got, '\n'));
    });
    for (int i = 0; i < 3000 && size < 1000000; i++) // inside the line
        process.wait_for_some_ms(10);
    process.kill(SIGTERM);
    const spawn::Result result = process.finish();
    reader.join();
    close(ends[0]);
    EXPECT_GE(size, 1000000u);
    EXPECT_EQ(result.status, 128 + SIGTERM);
    EXPECT_EQ(result.err, "factor-gpu: stopped by SIGTERM, 1 number answered\n");
    EXPECT_EQ(lines, 1u);
}

TEST(CliWide, EveryKindOfInput) {
    const std::string expected = fermat_line + "12: 2 2 3\n" + largest_line;
    const auto primes = [](std::vector<std::string> arguments, const std::string &input) {
        arguments.insert(arguments.begin(), {"-s", "primes"});
        const spawn::Result result = program(arguments, input);
        EXPECT_EQ(result.err, "");
        return result.out;
    };
    EXPECT_EQ(primes({}, fermat + ",\r\n12 # " + fermat + "\n" + std::string(300, '0') + largest),
              expected);
    EXPECT_EQ(primes({"-"}, "0x10000000000000001\n0xc\n0X" + std::string(32, 'F') + "\n"),
              expected);
    EXPECT_EQ(primes({"--input-format=csv", "--column=n"},
                     "id,n\r\n1,\"" + fermat + "\"\r\n2,12\r\n3," + largest + "\r\n"),
              expected);
    EXPECT_EQ(primes({"--input-format=tsv", "--column=2"},
                     "1\t" + fermat + "\n2\t12\n3\t" + largest + "\n"),
              expected);
    std::string words("\1\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\x0c", 17);
    words += std::string(15, '\0') + std::string(16, '\xff');
    EXPECT_EQ(primes({"--input-format=u128le"}, words), expected);
    std::string dictionary = "{'descr': [('lo', '<u8'), ('hi', '<u8')], 'fortran_order': False, "
                             "'shape': (3,), }";
    dictionary.resize(117, ' ');
    EXPECT_EQ(primes({}, std::string("\x93NUMPY\1\0\x76\0", 10) + dictionary + "\n" + words),
              expected);
}

// Following the message makes NumPy write an array that is read.
TEST(CliWide, AnArrayOfAnotherTypeSaysHowToSaveIt) {
    const char *const python = "/usr/bin/python3";
    if (spawn::run({python, "-c", "import numpy"}).status != 0)
        GTEST_SKIP() << "there is no NumPy for " << python;
    const std::string words = "numpy.array([(1, 1), (0, 12)], [('hi', '>u8'), ('lo', '>u8')])";
    const std::string objects = "numpy.array([2**64 + 1, 12])";
    for (const auto &[array, advice, end] : std::initializer_list<std::array<std::string, 3>>{
             {words, "a[['lo', 'hi']].astype([('lo', '<u8'), ('hi', '<u8')])",
              ", or one field, a['name'], alone\n"},
             {objects,
              "numpy.array([(n & 2**64 - 1, n >> 64) for n in a], [('lo', '<u8'), ('hi', '<u8')])",
              "\n"}}) {
        const spawn::TemporaryFile file("");
        const auto answers = [&, begin = "import numpy, sys\na = " + array](std::string saved) {
            const std::string code =
                begin + "\nwith open(sys.argv[1], 'wb') as f: numpy.save(f, " + saved + ")\n";
            EXPECT_EQ(spawn::run({python, "-c", code, file.path()}).err, "");
            return program({"-s", "primes", file.path()});
        };
        const spawn::Result refused = answers("a");
        EXPECT_EQ(refused.status, 1);
        EXPECT_NE(refused.err.find(advice + end), std::string::npos) << refused.err;
        EXPECT_EQ(answers(advice).out, fermat_line + "12: 2 2 3\n");
    }
}

TEST(CliWide, PartsOfAnInputAreAllOfIt) {
    const std::string input = lines_of(mixed_numbers(500, 7));
    const spawn::TemporaryFile file(input);
    const std::string whole = program({"-s", "primes", file.path()}).out;
    std::string parts;
    for (int i = 1; i <= 7; i++)
        parts += program({"-s", "primes", "--shard=" + std::to_string(i) + "/7", file.path()}).out;
    EXPECT_TRUE(parts == whole);
    EXPECT_EQ(std::count(whole.begin(), whole.end(), '\n'), 500);
}

// Rows that cannot answer the numbers say so; the others are measured and agree.
TEST(CliWide, AComparisonLeavesOutWhatEndsAt64Bits) {
    const spawn::Result result =
        program({"--compare", "--repeat=1", "--budget=1", "-j2", "-q", "12", fermat, largest});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_NE(result.out.find("3 numbers of 4 to 128 bits"), std::string::npos) << result.out;
    size_t rows = 0;
    const char *const left_out = "not run: the method ends at 64 bits";
    for (size_t at = 0; (at = result.out.find(left_out, at)) != std::string::npos; at++)
        rows++;
    EXPECT_EQ(rows, 10u) << "exhaustive and trial on five backends" << result.out;
    for (const char *const backend : {"serial", "fork", "pool", "threads"})
        EXPECT_NE(result.out.find("factor/" + std::string(backend) + " "), std::string::npos)
            << result.out;
    EXPECT_EQ(result.out.find("differ"), std::string::npos) << result.out;
}

TEST(CliWide, AComparisonOfNothingSaysWhatEnds) {
    const spawn::Result method =
        program({"--compare", "--method=trial", "-b", "serial", "18446744073709551616"});
    EXPECT_EQ(method.status, 1);
    EXPECT_EQ(method.err, "factor-gpu: method trial was not run: the method ends at 64 bits, and "
                          "numbers here have up to 65: take --method=factor\n");
    const spawn::Result backend =
        program({"--compare", "--method=trial", "-b", "cuda", "18446744073709551616"});
    EXPECT_EQ(backend.status, 1);
    EXPECT_EQ(backend.err, method.err);
}

// 524,288 divisors, which a list does not hold.
TEST(CliWide, AComparisonNamesANumberWithTooManyDivisors) {
    const spawn::Result result =
        program({"--compare", "--method=factor", "-b", "serial", "--repeat=1", "--budget=1", "-q",
                 "12", "7858321551080267055879090"});
    EXPECT_EQ(result.status, 1) << result.err;
    std::string words; /* without the report's line ends */
    std::istringstream text(result.out);
    for (std::string word; text >> word;)
        words += word + " ";
    EXPECT_NE(words.find("failed: 7858321551080267055879090 has 524288 divisors, and a list holds "
                         "262144 at most: leave it out of the comparison "),
              std::string::npos)
        << result.out;
}

TEST(CliWide, WhatEndsAt64BitsSaysSo) {
    const spawn::Result result = program({"--method=trial", fermat, "12", fermat, "13"});
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.out, "12: 1 2 3 4 6 12\n13: 1 13\n");
    EXPECT_EQ(result.err, "factor-gpu: argument 1: " + fermat +
                              " does not fit in 64 bits: the method ends there; take "
                              "--method=factor\nfactor-gpu: argument 3: " +
                              fermat + " does not fit in 64 bits\n");
}

} // namespace
