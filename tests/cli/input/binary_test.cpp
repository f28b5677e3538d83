// SPDX-License-Identifier: MIT
// Words to numbers: the result must not depend on the pieces in which they arrive, nor on the
// capacity.
#include "cli/input/binary.h"
#include "npy_bytes.h"
#include "number_lists.h"

#include <gtest/gtest.h>
#include <random>

namespace {

using number_lists::largest;
using number_lists::Numbers;
using number_lists::two_to_64;

struct Outcome {
    Numbers numbers;
    std::vector<std::string> complaints;
    bool operator==(const Outcome &other) const {
        return numbers == other.numbers && complaints == other.complaints;
    }
};

// Feeds `bytes` in pieces, taking at most `room` numbers at a time, `wide_room` of them from 2^64
// on.
Outcome decode(const std::string &bytes, fg_binary_type type, size_t piece, size_t room,
               bool accept_zero = false, uint64_t promised = UINT64_MAX, uint64_t next = 0,
               size_t wide_room = 0) {
    Outcome outcome;
    fg_binary binary = {};
    binary.accept_zero = accept_zero;
    fg_binary_begin(&binary, type, next, promised);
    number_lists::List list(room, wide_room);
    const auto take = [&](fg_tokenizer_event event) {
        if (event == FG_TOKENIZER_BAD) {
            char words[FG_BINARY_TEXT];
            fg_binary_describe(&binary, words);
            outcome.complaints.push_back(words);
        }
        number_lists::append(outcome.numbers, list);
        fg_number_list_clear(&list);
    };
    for (size_t begin = 0; begin < bytes.size(); begin += piece) {
        // A copy of its own, so that a sanitizer sees any byte read beyond it.
        const std::vector<unsigned char> part(
            bytes.begin() + begin, bytes.begin() + std::min(begin + piece, bytes.size()));
        const unsigned char *at = part.data();
        fg_tokenizer_event event;
        do {
            event = fg_binary_feed(&binary, &at, part.data() + part.size(), &list);
            take(event);
        } while (event != FG_TOKENIZER_EMPTY);
    }
    take(fg_binary_finish(&binary));
    return outcome;
}

constexpr fg_binary_type u64le = {8, false, false};

TEST(Binary, EveryTypeReadsItsExtremes) {
    for (const unsigned bytes : {1u, 2u, 4u, 8u})
        for (const bool big_endian : {false, true})
            for (const bool is_signed : {false, true}) {
                const uint64_t all = UINT64_MAX >> (64 - 8 * bytes);
                const uint64_t most = is_signed ? all >> 1 : all;
                const std::vector<uint64_t> numbers = {1, 2, 0x7F, most, most - 1, most / 3};
                const Outcome outcome = decode(npy::words(numbers, bytes, big_endian),
                                               {bytes, big_endian, is_signed}, 5, 2);
                EXPECT_EQ(outcome.numbers, Numbers(numbers.begin(), numbers.end()))
                    << bytes << big_endian << is_signed;
                EXPECT_TRUE(outcome.complaints.empty());
            }
}

TEST(Binary, NegativeNumbersAndZerosAreNamedWithTheirPlace) {
    const std::string bytes = npy::words({5, 0, UINT64_MAX - 6, 7}, 2);
    EXPECT_EQ(
        decode(bytes, {2, false, true}, 3, 1),
        (Outcome{{5, 7},
                 {"element 1: 0 has no finite set of divisors", "element 2: -7 is negative"}}));
    EXPECT_EQ(decode(bytes, {2, false, true}, 8, 9, true),
              (Outcome{{5, 0, 7}, {"element 2: -7 is negative"}}));
    EXPECT_EQ(decode(npy::words({uint64_t{1} << 63}), {8, false, true}, 8, 1).complaints,
              std::vector<std::string>{"element 0: -9223372036854775808 is negative"});
    EXPECT_EQ(decode(npy::words({0}), u64le, 8, 1, false, UINT64_MAX, 41).complaints,
              std::vector<std::string>{"element 41: 0 has no finite set of divisors"});
}

TEST(Binary, RandomWordsInAnyPiecesAsOneByOne) {
    const unsigned seed = 20261122;
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    for (int round = 0; round < 400; round++) {
        std::vector<uint64_t> words(random() % 4000);
        Outcome expected;
        for (size_t i = 0; i < words.size(); i++) {
            words[i] = random() % 500 == 0 ? 0 : random();
            if (words[i] != 0)
                expected.numbers.push_back(words[i]);
            else
                expected.complaints.push_back("element " + std::to_string(i) +
                                              ": 0 has no finite set of divisors");
        }
        const size_t piece = random() % 2 ? 1 + random() % 40 : 1 + random() % 40000;
        const size_t room = random() % 2 ? 1 + random() % 5 : 1 + random() % 5000;
        ASSERT_EQ(decode(npy::words(words), u64le, piece, room), expected)
            << round << ' ' << piece << ' ' << room;
    }
}

constexpr fg_binary_type u128le = {16, false, false};

TEST(Binary, WordsOfSixteenBytes) {
    const std::vector<uint64_t> halves = {12, 0, 0, 1, 0, 0, UINT64_MAX, UINT64_MAX, 5, 7, 13, 0};
    const Numbers all = {12, two_to_64, 0, largest, 7 * two_to_64 + 5, 13};
    Numbers without_zero = all;
    without_zero.erase(without_zero.begin() + 2);
    const std::string bytes = npy::words(halves);
    for (const size_t piece : {1, 3, 16, 17, 40, 1000})
        for (const size_t room : {1, 2, 100})
            for (const size_t wide_room : {1, 2, 100}) {
                EXPECT_EQ(decode(bytes, u128le, piece, room, true, 6, 0, wide_room),
                          (Outcome{all, {}}));
                EXPECT_EQ(decode(bytes, u128le, piece, room, false, UINT64_MAX, 0, wide_room),
                          (Outcome{without_zero, {"element 2: 0 has no finite set of divisors"}}));
                EXPECT_EQ(decode(bytes + "xyz", u128le, piece, room, true, UINT64_MAX, 0, wide_room)
                              .complaints,
                          std::vector<std::string>{
                              "3 bytes too many at the end: each number has 16 bytes"});
            }
    EXPECT_EQ(decode(bytes, u128le, 1000, 100),
              (Outcome{{12, 13},
                       {"element 1: 18446744073709551616 does not fit in 64 bits",
                        "element 2: 0 has no finite set of divisors",
                        "element 3: 340282366920938463463374607431768211455 does not fit in 64 "
                        "bits",
                        "element 4: 129127208515966861317 does not fit in 64 bits"}}));
}

TEST(Binary, BytesThatMakeNoWordAreCounted) {
    const std::string bytes = npy::words({12, 13});
    for (size_t extra = 1; extra < 8; extra++)
        for (const size_t piece : {1, 3, 100}) {
            const Outcome outcome = decode(bytes + std::string(extra, 'x'), u64le, piece, 1);
            EXPECT_EQ(outcome.numbers, (Numbers{12, 13}));
            EXPECT_EQ(outcome.complaints,
                      std::vector<std::string>{std::to_string(extra) +
                                               (extra == 1 ? " byte" : " bytes") +
                                               " too many at the end: each number has 8 bytes"});
        }
}

TEST(Binary, PromisesAreKeptOrReported) {
    const std::string bytes = npy::words({12, 13, 14});
    for (const size_t piece : {1, 3, 8, 100})
        for (const size_t room : {1, 2, 9}) {
            EXPECT_EQ(decode(bytes, u64le, piece, room, false, 3), (Outcome{{12, 13, 14}, {}}));
            EXPECT_EQ(decode(bytes, u64le, piece, room, false, 2),
                      (Outcome{{12, 13},
                               {"goes on behind the 2 elements that its header promises: one "
                                "array is one file"}}));
            for (const std::string &part : {bytes, bytes + "xyz"})
                EXPECT_EQ(decode(part, u64le, piece, room, false, 4),
                          (Outcome{{12, 13, 14},
                                   {"ends after 3 of the 4 elements that its header promises: is "
                                    "it a whole copy?"}}));
        }
    EXPECT_EQ(decode("", u64le, 1, 1, false, 0), Outcome());
    EXPECT_EQ(decode("x", u64le, 1, 1, false, 0).complaints.size(), 1u);
}

} // namespace
