// SPDX-License-Identifier: MIT
// The header of .npy files: the ones that NumPy writes, and everything else refused in words.
#include "cli/input/npy.h"
#include "npy_bytes.h"

#include <gtest/gtest.h>

namespace {

enum Verdict { GOOD, MORE, BAD };

struct Header {
    Verdict verdict;
    fg_npy npy;
    std::string text;
};

Header parse(const std::string &bytes) {
    // A copy of its own, so that a sanitizer sees any byte read beyond it.
    const std::vector<unsigned char> copy(bytes.begin(), bytes.end());
    Header header = {};
    fg_error error = {};
    const fg_status status = fg_npy_parse(copy.data(), copy.size(), &header.npy, &error);
    header.verdict = status != FG_OK ? BAD : header.npy.header_bytes == 0 ? MORE : GOOD;
    header.text = error.message;
    EXPECT_EQ(status, error.status);
    EXPECT_EQ(header.verdict == BAD, !header.text.empty()) << bytes;
    return header;
}

Header parse_dictionary(const std::string &dictionary) {
    return parse(npy::header(dictionary));
}

const std::string plain = npy::dictionary("<u8", 1000);
const char *const no_header =
    "its .npy header is not one that numpy.save writes: save the array again";

TEST(Npy, EveryVersion) {
    for (unsigned major = 1; major <= 3; major++) {
        const std::string bytes = npy::header(plain, major);
        const Header header = parse(bytes + "elements");
        ASSERT_EQ(header.verdict, GOOD) << header.text;
        EXPECT_EQ(header.npy.count, 1000u);
        EXPECT_EQ(header.npy.header_bytes, bytes.size());
        EXPECT_EQ(header.npy.type.bytes, 8u);
        EXPECT_FALSE(header.npy.type.big_endian || header.npy.type.is_signed);
        for (size_t size = 0; size < bytes.size(); size++)
            ASSERT_EQ(parse(bytes.substr(0, size)).verdict, MORE) << size;
    }
}

TEST(Npy, RecordsOfTwoWords) {
    const auto of = [](const std::string &descr) {
        return parse_dictionary("{'descr': " + descr +
                                ", 'fortran_order': False, 'shape': (3,), }");
    };
    const Header header = of("[('lo', '<u8'), ('hi', '<u8')]");
    ASSERT_EQ(header.verdict, GOOD) << header.text;
    EXPECT_EQ(header.npy.type.bytes, 16u);
    EXPECT_FALSE(header.npy.type.big_endian || header.npy.type.is_signed);
    EXPECT_EQ(header.npy.count, 3u);
    fg_error error;
    EXPECT_EQ(fg_npy_fits(&header.npy, header.npy.header_bytes + 48, &error), FG_OK);
    EXPECT_NE(fg_npy_fits(&header.npy, header.npy.header_bytes + 47, &error), FG_OK);
    for (const char *const descr :
         {"[('hi', '<u8'), ('lo', '<u8')]", "[('lo', '>u8'), ('hi', '>u8')]", "[('lo', '<u8')]",
          "[('lo', '<u8'), ('hi', '<u4')]", "[('lo', '<u8'), ('hi', '<i8')]", "[]",
          "[('lo', '<u8'), ('hi', '<u8'), ('n', '<u8')]", "[('lo', '<u8', (2,)), ('hi', '<u8')]",
          "[('low', '<u8'), ('high', '<u8')]", "[('lo', '<u8'), ('hi', '<u8')", "[('lo'"}) {
        EXPECT_EQ(of(descr).verdict, BAD) << descr;
        EXPECT_NE(
            of(descr).text.find("save a[['lo', 'hi']].astype([('lo', '<u8'), ('hi', '<u8')])"),
            std::string::npos)
            << descr;
    }
}

// What numpy 2.4 wrote for numpy.save(f, numpy.arange(1, 4, dtype='>u2')), byte for byte.
TEST(Npy, AFileThatNumPyWrote) {
    std::string bytes("\x93NUMPY\x01\x00\x76\x00{'descr': '>u2', 'fortran_order': False, 'shape': "
                      "(3,), }",
                      10 + 57);
    bytes += std::string(60, ' ') + "\n" + std::string("\x00\x01\x00\x02\x00\x03", 6);
    const Header header = parse(bytes);
    ASSERT_EQ(header.verdict, GOOD) << header.text;
    EXPECT_EQ(header.npy.header_bytes, 128u);
    EXPECT_EQ(header.npy.count, 3u);
    EXPECT_EQ(header.npy.type.bytes, 2u);
    EXPECT_TRUE(header.npy.type.big_endian);
    fg_error error;
    EXPECT_EQ(fg_npy_fits(&header.npy, bytes.size(), &error), FG_OK);
}

TEST(Npy, TypesOfWholeNumbersAreAccepted) {
    for (const char *const order : {"<", ">"})
        for (const char *const kind : {"u", "i"})
            for (const unsigned bytes : {1, 2, 4, 8}) {
                const Header header =
                    parse_dictionary(npy::dictionary(order + (kind + std::to_string(bytes)), 3));
                ASSERT_EQ(header.verdict, GOOD) << header.text;
                EXPECT_EQ(header.npy.type.bytes, bytes);
                EXPECT_EQ(header.npy.type.big_endian, *order == '>');
                EXPECT_EQ(header.npy.type.is_signed, *kind == 'i');
            }
    EXPECT_EQ(parse_dictionary(npy::dictionary("|u1", 3)).verdict, GOOD);
    EXPECT_EQ(parse_dictionary(npy::dictionary("|i1", 3)).npy.type.is_signed, true);
}

TEST(Npy, OtherTypesAreRefusedWithWhatToDo) {
    for (const char *const type : {"<f8", "|b1", "<U5", "<M8[ns]", "<u3", "<u16", "|u8", "u8",
                                   "=u8", "", "<c16", "<u8 ", "<u"})
        EXPECT_EQ(parse_dictionary(npy::dictionary(type, 3)).text,
                  "its elements are of type '" + std::string(type) +
                      "', not whole numbers: save a.astype('<u8')");
    EXPECT_EQ(
        parse_dictionary(npy::dictionary("|O", 3)).text,
        "its elements are Python objects: save a.astype('<u8'), or, for numbers from 2^64 on, "
        "numpy.array([(n & 2**64 - 1, n >> 64) for n in a], [('lo', '<u8'), ('hi', '<u8')])");
    EXPECT_EQ(
        parse_dictionary("{'descr': [('a', '<u8')], 'fortran_order': False, 'shape': (3,)}").text,
        "its elements are records other than the words of 128-bit numbers: save a[['lo', "
        "'hi']].astype([('lo', '<u8'), ('hi', '<u8')]), or one field, a['name'], alone");
}

TEST(Npy, DimensionsOtherThanOneAreRefused) {
    const std::string begin = "{'descr': '<u8', 'fortran_order': False, 'shape': ";
    EXPECT_EQ(parse_dictionary(begin + "()}").text,
              "has 0 dimensions where one is needed: save a.ravel()");
    EXPECT_EQ(parse_dictionary(begin + "(3, 4), }").text,
              "has 2 dimensions where one is needed: save a.ravel()");
    EXPECT_EQ(parse_dictionary(begin + "(3, 4, 5,)}").text,
              "has 3 dimensions where one is needed: save a.ravel()");
}

TEST(Npy, KeysInAnyOrderEachOnce) {
    for (const char *const text :
         {"{'shape':(7,),'descr':'<u8','fortran_order':True}",
          "{ \"fortran_order\" : False , \"shape\" : ( 7 , ) , \"descr\" : \"<u8\" , }",
          "  {'descr': '<u8', 'shape': (7,), 'fortran_order': False}  "}) {
        const Header header = parse_dictionary(text);
        EXPECT_EQ(header.verdict, GOOD) << text << header.text;
        EXPECT_EQ(header.npy.count, 7u);
    }
}

TEST(Npy, WhatIsNoSuchDictionaryIsRefused) {
    for (const std::string text :
         {"",
          "{",
          "{}",
          "[]",
          "{'descr': '<u8'}",
          "{'descr': '<u8', 'shape': (3,)}",
          "{'descr': '<u8', 'descr': '<u8', 'fortran_order': False, 'shape': (3,)}",
          "{'descr': '<u8', 'fortran_order': False, 'shape': (3,), 'more': 1}",
          "{'descr': '<u8' 'fortran_order': False, 'shape': (3,)}",
          "{'descr': '<u8', 'fortran_order': False, 'shape': (3)}",
          "{'descr': '<u8', 'fortran_order': False, 'shape': 3}",
          "{'descr': '<u8', 'fortran_order': False, 'shape': (,)}",
          "{'descr': '<u8', 'fortran_order': False, 'shape': (-3,)}",
          "{'descr': '<u8', 'fortran_order': False, 'shape': (3 4,)}",
          "{'descr': '<u8', 'fortran_order': False, 'shape': (3L,)}",
          "{'descr': '<u8', 'fortran_order': 0, 'shape': (3,)}",
          "{'descr': '<u8\\x00', 'fortran_order': False, 'shape': (3,)}",
          "{'descr': <u8, 'fortran_order': False, 'shape': (3,)}",
          "{'descr\": '<u8', 'fortran_order': False, 'shape': (3,)}",
          "{'descr': '<u8', 'fortran_order': False, 'shape': (3,)} x",
          "{,'descr': '<u8', 'fortran_order': False, 'shape': (3,)}",
          "{'descr': '<u8', 'fortran_order': False, 'shape': (3,),,}"})
        EXPECT_EQ(parse_dictionary(text).text, no_header) << text;
    const std::string zero("{'descr': '<u8', 'fortran_order': False, 'shape': (3,)}\0", 57);
    EXPECT_EQ(parse_dictionary(zero).text, no_header);
}

TEST(Npy, TheFixedPartIsChecked) {
    std::string bytes = npy::header(plain);
    EXPECT_EQ(parse("12 13\n").text,
              "is no .npy file, as it does not begin as one: leave --input-format=npy out");
    bytes[6] = 9;
    EXPECT_EQ(parse(bytes).text, "is .npy version 9.0; versions 1.0, 2.0 and 3.0 can be read");
    bytes[6] = 1;
    bytes[7] = 1;
    EXPECT_EQ(parse(bytes).verdict, BAD);
    EXPECT_EQ(parse(std::string("\x93NUMPY\2\0\xff\xff\xff\xff", 12)).text,
              "has a .npy header of 4294967295 bytes, which no array of numbers needs");
    EXPECT_EQ(parse(std::string("\x93NUMPY\1\0\xff\xff", 10)).verdict, BAD);
    EXPECT_EQ(parse(std::string("\x93NUMPY\1\0\xf6\xff", 10)).verdict, MORE);
}

TEST(Npy, AHeaderThatLiesAboutTheLengthIsRefused) {
    fg_error error = {};
    fg_npy npy = {{8, false, false}, 3, 128};
    EXPECT_EQ(fg_npy_fits(&npy, 128 + 24, &error), FG_OK);
    EXPECT_EQ(fg_npy_fits(&npy, 128 + 23, &error), FG_ERROR_ARGUMENT);
    EXPECT_STREQ(error.message,
                 "its header promises 3 elements of 8 bytes, but 23 bytes follow: is it a "
                 "whole copy?");
    EXPECT_EQ(fg_npy_fits(&npy, 128 + 25, &error), FG_ERROR_ARGUMENT);
    EXPECT_EQ(fg_npy_fits(&npy, 128 + 32, &error), FG_ERROR_ARGUMENT);
    EXPECT_STREQ(error.message,
                 "its header promises 3 elements of 8 bytes, but 32 bytes follow: one array "
                 "is one file");
    EXPECT_EQ(fg_npy_fits(&npy, 100, &error), FG_ERROR_ARGUMENT);
    npy.count = UINT64_MAX / 8 + 1; // times 8 it would be 0
    EXPECT_EQ(fg_npy_fits(&npy, 128, &error), FG_ERROR_ARGUMENT);
}

} // namespace
