// SPDX-License-Identifier: MIT
// Decimal numbers, read and written: the results against snprintf() and plain division.
#include "text/decimal.h"

#include <cinttypes>
#include <cstdio>
#include <gtest/gtest.h>
#include <random>
#include <string>

namespace {

TEST(Decimal, DigitsAreCountedUpToTheFirstOther) {
    for (unsigned other = 0; other < 256; other++)
        for (unsigned place = 0; place < 8; place++) {
            unsigned char text[8] = {'9', '0', '9', '0', '9', '0', '9', '0'};
            text[place] = static_cast<unsigned char>(other);
            const bool is_digit = other >= '0' && other <= '9';
            EXPECT_EQ(fg_decimal_digits(fg_decimal_load(text)), is_digit ? 8 : place);
        }
}

TEST(Decimal, ValuesOfEveryLength) {
    for (uint32_t x = 0; x < 100000000; x += x < 100000 ? 1 : 9973) {
        char text[16];
        const int length = snprintf(text, sizeof text, "%u/garbage", x) - 8;
        const uint64_t word = fg_decimal_load(reinterpret_cast<const unsigned char *>(text));
        ASSERT_EQ(fg_decimal_value(word, static_cast<unsigned>(length)), x);
    }
}

std::string decimal(uint64_t n) {
    char text[FG_DECIMAL_ROOM];
    return std::string(text, fg_decimal_write(text, n));
}

std::string plain_decimal(uint64_t n) {
    char text[32];
    return std::string(text, static_cast<size_t>(snprintf(text, sizeof text, "%" PRIu64, n)));
}

TEST(Decimal, WritesAsPrintfAroundPowers) {
    for (uint64_t power = 1;; power *= 10) {
        for (const uint64_t n : {power - 1, power, power + 1, 2 * power, 9 * power})
            EXPECT_EQ(decimal(n), plain_decimal(n));
        if (power == UINT64_C(10000000000000000000))
            break;
    }
    for (unsigned bit = 0; bit < 64; bit++)
        for (const uint64_t n :
             {(UINT64_C(1) << bit) - 1, UINT64_C(1) << bit, ~(UINT64_C(1) << bit)})
            EXPECT_EQ(decimal(n), plain_decimal(n));
    EXPECT_EQ(decimal(UINT64_MAX), "18446744073709551615");
}

TEST(Decimal, SplitsEveryGroupOfFourDigits) {
    for (uint32_t x = 0; x < 10000; x++) {
        ASSERT_EQ(decimal(x), plain_decimal(x));
        ASSERT_EQ(decimal(UINT64_C(10000) * x + 9999), plain_decimal(UINT64_C(10000) * x + 9999));
    }
}

TEST(Decimal, WritesWideNumbers) {
    const std::pair<fg_uint128, std::string> cases[] = {
        {{0, 0}, "0"},
        {{UINT64_MAX, 0}, "18446744073709551615"},
        {{0, 1}, "18446744073709551616"},
        {{0, 5}, "92233720368547758080"},
        {{UINT64_MAX, UINT64_MAX}, "340282366920938463463374607431768211455"},
        {{UINT64_C(0x098A224000000000), UINT64_C(0x4B3B4CA85A86C47A)},
         "100000000000000000000000000000000000000"},
        {{UINT64_C(0x098A223FFFFFFFFF), UINT64_C(0x4B3B4CA85A86C47A)},
         "99999999999999999999999999999999999999"},
    };
    for (const auto &[value, digits] : cases) {
        char text[FG_DECIMAL_WIDE_ROOM];
        EXPECT_EQ(std::string(text, fg_decimal_write_wide(text, value)), digits);
    }
}

TEST(Decimal, WritesThreeWords) {
    const std::pair<fg_uint192, std::string> cases[] = {
        {{0, 0, 0}, "0"},
        {{UINT64_MAX, 0, 0}, "18446744073709551615"},
        {{0, 1, 0}, "18446744073709551616"},
        {{0, 0, 1}, "340282366920938463463374607431768211456"},
        {{UINT64_MAX, UINT64_MAX, UINT64_MAX},
         "6277101735386680763835789423207666416102355444464034512895"},
        {{UINT64_C(0xA7640000) + (UINT64_C(0xDE0B6B3) << 32), 0, 0}, "1000000000000000000"},
    };
    for (const auto &[value, digits] : cases) {
        char text[FG_DECIMAL_192_ROOM];
        EXPECT_EQ(std::string(text, fg_decimal_write_192(text, value)), digits);
    }
}

/* Divides three words by 10, 32 bits at a time, until nothing is left. */
std::string plain_decimal_192(fg_uint192 value) {
    uint64_t limbs[] = {value.high >> 32,          value.high & UINT32_MAX, value.middle >> 32,
                        value.middle & UINT32_MAX, value.low >> 32,         value.low & UINT32_MAX};
    std::string digits;
    bool is_zero = false;
    while (!is_zero) {
        uint64_t rest = 0;
        is_zero = true;
        for (uint64_t &limb : limbs) {
            rest = rest << 32 | limb;
            limb = rest / 10;
            rest %= 10;
            is_zero = is_zero && limb == 0;
        }
        digits.insert(digits.begin(), static_cast<char>('0' + rest));
    }
    return digits;
}

TEST(Decimal, WritesThreeWordsAsPlainDivisionDoes) {
    std::mt19937_64 random(20261129);
    for (unsigned i = 0; i < 20000; i++) {
        const fg_uint192 value = {random() >> random() % 64, random() >> random() % 64,
                                  random() >> random() % 64};
        char text[FG_DECIMAL_192_ROOM];
        ASSERT_EQ(std::string(text, fg_decimal_write_192(text, value)), plain_decimal_192(value));
    }
}

TEST(Decimal, WritesRandomNumbersAsPrintf) {
    const unsigned seed = 20261122;
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    for (int i = 0; i < 300000; i++) {
        const uint64_t n = random() >> (random() % 64);
        ASSERT_EQ(decimal(n), plain_decimal(n));
    }
}

} // namespace
