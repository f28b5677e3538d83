// SPDX-License-Identifier: MIT
/*
 * engine_use_test.cpp: unusual and wrong uses of an engine: by two threads at once, in a forked
 * child, after a cancelled batch; zeros; structs of other sizes; batches that no method answers.
 */
#include "support/backend_fixture.h"

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

using oracle::Numbers;

class EngineUse : public Backend {
  protected:
    fg_config config(fg_method method, fg_answer answer = FG_ANSWER_DIVISORS) const {
        fg_config config = {};
        config.size = sizeof config;
        config.backend = name();
        config.method = method;
        config.answer = answer;
        config.jobs = 2;
        return config;
    }
};

TEST_P(EngineUse, ASecondThreadIsRefusedInWords) {
    Engine engine(name(), FG_METHOD_EXHAUSTIVE);
    ASSERT_TRUE(engine.is_open()) << engine.open_message();
    std::thread first([&] {
        fg_status status = FG_ERROR_ARGUMENT; /* while the other thread is in the engine */
        while (status == FG_ERROR_ARGUMENT)
            status = engine.run({endless()}).status;
        EXPECT_EQ(status, FG_ERROR_CANCELLED);
    });
    fg_results results = {};
    fg_error error = {};
    const uint64_t six = 6;
    /* Until the first thread has entered the engine, this one may enter. */
    fg_status status = FG_OK;
    for (int i = 0; i < 10000 && status == FG_OK; i++) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        status = fg_factor_batch(engine.get(), &six, 1, &results, &error);
    }
    EXPECT_EQ(status, FG_ERROR_ARGUMENT);
    EXPECT_NE(std::string(error.message).find("another thread"), std::string::npos)
        << error.message;
    fg_consumer *const nothing = [](void *, size_t, fg_results *) {};
    EXPECT_EQ(fg_factor_batch_to(engine.get(), &six, 1, nothing, nullptr, &error),
              FG_ERROR_ARGUMENT);
    const fg_uint128 wide_six = {6, 0};
    EXPECT_EQ(fg_factor_wide_batch(engine.get(), &wide_six, 1, &results, &error),
              FG_ERROR_ARGUMENT);
    EXPECT_NE(std::string(error.message).find("another thread"), std::string::npos)
        << error.message;
    fg_engine_cancel(engine.get());
    first.join();
    expect_flint_answers(engine.run({six, 97}), {six, 97});
    fg_results_free(&results);
}

/* Ends the child with 0 if `check` says so; a child that hangs is killed by its alarm. */
template <class Check> int status_of_child(Check check) {
    const pid_t child = fork();
    if (child == 0) {
        alarm(600);
        _exit(check() ? 0 : 1);
    }
    int status = -1;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    return status;
}

TEST_P(EngineUse, AForkedChildIsRefusedAndMayClose) {
    for (const fg_method method : {FG_METHOD_TRIAL, FG_METHOD_FACTOR}) {
        fg_engine *engine = nullptr;
        fg_error error = {};
        const fg_config configured = config(method);
        ASSERT_EQ(fg_engine_open(&configured, &engine, &error), FG_OK) << error.message;
        Numbers numbers(!is("fork")    ? 5000
                        : every_case() ? 500
                                       : 50); /* "fork" makes a process for each */
        for (size_t i = 0; i < numbers.size(); i++)
            numbers[i] = 1 + i;
        fg_results results = {};
        ASSERT_EQ(fg_factor_batch(engine, numbers.data(), numbers.size(), &results, &error), FG_OK);
        const int status = status_of_child([&] {
            const fg_uint128 wide = {6, 0};
            const auto names_parent = [&] {
                return std::strstr(error.message, std::to_string(getppid()).c_str()) != nullptr;
            };
            const bool refused =
                fg_factor_batch(engine, numbers.data(), 1, &results, &error) == FG_ERROR_ARGUMENT &&
                names_parent() &&
                fg_factor_wide_batch(engine, &wide, 1, &results, &error) == FG_ERROR_ARGUMENT &&
                names_parent();
            fg_engine_close(engine);
            return refused;
        });
        EXPECT_EQ(status, 0) << "the child's wait status";
        /* The parent's engine still works. */
        EXPECT_EQ(fg_factor_batch(engine, numbers.data(), numbers.size(), &results, &error), FG_OK)
            << error.message;
        EXPECT_EQ(results.count, numbers.size());
        fg_results_free(&results);
        fg_engine_close(engine);
    }
}

TEST_P(EngineUse, ACancelledEngineAnswersAgain) {
    for (int round = 0; round < 3; round++) {
        Engine engine(name(), FG_METHOD_EXHAUSTIVE);
        ASSERT_TRUE(engine.is_open()) << engine.open_message();
        for (int again = 0; again < 2; again++) {
            fg_engine_cancel(engine.get());
            EXPECT_EQ(engine.run({endless()}).status, FG_ERROR_CANCELLED);
            EXPECT_EQ(engine.timing().known, is("cuda")) << "a device's account goes on";
            const Numbers numbers = {1, 12, 97, 360};
            expect_flint_answers(engine.run(numbers), numbers);
        }
        fg_engine_cancel(engine.get());
        EXPECT_EQ(engine.run({}).status, FG_ERROR_CANCELLED) << "an empty batch is one, too";
        EXPECT_EQ(engine.run({}).status, FG_OK);
    }
}

/* An empty batch takes a cancel, whichever function it is asked of. */
TEST_P(EngineUse, AnEmptyBatchTakesACancel) {
    Engine engine(config(FG_METHOD_FACTOR, FG_ANSWER_PRIMES));
    ASSERT_TRUE(engine.is_open()) << engine.open_message();
    fg_consumer *const nothing = [](void *, size_t, fg_results *) {};
    fg_error error = {};
    fg_numbers numbers = {};
    numbers.words = 1;
    fg_column_request request = {};
    request.column = FG_COLUMN_COUNT;
    uint64_t value = 0;
    request.values = &value;
    const auto expect_cancelled_once = [&](auto ask) {
        fg_engine_cancel(engine.get());
        EXPECT_EQ(ask(), FG_ERROR_CANCELLED);
        EXPECT_EQ(error.status, FG_ERROR_CANCELLED);
        EXPECT_EQ(ask(), FG_OK) << error.message;
    };
    expect_cancelled_once(
        [&] { return fg_factor_batch_to(engine.get(), nullptr, 0, nothing, nullptr, &error); });
    expect_cancelled_once(
        [&] { return fg_factor_numbers_to(engine.get(), &numbers, nothing, nullptr, &error); });
    expect_cancelled_once(
        [&] { return fg_factor_columns(engine.get(), &numbers, &request, 1, &error); });
    expect_cancelled_once(
        [&] { return fg_factor_columns(engine.get(), &numbers, nullptr, 0, &error); });
}

/* Returns the answers to a batch with zeros, by number. */
std::vector<Numbers> handed_over(fg_engine *engine, const Numbers &numbers) {
    struct Gathered {
        std::mutex lock;
        std::vector<Numbers> answers;
        std::vector<int> times;
    } gathered;
    gathered.answers.resize(numbers.size());
    gathered.times.resize(numbers.size());
    fg_consumer *const gather = [](void *context, size_t first, fg_results *results) {
        auto *const into = static_cast<Gathered *>(context);
        const std::lock_guard<std::mutex> guard(into->lock);
        for (size_t i = 0; i < results->count; i++) {
            into->times[first + i]++;
            into->answers[first + i].assign(results->values + results->offsets[i],
                                            results->values + results->offsets[i + 1]);
        }
    };
    fg_error error = {};
    EXPECT_EQ(fg_factor_batch_to(engine, numbers.data(), numbers.size(), gather, &gathered, &error),
              FG_OK)
        << error.message;
    for (const int times : gathered.times)
        EXPECT_EQ(times, 1);
    return gathered.answers;
}

/* Expects an empty answer for each zero, and FLINT's for the others. */
void expect_answers_beside_zeros(const std::vector<Numbers> &answers, const Numbers &numbers,
                                 fg_answer answer) {
    ASSERT_EQ(answers.size(), numbers.size());
    for (size_t i = 0; i < numbers.size(); i++) {
        BatchAnswer one;
        one.divisors = {answers[i]};
        if (numbers[i] == 0)
            EXPECT_TRUE(answers[i].empty()) << "number " << i;
        else if (answer == FG_ANSWER_PRIMES)
            expect_flint_primes(one, {numbers[i]});
        else
            expect_flint_answers(one, {numbers[i]});
    }
}

TEST_P(EngineUse, ZerosHaveEmptyAnswersWhereTheyAreAllowed) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Numbers numbers(is("fork") ? 60 : scaled_slow(3000));
    for (uint64_t &number : numbers)
        number = random.between(0, 3) == 0 ? 0 : random.between(1, 100000);
    for (const fg_method method : {FG_METHOD_TRIAL, FG_METHOD_FACTOR})
        for (const fg_answer answer : {FG_ANSWER_DIVISORS, FG_ANSWER_PRIMES}) {
            fg_config configured = config(method, answer);
            configured.allow_zeros = true;
            Engine engine(configured);
            ASSERT_TRUE(engine.is_open()) << engine.open_message();
            for (const Numbers &batch :
                 {numbers, Numbers{0}, Numbers{0, 0, 1}, Numbers{1, 0}, Numbers{}}) {
                const BatchAnswer gathered = engine.run(batch);
                ASSERT_EQ(gathered.status, FG_OK) << gathered.message;
                expect_answers_beside_zeros(gathered.divisors, batch, answer);
                expect_answers_beside_zeros(handed_over(engine.get(), batch), batch, answer);
            }
        }
}

/* A consumer may keep the results and leave others, even some that say something else. */
TEST_P(EngineUse, AConsumerMayLeaveOtherResults) {
    Numbers numbers(is("fork") ? 40 : scaled_slow(20000));
    for (size_t i = 0; i < numbers.size(); i++)
        numbers[i] = i % 3 == 0 ? 0 : 1 + i;
    for (const fg_answer answer : {FG_ANSWER_DIVISORS, FG_ANSWER_PRIMES}) {
        fg_config configured = config(FG_METHOD_FACTOR, answer);
        configured.allow_zeros = true;
        Engine engine(configured);
        ASSERT_TRUE(engine.is_open()) << engine.open_message();
        struct Seen {
            fg_answer answer;
            const Numbers *numbers;
            std::atomic<int> wrong;
        } seen = {answer, &numbers, {0}};
        fg_consumer *const swap = [](void *context, size_t first, fg_results *results) {
            auto *const into = static_cast<Seen *>(context);
            into->wrong += results->answer != into->answer || results->words != 1;
            for (size_t i = 0; i < results->count; i++)
                into->wrong += (*into->numbers)[first + i] == 0 &&
                               results->offsets[i] != results->offsets[i + 1];
            fg_results_free(results);
            *results = {};
            results->answer =
                into->answer == FG_ANSWER_PRIMES ? FG_ANSWER_DIVISORS : FG_ANSWER_PRIMES;
        };
        fg_error error = {};
        EXPECT_EQ(
            fg_factor_batch_to(engine.get(), numbers.data(), numbers.size(), swap, &seen, &error),
            FG_OK)
            << error.message;
        EXPECT_EQ(seen.wrong, 0);
    }
}

/* A cancel ends the running batch at any point of it, and never the next batch. */
TEST_P(EngineUse, ACancelIsOfTheBatchThatRuns) {
    Engine engine(config(FG_METHOD_FACTOR));
    ASSERT_TRUE(engine.is_open()) << engine.open_message();
    const Numbers numbers = {6, 35, 97};
    fg_consumer *const cancel = [](void *context, size_t, fg_results *) {
        fg_engine_cancel(static_cast<fg_engine *>(context));
    };
    fg_error error = {};
    EXPECT_EQ(fg_factor_batch_to(engine.get(), numbers.data(), numbers.size(), cancel, engine.get(),
                                 &error),
              FG_ERROR_CANCELLED);
    expect_flint_answers(engine.run(numbers), numbers);
}

TEST_P(EngineUse, ZerosAreRefusedWhereTheyAreNot) {
    Engine engine(config(FG_METHOD_FACTOR));
    ASSERT_TRUE(engine.is_open()) << engine.open_message();
    EXPECT_EQ(engine.run({6, 0, 12}).status, FG_ERROR_ARGUMENT);
    expect_flint_answers(engine.run({6, 12}), {6, 12});
}

TEST_P(EngineUse, ResultsSayWhatTheyHold) {
    for (const fg_method method : {FG_METHOD_TRIAL, FG_METHOD_FACTOR})
        for (const fg_answer answer : {FG_ANSWER_DIVISORS, FG_ANSWER_PRIMES}) {
            fg_engine *engine = nullptr;
            fg_error error = {};
            const fg_config configured = config(method, answer);
            ASSERT_EQ(fg_engine_open(&configured, &engine, &error), FG_OK) << error.message;
            fg_results results = {};
            results.size = sizeof results;
            const uint64_t numbers[] = {12, 35};
            ASSERT_EQ(fg_factor_batch(engine, numbers, 2, &results, &error), FG_OK);
            EXPECT_EQ(results.answer, answer);
            EXPECT_EQ(results.words, 1u);
            struct Seen {
                std::mutex lock;
                std::vector<fg_answer> answers;
                std::vector<unsigned> words;
            } seen;
            fg_consumer *const look = [](void *context, size_t, fg_results *part) {
                auto *const into = static_cast<Seen *>(context);
                const std::lock_guard<std::mutex> guard(into->lock);
                into->answers.push_back(part->answer);
                into->words.push_back(part->words);
            };
            ASSERT_EQ(fg_factor_batch_to(engine, numbers, 2, look, &seen, &error), FG_OK);
            EXPECT_EQ(seen.answers, std::vector<fg_answer>(seen.answers.size(), answer));
            EXPECT_EQ(seen.words, std::vector<unsigned>(seen.words.size(), 1));
            fg_results_free(&results);
            EXPECT_EQ(results.size, sizeof results);
            fg_engine_close(engine);
        }
}

TEST_P(EngineUse, WhatNoMethodAnswersIsRefusedInWords) {
    Engine engine(config(FG_METHOD_FACTOR));
    ASSERT_TRUE(engine.is_open()) << engine.open_message();
    fg_results results = {};
    fg_error error = {};
    const fg_uint128 wide[] = {{1, 1}, {5, 0}};
    fg_numbers numbers = {};
    numbers.size = sizeof numbers;
    numbers.words = 3;
    numbers.count = 2;
    numbers.wide_list = wide;
    EXPECT_EQ(fg_factor_numbers(engine.get(), &numbers, &results, &error), FG_ERROR_ARGUMENT);
    EXPECT_NE(std::strstr(error.message, "3 words"), nullptr) << error.message;
    numbers.words = 1;
    numbers.kind = static_cast<fg_numbers_kind>(7);
    EXPECT_EQ(fg_factor_numbers(engine.get(), &numbers, &results, &error), FG_ERROR_ARGUMENT);
    EXPECT_NE(std::strstr(error.message, "kind"), nullptr) << error.message;
    fg_consumer *const nothing = [](void *, size_t, fg_results *) {};
    EXPECT_EQ(fg_factor_numbers_to(engine.get(), &numbers, nothing, nullptr, &error),
              FG_ERROR_ARGUMENT);
    const uint64_t list[] = {6, 35};
    numbers.kind = FG_NUMBERS_LIST;
    numbers.list = list;
    EXPECT_EQ(fg_factor_numbers(engine.get(), &numbers, &results, &error), FG_OK) << error.message;
    EXPECT_EQ(results.count, 2u);
    numbers.size = 8;
    EXPECT_EQ(fg_factor_numbers(engine.get(), &numbers, &results, &error), FG_ERROR_ARGUMENT);
    EXPECT_NE(std::strstr(error.message, "numbers.size"), nullptr) << error.message;
    numbers.size = SIZE_MAX / 3; /* read from uninitialised memory */
    EXPECT_EQ(fg_factor_numbers(engine.get(), &numbers, &results, &error), FG_ERROR_ARGUMENT);
    EXPECT_NE(std::strstr(error.message, "numbers.size"), nullptr) << error.message;
    fg_results unset = {};
    unset.size = SIZE_MAX / 3;
    numbers.size = 0;
    EXPECT_EQ(fg_factor_numbers(engine.get(), &numbers, &unset, &error), FG_ERROR_ARGUMENT);
    EXPECT_NE(std::strstr(error.message, "results.size"), nullptr) << error.message;
    fg_results_free(&results);
}

/* A program that was compiled with a newer header than its library. */
TEST_P(EngineUse, AConfigurationMayBeLargerIfTheRestIsZero) {
    struct Larger {
        fg_config known;
        std::array<unsigned char, 40> added;
    } larger = {};
    larger.known = config(FG_METHOD_FACTOR);
    larger.known.size = sizeof larger;
    fg_engine *engine = nullptr;
    fg_error error = {};
    ASSERT_EQ(fg_engine_open(&larger.known, &engine, &error), FG_OK) << error.message;
    fg_engine_close(engine);
    larger.added[39] = 1;
    EXPECT_EQ(fg_engine_open(&larger.known, &engine, &error), FG_ERROR_ARGUMENT);
    EXPECT_NE(std::strstr(error.message, "does not have"), nullptr) << error.message;
    larger.added[39] = 0;
    larger.known.size = 16;
    EXPECT_EQ(fg_engine_open(&larger.known, &engine, &error), FG_ERROR_ARGUMENT);
    EXPECT_NE(std::strstr(error.message, "config.size is 16"), nullptr) << error.message;
    larger.known.size = SIZE_MAX / 3; /* read from uninitialised memory */
    EXPECT_EQ(fg_engine_open(&larger.known, &engine, &error), FG_ERROR_ARGUMENT);
    EXPECT_NE(std::strstr(error.message, "config.size is "), nullptr) << error.message;
}

FG_INSTANTIATE_FOR_BACKENDS(EngineUse);

} // namespace
