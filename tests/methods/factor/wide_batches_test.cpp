// SPDX-License-Identifier: MIT
/*
 * wide_batches_test.cpp: runs of numbers of two words on the emulated device: their limits, what is
 * appended at once, and memory of the host.
 */
#include "support/emulated_fixture.h"
#include "support/wide_engine.h"
#include "wide_batches_run.h"

#include <string>

namespace {

using oracle::Wide;
using oracle::WideNumbers;

fg_config wide_config(fg_answer answer) {
    fg_config config = {};
    config.backend = "cuda";
    config.answer = answer;
    config.jobs = 1;
    return config;
}

/* Numbers without large primes; every one has another answer than the one before. */
WideNumbers easy_numbers(size_t count) {
    WideNumbers numbers;
    for (size_t i = 0; i < count; i++)
        numbers.push_back((Wide{1} << 70) * (i + 1));
    return numbers;
}

class WideBatches : public Emulated {
  protected:
    void SetUp() override {
        Emulated::SetUp();
        fg_test_wide_calls = {};
    }
    void TearDown() override {
        fg_test_wide_calls = {};
        Emulated::TearDown();
    }
};

TEST_F(WideBatches, ARunHasHalfTheValuesOfOneOfOneWord) {
    Engine engine(wide_config(FG_ANSWER_PRIMES));
    const WideNumbers numbers = easy_numbers(3);
    expect_wide_answers(run_wide(engine.get(), numbers), FG_ANSWER_PRIMES, numbers);
    EXPECT_EQ(fg_test_wide_calls.value_limit, UINT64_C(1) << 25);
}

/* Runs of one number that has more values, of numbers that fill it, and of many. */
TEST_F(WideBatches, RunsThatAreFullGoOnWhereTheyEnded) {
    const WideNumbers numbers = easy_numbers(600);
    for (const uint64_t limit : {UINT64_C(10), UINT64_C(71 + 72 + 142), UINT64_C(30000)}) {
        fg_test_wide_calls.replaced_limit = limit;
        Engine engine(wide_config(FG_ANSWER_DIVISORS));
        const WideNumbers some(numbers.begin(), numbers.begin() + (limit < 30000 ? 9 : 600));
        fg_test_wide_calls.appends = 0;
        expect_wide_answers(run_wide(engine.get(), some), FG_ANSWER_DIVISORS, some);
        EXPECT_GE(fg_test_wide_calls.appends, limit < 30000 ? 4u : 6u) << limit;
    }
}

TEST_F(WideBatches, AnswersAreAppendedInPiecesThatACancelEnds) {
    Engine engine(wide_config(FG_ANSWER_PRIMES));
    const WideNumbers numbers = easy_numbers(5000);
    expect_wide_answers(run_wide(engine.get(), numbers), FG_ANSWER_PRIMES, numbers);
    EXPECT_LE(fg_test_wide_calls.most_appended, 1024u);
    fg_test_wide_calls.replaced_limit = 150000; /* it is full in the second piece */
    expect_wide_answers(run_wide(engine.get(), numbers), FG_ANSWER_PRIMES, numbers);
    fg_test_wide_calls.replaced_limit = 0;
    fg_test_wide_calls.engine = engine.get();
    fg_test_wide_calls.cancel_at = fg_test_wide_calls.appends + 2;
    EXPECT_EQ(run_wide(engine.get(), numbers).status, FG_ERROR_CANCELLED);
    EXPECT_EQ(fg_test_wide_calls.appends, fg_test_wide_calls.cancel_at) << "it went on";
}

TEST_F(WideBatches, TheHostsLackOfMemoryIsNotTheDevices) {
    Engine engine(wide_config(FG_ANSWER_PRIMES));
    ASSERT_TRUE(engine.is_open()) << engine.open_message();
    fg_test_wide_calls.no_memory = true;
    const WideAnswer answer = run_wide(engine.get(), easy_numbers(3));
    fg_test_wide_calls.no_memory = false;
    EXPECT_EQ(answer.status, FG_ERROR_MEMORY);
    EXPECT_TRUE(contains(answer.message, "out of memory: ")) << answer.message;
}

TEST_F(WideBatches, ADeviceWithoutRoomSaysWhatItWasAskedFor) {
    Engine engine(wide_config(FG_ANSWER_PRIMES));
    ASSERT_TRUE(engine.is_open()) << engine.open_message();
    fg_emulator_set_memory_bytes(1000);
    const WideAnswer answer = run_wide(engine.get(), easy_numbers(3));
    EXPECT_EQ(answer.status, FG_ERROR_DEVICE);
    EXPECT_TRUE(contains(answer.message, "too little free memory for numbers above 2^64 (the GPU "
                                         "has no room"))
        << answer.message;
}

TEST_F(WideBatches, AForkedChildForgetsTheLists) {
    EXPECT_TRUE(fg_test_wide_forget());
}

} // namespace
