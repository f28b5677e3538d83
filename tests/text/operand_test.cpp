// SPDX-License-Identifier: MIT
// What an operand is by its spelling alone.
#include "text/operand.h"

#include <gtest/gtest.h>

TEST(Operand, DigitsAloneAreANumber) {
    for (const char *const operand : {"0", "12", "00", "99999999999999999999999999"})
        EXPECT_TRUE(fg_operand_is_number(operand)) << operand;
    for (const char *const operand : {"", "-", "-1", "+1", "1 ", "1.5", "0x10", "12a", "file"})
        EXPECT_FALSE(fg_operand_is_number(operand)) << operand;
}

TEST(Operand, ADashAloneIsStandardInput) {
    EXPECT_TRUE(fg_operand_is_stdin("-"));
    for (const char *const operand : {"", "--", "-1", "./-"})
        EXPECT_FALSE(fg_operand_is_stdin(operand)) << operand;
}
