// SPDX-License-Identifier: MIT
/*
 * backend_test.cpp: what every backend must do, on every device.
 */
#include "support/backend_fixture.h"
#include "support/canceller.h"

#include <chrono>
#include <csignal>
#include <mutex>
#include <thread>
#include <vector>

namespace {

using oracle::Numbers;

/* Sizes that keep a batch below a second on the slowest backend. */
constexpr unsigned most_bits = 48;

/* The most divisors of any 64-bit number: 184,320, or 1.4 MB of them. */
constexpr uint64_t richest = UINT64_C(18401055938125660800);

/* The max size of the numbers that a method gets by the hundred. */
unsigned bits_for(fg_method method) {
    return method == FG_METHOD_FACTOR ? 64 : method == FG_METHOD_TRIAL ? 40 : 18;
}

Numbers random_batch(RandomNumbers &random, size_t count, unsigned bits = most_bits) {
    Numbers numbers(count);
    for (uint64_t &number : numbers)
        number = random.of_any_size(bits);
    return numbers;
}

TEST_P(Backend, AnswersTheArticlesNumbers) {
    for (size_t i = 0; i < list_method_count(); i++) {
        if (is_slow() && fg_method_at(i) == FG_METHOD_EXHAUSTIVE)
            continue; /* 10^8 candidates */
        Engine engine(name(), fg_method_at(i));
        ASSERT_TRUE(engine.is_open()) << engine.open_message();
        EXPECT_STREQ(engine.backend(), name());
        const BatchAnswer answer = engine.run({53541233, 21235343, 11421443, 5423123});
        ASSERT_EQ(answer.status, FG_OK) << answer.message;
        const std::vector<Numbers> expected = {{1, 5501, 9733, 53541233},
                                               {1, 21235343},
                                               {1, 11, 383, 2711, 4213, 29821, 1038313, 11421443},
                                               {1, 5423123}};
        EXPECT_EQ(answer.divisors, expected);
    }
}

TEST_P(Backend, AnswersOneTwoAndThree) {
    for (size_t i = 0; i < list_method_count(); i++) {
        Engine engine(name(), fg_method_at(i));
        const std::vector<Numbers> expected = {{1}, {1, 2}, {1, 3}, {1}};
        EXPECT_EQ(engine.run({1, 2, 3, 1}).divisors, expected);
    }
}

TEST_P(Backend, AnEmptyBatchHasAnEmptyAnswer) {
    Engine engine(name());
    const BatchAnswer answer = engine.run({});
    EXPECT_EQ(answer.status, FG_OK) << answer.message;
    EXPECT_TRUE(answer.divisors.empty());
    expect_flint_answers(engine.run({6}), {6});
    EXPECT_TRUE(engine.run({}).divisors.empty());
}

TEST_P(Backend, ZeroIsRefusedAndTheEngineGoesOn) {
    Engine engine(name());
    for (const Numbers &numbers : {Numbers{0}, Numbers{5, 0}, Numbers{0, 5}}) {
        const BatchAnswer answer = engine.run(numbers);
        EXPECT_EQ(answer.status, FG_ERROR_ARGUMENT);
        EXPECT_EQ(answer.message, "0 has no finite set of divisors");
    }
    expect_flint_answers(engine.run({5, 6}), {5, 6});
}

TEST_P(Backend, DuplicatesAreAnsweredEachInItsPlace) {
    Numbers numbers;
    for (int i = 0; i < 300; i++)
        numbers.insert(numbers.end(), {360, 97, 360, 4294967291, 1});
    Engine engine(name());
    expect_flint_answers(engine.run(numbers), numbers);
}

TEST_P(Backend, RandomNumbersOfEverySizeMatchFlint) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Engine engine(name());
    for (int i = 0; i < 5; i++) {
        const Numbers numbers = random_batch(random, scaled_slow(400));
        expect_flint_answers(engine.run(numbers), numbers);
    }
    if (is_fast()) {
        const Numbers numbers = random_batch(random, 4, 64);
        expect_flint_answers(engine.run(numbers), numbers);
    }
}

TEST_P(Backend, RandomExhaustiveBatchesMatchFlint) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Engine engine(name(), FG_METHOD_EXHAUSTIVE);
    for (int i = 0; i < 5; i++) {
        const Numbers numbers = random_batch(random, scaled_slow(100), 20);
        expect_flint_answers(engine.run(numbers), numbers);
    }
}

TEST_P(Backend, RandomNumbersOfEverySizeAreFactored) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Engine engine(name(), FG_METHOD_FACTOR);
    ASSERT_TRUE(engine.is_open()) << engine.open_message();
    for (int i = 0; i < 5; i++) {
        const Numbers numbers = random_batch(random, scaled_slow(1000), 64);
        expect_flint_answers(engine.run(numbers), numbers);
    }
}

TEST_P(Backend, EveryMethodGivesPrimesToo) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < list_method_count(); i++) {
        fg_config config = {};
        config.backend = name();
        config.method = fg_method_at(i);
        config.answer = FG_ANSWER_PRIMES;
        config.jobs = 2;
        Engine engine(config);
        ASSERT_TRUE(engine.is_open()) << engine.open_message();
        Numbers numbers = random_batch(random, scaled_slow(500), bits_for(config.method));
        numbers.insert(numbers.begin(), {1, 2, 4, 720720, 1 << 17, 1});
        numbers.push_back(1);
        expect_flint_primes(engine.run(numbers), numbers);
        expect_flint_primes(engine.run({1}), {1});
        expect_flint_primes(engine.run({12}), {12});
    }
}

TEST_P(Backend, AnyNumberOfJobsGivesTheSameAnswers) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const Numbers many = random_batch(random, is_slow() ? 30 : 100), few = random_batch(random, 3);
    for (const fg_method method : {FG_METHOD_TRIAL, FG_METHOD_FACTOR})
        for (const unsigned jobs : {1u, 2u, 7u, 40u}) {
            if (is_emulated() && jobs > 2)
                continue; /* which takes long to open an engine */
            SCOPED_TRACE(std::to_string(jobs) + " jobs");
            Engine engine(name(), method, jobs);
            ASSERT_TRUE(engine.is_open()) << engine.open_message();
            EXPECT_EQ(fg_engine_jobs(engine.get()), jobs);
            expect_flint_answers(engine.run(many), many);
            expect_flint_answers(engine.run(few), few); /* more jobs than numbers */
            expect_flint_answers(engine.run({many[0]}), {many[0]});
        }
}

/* More divisors than any backend has capacity for at once, with numbers of a few in between. */
TEST_P(Backend, NumbersWithMoreDivisorsThanFitAreAnsweredPartByPart) {
    Numbers numbers;
    for (uint64_t i = 0; i < (is_slow() ? 6 : 60); i++)
        for (uint64_t small = 0; small < 20; small++)
            numbers.push_back(small == 7 ? richest : UINT64_C(1000000007) + 20 * i + small);
    Engine engine(name(), FG_METHOD_FACTOR);
    ASSERT_TRUE(engine.is_open()) << engine.open_message();
    const BatchAnswer answer = engine.run(numbers);
    ASSERT_EQ(answer.status, FG_OK) << answer.message;
    ASSERT_EQ(answer.divisors.size(), numbers.size());
    const Numbers expected = oracle::divisors(richest);
    for (size_t i = 0; i < numbers.size(); i++)
        ASSERT_EQ(oracle::difference(answer.divisors[i], numbers[i] == richest
                                                             ? expected
                                                             : oracle::divisors(numbers[i])),
                  "")
            << i;
}

TEST_P(Backend, ABatchEndsEarlyAtItsLimitAndGoesOn) {
    fg_config config = {};
    config.backend = name();
    config.method = FG_METHOD_FACTOR;
    config.jobs = 2;
    config.value_limit = 1;
    Engine engine(config);
    ASSERT_TRUE(engine.is_open()) << engine.open_message();
    const Numbers numbers(is_slow()       ? 6
                          : is_emulated() ? 20
                          : every_case()  ? 100
                                          : 60,
                          richest),
        expected = oracle::divisors(richest);
    size_t done = 0, calls = 0;
    for (; done < numbers.size(); calls++) {
        const BatchAnswer answer =
            engine.run_some(Numbers(numbers.begin() + (std::ptrdiff_t)done, numbers.end()));
        ASSERT_EQ(answer.status, FG_OK) << answer.message;
        ASSERT_GE(answer.divisors.size(), 1u);
        for (const Numbers &divisors : answer.divisors)
            ASSERT_EQ(oracle::difference(divisors, expected), "");
        done += answer.divisors.size();
    }
    EXPECT_EQ(done, numbers.size());
    EXPECT_TRUE(calls > 1 || is("cuda")) << "run() goes on beyond page_values (backends/backend.h)";
}

/* The answers that a consumer received, put together again. */
struct Handed {
    std::mutex lock;
    std::vector<Numbers> answers;
    std::vector<int> times;
    bool takes_arrays = false;
};

void take_answers(void *context, size_t first, fg_results *results) {
    Handed &handed = *static_cast<Handed *>(context);
    const std::lock_guard<std::mutex> guard(handed.lock);
    for (size_t i = 0; i < results->count; i++) {
        handed.times[first + i]++;
        handed.answers[first + i].assign(results->values + results->offsets[i],
                                         results->values + results->offsets[i + 1]);
    }
    if (handed.takes_arrays)
        fg_results_free(results);
}

/* Every number is handed over once, by any thread, with the answer that a batch would have. */
TEST_P(Backend, AConsumerIsHandedEveryAnswerOnce) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t method = 0; method < list_method_count(); method++)
        for (const fg_answer kind : {FG_ANSWER_DIVISORS, FG_ANSWER_PRIMES}) {
            fg_config config = {};
            config.backend = name();
            config.method = fg_method_at(method);
            config.answer = kind;
            config.jobs = 3;
            Engine engine(config);
            ASSERT_TRUE(engine.is_open()) << engine.open_message();
            for (const size_t count : {0, 1, 60, 700, 5000}) {
                if (count > (is("fork") || is_slow()             ? 100u
                             : config.method == FG_METHOD_FACTOR ? 5000u
                                                                 : 1000u))
                    continue;
                Numbers numbers = random_batch(random, count, bits_for(config.method) / 2);
                if (count > 1 && config.method == FG_METHOD_FACTOR)
                    numbers[count / 2] = richest;
                Handed handed;
                handed.answers.resize(count);
                handed.times.resize(count);
                handed.takes_arrays = count == 60 || count == 700;
                fg_error error = {};
                ASSERT_EQ(fg_factor_batch_to(engine.get(), numbers.data(), count, take_answers,
                                             &handed, &error),
                          FG_OK)
                    << error.message;
                const BatchAnswer gathered = engine.run(numbers);
                ASSERT_EQ(gathered.status, FG_OK) << gathered.message;
                ASSERT_EQ(handed.times, std::vector<int>(count, 1));
                ASSERT_TRUE(handed.answers == gathered.divisors);
            }
            const uint64_t zero = 0;
            Handed none;
            fg_error error = {};
            EXPECT_EQ(fg_factor_batch_to(engine.get(), &zero, 1, take_answers, &none, &error),
                      FG_ERROR_ARGUMENT);
            EXPECT_EQ(engine.run({6}).status, FG_OK) << "the engine goes on";
            const Numbers two = {6, 15};
            fg_engine_cancel(engine.get());
            none.answers.resize(2);
            none.times.resize(2);
            EXPECT_EQ(fg_factor_batch_to(engine.get(), two.data(), 2, take_answers, &none, &error),
                      FG_ERROR_CANCELLED);
        }
}

TEST_P(Backend, ABatchOfMixedSizesAgreesWithItsNumbersOneByOne) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Numbers numbers = random_batch(random, is_slow() ? 20 : 60);
    numbers.insert(numbers.begin() + 10, UINT64_C(897612484786617600) / 1024);
    Engine together(name()), alone(name());
    const BatchAnswer answer = together.run(numbers);
    ASSERT_EQ(answer.status, FG_OK) << answer.message;
    for (size_t i = 0; i < numbers.size(); i++) {
        const BatchAnswer single = alone.run({numbers[i]});
        ASSERT_EQ(single.status, FG_OK) << single.message;
        ASSERT_EQ(single.divisors[0], answer.divisors[i]) << numbers[i];
    }
    expect_flint_answers(answer, numbers);
}

/* Runs large and small batches through one engine: nothing of one may show in the next. */
TEST_P(Backend, OneEngineAnswersManyBatches) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t method = 0; method < list_method_count(); method++) {
        Engine engine(name(), fg_method_at(method));
        for (const size_t count : {200, 1, 50, 0, 1, 300, 2}) {
            const Numbers numbers = random_batch(random, count, bits_for(fg_method_at(method)));
            expect_flint_answers(engine.run(numbers), numbers);
        }
    }
}

TEST_P(Backend, TwoEnginesWorkAtTheSameTime) {
    if (is("fork") && address_sanitized())
        GTEST_SKIP() << "a lock of the address sanitizer's allocator may stay locked in a child";
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const Numbers first = random_batch(random, 200), second = random_batch(random, 200);
    Engine one(name()), other(name());
    BatchAnswer other_answer;
    std::thread thread([&] { other_answer = other.run(second); });
    const BatchAnswer answer = one.run(first);
    thread.join();
    expect_flint_answers(answer, first);
    expect_flint_answers(other_answer, second);
}

/* A number whose every candidate would take minutes to days; on the emulated device a window of it
 * must end within seconds. */
TEST_P(Backend, CancelFromAnotherThreadEndsTheRun) {
    Engine engine(name(), FG_METHOD_EXHAUSTIVE);
    const Canceller canceller(engine.get(), std::chrono::milliseconds(30));
    const BatchAnswer answer = engine.run({6, endless(), 12});
    EXPECT_EQ(answer.status, FG_ERROR_CANCELLED);
    expect_flint_answers(engine.run({6}), {6});
}

/* A batch that takes seconds and more in all, though none of its numbers does. */
TEST_P(Backend, CancelEndsABatchOfNumbersThatAreFactored) {
    const Numbers numbers(is_slow()       ? 1000
                          : is_emulated() ? 4000
                                          : 1000000,
                          UINT64_C(18446743979220271189));
    Engine engine(name(), FG_METHOD_FACTOR);
    ASSERT_TRUE(engine.is_open()) << engine.open_message();
    const Canceller canceller(engine.get(), std::chrono::milliseconds(30));
    const BatchAnswer answer = engine.run_some(numbers);
    if (!is("cuda")) { /* a GPU may have finished */
        EXPECT_EQ(answer.status, FG_ERROR_CANCELLED);
    }
}

TEST_P(Backend, CancelBeforeTheRunEndsItToo) {
    for (const fg_method method : {FG_METHOD_EXHAUSTIVE, FG_METHOD_FACTOR}) {
        Engine engine(name(), method);
        ASSERT_TRUE(engine.is_open()) << engine.open_message();
        fg_engine_cancel(engine.get());
        EXPECT_EQ(engine.run({UINT64_C(1) << 52}).status, FG_ERROR_CANCELLED);
    }
}

TEST_P(Backend, WrongUseOfAnEngineIsRefusedInWords) {
    fg_config config = {};
    config.backend = name();
    config.jobs = 4097;
    EXPECT_EQ(Engine(config).open_status(), FG_ERROR_ARGUMENT);
    EXPECT_NE(Engine(config).open_message().find("4097 jobs"), std::string::npos);
    config.jobs = 1;
    config.method = static_cast<fg_method>(77);
    EXPECT_EQ(Engine(config).open_status(), FG_ERROR_ARGUMENT);
    config.method = FG_METHOD_TRIAL;
    config.answer = static_cast<fg_answer>(7);
    EXPECT_EQ(Engine(config).open_status(), FG_ERROR_ARGUMENT);
    config.answer = FG_ANSWER_DIVISORS;
    const int device = 0;
    config.devices = &device;
    config.device_count = 0;
    EXPECT_EQ(Engine(config).open_status(), FG_ERROR_ARGUMENT);
    config.backend = "quantum";
    EXPECT_NE(Engine(config).open_message().find("'quantum'"), std::string::npos);
}

FG_INSTANTIATE_FOR_BACKENDS(Backend);

} // namespace
