// SPDX-License-Identifier: MIT
// The advice on numbers that are misspelled: given where what was meant can be seen, and only
// there.
#include "cli/input/spelling.h"

#include <gtest/gtest.h>
#include <string>

namespace {

std::string advice_on(const std::string &text, bool in_list = true) {
    char advice[FG_SPELLING_ADVICE];
    const fg_spelling_kind kind = fg_spelling_advise(text.data(), text.size(), in_list, advice);
    EXPECT_EQ(kind == FG_SPELLING_PLAIN, *advice == '\0') << text;
    return advice;
}

TEST(Spelling, GroupsOfDigits) {
    for (const std::string mark :
         {",", ".", "_", "'", "\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x89"}) {
        EXPECT_EQ(advice_on("1" + mark + "000", false), "write 1000");
        EXPECT_EQ(advice_on("12" + mark + "345" + mark + "678", false), "write 12345678");
        EXPECT_EQ(advice_on("999" + mark + "999,", false), "write 999999") << "in a list";
        EXPECT_NE(advice_on("1" + mark + "00", false), "write 100");
        EXPECT_NE(advice_on("1234" + mark + "000", false), "write 1234000");
        EXPECT_NE(advice_on("1" + mark + mark + "000", false), "write 1000");
        EXPECT_NE(advice_on(mark + "000", false), "write 000");
        EXPECT_NE(advice_on("1" + mark + "000" + mark + "0", false), "write 10000");
    }
    EXPECT_EQ(advice_on("1,000.000", false), "");
    EXPECT_EQ(advice_on("1,000").rfind("write 1000, or a space behind each comma", 0), 0u);
    EXPECT_EQ(advice_on("1_000"), "write 1000");
}

TEST(Spelling, Negative) {
    EXPECT_EQ(advice_on("-5"), "write 5, which has the same factors");
    EXPECT_EQ(advice_on("-120", false), "write 120, which has the same factors");
}

TEST(Spelling, ExponentsAndFractions) {
    for (const char *const text :
         {"1e6", "1E6", "1.5e+3", "10^18", "2^64-1", "2**64", "+1e6", "1e6,"})
        EXPECT_EQ(advice_on(text), "write all of its digits") << text;
    EXPECT_EQ(advice_on("12.0"), "write 12");
    EXPECT_EQ(advice_on("12."), "write 12");
    EXPECT_EQ(advice_on("12.00;"), "write 12");
    for (const char *const text : {"1.5", "e6", "1e", "12.0.0", ".0", "-", "-0", "--5", "-5x",
                                   "12abc", "0x", "x", "1-2", "1/2", ""})
        EXPECT_EQ(advice_on(text), "") << text;
}

TEST(Spelling, OtherFormats) {
    EXPECT_NE(advice_on("[12").find("jq"), std::string::npos);
    EXPECT_NE(advice_on("{\"n\":12}").find("jq"), std::string::npos);
    EXPECT_NE(advice_on("\"12\"").find("--input-format=csv"), std::string::npos);
    EXPECT_NE(advice_on("a,12,b").find("behind each comma between"), std::string::npos);
    EXPECT_NE(advice_on("1;2").find("behind each semicolon between"), std::string::npos);
    EXPECT_NE(advice_on("12\xC2\xA0").find("no-break space"), std::string::npos);
    EXPECT_EQ(advice_on("name,value"), "");
    EXPECT_EQ(advice_on("x12,"), "");
    for (const char *const text : {"[12", "\"12\"", "1,2", "1;2"})
        EXPECT_EQ(advice_on(text, false), "") << "in a table already: " << text;
}

TEST(Spelling, AdviceIsGivenOnceAKind) {
    unsigned advised = 0;
    bool accept_wide = false;
    const auto describe = [&](const std::string &token) {
        fg_spelling spelling;
        char text[FG_SPELLING_TEXT];
        fg_spelling_begin(&spelling, true);
        for (const char byte : token)
            fg_spelling_add(&spelling, static_cast<unsigned char>(byte));
        EXPECT_EQ(fg_spelling_judge(&spelling, false, accept_wide), FG_SPELLING_BAD);
        fg_spelling_describe(&spelling, &advised, text);
        return std::string(text);
    };
    EXPECT_EQ(describe("1e6"), "'1e6' is not a whole number: write all of its digits");
    EXPECT_EQ(describe("1e7"), "'1e7' is not a whole number");
    EXPECT_EQ(describe("1_000"), "'1_000' is not a whole number: write 1000");
    EXPECT_EQ(describe("0x10000000000000000,"), "0x10000000000000000 does not fit in 64 bits");
    EXPECT_EQ(describe("+0;"), "+0 has no finite set of divisors");
    accept_wide = true;
    const std::string digits(33, '1');
    EXPECT_EQ(describe("0x" + digits), "0x" + digits +
                                           " does not fit in 128 bits: the largest number is "
                                           "340282366920938463463374607431768211455");
    EXPECT_EQ(describe("0x" + digits + ";"), "0x" + digits + " does not fit in 128 bits");
}

} // namespace
