// SPDX-License-Identifier: MIT
// Files of other programs are known by their first bytes; the bytes here were written by those
// programs, unless one is long.
#include "cli/input/foreign_file.h"

#include <gtest/gtest.h>
#include <random>
#include <string>

namespace {

using namespace std::string_literals;

const unsigned char *bytes_of(const std::string &text) {
    return reinterpret_cast<const unsigned char *>(text.data());
}

std::string advice_on(const std::string &start) {
    const char *const advice = fg_foreign_file_advice(bytes_of(start), start.size());
    return advice == nullptr ? "" : advice;
}

const struct {
    std::string start, word;
} kinds[] = {
    {"\x1f\x8b\x08\x00\x00"s, "gzip"},
    {"\xfd\x37\x7a\x58\x5a\x00\x00"s, " xz:"},
    {"\x28\xb5\x2f\xfd\x24", "zstd"},
    {"BZh91AY&SYw\x9f", "bzip2"},
    {"BZh11AY&SY\x01", "bzip2"},
    {"BZh9\x17\x72\x45\x38\x50\x90\0\0\0\0"s, "bzip2, and empty"},
    {"\x04\x22\x4d\x18\x64", "lz4"},
    {"LZIP\x01\x0c", "lzip"},
    {"\x1f\x9d\x90", "zcat"},
    {"PK\x03\x04\x14\0"s, ".npz"},
    {"PK\x03\x04\x14\0"s, "--input-format=csv"},
    {"PK\x05\x06\0\0"s, "empty"},
    {"7z\xbc\xaf\x27\x1c\0"s, "7-Zip"},
    {"Rar!\x1a\x07\x01\0"s, "RAR"},
    {"PAR1\x15\x04\x15\x10", "Parquet"},
    {"PARE\x15", "encrypted Parquet"},
    {"ARROW1\0\0\xff\xff\xff\xff"s, "Arrow"},
    {"FEA1\0\0\0\0"s, "Feather"},
    {"\xff\xff\xff\xff\x78\0\0\0"s, "Arrow stream"},
    {"\x89HDF\r\n\x1a\n\0"s, "HDF5"},
    {"CDF\x01\0"s, "NetCDF"},
    {"MATLAB 5.0 MAT-file, Platform", "MATLAB"},
    {"Obj\x01\x04", "Avro"},
    {"\x80\x02]q\0"s, "pickle"},
    {"\x80\x03]q\0"s, "pickle"},
    {"\x80\x03"
     "cnumpy",
     "pickle"},
    {"(lp0\nI1\naI2\na.", "pickle"},
    {"\x80\x04\x95\x0b\0"s, "pickle"},
    {"\x80\x05\x95\x0b\0"s, "pickle"},
    {"SQLite format 3\0\x10\0"s, "SQLite"},
    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0"s, "Office"},
    {"%PDF-1.7\n", "pdftotext"},
    {"\x7f"
     "ELF\x02\x01",
     "program"},
    {"MZ\x90\0\x03"s, "program"},
    {"\x89PNG\r\n\x1a\n", "image"},
    {"\xff\xd8\xff\xe0", "image"},
    {"GIF89a", "image"},
    {"\xff\xfe\0\0001\0\0\0"s, "UTF-32"},
    {"\0\0\xfe\xff\0\0\0001"s, "UTF-32"},
    {"\xff\xfe"
     "1\0"s,
     "UTF-16"},
    {"\xfe\xff\0001"s, "UTF-16"},
    {std::string(257, 'n') + "ustar\00000"s, "tar"},
};

TEST(ForeignFile, EachKindIsNamedWithWhatToDo) {
    for (const auto &[start, word] : kinds)
        EXPECT_NE(advice_on(start + "12 13\n").find(word), std::string::npos) << word;
}

// A pipe's first bytes come in any pieces; as soon as there are enough of them the kind is the
// same.
TEST(ForeignFile, NoKindIsTakenForAnotherBeforeAllOfItsBytesCame) {
    for (const auto &[start, word] : kinds) {
        if (word == "tar")
            continue;
        size_t size = 1;
        while (fg_foreign_file_may_follow(bytes_of(start), size) && size < start.size())
            size++;
        EXPECT_NE(advice_on(start.substr(0, size)).find(word), std::string::npos) << word << size;
    }
}

TEST(ForeignFile, NoListOfNumbersIsOne) {
    for (const std::string text :
         {"", "12", "0x12", "+12", "# 12",
          "\xEF\xBB\xBF"
          "12",
          "\x93NUMPY", "n,m\n1,2\n", "PK 12", "BZ", "ORC", "GIF", "P", "7", "7 8", "\n", "R", "%"})
        EXPECT_EQ(advice_on(text), "") << text;
    for (const char *const text : {"12", "0", "#", "\n", " ", "7 8", "n,", "\xEF\xBB\xBF"})
        EXPECT_FALSE(fg_foreign_file_may_follow(bytes_of(text), std::string(text).size())) << text;
}

// At every place of texts shorter and longer than what is looked at at once.
TEST(ForeignFile, TheFirstBinaryByteIsFound) {
    const unsigned seed = 20261129;
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const std::string binary("\0\1\2\3\4\5\6\16\17\20\30\31\34\35\36\37\177", 17);
    std::string text;
    for (int c = 0; c < 256; c++) // every other byte
        if (binary.find(static_cast<char>(c)) == std::string::npos && !(c > 16 && c < 26))
            text += static_cast<char>(c);
    while (text.size() < 5000)
        text += text;
    text.resize(5000);
    EXPECT_EQ(fg_foreign_find_binary(bytes_of(text), text.size()), nullptr);
    for (int round = 0; round < 3000; round++) {
        const size_t size = random() % text.size() + 1, place = random() % size;
        std::string with = text.substr(0, size);
        with[place] = binary[random() % binary.size()];
        if (place + 1 < size)
            with[place + 1 + random() % (size - place - 1)] = '\0';
        EXPECT_EQ(fg_foreign_find_binary(bytes_of(with), size), bytes_of(with) + place);
    }
}

TEST(ForeignFile, WideTextIsNamedWithoutAMark) {
    const std::pair<std::string, std::string> cases[] = {
        {"1\0002\0\n\0"s, "UTF-16LE"},
        {"\0001\0002\0\n"s, "UTF-16BE"},
        {"1\0"s, "UTF-16LE"},
        {"12\0\n"s,
         "is binary, not numbers (byte 0x00 at offset 2): for words of 64 or 128 bits say "
         "--input-format=u64le or u128le, from anything else write the numbers as text"},
        {"\0\0001\0"s, "is binary, not numbers (byte 0x00 at offset 0)"},
        {"\0"s, "is binary, not numbers (byte 0x00 at offset 0)"},
    };
    for (const auto &[start, words] : cases) {
        char text[300];
        const unsigned char *const binary = fg_foreign_find_binary(bytes_of(start), start.size());
        fg_foreign_describe_start(bytes_of(start), start.size(), binary, text, sizeof text);
        EXPECT_NE(std::string(text).find(words), std::string::npos) << text;
    }
}

} // namespace
