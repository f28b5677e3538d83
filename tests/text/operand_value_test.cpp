// SPDX-License-Identifier: MIT
// The values of operands: numbers to 2^128 - 1 and ranges to 2^64 - 1, and the words about others.
#include "text/operand_value.h"

#include <gtest/gtest.h>
#include <string>
#include <tuple>
#include <vector>

namespace {

constexpr uint64_t top = UINT64_MAX;

std::string read_number(const std::string &operand) {
    fg_uint128 number;
    fg_error error = {};
    EXPECT_TRUE(fg_operand_is_number(operand.c_str())) << operand;
    if (fg_operand_read_number(operand.c_str(), &number, &error) != FG_OK)
        return error.message;
    return std::to_string(number.high) + " " + std::to_string(number.low);
}

std::string read_range(const std::string &operand) {
    fg_number_range range;
    fg_error error = {};
    EXPECT_TRUE(fg_operand_is_range(operand.c_str())) << operand;
    if (fg_operand_read_range(operand.c_str(), &range, &error) != FG_OK) {
        EXPECT_EQ(error.status, FG_ERROR_ARGUMENT);
        return error.message;
    }
    return std::to_string(range.first) + " " + std::to_string(range.last) + " " +
           std::to_string(range.step);
}

TEST(OperandValue, NumbersHaveTheirValues) {
    const std::vector<std::pair<std::string, std::string>> values = {
        {"0", "0 0"},
        {"12", "0 12"},
        {" +12,", "0 12"},
        {"0x1F", "0 31"},
        {"0xffffffffffffffffffffffffffffffff", "18446744073709551615 18446744073709551615"},
        {"1e9", "0 1000000000"},
        {"10^18", "0 1000000000000000000"},
        {"10^18+9", "0 1000000000000000009"},
        {"2^64-1", "0 18446744073709551615"},
        {"2^64", "1 0"},
        {"2^64-10^7+1", "0 18446744073699551617"},
        {"2^127", "9223372036854775808 0"},
        {"2^128-1", "18446744073709551615 18446744073709551615"},
        {"18446744073709551616^2-1", "18446744073709551615 18446744073709551615"},
        {"2^191-2^191+5", "0 5"},
        {"0^0", "0 1"},
        {"0^5", "0 0"},
        {"1^99999999999999999999999", "0 1"},
        {"0e99999999999999999999999", "0 0"},
        {"7^0", "0 1"},
        {"7e0", "0 7"},
        {"0001e2", "0 100"},
        {"3^40", "0 12157665459056928801"},
    };
    for (const auto &[operand, value] : values)
        EXPECT_EQ(read_number(operand), value) << operand;
}

TEST(OperandValue, NumbersThatAreNoneAreRefused) {
    const std::string large = " does not fit in 128 bits: the largest number is 2^128-1";
    for (const std::string operand :
         {"2^128", "10^39", "1e39", "2^192", "2^193-1", "2^99999999999999999999999",
          "10^400-10^400", "340282366920938463463374607431768211456",
          "0x100000000000000000000000000000000", "99999999999999999999999999999999999^3"})
        EXPECT_EQ(read_number(operand), operand + large);
    for (const std::string operand : {"2^3-9", "1e0-2", "2^3-2^200", "2^3-9+5"})
        EXPECT_EQ(read_number(operand), operand + " goes below 0; numbers run from 0 to 2^128-1");
    const std::string digits(100000, '9');
    EXPECT_EQ(read_number(digits), digits.substr(0, 60) + "..." + large);
}

TEST(OperandValue, RangesHaveBothEndsAndAStep) {
    const std::vector<std::tuple<std::string, uint64_t, uint64_t, uint64_t>> values = {
        {"1..10", 1, 10, 1},
        {"7..7", 7, 7, 1},
        {"0..5", 0, 5, 1},
        {"1..+10", 1, 11, 1},
        {"5..+0", 5, 5, 1},
        {" +1..10", 1, 10, 1},
        {"10^18..10^18+9", 1000000000000000000U, 1000000000000000009U, 1},
        {"1e3..+1e3", 1000, 2000, 1},
        {"2^64-5..2^64-1", top - 4, top, 1},
        {"2^64-5..+4", top - 4, top, 1},
        {"1..2^64-1", 1, top, 1},
        {"0..2^64-1..2", 0, top - 1, 2},
        {"0x10..0xfF", 16, 255, 1},
        {"0x1e..+0x1E", 30, 60, 1},
        {"1..10..3", 1, 10, 3},
        {"1..9..3", 1, 7, 3},
        {"1..+9..4", 1, 9, 4},
        {"5..7..1e9", 5, 5, 1000000000},
        {"3..10..2^64-1", 3, 3, top},
    };
    for (const auto &[operand, first, last, step] : values)
        EXPECT_EQ(read_range(operand),
                  std::to_string(first) + " " + std::to_string(last) + " " + std::to_string(step))
            << operand;
    const fg_number_range odd = {1, 9, 2}, most = {1, top, 1};
    EXPECT_EQ(fg_number_range_count(&odd), 5u);
    EXPECT_EQ(fg_number_range_count(&most), top);
}

TEST(OperandValue, RangesThatAreNoneSayWhatToWrite) {
    const std::vector<std::pair<std::string, std::string>> messages = {
        {"1..", "its end is missing; write A..B for the numbers from A to B, or A..+D for those "
                "from A to A+D"},
        {"..5", "its beginning is missing; write A..B for the numbers from A to B"},
        {"1...5", "it has three dots; write two"},
        {"1..5...2", "it has three dots; write two"},
        {"5..1", "it ends before it begins; write 1..5"},
        {"1..1e30", "1e30 is above 2^64-1, the largest number of a range; give larger numbers one "
                    "by one"},
        {"2^64..2^65", "2^64 is above 2^64-1, the largest number of a range; give larger numbers "
                       "one by one"},
        {"2^64-5..+5", "it ends above 2^64-1, the largest number of a range; write A..2^64-1 for "
                       "all numbers from A on"},
        {"1..2^3-9", "2^3-9 goes below 0; its numbers run from 0 to 2^64-1"},
        {"1..-5", "'-5' is not a whole number; write digits, 10^18, 1e9 or 2^64-1"},
        {"1.5..7", "'1.5' is not a whole number; write digits, 10^18, 1e9 or 2^64-1"},
        {"1..x", "'x' is not a whole number; write digits, 10^18, 1e9 or 2^64-1"},
        {"1..+", "its end is missing; write A..B for the numbers from A to B, or A..+D for those "
                 "from A to A+D"},
        {"1..+..2", "its end is missing; write A..B for the numbers from A to B, or A..+D for "
                    "those from A to A+D"},
        {"5..5..2^64", "2^64 is above 2^64-1, the largest step; write a smaller one"},
        {"1..5..", "its step is missing; write A..B..STEP, or A..B"},
        {"1..5..+2", "its step has a sign; write A..B..STEP with A below B and a step without one"},
        {"5..1..-2", "its step has a sign; write A..B..STEP with A below B and a step without one"},
        {"1..5..0", "its step is 0; write A..B..STEP with a step of 1 or more"},
        {"1..5..2..3", "it has more than two ends and a step; write A..B..STEP"},
        {"0..2^64-1", "it has 2^64 numbers, one more than can be counted; write 1..2^64-1"},
    };
    for (const auto &[operand, message] : messages)
        EXPECT_EQ(read_range(operand), "'" + operand + "' is no range: " + message);
    EXPECT_EQ(read_range("1.." + std::string(5000, '1')),
              "'1.." + std::string(57, '1') + "...' is no range: " + std::string(60, '1') +
                  "... is above 2^64-1, the largest number of a range; give larger numbers one by "
                  "one");
}

TEST(OperandValue, AnOptionsValueIsSpelledAsAnOperand) {
    const fg_uint128 most = {top, top}, word = {top, 0};
    const std::vector<std::tuple<std::string, uint64_t, uint64_t>> values = {
        {"1", 1, 0},           {"007", 7, 0},         {"0x1F", 31, 0},
        {"10^7", 10000000, 0}, {"1e3", 1000, 0},      {"2^64-1", top, 0},
        {"2^64", 0, 1},        {"2^128-1", top, top}, {"1e0+2^3", 9, 0},
    };
    for (const auto &[text, low, high] : values) {
        fg_uint128 number = {0, 0};
        EXPECT_TRUE(fg_operand_read_value(text.c_str(), most, &number)) << text;
        EXPECT_EQ(number.low, low) << text;
        EXPECT_EQ(number.high, high) << text;
        EXPECT_EQ(fg_operand_read_value(text.c_str(), word, &number), high == 0) << text;
    }
    for (const char *const text :
         {"", "0", "0x0", "2^3-8", "2^3-9", "2^128", "1e99", "2^999-1", "x", "0x", "+5", " 5", "5,",
          "5;", "5 ", "-5", "1..5", "2**4", "1.5"}) {
        fg_uint128 number;
        EXPECT_FALSE(fg_operand_read_value(text, most, &number)) << text;
    }
}

} // namespace
