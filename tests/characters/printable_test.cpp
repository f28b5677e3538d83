// SPDX-License-Identifier: MIT
// Which characters a message shows as they are, and how it shows the bytes of all others.
#include "characters/printable.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace {

std::string shown(const std::string &text, size_t room = 1000) {
    std::vector<char> out(room + 1, 'x');
    fg_printable_copy(text.c_str(), out.data(), room);
    EXPECT_EQ(out[room], 'x') << "written behind the end";
    return out.data();
}

TEST(Printable, TextIsShownAsItIs) {
    for (const char *const text :
         {"", "numbers.txt", "~ !\\\"'", "caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80", "\xC2\xA0",
          "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D", "\xEF\xBF\xBD", "\xF4\x8F\xBF\xBD"})
        EXPECT_EQ(shown(text), text);
}

TEST(Printable, ControlCharactersAreEscaped) {
    EXPECT_EQ(shown("a\nb\tc\r"), "a\\x0ab\\x09c\\x0d");
    EXPECT_EQ(shown("\x1b[31m\x7f\x01"), "\\x1b[31m\\x7f\\x01");
    EXPECT_EQ(shown("\xC2\x85\xC2\x9B"), "\\xc2\\x85\\xc2\\x9b") << "of two bytes";
    EXPECT_EQ(shown("\xE2\x80\xA8\xE2\x80\xA9"), "\\xe2\\x80\\xa8\\xe2\\x80\\xa9") << "end lines";
}

TEST(Printable, WhatTurnsTheDirectionIsEscaped) {
    EXPECT_EQ(shown("\xE2\x80\xAEtxt.exe"), "\\xe2\\x80\\xaetxt.exe");
    for (const std::string mark :
         {"\xD8\x9C", "\xE2\x80\x8E", "\xE2\x80\x8F", "\xE2\x80\xAA", "\xE2\x80\xAE",
          "\xE2\x81\xA6", "\xE2\x81\xA9", "\xE2\x81\xAF"}) {
        EXPECT_EQ(shown(mark).size(), 4 * mark.size());
        EXPECT_EQ(shown(mark + "x").back(), 'x');
    }
    EXPECT_EQ(shown("\xE2\x80\x8D"), "\xE2\x80\x8D") << "a joiner, of which letters are made";
}

TEST(Printable, WhatIsNoUtf8IsEscaped) {
    EXPECT_EQ(shown("\xFFx"), "\\xffx");
    EXPECT_EQ(shown("\xC3"), "\\xc3") << "the end of the string";
    EXPECT_EQ(shown("\xE2\x82x"), "\\xe2\\x82x") << "cut short";
    EXPECT_EQ(shown("\xC0\xBC"), "\\xc0\\xbc") << "'<' in too many bytes";
    EXPECT_EQ(shown("\xE0\x80\xBC"), "\\xe0\\x80\\xbc") << "the same";
    EXPECT_EQ(shown("\xED\xA0\x80"), "\\xed\\xa0\\x80") << "a surrogate";
    EXPECT_EQ(shown("\xEF\xBF\xBF"), "\\xef\\xbf\\xbf") << "no character";
    EXPECT_EQ(shown("\xF4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80") << "beyond Unicode";
    EXPECT_EQ(shown("\x80"), "\\x80");
}

TEST(Printable, IsCutBetweenCharacters) {
    EXPECT_EQ(shown("abc", 1), "");
    EXPECT_EQ(shown("abc", 3), "ab");
    EXPECT_EQ(shown("a\n", 5), "a");
    EXPECT_EQ(shown("a\n", 6), "a\\x0a");
    EXPECT_EQ(shown("a\xC3\xA9", 3), "a");
    EXPECT_EQ(shown("a\xC3\xA9", 4), "a\xC3\xA9");
}

TEST(Printable, OfWhatIsShownIsTheSame) {
    std::string all;
    for (int byte = 1; byte < 256; byte++)
        all += static_cast<char>(byte);
    EXPECT_EQ(shown(shown(all)), shown(all));
}

std::string formatted(size_t room, const char *format, ...) {
    std::vector<char> out(room + 1, 'x');
    va_list arguments;
    va_start(arguments, format);
    fg_printable_format(out.data(), room, format, arguments);
    va_end(arguments);
    EXPECT_EQ(out[room], 'x') << "written behind the end";
    return out.data();
}

TEST(Printable, MessagesAreFormatted) {
    EXPECT_EQ(formatted(100, "%s:%d: %s", "a\nb", 12, "\xE2\x82\xAC"), "a\\x0ab:12: \xE2\x82\xAC");
    EXPECT_EQ(formatted(1, "%d", 12), "");
    EXPECT_EQ(formatted(8, "%s", "12345\n"), "12345") << "no part of an escape";
    const size_t most = FG_PRINTABLE_MESSAGE_BYTES - 1;
    EXPECT_EQ(formatted(10000, "%s", std::string(5000, '\n').c_str()).size(), 4 * most);
}

} // namespace
