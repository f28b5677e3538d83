// SPDX-License-Identifier: MIT
// The reader: batches of numbers from operands, files and pipes, and what it reports.
#include "cli/input/reader.h"
#include "reading.h"
#include "support/spawn.h"

#include <atomic>
#include <gtest/gtest.h>
#include <thread>

namespace {

using number_lists::largest;
using number_lists::Numbers;
using number_lists::two_to_64;
using reading::Batch;
using reading::Reading;

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
