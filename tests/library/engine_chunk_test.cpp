// SPDX-License-Identifier: MIT
/*
 * engine_chunk_test.cpp: how many numbers the engine hands a backend at once, how it handles
 * answers to a part of them, and what it checks and converts.
 */
#include "support/engine_face.h"
#include "support/scripted_backend.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace {

using oracle::Numbers;

/* Stands for a number with FG_MAX_DIVISORS divisors. */
constexpr uint64_t rich = UINT64_C(1) << 63;

class EngineChunk : public testing::Test {
  protected:
    void SetUp() override {
        scripted_backend = {};
        scripted_backend.room = SIZE_MAX / 2;
        config_.backend = "threads";
        config_.method = FG_METHOD_FACTOR;
        config_.jobs = 1;
    }
    BatchAnswer run(const Numbers &numbers) { return Engine(config_).run_some(numbers); }
    /* Returns how many numbers each call was given. */
    static std::vector<size_t> calls() {
        const size_t *const begin = scripted_backend.call_numbers;
        return std::vector<size_t>(begin, begin + scripted_backend.call_count);
    }

    fg_config config_ = {};
};

TEST_F(EngineChunk, FactorIsGivenWhatItsPrimesSurelyFit) {
    const size_t most = SCRIPTED_CHUNK_VALUES / 64;
    const Numbers numbers(2 * most + 5, 1000000007);
    for (const fg_answer answer : {FG_ANSWER_DIVISORS, FG_ANSWER_PRIMES}) {
        SetUp();
        config_.answer = answer;
        EXPECT_EQ(run(numbers).divisors.size(), numbers.size());
        EXPECT_EQ(scripted_backend.answer, answer);
        EXPECT_EQ(calls(), (std::vector<size_t>{most, most, 5}));
    }
}

TEST_F(EngineChunk, CandidatesAreGivenWhatTheirDivisorsSurelyFit) {
    config_.method = FG_METHOD_TRIAL;
    const Numbers numbers(50000, 1000); /* ten bits: 32 divisors at most */
    EXPECT_EQ(run(numbers).divisors.size(), numbers.size());
    const size_t most = SCRIPTED_CHUNK_VALUES / 32;
    EXPECT_EQ(calls(), (std::vector<size_t>{most, numbers.size() - most}));
}

TEST_F(EngineChunk, AShortAnswerIsGoneOnFrom) {
    scripted_backend.room = 20;
    Numbers numbers(100);
    for (size_t i = 0; i < numbers.size(); i++)
        numbers[i] = 1 + i;
    expect_flint_answers(run(numbers), numbers);
    const std::vector<size_t> given = calls();
    EXPECT_GT(given.size(), 20u);
    EXPECT_EQ(given.front(), numbers.size());
    EXPECT_TRUE(std::is_sorted(given.rbegin(), given.rend()));
}

/* Once a page has shown how many divisors the numbers have, a page takes only as many as fill half
 * the capacity. */
TEST_F(EngineChunk, RichNumbersAreGivenFewAtATime) {
    config_.backend = "serial"; /* whose answers the engine takes as they are */
    scripted_backend.room = SCRIPTED_CHUNK_VALUES;
    Numbers numbers(50, rich);
    numbers.insert(numbers.end(), 50, 97);
    EXPECT_EQ(run(numbers).divisors.size(), numbers.size());
    const std::vector<size_t> given = calls();
    EXPECT_EQ(given[0], 100u);
    for (size_t call = 1; call < 9; call++)
        EXPECT_EQ(given[call], 5u) << call; /* as many as surely fit */
}

TEST_F(EngineChunk, AfterNoAnswerOnlyWhatSurelyFitsIsTried) {
    config_.backend = "serial";
    scripted_backend.room = FG_MAX_DIVISORS;
    Numbers numbers(12, 97);
    numbers.insert(numbers.begin(), rich);
    numbers.insert(numbers.begin() + 7, rich);
    EXPECT_EQ(run(numbers).divisors.size(), numbers.size());

    scripted_backend.call_count = 0;
    scripted_backend.room = 1; /* nothing ever fits */
    scripted_backend.room_for_none = true;
    const BatchAnswer answer = run(Numbers(8, rich));
    EXPECT_EQ(answer.status, FG_ERROR_SELF_CHECK);
    EXPECT_NE(answer.message.find("gave no answers"), std::string::npos) << answer.message;
    EXPECT_EQ(calls(), (std::vector<size_t>{8, 5}));
}

/* An engine that failed answers no more, even after a cancel. */
TEST_F(EngineChunk, ACancelDoesNotReviveAnEngineThatFailed) {
    scripted_backend.one_too_many = true;
    Engine engine(config_);
    EXPECT_EQ(engine.run_some({6}).status, FG_ERROR_SELF_CHECK);
    scripted_backend.one_too_many = false;
    EXPECT_EQ(engine.run_some({6}).status, FG_ERROR_SELF_CHECK);
    fg_engine_cancel(engine.get());
    EXPECT_EQ(engine.run_some({6}).status, FG_ERROR_CANCELLED);
    EXPECT_EQ(engine.run_some({6}).status, FG_ERROR_SELF_CHECK);
}

TEST_F(EngineChunk, MoreAnswersThanNumbersAreRefused) {
    scripted_backend.one_too_many = true;
    const BatchAnswer answer = run({12, 13});
    EXPECT_EQ(answer.status, FG_ERROR_SELF_CHECK);
    EXPECT_NE(answer.message.find("2 numbers were given 3 answers"), std::string::npos)
        << answer.message;
}

TEST_F(EngineChunk, AnswersAreCheckedWhereTheBackendDoesNot) {
    for (const fg_answer answer : {FG_ANSWER_DIVISORS, FG_ANSWER_PRIMES}) {
        SetUp();
        config_.answer = answer;
        scripted_backend.wrong = true;
        const BatchAnswer refused = run({12, 13});
        EXPECT_EQ(refused.status, FG_ERROR_SELF_CHECK);
        EXPECT_EQ(refused.message, "threads: the answer for 12 failed its check");
        config_.backend = "serial";
        EXPECT_EQ(run({12, 13}).status, FG_OK);
    }
}

TEST_F(EngineChunk, CandidatesGiveDivisorsOfWhichTheEngineMakesPrimes) {
    config_.answer = FG_ANSWER_PRIMES;
    const Numbers numbers = {12, 1, 97, 1024};
    for (const fg_method method : {FG_METHOD_TRIAL, FG_METHOD_EXHAUSTIVE, FG_METHOD_FACTOR}) {
        config_.method = method;
        expect_flint_primes(run(numbers), numbers);
        EXPECT_EQ(scripted_backend.answer,
                  method == FG_METHOD_FACTOR ? FG_ANSWER_PRIMES : FG_ANSWER_DIVISORS);
    }
}

TEST_F(EngineChunk, TheLimitEndsABatchAfterThePartThatReachesIt) {
    const Numbers numbers(100, 6); /* four divisors each */
    scripted_backend.room = 40;
    for (const auto &[limit, answered] : std::vector<std::pair<size_t, size_t>>{
             {0, 100}, {1, 10}, {40, 10}, {41, 20}, {1000, 100}}) {
        config_.value_limit = limit;
        EXPECT_EQ(run(numbers).divisors.size(), answered) << limit;
    }
}

} // namespace
