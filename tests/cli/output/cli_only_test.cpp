// SPDX-License-Identifier: MIT
// --only=smooth=B: the lines of the smooth numbers, the same as without the option, and no others.
#include "support/first_difference.h"
#include "support/random_numbers.h"
#include "support/scratch_folder.h"
#include "support/spawn.h"
#include "support/tested_program.h"
#include "support/wide_numbers.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace {

using oracle::Wide;
using oracle::WideNumbers;
using Arguments = std::vector<std::string>;

spawn::Result program(const Arguments &more, const std::string &input = "") {
    Arguments arguments = {factor_gpu()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return spawn::run(arguments, input);
}

bool is_smooth(Wide n, Wide bound) {
    return n == 1 || oracle::wide_prime_powers(n).back().first <= bound;
}

// Numbers of both widths in any order, many of them smooth to 2^20.
WideNumbers mixed_numbers(RandomNumbers &random, size_t count) {
    WideNumbers numbers = {1, 2, 1048573, 1048583, UINT64_MAX, ~Wide{0}, Wide{1} << 64};
    while (numbers.size() < count) {
        numbers.push_back(wide_numbers::random_of(random, (unsigned)random.between(1, 80)));
        Wide n = 1;
        const auto bits = (unsigned)random.between(20, 105);
        while (n >> bits == 0)
            n *= wide_numbers::random_of(random, (unsigned)random.between(2, 21));
        numbers.push_back(n);
    }
    return numbers;
}

std::string as_input(const WideNumbers &numbers) {
    std::string input;
    for (const Wide n : numbers)
        input += oracle::decimal(n) + "\n";
    return input;
}

WideNumbers smooth_ones(const WideNumbers &numbers, Wide bound) {
    WideNumbers smooth;
    for (const Wide n : numbers)
        if (is_smooth(n, bound))
            smooth.push_back(n);
    return smooth;
}

// Each list of options gives what it gives for the smooth numbers alone, without --only.
void expect_smooth_lines(const WideNumbers &numbers, const WideNumbers &smooth, Wide bound,
                         const Arguments &options) {
    ASSERT_FALSE(smooth.empty());
    ASSERT_LT(smooth.size(), numbers.size());
    const spawn::Result expected = program(options, as_input(smooth));
    ASSERT_EQ(expected.status, 0) << expected.err;
    Arguments only = options;
    only.push_back("--only=smooth=" + oracle::decimal(bound));
    const spawn::Result result = program(only, as_input(numbers));
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(first_difference(result.out, expected.out), "");
}

TEST(CliOnly, EveryFormatOfBothWidths) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const WideNumbers numbers = mixed_numbers(random, scaled(150));
    const Arguments lists[] = {{"-s", "primes"},
                               {"-s", "divisors"},
                               {"-s", "count"},
                               {"-h"},
                               {"-s", "phi,primes,divisors,smooth=1000"},
                               {"-f", "jsonl", "-s", "primes,sigma"},
                               {"-f", "csv", "-s", "gpf,primes"},
                               {"-f", "u128le", "-s", "primes,omega"},
                               {"-s", "primes", "-b", "serial"},
                               {"-s", "primes", "-b", "fork", "-j", "2"},
                               {"-s", "divisors", "-b", "pool", "-j", "2"},
                               {"-s", "primes", "-j", "1"},
                               {"-s", "count,gpf,core", "--total"}};
    for (const Wide bound : {Wide{1000}, Wide{1} << 20}) {
        const WideNumbers smooth = smooth_ones(numbers, bound);
        for (const Arguments &options : lists)
            ASSERT_NO_FATAL_FAILURE(expect_smooth_lines(numbers, smooth, bound, options));
    }
}

TEST(CliOnly, EveryFormatOfOneWord) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    WideNumbers numbers;
    while (numbers.size() < scaled(2000))
        numbers.push_back(random.of_any_size());
    const WideNumbers smooth = smooth_ones(numbers, 1000003);
    for (const char *const format : {"text", "jsonl", "csv", "u64le", "u128le"})
        for (const char *const columns : {"primes", "divisors", "count", "sigma,phi"})
            ASSERT_NO_FATAL_FAILURE(
                expect_smooth_lines(numbers, smooth, 1000003, {"-f", format, "-s", columns}));
}

// The header of an array has the count of its records.
TEST(CliOnly, ArraysOfTheSmoothNumbers) {
    const ScratchFolder folder;
    for (const char *const format : {"npy", "npy128"}) {
        const std::string out = folder.path("out"), all = folder.path("all");
        ASSERT_EQ(program({"-f", format, "-s", "gpf", "-o", all, "1", "12", "49", "100"}).status,
                  0);
        const spawn::Result result =
            program({"-f", format, "-s", "gpf", "-o", out, "--only=smooth=10", "1", "11", "12",
                     "22", "49", "13", "100", "97"});
        ASSERT_EQ(result.status, 0) << result.err;
        EXPECT_EQ(folder.read("out"), folder.read("all"));
    }
}

TEST(CliOnly, EveryMethod) {
    const std::string input = "1 2 30 31 37 961 900 62\n";
    for (const char *const method : {"exhaustive", "trial", "factor"})
        for (const char *const backend : {"serial", "threads", "pool", "fork"}) {
            const spawn::Result primes =
                program({"-m", method, "-b", backend, "-s", "primes", "--only=smooth=30"}, input);
            EXPECT_EQ(primes.out, "1:\n2: 2\n30: 2 3 5\n900: 2 2 3 3 5 5\n") << primes.err;
            const spawn::Result divisors =
                program({"-m", method, "-b", backend, "--only=smooth=2"}, input);
            EXPECT_EQ(divisors.out, "1: 1\n2: 1 2\n") << divisors.err;
        }
}

TEST(CliOnly, TheBoundIsANumberOrAPower) {
    const std::string input = "1024 1025 1031 1099511627791\n";
    const std::string small = "1024: 2 2 2 2 2 2 2 2 2 2\n1025: 5 5 41\n";
    EXPECT_EQ(program({"-s", "primes", "--only=smooth=2^10"}, input).out, small);
    EXPECT_EQ(program({"-s", "primes", "--only=smooth=1024"}, input).out, small);
    EXPECT_EQ(program({"-s", "primes", "--only=smooth=10^3"}, input).out, small);
    EXPECT_EQ(program({"-s", "primes", "--only=smooth=2^127"}, input).out,
              small + "1031: 1031\n1099511627791: 1099511627791\n");
    EXPECT_EQ(program({"-s", "primes", "--only=smooth=1"}, "1 2 3\n").out, "1:\n");
    for (const char *const value :
         {"smooth", "smooth=", "smooth=0", "smooth=2^128", "smooth=0^2", "smooth=2^", "smooth=^2",
          "smooth=2^10x", "smooth= 7", "smooth=-1", "smooth=1e39", "smooth=+7", "smooth=7,",
          "rough=7", "", "smooth=340282366920938463463374607431768211456"}) {
        const spawn::Result result = program({std::string("--only=") + value, "12"});
        EXPECT_EQ(result.status, 2) << value;
        EXPECT_EQ(result.out, "");
        EXPECT_NE(result.err.find("option --only: "), std::string::npos) << result.err;
    }
    EXPECT_EQ(
        program({"--only=smooth=340282366920938463463374607431768211455", "-s", "primes", "6"}).out,
        "6: 2 3\n");
}

// Every prime divides 0.
TEST(CliOnly, ZerosHaveNoLine) {
    EXPECT_EQ(program({"-s", "primes", "--only=smooth=3"}, "0 6 0 7 0\n").out, "6: 2 3\n");
    EXPECT_EQ(program({"-s", "primes", "--only=smooth=3"}, "0\n").out, "");
}

TEST(CliOnly, NothingIsSmooth) {
    const spawn::Result result =
        program({"-s", "primes", "--only=smooth=3"}, "7 340282366920938463463374607431768211297\n");
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(result.out + result.err, "");
}

// The parts of a whole, joined, and a run that is resumed, have the same lines. Another bound is
// another run.
TEST(CliOnly, PartsAndResumedRuns) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const ScratchFolder folder;
    const WideNumbers numbers = mixed_numbers(random, scaled(200));
    folder.write("in", as_input(numbers));
    const Arguments options = {"-s", "primes", "--only=smooth=2^20", folder.path("in")};
    const std::string expected = program(options).out;
    std::string joined;
    for (const char *const part : {"1/3", "2/3", "3/3"}) {
        Arguments of_part = options;
        of_part.push_back(std::string("--shard=") + part);
        joined += program(of_part).out;
    }
    EXPECT_EQ(joined, expected);

    const std::string out = folder.path("out"), checkpoint = "--checkpoint=" + folder.path("ck");
    const Arguments durable = {"-s", "primes", "-j",       "1",
                               "-o", out,      checkpoint, "--checkpoint-every=0"};
    Arguments first = durable;
    first.insert(first.begin(), factor_gpu());
    first.push_back("--only=smooth=5");
    spawn::Process process(first);
    process.send_now("12 7 30\n");
    folder.wait_for("ck", [](const std::string &text) {
        return text.find("\"numbers\": 3,") != std::string::npos;
    });
    process.kill(SIGINT);
    process.finish_with_open_input();
    Arguments other = durable;
    other.insert(other.end(), {"--resume", "--only=smooth=7"});
    const spawn::Result refused = program(other, "12 7 30 14 60\n");
    EXPECT_EQ(refused.status, 2);
    EXPECT_NE(refused.err.find("only=smooth=5"), std::string::npos) << refused.err;
    other.back() = "--only=smooth=5";
    const spawn::Result resumed = program(other, "12 7 30 14 60\n");
    EXPECT_EQ(resumed.status, 0) << resumed.err;
    EXPECT_EQ(folder.read("out"), "12: 2 2 3\n30: 2 3 5\n60: 2 2 3 5\n");
}

TEST(CliOnly, ABoundIsSpelledAsAnOperand) {
    for (const char *const bound : {"7", "0x7", "2^3-1", "7e0"})
        EXPECT_EQ(program({"-s", "primes", "--only=smooth=" + std::string(bound), "7..11"}).out,
                  "7: 7\n8: 2 2 2\n9: 3 3\n10: 2 5\n")
            << bound;
    EXPECT_EQ(program({"-s", "primes", "--only=smooth=1e3", "997", "1009"}).out, "997: 997\n");
    EXPECT_EQ(program({"-s", "primes", "--only=smooth=2^128-1", "2^127-1"}).status, 0);
    EXPECT_EQ(program({"-s", "smooth=2^3-1,smooth=1e1", "14", "11"}).out,
              program({"-s", "smooth=7,smooth=10", "14", "11"}).out);
}

TEST(CliOnly, AComparisonOfSmoothNumbersOnly) {
    const spawn::Result result =
        program({"--compare", "--repeat=1", "-b", "serial", "--only=smooth=2^3", "12", "97", "35"});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_NE(result.out.find("only=smooth=8"), std::string::npos) << result.out;
}

} // namespace
