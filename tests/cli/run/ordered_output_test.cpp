// SPDX-License-Identifier: MIT
// The ordered output: texts come out in the order of their places, whichever thread makes them, and
// when; failures are reported once; a lack of memory does not keep back what was made before.
#include "cli/run/ordered_output.h"

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <gtest/gtest.h>
#include <pthread.h>
#include <string>
#include <sys/mman.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

/* The end of a wait for a limited time. Its own end would say nothing of what else has happened
 * meanwhile on a busy machine. */
enum class Waits { as_long_as_said, without_limit, not_at_all };
std::atomic<Waits> waits{Waits::as_long_as_said};
std::atomic<unsigned> wait_count{0};

} // namespace

extern "C" {

/* The linker leads the ordered output's calls here (--wrap). */
int __real_pthread_cond_clockwait(pthread_cond_t *condition, pthread_mutex_t *mutex,
                                  clockid_t clock, const timespec *until);
int __wrap_pthread_cond_clockwait(pthread_cond_t *condition, pthread_mutex_t *mutex,
                                  clockid_t clock, const timespec *until);
int __wrap_pthread_cond_clockwait(pthread_cond_t *condition, pthread_mutex_t *mutex,
                                  clockid_t clock, const timespec *until) {
    wait_count++;
    switch (waits) {
    case Waits::without_limit:
        return pthread_cond_wait(condition, mutex);
    case Waits::not_at_all:
        return ETIMEDOUT;
    case Waits::as_long_as_said:
        break;
    }
    return __real_pthread_cond_clockwait(condition, mutex, clock, until);
}
}

namespace {

class OrderedOutput : public testing::Test {
  protected:
    explicit OrderedOutput(bool brief_tasks = false) {
        output.fd = memfd_create("output", MFD_CLOEXEC);
        output.name = "here";
        fg_ordered_output_config config = {};
        config.output = &output;
        config.text_max = 4;
        config.brief_tasks = brief_tasks;
        config.written = [](void *at, const fg_ordered_text *text) {
            OrderedOutput &own = *static_cast<OrderedOutput *>(at);
            own.ends.push_back(text->end);
            return own.next_status;
        };
        config.failed = [](void *at) { static_cast<OrderedOutput *>(at)->failures++; };
        config.context = this;
        fg_ordered_output_init(&ordered, &config);
    }
    ~OrderedOutput() override {
        fg_ordered_output_destroy(&ordered);
        close(output.fd);
    }
    OrderedOutput(const OrderedOutput &) = delete;
    OrderedOutput &operator=(const OrderedOutput &) = delete;

    // A text of a letter for each place.
    void put(uint64_t begin, const std::string &letters) {
        fg_ordered_text *const text = fg_ordered_output_take(&ordered, begin);
        ASSERT_NE(text, nullptr);
        if (text->text.room < letters.size()) {
            text->text.data = static_cast<char *>(realloc(text->text.data, letters.size()));
            text->text.room = letters.size();
        }
        memcpy(text->text.data, letters.data(), letters.size());
        text->text.size = letters.size();
        text->end = begin + letters.size();
        fg_ordered_output_put(&ordered, text);
    }
    std::string written() const {
        std::string text(static_cast<size_t>(lseek(output.fd, 0, SEEK_END)), ' ');
        EXPECT_EQ(pread(output.fd, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
        return text;
    }

    fg_output output = {};
    fg_ordered_output ordered = {};
    std::vector<uint64_t> ends;
    fg_status next_status = FG_OK;
    int failures = 0;
};

TEST_F(OrderedOutput, TextsWaitForThoseBeforeThem) {
    put(5, "fg");
    put(2, "cde");
    EXPECT_EQ(written(), "");
    EXPECT_FALSE(fg_ordered_output_write_one(&ordered));
    put(0, "ab");
    EXPECT_EQ(written(), "abcdefg");
    EXPECT_EQ(ends, (std::vector<uint64_t>{2, 5, 7}));
    put(7, "h");
    EXPECT_EQ(written(), "abcdefgh");
    EXPECT_EQ(failures, 0);
}

// A number's text in parts, before or after what comes before it.
TEST_F(OrderedOutput, PartsOfATextStayInOrder) {
    const auto put_part = [this](const char *letter, uint64_t end) {
        fg_ordered_text *const text = fg_ordered_output_take(&ordered, 1);
        ASSERT_NE(text, nullptr);
        memcpy(fg_text_reserve(&text->text, 1), letter, 1);
        text->text.size = 1;
        text->end = end;
        fg_ordered_output_put(&ordered, text);
    };
    put(2, "e");
    put_part("b", 1);
    put_part("c", 1);
    EXPECT_EQ(written(), "");
    std::thread waiting([&] {
        fg_ordered_output_await(&ordered, 1);
        put_part("d", 2);
    });
    put(0, "a");
    waiting.join();
    EXPECT_EQ(written(), "abcde");
    EXPECT_EQ(ends, (std::vector<uint64_t>{1, 1, 1, 2, 3}));
}

// A thread does not wait for ever for a text when all are taken by those that cannot be written.
TEST_F(OrderedOutput, MoreTextsThanItHasAreMadeAfterAWhile) {
    for (uint64_t i = 8; i > 0; i--)
        put(i, std::string(1, static_cast<char>('a' + i)));
    put(0, "a");
    EXPECT_EQ(written(), "abcdefghi");
}

TEST_F(OrderedOutput, ThreadsAgreeOnTheOrder) {
    std::vector<std::thread> threads;
    for (uint64_t first = 0; first < 4; first++)
        threads.emplace_back([this, first] {
            for (uint64_t i = first; i < 2000; i += 4)
                put(i, std::string(1, static_cast<char>('a' + i % 26)));
        });
    for (std::thread &thread : threads)
        thread.join();
    fg_ordered_output_finish(&ordered);
    const std::string text = written();
    ASSERT_EQ(text.size(), 2000u);
    for (size_t i = 0; i < text.size(); i++)
        ASSERT_EQ(text[i], 'a' + static_cast<int>(i % 26)) << i;
}

TEST_F(OrderedOutput, AFailureIsToldOnceAndEndsWriting) {
    close(output.fd);
    output.fd = -1;
    put(0, "a");
    put(1, "b");
    EXPECT_TRUE(fg_ordered_output_has_failed(&ordered));
    EXPECT_EQ(failures, 1);
    EXPECT_TRUE(ends.empty());
    EXPECT_EQ(output.error.status, FG_ERROR_SYSTEM);
}

TEST_F(OrderedOutput, WhatIsToldOfAWriteCanFailItToo) {
    next_status = FG_ERROR_SYSTEM;
    put(0, "a");
    EXPECT_TRUE(fg_ordered_output_has_failed(&ordered));
    EXPECT_EQ(failures, 1);
}

TEST_F(OrderedOutput, WantOfMemoryComesAfterWhatWasMade) {
    put(1, "b");
    fg_ordered_output_fail_memory(&ordered, fg_ordered_output_take(&ordered, 2));
    EXPECT_EQ(failures, 1);
    put(0, "a");
    fg_ordered_output_finish(&ordered);
    EXPECT_EQ(written(), "ab");
    EXPECT_EQ(output.error.status, FG_ERROR_MEMORY);
    EXPECT_STREQ(output.error.message, fg_strerror(FG_ERROR_MEMORY));
}

// A thread far ahead of one that is slow waits for it, by the bytes of its texts.
TEST_F(OrderedOutput, AThreadThatIsAheadWaitsWhileTooMuchTextWaits) {
    constexpr uint64_t step = UINT64_C(3) << 20, texts = 12;
    std::atomic<uint64_t> made_ahead{0};
    waits = Waits::without_limit;
    std::thread ahead([&] {
        for (uint64_t i = 1; i < texts; i++) {
            put(step * i, std::string(step, static_cast<char>('a' + i)));
            made_ahead = i;
        }
    });
    for (uint64_t i = 0; i < 40; i++) {
        put(i, "x");
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    EXPECT_LE(made_ahead, 7u) << "some 16 MiB, and the one that is being made";
    put(40, std::string(step - 40, 'y'));
    ahead.join();
    waits = Waits::as_long_as_said;
    fg_ordered_output_finish(&ordered);
    EXPECT_EQ(written().size(), step * texts);
}

// The texts before it may never come, because a batch can end early.
TEST_F(OrderedOutput, AThreadThatIsAheadGivesUpWhereNothingComes) {
    constexpr uint64_t step = UINT64_C(3) << 20;
    waits = Waits::not_at_all;
    wait_count = 0;
    for (uint64_t i = 1; i < 40; i++)
        put(step * i, std::string(step, 'a'));
    waits = Waits::as_long_as_said;
    EXPECT_GT(wait_count, 100u);
    EXPECT_LT(wait_count, 1000u) << "a thread gives up sooner than one did before it";
    put(0, std::string(step, 'b'));
    EXPECT_EQ(written().size(), step * 40);
}

class OrderedOutputOfBriefTasks : public OrderedOutput {
  protected:
    OrderedOutputOfBriefTasks() : OrderedOutput(true) {}
};

// Up to two texts are left to the thread that made them.
TEST_F(OrderedOutputOfBriefTasks, AFewTextsAreLeftToTheirMakers) {
    std::thread([this] { put(1, "b"); }).join();
    put(0, "a");
    EXPECT_EQ(written(), "a");
    fg_ordered_output_flush(&ordered);
    EXPECT_EQ(written(), "ab");
    std::thread([this] {
        put(3, "d");
        put(4, "e");
        put(5, "f");
    }).join();
    put(2, "c");
    EXPECT_EQ(written(), "abcd") << "any thread writes them until only two wait";
    fg_ordered_output_flush(&ordered);
    EXPECT_EQ(written(), "abcdef");
}

} // namespace
