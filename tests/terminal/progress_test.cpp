// SPDX-License-Identifier: MIT
// The progress of a run in each style, on a clock of the test's own.
#include "terminal/progress.h"

#include <algorithm>
#include <cstdlib>
#include <gtest/gtest.h>
#include <regex>
#include <string>

namespace {

class Progress : public testing::Test {
  protected:
    void start(uint64_t total_bytes, fg_progress_style style = FG_PROGRESS_REDRAWN,
               uint64_t begin_numbers = 0, uint64_t begin_bytes = 0) {
        unsetenv("COLUMNS");
        fg_progress_config config = {};
        config.out = out;
        config.style = style;
        config.now_ns = [](void *context) { return *static_cast<uint64_t *>(context); };
        config.clock_context = &now_ns;
        config.total_bytes = total_bytes;
        config.begin_numbers = begin_numbers;
        config.begin_bytes = begin_bytes;
        config.method = "factor";
        fg_progress_start(&progress, &config);
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
        progress.schedule.next_ns = 0;
        drawn();
        done(0, 0);
        return line_of(drawn());
    }
    // The line without the carriage return before it and the blanks that cover an older one.
    static std::string line_of(const std::string &text) {
        EXPECT_EQ(text.substr(0, 1), "\r");
        EXPECT_EQ(text.find('\033'), std::string::npos);
        return text.substr(1, text.find_last_not_of(' '));
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
    EXPECT_EQ(drawn(), "\r500 numbers, 250 /s, 25 %, 0:06 left");
    pass(2);
    fg_progress_update(&progress, 1, 1000);
    EXPECT_EQ(drawn(), "\r1 number, 0.25 /s, 100 %, 0:00 left ") << "covers the longer one";
}

TEST_F(Progress, LeavesOutWhatIsNotKnown) {
    start(0);
    pass(1);
    fg_progress_update(&progress, 45200, 250);
    EXPECT_EQ(drawn(), "\r45200 numbers, 45.2 k/s");
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
        progress.schedule.next_ns = 0;
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
    const size_t columns = drawn().size() - 1;
    fg_progress_erase(&progress);
    EXPECT_EQ(drawn(), "\r" + std::string(columns, ' ') + "\r");
    fg_progress_erase(&progress);
    EXPECT_EQ(drawn(), "");
}

TEST_F(Progress, OffDoesNothing) {
    fg_progress off = {};
    fg_progress_update(&off, 1, 1);
    fg_progress_tick(&off);
    fg_progress_erase(&off);
    fg_progress_end(&off, true);
    start(1, FG_PROGRESS_NONE);
    pass(1000);
    done(1, 1);
    fg_progress_end(&progress, true);
    EXPECT_EQ(drawn(), "");
}

// A log gets whole lines, of which a long run has not too many.
TEST_F(Progress, WholeLinesComeNowAndThen) {
    start(0, FG_PROGRESS_LINES);
    const auto lines = [&](int seconds) {
        work(seconds, 10, 100);
        const std::string text = drawn();
        EXPECT_EQ(text.find_first_of("\r\033"), std::string::npos);
        return std::count(text.begin(), text.end(), '\n');
    };
    EXPECT_EQ(lines(9), 0) << "nothing for a short run";
    EXPECT_EQ(lines(2), 1);
    EXPECT_EQ(lines(49), 5);
    EXPECT_EQ(lines(540), 54);
    EXPECT_NEAR(static_cast<double>(lines(3600)), 60, 1) << "an hour";
    pass(100);
    fg_progress_update(&progress, 42010, 0);
    EXPECT_EQ(drawn().substr(0, 32), "factor-gpu: 42010 numbers, 10 /s") << "named as a message";
    fg_progress_end(&progress, true);
    EXPECT_EQ(drawn(), "");
}

// A program that reads JSON gets a line a second, whatever is answered, and a last one.
TEST_F(Progress, JsonKeepsToTheSecond) {
    start(1000, FG_PROGRESS_JSON);
    std::string text;
    for (int i = 0; i < 100; i++) {
        pass(0.1);
        if (i % 30 == 0)
            done(3, 10);
        else
            fg_progress_tick(&progress);
        text += drawn();
    }
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 10);
    EXPECT_NE(text.find("\"elapsed_s\":9.0,"), std::string::npos) << text;
    fg_progress_end(&progress, true);
    text = drawn();
    EXPECT_NE(text.find("{\"phase\":\"end\",\"done\":12,\"total\":12,"), std::string::npos) << text;
    EXPECT_NE(text.find("\"bytes_done\":1000,\"bytes_total\":1000,\"rate\":1.2,\"eta_s\":0.0,"),
              std::string::npos)
        << text;
    done(1, 1);
    EXPECT_EQ(drawn(), "") << "nothing after the last line";
}

// One number an hour is a rate, too.
TEST_F(Progress, JsonKeepsSmallRates) {
    start(1000, FG_PROGRESS_JSON);
    pass(3600);
    done(1, 10);
    EXPECT_NE(drawn().find("\"rate\":0.00027778,\"eta_s\":356400.0,"), std::string::npos);
    fg_progress_end(&progress, false);
    const std::string last = drawn();
    EXPECT_EQ(last.rfind("{\"phase\":\"stopped\",\"done\":1,\"total\":null,", 0), 0u) << last;
    EXPECT_NE(last.find("\"eta_s\":null"), std::string::npos);
}

// Numbers that an earlier run has answered are done, but do not count for this run's rate.
TEST_F(Progress, CountsTheRateFromWhereItBegan) {
    start(1000, FG_PROGRESS_REDRAWN, 4000, 500);
    pass(2);
    fg_progress_update(&progress, 4500, 750);
    EXPECT_EQ(drawn(), "\r4500 numbers, 250 /s, 75 %, 0:02 left");
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
