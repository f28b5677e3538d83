// SPDX-License-Identifier: MIT
// What an operand is by its spelling alone.
#include "text/operand.h"

#include <gtest/gtest.h>

TEST(Operand, DigitsAreANumberAsGnuFactorTakesThem) {
    for (const char *const operand : {"0", "12", "00", "99999999999999999999999999", "+1", " 12",
                                      "  +12", "0x10", "0XaF", "+0x1", "12,", "12;", " 0x1f,"})
        EXPECT_TRUE(fg_operand_is_number(operand)) << operand;
    for (const char *const operand :
         {"",   "-",    "-1",    "1 ",   "1.5", "12a",   "file", "+",   "++1",  "+ 1",  " ",  "0x",
          "x1", "0x1g", "1,000", "12,,", ",",   "12 13", "\t12", "1e6", "-0x1", "./12", "0x,"})
        EXPECT_FALSE(fg_operand_is_number(operand)) << operand;
}

TEST(Operand, ADashAloneIsStandardInput) {
    EXPECT_TRUE(fg_operand_is_stdin("-"));
    for (const char *const operand : {"", "--", "-1", "./-"})
        EXPECT_FALSE(fg_operand_is_stdin(operand)) << operand;
}
