// SPDX-License-Identifier: MIT
// Parts of the input: together they are the whole, with every number and every complaint in one of
// them, and each costs what its share costs.
#include "npy_bytes.h"
#include "reading.h"
#include "support/spawn.h"

#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <gtest/gtest.h>
#include <random>

namespace {

using reading::Reading;

struct Whole {
    std::vector<uint64_t> numbers;
    std::vector<std::string> messages;
    bool had_bad_token = false, had_unreadable = false;
};

Whole read_part(const std::vector<std::string> &operands, fg_reader_format format, unsigned index,
                unsigned count, size_t room = 1000) {
    fg_reader_config config = {};
    config.stop_fd = -1;
    config.format = format;
    config.shard = {index, count};
    Reading part(operands, config);
    const std::vector<uint64_t> numbers = part.read_all(room);
    return {numbers, part.messages, fg_reader_had_bad_token(part.reader.get()),
            fg_reader_had_unreadable(part.reader.get())};
}

// Reads the input whole and in 1 .. most parts, and compares. Returns the whole.
Whole expect_parts_make_the_whole(const std::vector<std::string> &operands, unsigned most = 20,
                                  fg_reader_format format = FG_READER_AUTO) {
    const Whole whole = read_part(operands, format, 0, 0);
    for (unsigned count = 1; count <= most; count++) {
        Whole parts;
        for (unsigned i = 1; i <= count; i++) {
            const Whole part = read_part(operands, format, i, count, 1 + i % 5);
            EXPECT_EQ(part.messages.empty(), !part.had_bad_token && !part.had_unreadable);
            parts.numbers.insert(parts.numbers.end(), part.numbers.begin(), part.numbers.end());
            parts.messages.insert(parts.messages.end(), part.messages.begin(), part.messages.end());
        }
        EXPECT_EQ(parts.numbers, whole.numbers) << count << " parts";
        EXPECT_EQ(parts.messages, whole.messages) << count << " parts";
    }
    return whole;
}

Whole expect_text_parts(const std::string &text, unsigned most = 20) {
    SCOPED_TRACE(text.substr(0, 200));
    const spawn::TemporaryFile file(text);
    return expect_parts_make_the_whole({file.path()}, most);
}

TEST(Shard, RangesCoverTheInputWithoutOverlap) {
    for (const uint64_t total :
         {uint64_t{0}, uint64_t{1}, uint64_t{999}, uint64_t{1000000007}, UINT64_MAX}) {
        for (const unsigned count : {1u, 2u, 3u, 7u, 1000u, 1000000u}) {
            EXPECT_EQ(fg_shard_range({1, count}, total).begin, 0u);
            EXPECT_EQ(fg_shard_range({count, count}, total).end, total);
            for (unsigned i = 2; i <= count; i += 1 + count / 100) {
                const uint64_t cut = fg_shard_range({i, count}, total).begin;
                EXPECT_EQ(fg_shard_range({i - 1, count}, total).end, cut);
                EXPECT_EQ(cut, static_cast<uint64_t>(static_cast<unsigned __int128>(total) *
                                                     (i - 1) / count));
            }
        }
    }
}

TEST(Shard, EveryCutOfAwkwardTexts) {
    // With as many parts as bytes there is a cut at every byte.
    for (const std::string text : {"12 13\n14\n",
                                   "12",
                                   "1\n2\n3",
                                   "# 1 2 3\n4 # 5\n#6",
                                   "12\r\n13\r\n\r\n14 #15\r\n16\r\n",
                                   "\xEF\xBB\xBF"
                                   "12 13",
                                   "\xEF\xBB\xBF",
                                   "\xEF\xBB\xBF#1\n2",
                                   "\xEF\xBB\xBF\xEF\xBB\xBF 7",
                                   "\xEF\xBB",
                                   "\n\n\n\n",
                                   "#",
                                   "##\n#\n",
                                   "12#13#14\n15",
                                   "a b\nc 0 12#d\ne",
                                   "00000000000000000000000000012 7",
                                   "99999999999999999999 8 99999999999999999999",
                                   "1 2 3 4 5 6 7 8 9 \t\v\f 10",
                                   " # # \n #",
                                   "\x93NUM 12"})
        expect_text_parts(text, static_cast<unsigned>(text.size()) + 3);
}

TEST(Shard, RandomTexts) {
    const unsigned seed = 20261122;
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    static const std::vector<std::string> parts = {
        "7",  "12", "\n", "\r\n", "#", "# 1 2\n", "x", "0", " ", "\t", "18446744073709551616",
        "5 6"};
    for (int round = 0; round < 40; round++) {
        std::string text;
        for (unsigned i = random() % 60; i > 0; i--)
            text += parts[random() % parts.size()];
        expect_text_parts(text);
    }
}

TEST(Shard, TokensCommentsAndLinesLongerThanALookAround) {
    const std::string token(100000, '9'), comment = "#" + std::string(100000, 'c');
    std::string line;
    for (int i = 0; i < 20000; i++)
        line += std::to_string(1 + i) + " ";
    const Whole whole = expect_text_parts(token + "x 12 " + comment + "\n13 " + line + "\n" +
                                          comment + "\n" + token + "\n14");
    EXPECT_EQ(whole.numbers.size(), 20003u);
    ASSERT_EQ(whole.messages.size(), 2u);
    EXPECT_NE(whole.messages[1].find(":4: 9999"), std::string::npos);
}

TEST(Shard, LinesInMessagesAreThoseOfTheWholeFile) {
    std::string text;
    for (int i = 1; i <= 3000; i++)
        text += i % 151 == 0 ? "bad\n" : "12\n";
    const spawn::TemporaryFile file(text);
    const Whole last = read_part({file.path()}, FG_READER_AUTO, 20, 20);
    ASSERT_FALSE(last.messages.empty());
    EXPECT_EQ(last.messages.back(), file.path() + ":2869: 'bad' is not a whole number");
    expect_parts_make_the_whole({file.path()});
}

TEST(Shard, SeveralSourcesOfEveryKind) {
    const spawn::TemporaryFile text("12 x\n#13\n14\n0"), empty(""), comment("# nothing"),
        array(npy::file({1, 0, 3, UINT64_MAX})),
        small(npy::header(npy::dictionary(">i2", 3)) + npy::words({5, 0xFFFF, 6}, 2, true));
    const std::string missing = "/nonexistent/numbers";
    const Whole whole = expect_parts_make_the_whole(
        {empty.path(), text.path(), "123456789", missing, "0", array.path(), empty.path(), "7",
         "99999999999999999999", small.path(), comment.path(), "/", text.path(), empty.path(),
         missing},
        100);
    EXPECT_EQ(whole.messages.size(), 11u);
    EXPECT_EQ(whole.numbers,
              (std::vector<uint64_t>{12, 14, 123456789, 1, 3, UINT64_MAX, 7, 5, 6, 12, 14}));
    expect_parts_make_the_whole({empty.path(), empty.path()});
    expect_parts_make_the_whole({missing, empty.path(), missing});
    expect_parts_make_the_whole({"12", "13", "14"});
}

TEST(Shard, WordsBelongWhereTheirFirstByteLies) {
    const spawn::TemporaryFile words(npy::words({9, 0, 11, 12, 13}) + "abc"), one("abcd");
    const Whole whole =
        expect_parts_make_the_whole({words.path(), "77", one.path()}, 60, FG_READER_U64LE);
    EXPECT_EQ(whole.numbers, (std::vector<uint64_t>{9, 11, 12, 13, 77}));
    EXPECT_EQ(whole.messages,
              (std::vector<std::string>{
                  words.path() + ": element 1: 0 has no finite set of divisors",
                  words.path() + ": 3 bytes too many at the end: each number has 8 bytes",
                  one.path() + ": 4 bytes too many at the end: each number has 8 bytes"}));
}

// A shard reports what it cannot read.
TEST(Shard, AFileOfNoUseIsReportedByAllWhoNeedIt) {
    const spawn::TemporaryFile file(npy::header(npy::dictionary("<f8", 100)) +
                                    std::string(800, 'x'));
    for (unsigned i = 1; i <= 4; i++) {
        const Whole part = read_part({file.path()}, FG_READER_AUTO, i, 4);
        EXPECT_TRUE(part.had_bad_token);
        EXPECT_EQ(part.messages.size(), 1u);
    }
}

TEST(Shard, SizesMustBeKnown) {
    fg_reader_config config = {};
    config.shard = {1, 2};
    Reading part({"12", "/dev/zero", "13"}, config);
    fg_error error = {};
    EXPECT_EQ(fg_reader_check_sizes(part.reader.get(), &error), FG_ERROR_ARGUMENT);
    EXPECT_EQ(std::string(error.message),
              "option --shard: the size of /dev/zero is not known before it was read: use a file, "
              "and not a pipe, a terminal or a device");
    EXPECT_TRUE(part.read_all().empty()) << "nothing rather than something wrong";
    const Reading sized({"12", "/dev/null/x", "/"}, config);
    EXPECT_EQ(fg_reader_check_sizes(sized.reader.get(), &error), FG_OK);
    // A file that says that it is empty, and is not.
    const Whole proc = read_part({"/proc/self/status"}, FG_READER_AUTO, 1, 1);
    EXPECT_TRUE(proc.had_unreadable);
    EXPECT_EQ(
        proc.messages,
        std::vector<std::string>{
            "/proc/self/status: has no size but holds something: --shard needs a copy of it"});
}

TEST(Shard, TheTotalIsTheShare) {
    const spawn::TemporaryFile file(std::string(1000, '\n'));
    fg_reader_config config = {};
    config.shard = {2, 3};
    EXPECT_EQ(fg_reader_total_bytes(Reading({file.path()}, config).reader.get()), 333u);
}

// Looking for the start of a line, and counting lines for a message, take long in large files.
TEST(Shard, AStopEndsLookingAroundToo) {
    int stop[2];
    ASSERT_EQ(pipe2(stop, O_CLOEXEC), 0);
    ASSERT_EQ(write(stop[1], "x", 1), 1);
    const spawn::TemporaryFile file("12\n13\n14\n");
    fg_source source;
    fg_error error;
    ASSERT_EQ(fg_source_open(&source, file.path().c_str(), &error), FG_OK);
    uint64_t cut = 7, lines;
    bool in_comment;
    for (const bool stopped : {true, false}) {
        const int stop_fd = stopped ? stop[0] : -1;
        const fg_status status = stopped ? FG_ERROR_CANCELLED : FG_OK;
        EXPECT_EQ(fg_shard_cut_text(&source, stop_fd, &cut, &in_comment, &error), status);
        EXPECT_EQ(fg_shard_count_lines(&source, stop_fd, 9, &lines, &error), status);
    }
    EXPECT_EQ(cut, 8u);
    EXPECT_EQ(lines, 3u);
    fg_source_close(&source);
    for (const int fd : stop)
        close(fd);
}

// Returns how much this process has read so far, as the kernel counts it.
uint64_t bytes_read_so_far() {
    std::ifstream io("/proc/self/io");
    std::string key;
    uint64_t value = 0;
    io >> key >> value;
    return key == "rchar:" ? value : 0;
}

TEST(Shard, ReadsItsShareOnly) {
    if (bytes_read_so_far() == 0)
        GTEST_SKIP() << "/proc/self/io does not tell what was read";
    const std::string text(8000000, '\n');
    const spawn::TemporaryFile file(text);
    for (const fg_reader_format format : {FG_READER_AUTO, FG_READER_TEXT, FG_READER_U64LE}) {
        const uint64_t before = bytes_read_so_far();
        EXPECT_EQ(read_part({file.path()}, format, 10, 20).numbers.size(),
                  format == FG_READER_U64LE ? 50000u : 0u);
        EXPECT_LT(bytes_read_so_far() - before, text.size() / 20 + 1000000) << format;
    }
}

} // namespace
