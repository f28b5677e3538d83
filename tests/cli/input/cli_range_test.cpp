// SPDX-License-Identifier: MIT
// Ranges as operands: the same bytes as the list of their numbers gives, in every format and by
// every way of running; parts that join; and the words about what is no range.
#include "npy_bytes.h"
#include "support/scratch_folder.h"
#include "support/spawn.h"
#include "support/tested_program.h"

#include <cstring>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace {

using Arguments = std::vector<std::string>;

spawn::Result program(Arguments arguments, const std::string &input = "",
                      const spawn::Setup &setup = {}) {
    arguments.insert(arguments.begin(), factor_gpu());
    return spawn::run(arguments, input, setup);
}

Arguments operator+(Arguments first, const Arguments &more) {
    first.insert(first.end(), more.begin(), more.end());
    return first;
}

std::string listed(uint64_t first, uint64_t last, uint64_t step = 1) {
    std::string text;
    for (uint64_t n = first;; n += step) {
        text += std::to_string(n) + "\n";
        if (last - n < step)
            return text;
    }
}

// The range has the answers of the list, and the exit status.
void expect_same(const Arguments &options, const Arguments &operands, const std::string &list) {
    const spawn::Result whole = program(options + operands);
    const spawn::Result of_list = program(options, list);
    EXPECT_EQ(whole.status, of_list.status) << whole.err;
    EXPECT_TRUE(whole.out == of_list.out)
        << operands[0] << ": " << whole.out.size() << " bytes and " << of_list.out.size();
    EXPECT_FALSE(whole.out.empty());
}

TEST(CliRange, HasTheAnswersOfItsNumbers) {
    const uint64_t top = UINT64_MAX;
    expect_same({"-s", "primes"}, {"1..30000"}, listed(1, 30000));
    expect_same({"-s", "primes", "-h"}, {"1..+9999"}, listed(1, 10000));
    expect_same({}, {"10^12..10^12+3000"}, listed(1000000000000, 1000000003000));
    expect_same({"-s", "primes"}, {"2^32-4500..2^32+4500"}, listed(4294962796, 4294971796));
    expect_same({"-s", "primes"}, {"2^64-4200..2^64-1"}, listed(top - 4199, top));
    expect_same({"-s", "primes"}, {"0..6000"}, listed(0, 6000));
    expect_same({"-s", "primes"}, {"5..5"}, listed(5, 5));
    expect_same({"-s", "count"}, {"1..60000..7"}, listed(1, 60000, 7));
    expect_same({"-s", "primes"}, {"0..2^64-1..10^16"}, listed(0, top, 10000000000000000));
}

TEST(CliRange, MixesWithOtherOperandsInOrder) {
    const ScratchFolder folder;
    folder.write("3..4", "77\n78");
    const spawn::Result result = program(
        {"-s", "primes", "12", "1..3", folder.path("3..4"), "2^3-1", "-", "10..20..5"}, "9");
    EXPECT_EQ(result.out, "12: 2 2 3\n1:\n2: 2\n3: 3\n77: 7 11\n78: 2 3 13\n7: 7\n9: 3 3\n"
                          "10: 2 5\n15: 3 5\n20: 2 2 5\n");
    EXPECT_EQ(result.status, 0) << result.err;
    expect_same({"-s", "primes"}, {"6..5005", "7", "1..8000", "2^64+1"},
                listed(6, 5005) + "7\n" + listed(1, 8000) + "18446744073709551617");
}

TEST(CliRange, IsTheSameInAllFormatsAndRuns) {
    const std::string list = listed(999000, 1004000);
    for (const char *const format : {"text", "jsonl", "csv", "u64le", "u128le"})
        expect_same({"-s", "phi,count", "-f", format}, {"999000..1004000"}, list);
    for (const char *const backend : {"serial", "pool", "threads"})
        for (const char *const jobs : {"-j1", "-j3"})
            expect_same({"-s", "primes", "-b", backend, jobs}, {"999000..1004000"}, list);
    for (const char *const method : {"trial", "factor"})
        expect_same({"-m", method}, {"999000..1004000"}, list);
    expect_same({"-b", "fork", "-s", "primes"}, {"1..200"}, listed(1, 200));
}

// Columns without lists come another way: straight from the engine, by parts of the range.
TEST(CliRange, HasTheColumnsOfItsNumbers) {
    const std::string range = "1..700000"; // two parts with one job
    for (const char *const format : {"text", "u64le"}) {
        const Arguments options = {"-s", "phi,sigma,mobius", "-f", format};
        const std::string out = program(options + Arguments{"-j1", range}).out;
        EXPECT_TRUE(out == program(options + Arguments{"-m", "factor", range}).out) << format;
        EXPECT_TRUE(out == program(options + Arguments{"-j2", range}).out) << format;
    }
    for (const char *const columns : {"count", "is_prime,smooth=7,phi"})
        expect_same({"-s", columns}, {"7..6000", "12", "2^40..+9000"},
                    listed(7, 6000) + "12\n" + listed(1099511627776, 1099511636776));
    const Arguments totals = {"-s", "phi,mobius", "--total", "--total-every=10000", range};
    EXPECT_EQ(program(totals).out, program(totals + Arguments{"-m", "factor"}).out);
}

TEST(CliRange, IsNothingInAFile) {
    const spawn::Result result = program({"-s", "primes"}, "12 1..10 7..9\n");
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.out, "12: 2 2 3\n");
    EXPECT_EQ(result.err,
              "factor-gpu: standard input:1: '1..10' is not a whole number: a range is an operand "
              "of the command line, as in factor-gpu 1..10; in a file each number is written, as "
              "seq prints them\n"
              "factor-gpu: standard input:1: '7..9' is not a whole number\n");
}

TEST(CliRange, WhatIsNoneIsReportedAndTheOthersAreAnswered) {
    const ScratchFolder folder;
    const spawn::Result result =
        program({"-s", "primes", "5..1", "2", "1..", "2^70..2^71", "10^40", "1..1e30", "3"});
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.out, "2: 2\n3: 3\n");
    EXPECT_EQ(
        result.err,
        "factor-gpu: argument 1: '5..1' is no range: it ends before it begins; write 1..5\n"
        "factor-gpu: argument 3: '1..' is no range: its end is missing; write A..B for the "
        "numbers from A to B, or A..+D for those from A to A+D\n"
        "factor-gpu: argument 4: '2^70..2^71' is no range: 2^70 is above 2^64-1, the largest "
        "number of a range; give larger numbers one by one\n"
        "factor-gpu: argument 5: 10^40 does not fit in 128 bits: the largest number is 2^128-1\n"
        "factor-gpu: argument 6: '1..1e30' is no range: 1e30 is above 2^64-1, the largest number "
        "of a range; give larger numbers one by one\n");
    EXPECT_EQ(program({"--strict", "-s", "primes", "1", "5..1", "1..3"}).out, "1:\n");
    const spawn::Result zero = program({"-s", "count", "0..3"});
    EXPECT_EQ(zero.status, 1);
    EXPECT_EQ(zero.out, "1: 1\n2: 2\n3: 2\n");
    EXPECT_EQ(zero.err, "factor-gpu: argument 1: 0 has no finite set of divisors\n");
}

TEST(CliRange, PartsJoin) {
    const std::string whole = program({"-s", "primes", "1..20000", "5", "7..30000..9"}).out;
    for (const int count : {1, 2, 3, 7, 29}) {
        std::string joined;
        for (int i = 1; i <= count; i++)
            joined += program({"-s", "primes",
                               "--shard=" + std::to_string(i) + "/" + std::to_string(count),
                               "1..20000", "5", "7..30000..9"})
                          .out;
        EXPECT_TRUE(joined == whole) << count;
    }
    // By numbers, and without reading or counting anything.
    const spawn::Result last = program({"-s", "count", "--shard=1000000/1000000", "1..10^6"});
    EXPECT_EQ(last.out, "1000000: 49\n");
    EXPECT_EQ(program({"-s", "primes", "--shard=999999/1000000", "2^64-1000000..2^64-1"}).out,
              "18446744073709551614: 2 7 7 73 127 337 92737 649657\n");
}

TEST(CliRange, PartsOfTooManyNumbersAreRefused) {
    const spawn::Result result = program({"--shard=1/2", "1..2^64-1", "1..2^64-1"});
    EXPECT_EQ(result.status, 2);
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.err, "factor-gpu: option --shard: the ranges have more than 2^64-1 numbers "
                          "together; give fewer in one run\n"
                          "factor-gpu: try 'factor-gpu --help'\n");
}

// The elements of an array of 64-bit numbers behind its header, which must say how many they are.
std::vector<uint64_t> elements(const std::string &file, const std::string &shape) {
    EXPECT_EQ(file.substr(0, 6), "\x93NUMPY");
    EXPECT_NE(file.find("'shape': (" + shape + ",)"), std::string::npos) << file.substr(0, 128);
    const size_t begin = file.find('\n') + 1;
    std::vector<uint64_t> numbers((file.size() - begin) / 8);
    std::memcpy(numbers.data(), file.data() + begin, numbers.size() * 8);
    return numbers;
}

TEST(CliRange, ItsArrayCanGoIntoAPipe) {
    const spawn::Result result = program({"-f", "npy", "-s", "phi", "1..5000", "12", "2^61-1"});
    ASSERT_EQ(result.status, 0) << result.err;
    const std::vector<uint64_t> phi = elements(result.out, "5002");
    ASSERT_EQ(phi.size(), 5002u);
    EXPECT_EQ(phi[4999], 2000u);
    EXPECT_EQ(phi[5000], 4u);
    EXPECT_EQ(phi[5001], (uint64_t{1} << 61) - 2);
    // A file that is completed at its end, and parts, have the same bytes.
    const ScratchFolder folder;
    const spawn::Result of_list = program({"-f", "npy", "-s", "phi", "-o", folder.path("list")},
                                          listed(1, 5000) + "12 " + "2305843009213693951");
    EXPECT_EQ(of_list.status, 0) << of_list.err;
    EXPECT_TRUE(folder.read("list") == result.out);
    for (const auto &[part, shape] : {std::pair{"2/3", "7"}, {"3/30", "0"}}) {
        program({"-f", "npy", "-s", "count", "--shard=" + std::string(part), "-q", "-o",
                 folder.path("part"), "1..10", "100..109"});
        EXPECT_EQ(elements(folder.read("part"), shape).size(), std::stoull(shape));
    }
}

TEST(CliRange, AnArrayWithWrongOperandsIsCompletedAtItsEnd) {
    const ScratchFolder folder;
    EXPECT_EQ(program({"-f", "npy", "-s", "count", "1..5", "5..1"}).status, 2);
    EXPECT_EQ(program({"-f", "npy", "-s", "count", "0..5"}).status, 2);
    EXPECT_EQ(program({"-f", "npy", "-s", "count", "1..5", "2^64"}).status, 2);
    EXPECT_EQ(program({"-f", "npy", "-s", "count", "-o", folder.path("out"), "0..5"}).status, 1);
    EXPECT_EQ(elements(folder.read("out"), "5"), (std::vector<uint64_t>{1, 2, 2, 3, 2}));
}

TEST(CliRange, AnArrayThatCannotGoIntoAPipeSaysWhy) {
    const Arguments options = {"-f", "npy", "-s", "count"};
    const std::vector<std::pair<Arguments, std::string>> cases = {
        {{"--only=smooth=7", "1..100"}, "because --only leaves numbers out, so standard output"},
        {{"1..5", "2^100"}, "because the operand '2^100' does not fit in 64 bits, so"},
        {{"7", "5..1", "0"}, "because the operand '5..1' cannot be answered, so"},
        {{"0..2^64-2", "1..9"}, "because the operand '0..2^64-2' cannot be answered, so"},
        {{"1..2^64-1", "9"}, "because the numbers are more than 2^64-1, so"},
        {{"1..9", "-"}, "because the input is not on the command line alone, so"},
        {{}, "because the input is not on the command line alone, so"},
    };
    for (const auto &[operands, words] : cases) {
        const spawn::Result result = program(options + operands);
        EXPECT_EQ(result.status, 2) << words;
        EXPECT_NE(result.err.find(words), std::string::npos) << result.err;
        EXPECT_EQ(result.err.find("numbers and ranges on the command line") != std::string::npos,
                  words.find("not on the command line") != std::string::npos)
            << result.err;
    }
}

TEST(CliRange, AComparisonHasTheSieve) {
    const Arguments options = {"--compare", "--repeat=1", "-b", "threads"};
    const spawn::Result of_range = program(options + Arguments{"5000..+3000", "8001"});
    EXPECT_EQ(of_range.status, 0) << of_range.err;
    EXPECT_NE(of_range.out.find("\nsieve, "), std::string::npos) << of_range.out;
    for (const Arguments &operands : {Arguments{"12", "13"}, {"1..9", "100"}, {"1..9..3"}}) {
        const spawn::Result of_list = program(options + operands);
        EXPECT_EQ(of_list.status, 0) << of_list.err;
        EXPECT_EQ(of_list.out.find("sieve"), std::string::npos) << of_list.out;
    }
    const spawn::Result asked_for = program(options + Arguments{"-m", "sieve", "12", "15"});
    EXPECT_EQ(asked_for.status, 1) << asked_for.out;
    EXPECT_NE(asked_for.out.find("a comparison has this method for one range alone"),
              std::string::npos)
        << asked_for.out;
    const spawn::Result long_one = program({"--compare", "1..10^12"});
    EXPECT_EQ(long_one.status, 2);
    EXPECT_EQ(long_one.err,
              "factor-gpu: the input has 1000000000000 numbers, and a comparison, which has all "
              "answers in memory, takes 1000000000 at most: give a shorter range\n");
}

TEST(CliRange, TheSieveIsAMethodForRangesAndRunsOfLists) {
    for (const Arguments &operands :
         {Arguments{"1..20000"}, {"7", "1..5", "10^12..+9000", "30", "100..200..50"}}) {
        const spawn::Result sieved = program(Arguments{"-s", "primes", "-m", "sieve"} + operands);
        EXPECT_EQ(sieved.status, 0) << sieved.err;
        EXPECT_TRUE(sieved.out ==
                    program(Arguments{"-s", "primes", "-m", "factor"} + operands).out);
    }
    EXPECT_EQ(program({"-s", "primes", "-m", "sieve"}, "10 11 12 5").out,
              "10: 2 5\n11: 11\n12: 2 2 3\n5: 5\n");
    EXPECT_EQ(program({"-m", "sieve", "-b", "fork", "1..9"}).status, 4);
    const spawn::Result wide = program({"-s", "primes", "-m", "sieve", "2^64+1"});
    EXPECT_EQ(wide.status, 1);
    EXPECT_EQ(wide.err, "factor-gpu: argument 1: 18446744073709551617 does not fit in 64 bits: the "
                        "method ends there; take --method=factor\n");
}

TEST(CliRange, ProgressKnowsHowManyNumbersThereAre) {
    const spawn::Result result =
        program({"-s", "count", "--progress=json", "1..20000", "7", "2^40..2^40+92"});
    EXPECT_EQ(result.status, 0);
    EXPECT_NE(result.err.find("\"total\":20094"), std::string::npos) << result.err;
}

TEST(CliRange, MemoryDoesNotGrowWithItsLength) {
    const Arguments options = {"-s", "count", "-j2", "-o", "/dev/null"};
    const spawn::Result few = program(options + Arguments{"1..20000000"});
    const spawn::Result many = program(options + Arguments{"1..80000000"});
    EXPECT_EQ(few.status, 0) << few.err;
    EXPECT_EQ(many.status, 0) << many.err;
    EXPECT_LT(many.peak_kib, few.peak_kib + 10000);
}

} // namespace
