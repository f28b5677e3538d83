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
        fg_test_wide_reset();
    }
    void TearDown() override {
        fg_test_wide_reset();
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

/* Of two batches the second is complete long before the first, which begins with semiprimes. */
TEST_F(WideBatches, ABatchThatIsReadyEarlyWaitsForItsTurn) {
    WideNumbers numbers = easy_numbers(512);
    for (size_t i = 0; i < 3; i++)
        numbers[i] = oracle::next_wide_prime((Wide{3} << 46) + (i << 20)) *
                     oracle::next_wide_prime((Wide{5} << 46) + (i << 20));
    fg_config config = wide_config(FG_ANSWER_PRIMES);
    config.jobs = 3;
    Engine engine(config);
    expect_wide_answers(run_wide(engine.get(), numbers), FG_ANSWER_PRIMES, numbers);
}

/* Numbers with a prime that the host has to prove. */
WideNumbers claims(size_t count) {
    WideNumbers numbers;
    for (size_t i = 0; i < count; i++)
        numbers.push_back(((Wide{1} << 107) - 1) * (i + 1));
    return numbers;
}

TEST_F(WideBatches, TheJobsThreadsCompleteBatches) {
    const WideNumbers numbers = claims(512); /* two batches of a block */
    for (const unsigned jobs : {1u, 3u}) {
        fg_config config = wide_config(FG_ANSWER_PRIMES);
        config.jobs = jobs;
        Engine engine(config);
        fg_test_wide_reset();
        fg_test_wide_calls.awaits_helper = jobs > 1;
        expect_wide_answers(run_wide(engine.get(), numbers), FG_ANSWER_PRIMES, numbers);
        EXPECT_EQ(fg_test_wide_calls.blocks, 2u);
        EXPECT_EQ(fg_test_wide_calls.by_helpers > 0, jobs > 1);
    }
}

TEST_F(WideBatches, ACancelEndsWhatTheThreadsComplete) {
    const WideNumbers numbers = claims(512);
    for (const unsigned jobs : {1u, 3u}) {
        fg_config config = wide_config(FG_ANSWER_PRIMES);
        config.jobs = jobs;
        Engine engine(config);
        fg_test_wide_reset();
        fg_test_wide_calls.engine = engine.get();
        fg_test_wide_calls.cancels_block = true;
        EXPECT_EQ(run_wide(engine.get(), numbers).status, FG_ERROR_CANCELLED);
        if (jobs == 1) { /* others may have begun blocks of their own */
            EXPECT_EQ(fg_test_wide_calls.blocks, 1u) << "it went on";
        }
        fg_test_wide_calls.cancels_block = false;
        const WideNumbers some(numbers.begin(), numbers.begin() + 3);
        expect_wide_answers(run_wide(engine.get(), some), FG_ANSWER_PRIMES, some);
    }
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

/* 2^64 + 13 is a prime, which the host enters into the answer. */
TEST_F(WideBatches, AStoppedDeviceForgetsItsBatch) {
    const fg_uint128 number = {13, 1};
    fg_results results = {};
    fg_error error = {};
    bool kept = true;
    EXPECT_EQ(fg_test_wide_go_on(&number, &kept, &results, &error), FG_OK) << error.message;
    EXPECT_FALSE(kept);
    EXPECT_EQ(results.count, 1u);
    fg_results_free(&results);
}

TEST_F(WideBatches, AForkedChildForgetsTheLists) {
    EXPECT_TRUE(fg_test_wide_forget());
}

/* Primes above the bound that the device proves, that the CPU proves, and that are below 2^64. */
TEST_F(WideBatches, NumbersThatAreNotSmoothAreSeenByWhatTheDeviceLeaves) {
    const Wide prime_100 = (Wide{1} << 100) - 15, prime_80 = (Wide{1} << 80) - 65;
    const Wide prime_107 = (Wide{1} << 107) - 1;
    const WideNumbers numbers = {12 * prime_100, 12 * prime_80,  1000003 * prime_107,
                                 prime_107,      Wide{1} << 100, prime_100 - 1};
    for (const Wide bound : {Wide{1000}, (Wide{1} << 90), prime_100}) {
        fg_config config = wide_config(FG_ANSWER_PRIMES);
        config.smooth_bound = to_words(bound);
        Engine engine(config);
        const WideAnswer answer = run_wide(engine.get(), numbers);
        ASSERT_EQ(answer.status, FG_OK) << answer.message;
        ASSERT_EQ(answer.values.size(), numbers.size());
        for (size_t i = 0; i < numbers.size(); i++) {
            const WideNumbers primes = wide_primes(numbers[i]);
            EXPECT_TRUE(answer.values[i] == (primes.back() > bound ? WideNumbers{0} : primes))
                << oracle::decimal(numbers[i]) << " by " << oracle::decimal(bound);
        }
    }
}

TEST_F(WideBatches, AppendedAnswersAreChecked) {
    const WideNumbers numbers = easy_numbers(3);
    for (const fg_answer answer : {FG_ANSWER_PRIMES, FG_ANSWER_DIVISORS}) {
        Engine engine(wide_config(answer));
        fg_test_wide_reset();
        fg_test_wide_calls.value_change = 1;
        const WideAnswer wrong = run_wide(engine.get(), numbers);
        EXPECT_EQ(wrong.status, FG_ERROR_SELF_CHECK);
        EXPECT_TRUE(contains(wrong.message, oracle::decimal(numbers.back()) + " failed its check"))
            << wrong.message;
    }
}

/* The CPU finds large primes in it, which says nothing about the number. */
TEST_F(WideBatches, AWrongRestDoesNotMakeANumberNotSmooth) {
    fg_config config = wide_config(FG_ANSWER_PRIMES);
    config.smooth_bound = {1000, 0};
    Engine engine(config);
    const WideNumbers numbers = {12 * ((Wide{1} << 100) - 15)};
    const WideAnswer right = run_wide(engine.get(), numbers);
    ASSERT_EQ(right.status, FG_OK) << right.message;
    EXPECT_TRUE(right.values[0] == WideNumbers{0});
    fg_test_wide_calls.rest_change = 2;
    const WideAnswer wrong = run_wide(engine.get(), numbers);
    EXPECT_EQ(wrong.status, FG_ERROR_SELF_CHECK);
    EXPECT_TRUE(contains(wrong.message, "that a GPU has found are wrong")) << wrong.message;
}

} // namespace
