// SPDX-License-Identifier: MIT
// The tokenizer: its numbers and complaints must not depend on the pieces in which text arrives.
// Those of random text are compared with a tokenizer that splits whole lines and is obviously
// right.
#include "cli/input/foreign_file.h"
#include "cli/input/tokenizer.h"
#include "number_lists.h"

#include <gtest/gtest.h>
#include <random>
#include <regex>

namespace {

using number_lists::largest;
using number_lists::Numbers;
using number_lists::two_to_64;

struct Tokens {
    Numbers numbers;
    std::vector<std::string> complaints; // "line: description"
    bool operator==(const Tokens &other) const {
        return numbers == other.numbers && complaints == other.complaints;
    }
};

// Feeds `text` in pieces of `piece` bytes, taking at most `room` numbers at a time, `wide_room` of
// them from 2^64 on.
Tokens tokenize(const std::string &text, size_t piece, size_t room, bool accept_zero = false,
                size_t wide_room = 0) {
    Tokens tokens;
    fg_tokenizer tokenizer = {};
    tokenizer.accept_zero = accept_zero;
    fg_tokenizer_begin(&tokenizer);
    number_lists::List list(room, wide_room);
    const auto take = [&](fg_tokenizer_event event) {
        if (event == FG_TOKENIZER_BAD) {
            char words[FG_TOKENIZER_TEXT];
            fg_tokenizer_describe(&tokenizer, words);
            tokens.complaints.push_back(std::to_string(tokenizer.line) + ": " + words);
        }
        number_lists::append(tokens.numbers, list);
        fg_number_list_clear(&list);
    };
    for (size_t begin = 0; begin < text.size(); begin += piece) {
        // A copy of its own, so that a sanitizer sees any byte read beyond it.
        const std::vector<unsigned char> bytes(text.begin() + begin,
                                               text.begin() + std::min(begin + piece, text.size()));
        const unsigned char *at = bytes.data();
        fg_tokenizer_event event;
        do {
            event = fg_tokenizer_feed(&tokenizer, &at, bytes.data() + bytes.size(), &list);
            take(event);
        } while (event != FG_TOKENIZER_EMPTY);
    }
    take(fg_tokenizer_finish(&tokenizer, &list));
    return tokens;
}

// One token by the rules in words. Only for tokens of at most FG_SPELLING_HEAD printable bytes.
void judge(std::string token, size_t line, bool accept_zero, bool accept_wide, Tokens &tokens) {
    static const std::regex number("[+]?([0-9]+|0[xX][0-9a-fA-F]+)[,;]?");
    const std::string place = std::to_string(line) + ": ";
    if (token == "," || token == ";")
        return;
    if (!std::regex_match(token, number)) {
        static const std::regex negative("-[1-9][0-9]*[,;]?");
        const bool is_negative = std::regex_match(token, negative);
        tokens.complaints.push_back(place + "'" + token + "' is " +
                                    (is_negative ? "negative" : "not a whole number"));
        return;
    }
    token = token.substr(0, token.find_first_of(",;"));
    std::string digits = token.substr(token[0] == '+');
    const bool is_hex = digits.size() > 1 && (digits[1] == 'x' || digits[1] == 'X');
    const unsigned base = is_hex ? 16 : 10;
    const unsigned __int128 most = accept_wide ? largest : two_to_64 - 1;
    unsigned __int128 value = 0;
    bool is_too_big = false;
    for (const char text : is_hex ? digits.substr(2) : digits) {
        const auto digit = std::stoul(std::string(1, text), nullptr, 16);
        is_too_big = is_too_big || value > (most - digit) / base;
        value = value * base + digit;
    }
    if (is_too_big)
        tokens.complaints.push_back(place + token + " does not fit in " +
                                    (accept_wide ? "128" : "64") + " bits");
    else if (value == 0 && !accept_zero)
        tokens.complaints.push_back(place + token + " has no finite set of divisors");
    else
        tokens.numbers.push_back(value);
}

Tokens tokenize_plainly(const std::string &text, bool accept_zero, bool accept_wide) {
    Tokens tokens;
    size_t line = 1, begin = 0;
    while (begin <= text.size()) {
        const size_t end = std::min(text.find('\n', begin), text.size());
        std::string content = text.substr(begin, end - begin);
        content = content.substr(0, content.find('#'));
        size_t at = 0;
        while ((at = content.find_first_not_of(" \t\v\f\r", at)) != std::string::npos) {
            const size_t stop = std::min(content.find_first_of(" \t\v\f\r", at), content.size());
            judge(content.substr(at, stop - at), line, accept_zero, accept_wide, tokens);
            at = stop;
        }
        begin = end + 1;
        line++;
    }
    return tokens;
}

TEST(Tokenizer, TwentyDigitsAroundTwoToThe64) {
    const std::string text = "18446744073709551614\n18446744073709551615\n18446744073709551616\n"
                             "18446744073709551625\n99999999999999999999\n10000000000000000000\n"
                             "9999999999999999999\n00018446744073709551615\n";
    const Numbers expected = {UINT64_MAX - 1, UINT64_MAX, 10000000000000000000u,
                              9999999999999999999u, UINT64_MAX};
    const Numbers all = {UINT64_MAX - 1,
                         UINT64_MAX,
                         two_to_64,
                         two_to_64 + 9,
                         static_cast<unsigned __int128>(99999999999999) * 1000000 + 999999,
                         10000000000000000000u,
                         9999999999999999999u,
                         UINT64_MAX};
    for (size_t piece = 1; piece <= text.size(); piece++) {
        const Tokens tokens = tokenize("\n" + text, piece, 3);
        EXPECT_EQ(tokens.numbers, expected) << piece;
        ASSERT_EQ(tokens.complaints.size(), 3u) << piece;
        EXPECT_EQ(tokens.complaints[0], "4: 18446744073709551616 does not fit in 64 bits");
        EXPECT_EQ(tokenize("\n" + text, piece, 3, false, 2), (Tokens{all, {}})) << piece;
    }
}

// In lists that are full after one of them, and in those that have room.
TEST(Tokenizer, NumbersAroundTwoToThe128) {
    const std::string zeros(300, '0'), largest_digits = "340282366920938463463374607431768211455";
    const std::string text = largest_digits + "\r\n+" + largest_digits + ", 7\n" + zeros +
                             largest_digits + ";\n" + zeros + "18446744073709551616 " + zeros +
                             "8\n0x" + std::string(32, 'f') + "\n0X" + zeros + "1" +
                             std::string(16, '0') + "\n18446744073709551616#2\n";
    const Numbers expected = {largest, largest, 7,         largest,  two_to_64,
                              8,       largest, two_to_64, two_to_64};
    for (const size_t wide_room : {1, 2, 100})
        for (size_t piece = 1; piece <= text.size(); piece += piece < 60 ? 1 : 97)
            for (const size_t room : {1, 2, 100})
                EXPECT_EQ(tokenize(text, piece, room, false, wide_room), (Tokens{expected, {}}))
                    << wide_room << ' ' << piece << ' ' << room;
}

TEST(Tokenizer, WhatDoesNotFitIn128BitsIsNamed) {
    const std::string digits = "340282366920938463463374607431768211456";
    const std::string advice = ": the largest number is 340282366920938463463374607431768211455";
    const std::string text = digits + " +" + digits + ",\n0x1" + std::string(32, '0') + "\n" +
                             std::string(40, '9') + "\n" + std::string(1000, '1') + "\n" +
                             "18446744073709551616\n" + digits + "x\n";
    for (const size_t piece : {1, 7, 100, 100000}) {
        const Tokens tokens = tokenize(text, piece, 3, false, 3);
        EXPECT_EQ(tokens.numbers, Numbers{two_to_64});
        EXPECT_EQ(tokens.complaints,
                  (std::vector<std::string>{
                      "1: " + digits + " does not fit in 128 bits" + advice,
                      "1: +" + digits + " does not fit in 128 bits",
                      "2: 0x1" + std::string(32, '0') + " does not fit in 128 bits",
                      "3: " + std::string(40, '9') + " does not fit in 128 bits",
                      "4: " + std::string(40, '1') + "… (1000 digits) does not fit in 128 bits",
                      "6: '" + digits + "x' is not a whole number"}));
        EXPECT_EQ(tokenize(digits, piece, 3).complaints,
                  std::vector<std::string>{"1: " + digits + " does not fit in 64 bits"});
    }
}

// A list that has no room for another wide number takes no other number behind it either.
TEST(Tokenizer, WideNumbersFillAList) {
    const std::string text = "1 18446744073709551616 2 18446744073709551617 3 4 5\n";
    fg_tokenizer tokenizer = {};
    fg_tokenizer_begin(&tokenizer);
    number_lists::List list(100, 2);
    auto at = reinterpret_cast<const unsigned char *>(text.data());
    const unsigned char *const end = at + text.size();
    Numbers numbers;
    EXPECT_EQ(fg_tokenizer_feed(&tokenizer, &at, end, &list), FG_TOKENIZER_FULL);
    EXPECT_TRUE(fg_number_list_is_full(&list));
    EXPECT_EQ(list.wide_count, 2u);
    number_lists::append(numbers, list);
    EXPECT_EQ(numbers, (Numbers{1, two_to_64, 2, two_to_64 + 1}));
    fg_number_list_clear(&list);
    EXPECT_EQ(fg_tokenizer_feed(&tokenizer, &at, end, &list), FG_TOKENIZER_EMPTY);
    EXPECT_EQ(list.wide_count, 0u);
    number_lists::append(numbers, list);
    EXPECT_EQ(numbers, (Numbers{1, two_to_64, 2, two_to_64 + 1, 3, 4, 5}));
}

TEST(Tokenizer, EveryLengthOfNumber) {
    std::string text;
    Numbers expected;
    for (int zeros = 0; zeros < 3; zeros++)
        for (uint64_t n = 1; n < UINT64_MAX / 10; n = 10 * n + n % 7) {
            text += std::string(static_cast<size_t>(zeros), '0') + std::to_string(n) + ' ';
            expected.push_back(n);
        }
    for (size_t piece = 1; piece <= 100; piece++)
        EXPECT_EQ(tokenize(text, piece, 5).numbers, expected) << piece;
}

TEST(Tokenizer, RandomInputInRandomPiecesAsThePlainOne) {
    const unsigned seed = 20261122;
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    static const std::vector<std::string> parts = {"0",
                                                   "00",
                                                   "1",
                                                   "12",
                                                   "18446744073709551615",
                                                   "18446744073709551616",
                                                   "12345678",
                                                   " ",
                                                   "\n",
                                                   "\r\n",
                                                   "\t",
                                                   "#",
                                                   "# 1 2\n",
                                                   "x",
                                                   "-3",
                                                   "1234567890123456",
                                                   " ",
                                                   "\n",
                                                   "7",
                                                   "\v",
                                                   "\f",
                                                   "99999999",
                                                   "12, ",
                                                   "3;\n",
                                                   ", ",
                                                   "+",
                                                   "+8 ",
                                                   "0x",
                                                   "0X1f ",
                                                   "0xFFFFFFFFFFFFFFFF, ",
                                                   "0x10000000000000000 ",
                                                   "340282366920938463463374607431768211455",
                                                   "340282366920938463463374607431768211456",
                                                   "340282366920938463463374607431768211455,\r\n",
                                                   "0xffffffffffffffffFFFFFFFFFFFFFFFF; ",
                                                   "0x100000000000000000000000000000000",
                                                   "123456789012345678901234567890 ",
                                                   "18446744073709551615,\r\n"};
    for (int round = 0; round < 3000; round++) {
        std::string text;
        for (unsigned i = random() % 60; i > 0; i--)
            text += parts[random() % parts.size()];
        const bool accept_zero = random() % 2;
        const size_t wide_room = random() % 4;
        const Tokens expected = tokenize_plainly(text, accept_zero, wide_room > 0);
        bool long_token = false; // those are shortened, which the plain one does not do
        for (const std::string &complaint : expected.complaints)
            long_token = long_token || complaint.size() > FG_SPELLING_HEAD;
        if (long_token)
            continue;
        for (const size_t piece : {size_t{1}, 1 + random() % 40, size_t{100000}}) {
            Tokens found = tokenize(text, piece, 1 + random() % 4, accept_zero, wide_room);
            for (std::string &complaint : found.complaints) // spelling_test.cpp has the advice
                complaint = std::regex_replace(complaint,
                                               std::regex("( number| bits| negative): .*"), "$1");
            ASSERT_TRUE(found == expected) << piece << "\n" << text;
        }
    }
}

// Numbers with a comma behind them take the fast path, too.
TEST(Tokenizer, CommasAndSemicolonsBeforeWhiteSpaceSeparate) {
    for (const std::string separator : {", ", "; ", ",\n", ";\t", " , ", " ;\n", ",\r\n"}) {
        std::string text;
        Numbers expected;
        for (uint64_t n = 1; n < UINT64_MAX / 10; n = 10 * n + n % 7) {
            text += std::to_string(n) + separator;
            expected.push_back(n);
        }
        for (size_t piece = 1; piece <= 60; piece++) {
            const Tokens tokens = tokenize(text + "7", piece, 5);
            EXPECT_EQ(tokens.numbers.size(), expected.size() + 1) << separator << piece;
            EXPECT_TRUE(tokens.complaints.empty());
            EXPECT_TRUE(std::equal(expected.begin(), expected.end(), tokens.numbers.begin()));
        }
    }
}

// Nothing behind such a byte is taken, wherever the pieces end, and no token that touches it.
TEST(Tokenizer, AByteThatNoTextHasEndsTheSource) {
    for (int byte = 0; byte < 256; byte++) {
        const bool is_binary =
            byte < 7 || (byte > 13 && byte < 26) || (byte > 27 && byte < 32) || byte == 127;
        EXPECT_EQ(fg_foreign_is_binary(static_cast<unsigned char>(byte)), is_binary) << byte;
        if (!is_binary)
            continue;
        const std::string text = "12 13\n14" + std::string(1, static_cast<char>(byte)) +
                                 " 15\n16 17 18 19 20 21 22 23 24 25 26 27 28\n";
        for (size_t piece = 1; piece <= text.size(); piece++) {
            const Tokens tokens = tokenize(text, piece, 1 + piece % 3);
            EXPECT_EQ(tokens.numbers, (Numbers{12, 13})) << byte << " " << piece;
            ASSERT_EQ(tokens.complaints.size(), 1u) << byte << " " << piece;
            EXPECT_EQ(tokens.complaints[0].rfind("2: binary data begins here", 0), 0u);
        }
    }
}

TEST(Tokenizer, ByteOrderMarkInAnyPieces) {
    for (size_t piece = 1; piece <= 10; piece++) {
        EXPECT_EQ(tokenize("\xEF\xBB\xBF"
                           "12 13",
                           piece, 9)
                      .numbers,
                  (Numbers{12, 13}));
        EXPECT_EQ(tokenize("\xEF\xBB\xBF", piece, 9), Tokens());
        EXPECT_EQ(tokenize("\xEF\xBB\xBF\xEF\xBB\xBF", piece, 9).complaints.size(), 1u);
        EXPECT_EQ(tokenize(" \xEF\xBB\xBF", piece, 9).complaints.size(), 1u);
        EXPECT_EQ(tokenize("\xEF\xBB 1", piece, 9).complaints.size(), 1u);
    }
}

TEST(Tokenizer, DescriptionsFitWhateverTheToken) {
    for (const size_t length : {1u, 39u, 40u, 41u, 1000u}) {
        const Tokens tokens = tokenize(std::string(length, '\xFF'), 7, 1);
        ASSERT_EQ(tokens.complaints.size(), 1u);
        EXPECT_EQ(tokens.complaints[0].find("…") != std::string::npos, length > 40);
        EXPECT_NE(tokens.complaints[0].find("is not a whole number"), std::string::npos);
    }
}

} // namespace
