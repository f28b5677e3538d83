// SPDX-License-Identifier: MIT
// The progress line, on a clock of the test's own.
#include "terminal/progress.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <regex>
#include <string>

namespace {

class Progress : public testing::Test {
  protected:
    void start(uint64_t total_bytes) {
        fg_progress_start(
            &progress, out, [](void *context) { return *static_cast<uint64_t *>(context); },
            &now_ns, total_bytes);
    }
    void pass(double seconds) { now_ns += static_cast<uint64_t>(seconds * 1e9); }

    void done(uint64_t more_numbers, uint64_t more_bytes) {
        numbers += more_numbers;
        bytes += more_bytes;
        fg_progress_update(&progress, numbers, bytes);
    }
    // Works for that many seconds at these rates, in steps of a tenth of a second.
    void work(int seconds, uint64_t numbers_per_s, uint64_t bytes_per_s) {
        for (int i = 0; i < 10 * seconds; i++) {
            pass(0.1);
            done(numbers_per_s / 10, bytes_per_s / 10);
        }
    }
    // Draws the line again and returns it.
    std::string line() {
        progress.drawn_ns = 0;
        drawn();
        done(0, 0);
        const std::string text = drawn(), end = "\033[K";
        return text.substr(1, text.size() - 1 - end.size());
    }

    // Returns what was written since the last call.
    std::string drawn() {
        fflush(out);
        std::string text(buffer, size);
        rewind(out);
        return text;
    }
    void TearDown() override {
        fclose(out);
        free(buffer);
    }

    uint64_t now_ns = 5000000000, numbers = 0, bytes = 0;
    char *buffer = nullptr;
    size_t size = 0;
    FILE *out = open_memstream(&buffer, &size);
    fg_progress progress;
};

TEST_F(Progress, SaysHowFarHowFastHowLong) {
    start(1000);
    pass(2);
    fg_progress_update(&progress, 500, 250);
    EXPECT_EQ(drawn(), "\r500 numbers, 250 /s, 25 %, 0:06 left\033[K");
    pass(2);
    fg_progress_update(&progress, 1, 1000);
    EXPECT_EQ(drawn(), "\r1 number, 0.25 /s, 100 %, 0:00 left\033[K");
}

TEST_F(Progress, LeavesOutWhatIsNotKnown) {
    start(0);
    pass(1);
    fg_progress_update(&progress, 45200, 250);
    EXPECT_EQ(drawn(), "\r45200 numbers, 45.2 k/s\033[K");
}

TEST_F(Progress, DrawsAtMostEveryFifthOfASecond) {
    start(0);
    fg_progress_update(&progress, 1, 0);
    pass(0.19);
    fg_progress_update(&progress, 2, 0);
    EXPECT_EQ(drawn(), "") << "nothing for a short run";
    pass(0.02);
    fg_progress_update(&progress, 3, 0);
    EXPECT_NE(drawn(), "");
    pass(0.1);
    fg_progress_update(&progress, 4, 0);
    EXPECT_EQ(drawn(), "");
    pass(0.11);
    fg_progress_update(&progress, 5, 0);
    EXPECT_NE(drawn(), "");
}

TEST_F(Progress, RatesHaveThreeDigitsAndAPrefix) {
    const struct {
        uint64_t numbers;
        const char *rate;
    } cases[] = {{999, "999 /s"},   {1000, "1 k/s"},        {12345, "12.3 k/s"},
                 {999500, "1 M/s"}, {45678901, "45.7 M/s"}, {2000000000, "2 G/s"}};
    start(0);
    pass(1);
    for (const auto &one : cases) {
        progress.drawn_ns = 0;
        fg_progress_update(&progress, one.numbers, 0);
        EXPECT_NE(drawn().find(one.rate), std::string::npos) << one.rate;
    }
}

TEST_F(Progress, LongTimesHaveHours) {
    start(1000000);
    pass(1);
    fg_progress_update(&progress, 1, 100);
    EXPECT_NE(drawn().find("2:46:39 left"), std::string::npos);
    pass(1e6);
    fg_progress_update(&progress, 1, 100);
    EXPECT_NE(drawn().find("over 100 days left"), std::string::npos);
}

TEST_F(Progress, FileThatGrewIsAtItsEnd) {
    start(100);
    pass(1);
    fg_progress_update(&progress, 1, 200);
    EXPECT_NE(drawn().find("100 %, 0:00 left"), std::string::npos);
}

TEST_F(Progress, ErasesOnlyWhatWasDrawn) {
    start(0);
    fg_progress_erase(&progress);
    EXPECT_EQ(drawn(), "");
    pass(1);
    fg_progress_update(&progress, 1, 0);
    drawn();
    fg_progress_erase(&progress);
    EXPECT_EQ(drawn(), "\r\033[K");
    fg_progress_erase(&progress);
    EXPECT_EQ(drawn(), "");
}

TEST_F(Progress, OffDoesNothing) {
    fg_progress off = {};
    fg_progress_update(&off, 1, 1);
    fg_progress_erase(&off);
    fg_progress_start(
        &off, nullptr, [](void *) { return uint64_t{0}; }, nullptr, 1);
    fg_progress_update(&off, 1, 1);
}

// Numbers that an earlier run has answered are done, but do not count for this run's rate.
TEST_F(Progress, CountsTheRateFromWhereItBegan) {
    start(1000);
    fg_progress_begin_at(&progress, 4000, 500);
    pass(2);
    fg_progress_update(&progress, 4500, 750);
    EXPECT_EQ(drawn(), "\r4500 numbers, 250 /s, 75 %, 0:02 left\033[K");
}

TEST_F(Progress, IsAsFastAsItIsOfLate) {
    start(100000);
    work(100, 10, 100);
    EXPECT_EQ(line(), "1000 numbers, 10 /s, 10 %, 15:00 left");
    work(20, 40, 400);
    EXPECT_EQ(line(), "1800 numbers, 40 /s, 18 %, 3:25 left") << "the input became easier";
}

/* SIGSTOP and SIGCONT, or a machine that slept; ten steps a second, as a run has. */
TEST_F(Progress, AStopDoesNotCountAsWork) {
    start(100000);
    work(100, 10, 100);
    pass(300);
    for (int i = 0; i < 30; i++) {
        work(1, 10, 100);
        EXPECT_TRUE(std::regex_search(line(), std::regex(", 10 /s, 1. %, 14:.. left$"))) << line();
    }
    EXPECT_EQ(line(), "1300 numbers, 10 /s, 13 %, 14:30 left");
}

/* One hard number among many is left out, several are what the input is like. */
TEST_F(Progress, HardNumbersCountIfTheyCome) {
    start(100000);
    work(20, 10, 100);
    for (int i = 0; i < 8; i++) {
        pass(20);
        done(1, 100);
    }
    EXPECT_TRUE(std::regex_search(line(), std::regex("^208 numbers, .*, 2 %, [1-9]:..:.. left$")))
        << line();
}

TEST_F(Progress, FitsItsRoomWhateverTheNumbers) {
    char text[FG_PROGRESS_ROOM];
    for (const uint64_t numbers : {uint64_t{0}, uint64_t{1}, UINT64_MAX})
        for (const uint64_t elapsed_ns : {uint64_t{0}, uint64_t{1}, UINT64_MAX})
            for (const uint64_t bytes : {uint64_t{0}, uint64_t{1}, UINT64_MAX})
                for (const uint64_t total : {uint64_t{0}, uint64_t{1}, UINT64_MAX}) {
                    const fg_progress_place place = {
                        numbers, bytes, total, {numbers, bytes, elapsed_ns}};
                    EXPECT_LT(fg_progress_words(&place, text), sizeof text);
                }
}

TEST_F(Progress, MonotonicClockMoves) {
    const uint64_t before = fg_progress_monotonic_ns(nullptr);
    while (fg_progress_monotonic_ns(nullptr) == before)
        continue;
    EXPECT_GT(fg_progress_monotonic_ns(nullptr), before);
}

} // namespace
