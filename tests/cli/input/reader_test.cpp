// SPDX-License-Identifier: MIT
// The reader and its tokenizer: the result must not depend on the pieces in which input arrives.
// The tokens of random input are compared with a tokenizer that splits whole lines and is obviously
// right.
#include "cli/input/foreign_file.h"
#include "cli/input/reader.h"
#include "cli/input/tokenizer.h"
#include "reading.h"
#include "support/spawn.h"
#include "text/decimal.h"

#include <atomic>
#include <gtest/gtest.h>
#include <random>
#include <regex>
#include <thread>

namespace {

using reading::Batch;
using reading::Reading;

using Numbers = std::vector<unsigned __int128>;

// 2^64 and 2^128 - 1
constexpr unsigned __int128 two_to_64 = static_cast<unsigned __int128>(1) << 64;
constexpr unsigned __int128 largest = ~static_cast<unsigned __int128>(0);

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
        tokens.complaints.push_back(place + "'" + token + "' is not a whole number");
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
                complaint = std::regex_replace(complaint, std::regex("( number| bits): .*"), "$1");
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

TEST(Reader, BatchesAreFullAndCoverTheInput) {
    std::string text;
    for (int i = 1; i <= 150000; i++)
        text += std::to_string(i) + "\n";
    const spawn::TemporaryFile file(text);
    Reading reader_of({"7", file.path(), "8"});
    EXPECT_EQ(fg_reader_total_bytes(reader_of.reader.get()), text.size() + 2);
    Batch batch;
    uint64_t at_byte = 0;
    std::vector<size_t> sizes;
    std::vector<uint64_t> numbers;
    while (fg_reader_next(reader_of.reader.get(), &batch)) {
        EXPECT_EQ(batch.begin_byte, at_byte);
        EXPECT_GT(batch.end_byte, batch.begin_byte);
        at_byte = batch.end_byte;
        sizes.push_back(batch.list.count);
        numbers.insert(numbers.end(), batch.list.numbers, batch.list.numbers + batch.list.count);
    }
    EXPECT_EQ(sizes, (std::vector<size_t>{65536, 65536, 150002 - 2 * 65536}));
    EXPECT_EQ(at_byte, text.size() + 2);
    ASSERT_EQ(numbers.size(), 150002u);
    EXPECT_EQ(numbers.front(), 7u);
    for (size_t i = 1; i <= 150000; i++)
        ASSERT_EQ(numbers[i], i);
    EXPECT_EQ(numbers.back(), 8u);
    EXPECT_FALSE(fg_reader_next(reader_of.reader.get(), &batch)) << "stays at the end";
    EXPECT_TRUE(reader_of.messages.empty());
}

// Operands and files, in batches of any capacity.
TEST(Reader, WideNumbersKeepTheirPlaces) {
    std::string text;
    Numbers expected = {two_to_64};
    for (unsigned i = 1; i <= 3000; i++) {
        expected.push_back(i % 3 == 0 ? two_to_64 + i : i);
        char digits[40];
        snprintf(digits, sizeof digits, i % 3 == 0 ? "0x1%016x\n" : "%u\n", i);
        text += digits;
    }
    expected.push_back(largest);
    const spawn::TemporaryFile file(text);
    for (const size_t room : {1, 7, 100000})
        for (const size_t wide_room : {1, 5, 100000}) {
            Reading reader_of({"18446744073709551616", file.path(), "0x" + std::string(32, 'F')});
            EXPECT_EQ(reader_of.read_all_wide(room, wide_room), expected)
                << room << ' ' << wide_room;
            EXPECT_TRUE(reader_of.messages.empty());
        }
    Reading narrow({"12", "18446744073709551616", "13"});
    EXPECT_EQ(narrow.read_all(), (std::vector<uint64_t>{12, 13}));
    EXPECT_EQ(narrow.messages,
              std::vector<std::string>{"argument 2: 18446744073709551616 does not fit in 64 bits"});
}

TEST(Reader, SizeIsUnknownWhereAPipeIsRead) {
    EXPECT_EQ(fg_reader_total_bytes(Reading({"12", "/dev/zero"}).reader.get()), 0u);
    EXPECT_EQ(fg_reader_total_bytes(Reading({"12", "/nonexistent", "/"}).reader.get()), 2u);
}

TEST(Reader, ProblemsAreReportedAndRemembered) {
    Batch batch;
    Reading bad({"12", "0", "13"});
    EXPECT_TRUE(fg_reader_next(bad.reader.get(), &batch));
    EXPECT_EQ(batch.list.count, 2u);
    EXPECT_TRUE(fg_reader_had_bad_token(bad.reader.get()));
    EXPECT_FALSE(fg_reader_had_unreadable(bad.reader.get()));
    EXPECT_EQ(bad.messages,
              std::vector<std::string>{"argument 2: 0 has no finite set of divisors"});

    Reading missing({"/nonexistent", "13"});
    EXPECT_TRUE(fg_reader_next(missing.reader.get(), &batch));
    EXPECT_EQ(batch.list.count, 1u);
    EXPECT_TRUE(fg_reader_had_unreadable(missing.reader.get()));
    EXPECT_FALSE(fg_reader_had_bad_token(missing.reader.get()));
}

// 20 of each source; the others are counted when the source ends.
TEST(Reader, ManyBadTokensAreCounted) {
    std::string bad;
    for (int i = 0; i < 1000; i++)
        bad += "x\n";
    const spawn::TemporaryFile twenty(bad.substr(0, 2 * FG_READER_REPORTS)), more(bad + "12");
    Reading reader_of({twenty.path(), more.path(), "13", more.path()});
    EXPECT_EQ(reader_of.read_all(), (std::vector<uint64_t>{12, 13, 12}));
    ASSERT_EQ(reader_of.messages.size(), 3u * FG_READER_REPORTS + 2);
    EXPECT_EQ(reader_of.messages[FG_READER_REPORTS - 1],
              twenty.path() + ":20: 'x' is not a whole number");
    for (const size_t which : {2, 3})
        EXPECT_EQ(reader_of.messages[which * FG_READER_REPORTS + which - 2],
                  more.path() + ": and 980 more like these, which are not shown");
}

TEST(Reader, ManyBadArgumentsAreCounted) {
    std::vector<std::string> operands(100, "0");
    operands.push_back("12");
    Reading reader_of(operands);
    EXPECT_EQ(reader_of.read_all(), (std::vector<uint64_t>{12}));
    ASSERT_EQ(reader_of.messages.size(), FG_READER_REPORTS + 1u);
    EXPECT_EQ(reader_of.messages.back(), "arguments: and 80 more like these, which are not shown");
    EXPECT_TRUE(fg_reader_had_bad_token(reader_of.reader.get()));
}

// A stop does not lose the count.
TEST(Reader, WhatWasNotShownIsCountedWhenReadingIsStopped) {
    int input[2], stop[2];
    ASSERT_EQ(pipe2(input, O_CLOEXEC), 0);
    ASSERT_EQ(pipe2(stop, O_CLOEXEC), 0);
    {
        Batch batch;
        Reading reader_of({"/dev/fd/" + std::to_string(input[0])}, false, stop[0]);
        std::string text;
        for (int i = 0; i < 30; i++)
            text += "x\n";
        ASSERT_GT(write(input[1], (text + "12 ").c_str(), text.size() + 3), 0);
        EXPECT_TRUE(fg_reader_next(reader_of.reader.get(), &batch));
        ASSERT_EQ(write(stop[1], "x", 1), 1);
        EXPECT_FALSE(fg_reader_next(reader_of.reader.get(), &batch));
        EXPECT_FALSE(fg_reader_next(reader_of.reader.get(), &batch));
        ASSERT_EQ(reader_of.messages.size(), FG_READER_REPORTS + 1u);
        EXPECT_NE(reader_of.messages.back().find("and 10 more like these"), std::string::npos);
    }
    for (const int fd : {input[0], input[1], stop[0], stop[1]})
        close(fd);
}

TEST(Reader, StrictEndsTheInput) {
    Batch batch;
    Reading reader_of({"12", "0", "13"}, true);
    EXPECT_TRUE(fg_reader_next(reader_of.reader.get(), &batch));
    EXPECT_EQ(batch.list.count, 1u);
    EXPECT_FALSE(fg_reader_next(reader_of.reader.get(), &batch));
}

TEST(Reader, BatchEndsBeforeAWaitAndAStopEndsTheWait) {
    int input[2], stop[2];
    ASSERT_EQ(pipe2(input, O_CLOEXEC), 0);
    ASSERT_EQ(pipe2(stop, O_CLOEXEC), 0);
    Batch batch;
    {
        Reading reader_of({"/dev/fd/" + std::to_string(input[0]), "13"}, false, stop[0]);
        EXPECT_EQ(fg_reader_total_bytes(reader_of.reader.get()), 0u);
        ASSERT_EQ(write(input[1], "12 1", 4), 4);
        EXPECT_TRUE(fg_reader_next(reader_of.reader.get(), &batch));
        EXPECT_EQ(batch.list.count, 1u);
        ASSERT_EQ(write(input[1], "3 ", 2), 2);
        EXPECT_TRUE(fg_reader_next(reader_of.reader.get(), &batch));
        EXPECT_EQ(batch.list.count, 1u);
        EXPECT_EQ(batch.list.numbers[0], 13u);
        ASSERT_EQ(write(stop[1], "x", 1), 1);
        EXPECT_FALSE(fg_reader_next(reader_of.reader.get(), &batch));
    }
    for (const int fd : {input[0], input[1], stop[0], stop[1]})
        close(fd);
}

// No one waits for the batch: the reader goes on until it is full, or the input ends.
TEST(Reader, ABatchThatNobodyWantsWaitsForMore) {
    int input[2];
    ASSERT_EQ(pipe2(input, O_CLOEXEC), 0);
    static std::atomic<int> asked;
    asked = 0;
    Reading reader_of({"/dev/fd/" + std::to_string(input[0])}, false, -1, [](void *) {
        asked++;
        return false;
    });
    ASSERT_EQ(write(input[1], "12 ", 3), 3);
    std::thread later([&] {
        while (asked < 3)
            std::this_thread::yield();
        EXPECT_EQ(write(input[1], "13\n", 3), 3);
        close(input[1]);
    });
    Batch batch;
    EXPECT_TRUE(fg_reader_next(reader_of.reader.get(), &batch));
    EXPECT_EQ(batch.list.count, 2u);
    later.join();
    close(input[0]);
}

TEST(Reader, TheBatchIsNotLargerThanItsRoom) {
    Reading reader_of({"7", "8", "9"});
    Batch batch;
    batch.list.capacity = 2;
    EXPECT_TRUE(fg_reader_next(reader_of.reader.get(), &batch));
    EXPECT_EQ(batch.list.count, 2u);
    batch.list.capacity = 1;
    EXPECT_TRUE(fg_reader_next(reader_of.reader.get(), &batch));
    EXPECT_EQ(batch.list.count, 1u);
    EXPECT_EQ(batch.list.numbers[0], 9u);
    EXPECT_FALSE(fg_reader_next(reader_of.reader.get(), &batch));
}

TEST(Reader, DescriptorsAreClosed) {
    const spawn::TemporaryFile file("12 x 13\n");
    const int before = dup(0);
    close(before);
    for (int i = 0; i < 10; i++) {
        Batch batch;
        Reading reader_of({file.path(), "/", "/nonexistent", file.path()}, i % 2 == 0);
        while (fg_reader_next(reader_of.reader.get(), &batch))
            continue;
    }
    const int after = dup(0);
    close(after);
    EXPECT_EQ(before, after);
}

// ---- Ranges ----

// The blocks of what is left, each as "first..last" of a range or as its numbers.
std::vector<std::string> blocks_of(const Reading &reading, size_t room, size_t range_capacity) {
    std::vector<std::string> blocks;
    Batch batch(room);
    batch.list.range_capacity = range_capacity;
    while (fg_reader_next(reading.reader.get(), &batch)) {
        const fg_number_list &list = batch.list;
        std::string text;
        if (list.is_range)
            text = std::to_string(list.first) + ".." + std::to_string(list.first + list.count - 1);
        for (size_t i = 0; i < list.count && !list.is_range; i++)
            text += (i > 0 ? " " : "") + std::to_string(list.numbers[i]);
        blocks.push_back(text);
    }
    return blocks;
}

using Blocks = std::vector<std::string>;

TEST(Reader, RangesAreBlocksOfTheirOwnOrListed) {
    const std::vector<std::string> operands = {"5", "1..5000", "7", "2..4", "10..20..5", "8"};
    EXPECT_EQ(blocks_of(Reading(operands), 100, SIZE_MAX),
              (Blocks{"5", "1..5000", "7 2 3 4 10 15 20 8"}));
    EXPECT_EQ(blocks_of(Reading(operands), 2, 3000),
              (Blocks{"5", "1..3000", "3001..5000", "7 2", "3 4", "10 15", "20 8"}));
    const Reading listed(operands);
    std::vector<uint64_t> expected = {5};
    for (uint64_t n = 1; n <= 5000; n++)
        expected.push_back(n);
    for (const uint64_t n : {7, 2, 3, 4, 10, 15, 20, 8})
        expected.push_back(n);
    EXPECT_EQ(listed.read_all(7), expected);
    EXPECT_TRUE(listed.messages.empty());
}

TEST(Reader, RangesReachBothEndsOfTheirNumbers) {
    fg_reader_config config = {};
    config.stop_fd = -1;
    config.accept_zero = true;
    EXPECT_EQ(blocks_of(Reading({"0..9999"}, config), 100, SIZE_MAX), (Blocks{"0", "1..9999"}));
    EXPECT_EQ(blocks_of(Reading({"2^64-5000..2^64-1"}), 9, SIZE_MAX),
              (Blocks{"18446744073709546616..18446744073709551615"}));
    EXPECT_EQ(blocks_of(Reading({"1..2^64-1"}), 9, SIZE_MAX), (Blocks{"1..18446744073709551615"}));
    EXPECT_EQ(blocks_of(Reading({"2^64-4..2^64-1", "2^64-1..2^64-1..5"}), 3, 9),
              (Blocks{"18446744073709551612 18446744073709551613 18446744073709551614",
                      "18446744073709551615 18446744073709551615"}));
    const Reading zero({"0..4999"});
    EXPECT_EQ(blocks_of(zero, 100, SIZE_MAX), (Blocks{"1..4999"}));
    EXPECT_EQ(zero.messages,
              (std::vector<std::string>{"argument 1: 0 has no finite set of divisors"}));
}

TEST(Reader, RangesAreCountedBeforeTheyAreRead) {
    const auto count = [](const std::vector<std::string> &operands, fg_shard shard = {0, 0},
                          const char *narrow_advice = nullptr) {
        fg_reader_config config = {};
        config.stop_fd = -1;
        config.shard = shard;
        config.narrow_advice = narrow_advice;
        const Reading reading(operands, config);
        uint64_t numbers;
        return fg_reader_count(reading.reader.get(), &numbers) ? std::to_string(numbers) : "?";
    };
    EXPECT_EQ(count({"1..10", "5", "1..10..3", "2^100"}), "16");
    EXPECT_EQ(count({"1..2^64-1"}), "18446744073709551615");
    EXPECT_EQ(count({"1..2^64-1", "1"}), "?");
    EXPECT_EQ(count({"1..10", "5..1"}), "?");
    EXPECT_EQ(count({"0..10"}), "?");
    EXPECT_EQ(count({"1..10", "file"}), "?");
    EXPECT_EQ(count({"-"}), "?");
    EXPECT_EQ(count({}), "?");
    EXPECT_EQ(count({"1..10", "2^64"}, {0, 0}, "no"), "?");
    for (const unsigned parts : {1u, 2u, 3u, 7u, 23u}) {
        uint64_t sum = 0;
        for (unsigned i = 1; i <= parts; i++)
            sum += std::stoull(count({"1..10", "5", "1..10..3", "100..106"}, {i, parts}));
        EXPECT_EQ(sum, 22u) << parts;
    }
}

// The parts of a range differ by one number at most, however long it is.
TEST(Reader, PartsOfARangeJoin) {
    for (const std::string range : {"1..1000", "1..2^64-1", "2^64-12345..2^64-1", "5..5"})
        for (const unsigned parts : {1u, 3u, 1000u}) {
            uint64_t next = range == "5..5" ? 5 : range[0] == '1' ? 1 : UINT64_MAX - 12344;
            uint64_t least = UINT64_MAX, most = 0;
            for (unsigned i = 1; i <= parts; i++) {
                fg_reader_config config = {};
                config.stop_fd = -1;
                config.shard = {i, parts};
                const Reading reading({range}, config);
                Batch batch(1000);
                batch.list.range_capacity = SIZE_MAX;
                uint64_t count = 0;
                while (fg_reader_next(reading.reader.get(), &batch)) {
                    EXPECT_EQ(batch.list.is_range ? batch.list.first : batch.list.numbers[0],
                              next + count);
                    count += batch.list.count;
                }
                next += count;
                least = std::min(least, count);
                most = std::max(most, count);
            }
            EXPECT_LE(most - least, 1u) << range << " " << parts;
            EXPECT_EQ(next, range == "5..5"      ? 6
                            : range == "1..1000" ? 1001
                                                 : 0)
                << range << " " << parts;
        }
}

} // namespace
