// SPDX-License-Identifier: MIT
// --show=primes beside coreutils' factor, byte for byte: over a range, over random numbers of every
// size, over numbers that are hard to split, and with exponents.
#include "support/gnu_factor.h"
#include "support/random_numbers.h"
#include "support/tested_program.h"

#include <gtest/gtest.h>
#include <sstream>

namespace {

// GNU factor takes up to a millisecond for one of them.
const size_t random_count = 4000;

// Since coreutils 9.2.
bool gnu_factor_knows_exponents() {
    return spawn::run({"/usr/bin/env", "factor", "-h", "4"}).out == "4: 2^2\n";
}

void expect_as_gnu_factor(const std::string &input, const std::vector<std::string> &options = {}) {
    std::vector<std::string> ours = {factor_gpu(), "--show=primes"};
    std::vector<std::string> theirs = {"/usr/bin/env", "factor"};
    ours.insert(ours.end(), options.begin(), options.end());
    theirs.insert(theirs.end(), options.begin(), options.end());
    const spawn::Result result = spawn::run(ours, input);
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(gnu_factor::difference(result.out, spawn::run(theirs, input).out), "");
}

class CliGnuFactor : public testing::Test {
  protected:
    void SetUp() override {
        if (!gnu_factor::is_here())
            GTEST_SKIP() << "there is no GNU factor on this machine";
    }

    static std::string range(unsigned long long first, unsigned long long count) {
        std::string input;
        for (unsigned long long i = 0; i < count; i++)
            input += std::to_string(first + i) + "\n";
        return input;
    }
    static std::string random_numbers(RandomNumbers &random) {
        std::string input;
        for (size_t i = 0; i < scaled(random_count); i++)
            input += std::to_string(random.of_any_size()) + "\n";
        return input;
    }
};

TEST_F(CliGnuFactor, SmallNumbers) {
    expect_as_gnu_factor(range(0, 20001));
}

// One method is enough for a range.
TEST_F(CliGnuFactor, SmallNumbersByEveryMethod) {
    const std::string input = range(0, 5000);
    const std::string theirs = gnu_factor::answers(input);
    for (const char *const method : {"exhaustive", "trial", "factor"}) {
        const spawn::Result ours = spawn::run({factor_gpu(), "--show=primes", "-m", method}, input);
        EXPECT_EQ(gnu_factor::difference(ours.out, theirs), "") << method;
    }
}

TEST_F(CliGnuFactor, RandomNumbersOfEverySize) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    expect_as_gnu_factor(random_numbers(random));
}

TEST_F(CliGnuFactor, TheEndsOfTheRange) {
    expect_as_gnu_factor(range(UINT64_MAX - 299, 300));
    expect_as_gnu_factor(range((1ULL << 32) - 150, 300));
    expect_as_gnu_factor(range((1ULL << 63) - 150, 300));
    expect_as_gnu_factor(range(1000000000000000000, 300));
}

// Products of two primes of equal size, squares, cubes and strong pseudoprimes.
TEST_F(CliGnuFactor, NumbersThatAreHardToSplit) {
    expect_as_gnu_factor("18446743979220271189 18446744030759878681 18446744073709551557\n"
                         "18446724184312856125 9223372036854775783 3825123056546413051\n"
                         "3215031751 341550071728321 4759123141 1122004669633 2152302898747\n"
                         "18401055938125660800 614889782588491410 9223372036854775808\n"
                         "4295098369 281479271743489 12157665459056928801 1000000016000000063\n");
}

// "12: 2 2 3" as "12: 2^2 3", line by line.
std::string with_exponents(const std::string &text) {
    std::istringstream lines(text);
    std::string result;
    for (std::string line; std::getline(lines, line); result += "\n") {
        std::istringstream words(line);
        std::string word, last;
        words >> word;
        result += word;
        for (int copies = 0; words >> word || copies > 0; last = word) {
            const bool again = words && word == last;
            if (!again && copies > 1)
                result += "^" + std::to_string(copies);
            if (!words)
                break;
            if (!again)
                result += " " + word;
            copies = again ? copies + 1 : 1;
        }
    }
    return result;
}

TEST_F(CliGnuFactor, Exponents) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const std::string input = range(0, 5000) + random_numbers(random);
    const std::string theirs = gnu_factor::answers(input);
    for (const char *const option : {"-h", "--exponents"}) {
        const spawn::Result ours = spawn::run({factor_gpu(), "--show=primes", option}, input);
        EXPECT_EQ(gnu_factor::difference(ours.out, with_exponents(theirs)), "");
        EXPECT_EQ(spawn::run({factor_gpu(), option}, input).out, ours.out) << "without --show";
        if (gnu_factor_knows_exponents())
            expect_as_gnu_factor(input, {option});
    }
}

// Those who ask for other columns learn what to type.
TEST(CliExponents, NeedTheColumnPrimes) {
    EXPECT_EQ(spawn::run({factor_gpu(), "-h", "12", "0"}).out, "12: 2^2 3\n0:\n");
    const spawn::Result result = spawn::run({factor_gpu(), "-h", "-s", "count", "12"});
    EXPECT_EQ(result.status, 2);
    EXPECT_EQ(result.out, "");
    EXPECT_NE(result.err.find("--show=primes, or leave --show out"), std::string::npos);
}

} // namespace
