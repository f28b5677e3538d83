// SPDX-License-Identifier: MIT
// A column of a table, whatever the pieces that it arrives in. Tables are written here field by
// field, so that what must come out is known without reading them.
#include "cli/input/csv.h"
#include "number_lists.h"

#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

namespace {

struct Read {
    std::string refused; // the message, if the first row is refused
    std::vector<unsigned __int128> numbers;
    std::vector<std::string> complaints; // "line: description"
    bool operator==(const Read &other) const {
        return refused == other.refused && numbers == other.numbers &&
               complaints == other.complaints;
    }
};

const unsigned char *bytes_of(const std::string &text) {
    return reinterpret_cast<const unsigned char *>(text.data());
}

// In pieces of `piece` bytes; the first row is looked for after each.
Read read(const std::string &text, const char *column = nullptr, size_t piece = 100000,
          size_t room = 3, unsigned char delimiter = 0, size_t wide_room = 0) {
    Read read;
    fg_csv csv = {};
    fg_csv_layout layout;
    fg_error error = {};
    bool found = false;
    size_t have = 0;
    while (!found) {
        have = std::min(have + piece, text.size());
        const std::vector<unsigned char> bytes(text.begin(), text.begin() + have);
        if (fg_csv_read_header(bytes.data(), have, have == text.size(), column, delimiter, &layout,
                               &found, &error) != FG_OK) {
            read.refused = error.message;
            return read;
        }
        if (have == text.size() && !found) {
            ADD_FAILURE() << "not decided with all bytes";
            return read;
        }
    }
    fg_csv_begin(&csv, &layout);
    number_lists::List list(room, wide_room);
    const auto take = [&](fg_tokenizer_event event) {
        if (event == FG_TOKENIZER_BAD) {
            char words[FG_CSV_TEXT];
            fg_csv_describe(&csv, words);
            read.complaints.push_back(std::to_string(csv.line) + ": " + words);
        }
        number_lists::append(read.numbers, list);
        fg_number_list_clear(&list);
    };
    for (size_t begin = layout.header_bytes; begin < text.size();) {
        const size_t end = begin < have ? have : std::min(begin + piece, text.size());
        const std::vector<unsigned char> bytes(text.begin() + begin, text.begin() + end);
        const unsigned char *at = bytes.data();
        fg_tokenizer_event event;
        do {
            event = fg_csv_feed(&csv, &at, bytes.data() + bytes.size(), &list);
            take(event);
        } while (event != FG_TOKENIZER_EMPTY);
        begin = end;
    }
    take(fg_csv_finish(&csv, &list));
    return read;
}

using number_lists::largest;
using number_lists::Numbers;
using number_lists::two_to_64;
using Complaints = std::vector<std::string>;

TEST(Csv, ColumnsByNameAndNumber) {
    const std::string text = "id,n,\"a \"\"b\"\"\"\n1,12,5\n2,13,6\n";
    EXPECT_EQ(read(text, "n").numbers, (Numbers{12, 13}));
    EXPECT_EQ(read(text, "2").numbers, (Numbers{12, 13}));
    EXPECT_EQ(read(text, "1").numbers, (Numbers{1, 2}));
    EXPECT_EQ(read(text, "a \"b\"").numbers, (Numbers{5, 6}));
    EXPECT_EQ(read(text, "4").refused,
              "has no column '4': its first row is 'id', 'n', 'a \"\"b\"\"'");
    EXPECT_EQ(read(text, "m").refused,
              "has no column 'm': its first row is 'id', 'n', 'a \"\"b\"\"'");
    EXPECT_EQ(read(text).refused, "has 3 columns, 'id', 'n', 'a \"\"b\"\"': say which with "
                                  "--column=NUMBER or --column=NAME");
    EXPECT_EQ(read("n,a,n\n1,2,3\n", "n").refused,
              "has 2 columns that are called 'n': say which by its number, as in --column=1");
    EXPECT_EQ(read("n,a,n\n1,2,3\n", "3").numbers, Numbers{3});
}

TEST(Csv, NumbersOfTwoWords) {
    const std::string text = "n,m\n18446744073709551616,1\r\n\"340282366920938463463374607431768211"
                             "455\",2\n12,3\n340282366920938463463374607431768211456,4\n13,5\n";
    for (size_t piece = 1; piece <= text.size(); piece++)
        for (const size_t wide_room : {1, 2, 5}) {
            const Read found = read(text, "n", piece, 3, 0, wide_room);
            EXPECT_EQ(found.numbers, (Numbers{two_to_64, largest, 12, 13}));
            EXPECT_EQ(found.complaints,
                      Complaints{"5: column 1 ('n'): 340282366920938463463374607431768211456 does "
                                 "not fit in 128 bits: the largest number is "
                                 "340282366920938463463374607431768211455"});
        }
}

// A first row whose field does not begin as a number is a header, and no other.
TEST(Csv, AFileWithoutAHeader) {
    EXPECT_EQ(read("12,a\n13,b\n", "1").numbers, (Numbers{12, 13}));
    EXPECT_EQ(read("12\n13").numbers, (Numbers{12, 13})) << "one column needs no name";
    EXPECT_EQ(read("n\n12\n13\n").numbers, (Numbers{12, 13}));
    EXPECT_EQ(read("\"n\"\r\n12\r\n").numbers, Numbers{12});
    EXPECT_EQ(read(",n\n0,12\n1,13\n", "2").numbers, (Numbers{12, 13}));
    EXPECT_EQ(read(",n\n7,12\n8,13\n", "1").numbers, (Numbers{7, 8}))
        << "as pandas writes its index";
    const Read bad = read("\"1,000\",a\n13,b\n", "1");
    EXPECT_EQ(bad.numbers, Numbers{13});
    EXPECT_EQ(bad.complaints, Complaints{"1: column 1: '1,000' is not a whole number: write 1000"});
    EXPECT_EQ(read("-1,a\n13,b\n", "1").complaints.size(), 1u);
    EXPECT_EQ(read("\" 12\",a\n13,b\n", "1").numbers, (Numbers{12, 13}));
}

TEST(Csv, EmptyFiles) {
    for (const std::string text : {"", "\n", "\r\n\r\n", "  \n ", "\xEF\xBB\xBF", "sep=;\n"})
        for (const char *const column : {"1", "n"})
            for (size_t piece = 1; piece <= 7; piece++)
                EXPECT_TRUE(read(text, column, piece) == Read()) << text;
    EXPECT_TRUE(read("n\n", "n") == Read());
    EXPECT_TRUE(read("n", "n") == Read());
    EXPECT_TRUE(read("a,n\r", "n") == Read());
}

TEST(Csv, TheSeparatorIsTheOneOfTheFirstRow) {
    EXPECT_EQ(read("a;n\nx,y;12\n", "n").numbers, Numbers{12});
    EXPECT_EQ(read("a\tn\nx,y;z\t12\n", "n").numbers, Numbers{12});
    EXPECT_EQ(read("\"a;b\",n\nx;y,12\n", "n").numbers, Numbers{12});
    EXPECT_EQ(read("\"a\nb;c\",n\nx;y,12\n", "n").numbers, Numbers{12});
    EXPECT_EQ(read("sep=;\na,b;n\nx;12\n", "n").numbers, Numbers{12});
    EXPECT_EQ(read("\xEF\xBB\xBFsep=,\r\na;b,n\r\nx,12\r\n", "n").numbers, Numbers{12});
    EXPECT_EQ(read("sep=|\na,b|n\nx|12\n", "n").numbers, Numbers{12});
    EXPECT_EQ(read("sep=1\n12\n").numbers, Numbers{12}) << "a header, as a digit is none";
    EXPECT_EQ(read("sep=\n\r12\n").numbers, Numbers{12});
    EXPECT_EQ(read("a,b\tn\nx\t12\n", "n", 100, 3, '\t').numbers, Numbers{12});
    EXPECT_EQ(
        read("a,b;n\nx;12\n", "n").refused,
        "its first row has ',' and ';' outside quotes, and only one can be what separates its "
        "fields: put a line before it that says which, as in sep=;");
    EXPECT_NE(read("a;b\tn\n", "n").refused.find("has ';' and tabs outside"), std::string::npos);
    EXPECT_NE(read("a,b;c\tn\n", "n").refused.find("has ',' and ';' and tabs"), std::string::npos);
    EXPECT_EQ(read("5\" disk,n\nx,12\n", "n").numbers, Numbers{12}) << "a quote inside a field";
}

TEST(Csv, FieldsThatAreNoNumberAreNamed) {
    const Read found = read("a,n\n1,\"1,000\"\n\n2,12\n3,\n4,x\n5,\"\"\n6,12.0\n\"7\n8\",y\n9,0\n"
                            "10,99999999999999999999\n11,\"12,\"\n12,13",
                            "n");
    EXPECT_EQ(found.numbers, (Numbers{12, 13}));
    const std::string column = ": column 2 ('n')";
    EXPECT_EQ(found.complaints,
              (Complaints{"2" + column + ": '1,000' is not a whole number: write 1000",
                          "5" + column + " is empty", "6" + column + ": 'x' is not a whole number",
                          "7" + column + " is empty",
                          "8" + column + ": '12.0' is not a whole number: write 12",
                          "10" + column + ": 'y' is not a whole number",
                          "11" + column + ": 0 has no finite set of divisors",
                          "12" + column + ": 99999999999999999999 does not fit in 64 bits",
                          "13" + column + ": '12,' is not a whole number"}));
}

// A separator that was not quoted shifts all fields behind it: such a row is not guessed at.
TEST(Csv, RowsOfAnotherLengthAreRefused) {
    const Read found = read("a,n\n1,000,12\n7\n8,13\n9,14,\n", "n");
    EXPECT_EQ(found.numbers, Numbers{13});
    const std::string end = ", and the first row 2: a field with a separator in it needs quotes";
    EXPECT_EQ(found.complaints,
              (Complaints{"2: the row has 3 fields" + end, "3: the row has 1 field" + end,
                          "5: the row has 3 fields" + end}));
}

TEST(Csv, WhatCannotBeToldApartEndsTheFile) {
    for (size_t piece = 1; piece < 30; piece++) {
        const Read behind = read("a,n\n1,12\n\"x\" y,13\n3,14\n", "n", piece);
        EXPECT_EQ(behind.numbers, Numbers{12});
        EXPECT_EQ(
            behind.complaints,
            Complaints{"3: field 1 has text behind its closing quote, so the rest of it is not "
                       "read: a quote in a field is written twice"});
        const Read open = read("a,n\n1,12\n\n\"x,13\n3,14\n", "n", piece);
        EXPECT_EQ(open.numbers, Numbers{12});
        EXPECT_EQ(open.complaints, Complaints{"4: the quote that field 1 begins with is never "
                                              "closed, so nothing behind it was read"});
        const Read binary = read("a,n\n1,12\n2,1\x02,3\n3,14\n", "n", piece);
        EXPECT_EQ(binary.numbers, Numbers{12});
        ASSERT_EQ(binary.complaints.size(), 1u);
        EXPECT_EQ(binary.complaints[0].rfind("3: binary data begins here (byte 0x02)", 0), 0u);
    }
    for (const char *const text : {"\"a\"b,n\n1,12\n", "\"a,n\n1,12\n"})
        EXPECT_EQ(read(text, "n").refused,
                  "field 1 of its first row begins with a quote and does not end with one: a quote "
                  "in a field is written twice");
}

TEST(Csv, AFirstRowIsNotLookedForWithoutEnd) {
    const std::string text(FG_CSV_HEADER_MOST, 'x');
    bool found;
    fg_csv_layout layout;
    fg_error error;
    EXPECT_EQ(
        fg_csv_read_header(bytes_of(text), text.size() - 1, false, "n", 0, &layout, &found, &error),
        FG_OK);
    EXPECT_FALSE(found);
    EXPECT_EQ(
        fg_csv_read_header(bytes_of(text), text.size(), false, "n", 0, &layout, &found, &error),
        FG_ERROR_ARGUMENT);
    EXPECT_STREQ(error.message, "its first row is longer than 65536 bytes: has it a quote that is "
                                "not closed, or is this no CSV?");
}

// One field as a writer may write it.
std::string write_field(const std::string &field, char delimiter, std::mt19937 &random) {
    const bool needs = field.find_first_of(std::string("\"\r\n") + delimiter) != std::string::npos;
    const std::string blank = random() % 4 == 0 ? " " : "";
    if (!needs && random() % 3 != 0)
        return blank + field + blank;
    std::string text = blank + "\"";
    for (const char c : field)
        text += c == '"' ? std::string("\"\"") : std::string(1, c);
    return text + "\"" + blank;
}

TEST(Csv, RandomTablesInRandomPieces) {
    const unsigned seed = 20261129;
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    static const std::vector<std::string> others = {
        "",           "x",          "a,b",      "a;b",
        "tab\there",  "say \"12\"", "\"",       "two\nlines 13\n",
        "crlf\r\n12", "1,000",      "\xC3\xA9", "#",
        "12",         "a \"\" b",   ",",        "\n"};
    for (int round = 0; round < 1500; round++) {
        const char delimiter = ",;\t"[random() % 3];
        const std::string line_end = random() % 2 ? "\n" : "\r\n";
        const size_t columns = 1 + random() % 5, chosen = random() % columns;
        const bool has_header = random() % 2;
        std::string text = random() % 2 ? "\xEF\xBB\xBF" : "";
        text += "sep=" + std::string(1, delimiter) + line_end;
        Read expected;
        for (size_t row = random() % 20 + (has_header ? 1 : 0), i = 0; i < row; i++) {
            for (size_t j = 0; j < columns; j++) {
                const uint64_t number = 1 + random() % 1000000;
                const std::string field = has_header && i == 0 ? "c" + std::to_string(j + 1)
                                          : j == chosen        ? std::to_string(number)
                                                               : others[random() % others.size()];
                text += (j > 0 ? std::string(1, delimiter) : "") +
                        write_field(field, delimiter, random);
                if (j == chosen && !(has_header && i == 0))
                    expected.numbers.push_back(number);
            }
            text += i + 1 < row || random() % 2 ? line_end : "";
        }
        const std::string column = has_header && random() % 2 ? "c" + std::to_string(chosen + 1)
                                                              : std::to_string(chosen + 1);
        for (const size_t piece : {size_t{1}, 1 + random() % 40, size_t{100000}})
            ASSERT_TRUE(read(text, column.c_str(), piece, 1 + random() % 4) == expected)
                << piece << "\n"
                << text;
    }
}

} // namespace
