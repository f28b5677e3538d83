// SPDX-License-Identifier: MIT
// The kind of an operand, by its spelling alone.
#include "text/operand.h"

#include <gtest/gtest.h>

TEST(Operand, DigitsAreANumberAsGnuFactorTakesThem) {
    for (const char *const operand : {"0", "12", "00", "99999999999999999999999999", "+1", " 12",
                                      "  +12", "0x10", "0XaF", "+0x1", "12,", "12;", " 0x1f,"})
        EXPECT_TRUE(fg_operand_is_number(operand)) << operand;
    for (const char *const operand :
         {"",   "-",  "-1",   "1 ",    "1.5",  "12a", "file",  "+",    "++1",  "+ 1",  " ",
          "0x", "x1", "0x1g", "1,000", "12,,", ",",   "12 13", "\t12", "-0x1", "./12", "0x,"})
        EXPECT_FALSE(fg_operand_is_number(operand)) << operand;
}

TEST(Operand, PowersAreNumbersAndSumsThatBeginWithOne) {
    for (const char *const operand : {"10^18", "1e9", "1E9", "2^64-1", "2^64-10^7+1", "+10^3",
                                      " 1e6", "10^18+9", "0^0", "1e0", "2^99999999999999999999"}) {
        EXPECT_TRUE(fg_operand_is_number(operand)) << operand;
        EXPECT_FALSE(fg_operand_is_plain(operand)) << operand;
    }
    for (const char *const operand :
         {"2024-11-29", "5+3", "10^", "^10", "1e", "e9", "1e9,", "2^64-", "2^64--1", "2**64",
          "1e+9", "1.5e3", "2^3^2", "1e2e3", "0x10^2", "2^0x10", "2^64 -1", "10^1_8", "./1e9"})
        EXPECT_FALSE(fg_operand_is_number(operand)) << operand;
}

TEST(Operand, DotsBetweenNumbersAreARange) {
    for (const char *const operand :
         {"1..10", "1..+10", "1..10..3", " 1..10", "+1..10", "10^18..+1e6", "0x10..0x20", "1..",
          "..5", "..+5", "1...5", "5..1", "1..1e30", "1..2..3..4", "1.5..7", "1..-5", "1..x"}) {
        EXPECT_TRUE(fg_operand_is_range(operand)) << operand;
        EXPECT_FALSE(fg_operand_is_number(operand)) << operand;
        EXPECT_FALSE(fg_operand_is_file(operand)) << operand;
    }
    for (const char *const operand : {"..", "../5", "../1..2", "./1..10", "...", "1.5", "a..b",
                                      "1..file", "1..10,", "-1..5", "", "1..10 ", "1..10\n"}) {
        EXPECT_FALSE(fg_operand_is_range(operand)) << operand;
        EXPECT_TRUE(fg_operand_is_file(operand)) << operand;
    }
}

TEST(Operand, ADashAloneIsStandardInput) {
    EXPECT_TRUE(fg_operand_is_stdin("-"));
    for (const char *const operand : {"", "--", "-1", "./-"})
        EXPECT_FALSE(fg_operand_is_stdin(operand)) << operand;
}
