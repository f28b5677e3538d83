// SPDX-License-Identifier: MIT
/*
 * backend_numbers_range_test.cpp: batches of the kind range on every backend: their ends, zeros,
 * what is refused, cancelling, and every method against FLINT.
 */
#include "support/backend_fixture.h"
#include "support/canceller.h"
#include "support/range_answers.h"

#include <atomic>
#include <chrono>
#include <utility>
#include <vector>

namespace {

using oracle::Numbers;

constexpr uint64_t top = UINT64_MAX;

class BackendNumbersRange : public Backend {
  protected:
    static fg_config config(const char *backend, fg_method method, fg_answer answer,
                            unsigned jobs = 2) {
        fg_config config = {};
        config.backend = backend;
        config.method = method;
        config.answer = answer;
        config.jobs = jobs;
        return config;
    }
    /* Every way of asking for the range gives FLINT's answers. */
    static void expect_answers(Engine &engine, const fg_config &config, uint64_t first,
                               size_t count) {
        SCOPED_TRACE(std::to_string(count) + " from " + std::to_string(first) + " by " +
                     fg_method_name(config.method));
        const Numbers numbers = numbers_of(first, count);
        const fg_numbers range = range_of(first, count);
        for (const BatchAnswer &answer :
             {gather_range(engine, range), hand_over_range(engine, range)}) {
            if (config.answer == FG_ANSWER_PRIMES)
                expect_flint_primes(answer, numbers);
            else
                expect_flint_answers(answer, numbers);
        }
    }
};

/* Returns whether the method answers the range soon. */
bool is_soon(fg_method method, const fg_numbers &range) {
    return fg_work_numbers(method, &range) < 5e7;
}

TEST_P(BackendNumbersRange, RangesAtEveryEndMatchFlint) {
    const std::vector<std::pair<uint64_t, size_t>> ranges = {{1, 1},
                                                             {1, 300},
                                                             {65500, 80},
                                                             {65521, 1},
                                                             {4294967250, 90} /* across 2^32 */,
                                                             {top, 1},
                                                             {top - 40, 41},
                                                             {UINT64_C(999999999999999990), 20},
                                                             {9223372036854775790, 40}};
    for (size_t m = 0; m < fg_method_count(); m++)
        for (const fg_answer answer : {FG_ANSWER_DIVISORS, FG_ANSWER_PRIMES}) {
            const fg_config setup = config(name(), fg_method_at(m), answer);
            Engine engine(setup);
            if (setup.method == FG_METHOD_SIEVE && (is("fork") || is("cuda"))) {
                EXPECT_EQ(engine.open_status(), FG_ERROR_UNAVAILABLE) << "no ranges there";
                continue;
            }
            ASSERT_TRUE(engine.is_open()) << engine.open_message();
            for (const auto &[first, count] : ranges)
                if (is_soon(setup.method, range_of(first, count)))
                    expect_answers(engine, setup, first, is("fork") && count > 20 ? 20 : count);
        }
}

TEST_P(BackendNumbersRange, AnyNumberOfJobsGivesTheSameAnswers) {
    const size_t count = scaled_slow(is("fork") ? 200 : 10000);
    for (unsigned jobs = 1; jobs <= (is_emulated() ? 2 : 7); jobs++) {
        const fg_config setup = config(name(), FG_METHOD_FACTOR, FG_ANSWER_PRIMES, jobs);
        Engine engine(setup);
        ASSERT_TRUE(engine.is_open()) << engine.open_message();
        expect_answers(engine, setup, UINT64_C(1) << 32, count);
    }
}

TEST_P(BackendNumbersRange, AnEmptyRangeHasAnEmptyAnswer) {
    const fg_config setup = config(name(), FG_METHOD_AUTO, FG_ANSWER_DIVISORS);
    Engine engine(setup);
    ASSERT_TRUE(engine.is_open()) << engine.open_message();
    for (const uint64_t first : {UINT64_C(0), UINT64_C(1), top})
        expect_answers(engine, setup, first, 0);
}

TEST_P(BackendNumbersRange, ZeroIsRefusedOrHasAnEmptyAnswer) {
    for (const fg_answer answer : {FG_ANSWER_DIVISORS, FG_ANSWER_PRIMES}) {
        fg_config setup = config(name(), FG_METHOD_AUTO, answer);
        const fg_numbers range = range_of(0, 30);
        Engine strict(setup);
        EXPECT_EQ(gather_range(strict, range).status, FG_ERROR_ARGUMENT);
        EXPECT_EQ(hand_over_range(strict, range).status, FG_ERROR_ARGUMENT);
        setup.allow_zeros = true;
        Engine engine(setup);
        for (BatchAnswer given : {gather_range(engine, range), hand_over_range(engine, range)}) {
            ASSERT_EQ(given.status, FG_OK) << given.message;
            ASSERT_EQ(given.divisors.size(), 30u);
            EXPECT_EQ(given.divisors[0], Numbers());
            given.divisors.erase(given.divisors.begin());
            if (answer == FG_ANSWER_PRIMES)
                expect_flint_primes(given, numbers_of(1, 29));
            else
                expect_flint_answers(given, numbers_of(1, 29));
        }
    }
}

TEST_P(BackendNumbersRange, ALimitEndsItEarlyAndItGoesOnFromThere) {
    fg_config setup = config(name(), FG_METHOD_AUTO, FG_ANSWER_PRIMES);
    setup.value_limit = 100;
    Engine engine(setup);
    const uint64_t first = 1000000;
    const size_t count = is("fork") ? 200 : 2000;
    std::vector<Numbers> answers;
    while (answers.size() < count) {
        const BatchAnswer part =
            gather_range(engine, range_of(first + answers.size(), count - answers.size()));
        ASSERT_EQ(part.status, FG_OK) << part.message;
        ASSERT_FALSE(part.divisors.empty());
        answers.insert(answers.end(), part.divisors.begin(), part.divisors.end());
    }
    BatchAnswer all;
    all.divisors = answers;
    expect_flint_primes(all, numbers_of(first, count));
}

TEST_P(BackendNumbersRange, WhatEndsAboveSixtyFourBitsIsRefusedInWords) {
    Engine engine(config(name(), FG_METHOD_AUTO, FG_ANSWER_PRIMES));
    ASSERT_TRUE(engine.is_open()) << engine.open_message();
    EXPECT_TRUE(fg_engine_takes(engine.get(), FG_NUMBERS_RANGE, 1));
    EXPECT_FALSE(fg_engine_takes(engine.get(), FG_NUMBERS_RANGE, 2));
    fg_numbers range = range_of(top, 2);
    EXPECT_NE(gather_range(engine, range).message.find("end above 2^64 - 1"), std::string::npos);
    range = range_of(5, SIZE_MAX);
    EXPECT_EQ(hand_over_range(engine, range_of(top, 2)).status, FG_ERROR_ARGUMENT);
    EXPECT_EQ(gather_range(engine, range).status, FG_ERROR_ARGUMENT);
    range = range_of(5, 3);
    range.begin.high = 1;
    EXPECT_NE(gather_range(engine, range).message.find("one word"), std::string::npos);
    range.begin.high = 0;
    range.words = 2;
    EXPECT_EQ(gather_range(engine, range).status, FG_ERROR_ARGUMENT);
    range.words = 1;
    expect_flint_primes(gather_range(engine, range), {5, 6, 7});
}

TEST_P(BackendNumbersRange, ColumnsOfARangeAreThoseOfItsNumbers) {
    fg_config setup = config(name(), FG_METHOD_AUTO, FG_ANSWER_PRIMES);
    setup.allow_zeros = true;
    Engine engine(setup);
    ASSERT_TRUE(engine.is_open()) << engine.open_message();
    const size_t count = is("fork") ? 100 : 600;
    std::vector<uint64_t> phi(count), tau(count);
    std::vector<fg_column_request> requests(2);
    requests[0].column = FG_COLUMN_PHI;
    requests[0].values = phi.data();
    requests[1].column = FG_COLUMN_COUNT;
    requests[1].values = tau.data();
    for (const uint64_t first : {UINT64_C(0), UINT64_C(1000000000), top - (count - 1)}) {
        const fg_numbers range = range_of(first, count);
        fg_error error = {};
        ASSERT_EQ(fg_factor_columns(engine.get(), &range, requests.data(), 2, &error), FG_OK)
            << error.message;
        for (size_t i = 0; i < count; i++) {
            const Numbers primes = first + i > 0 ? oracle::primes(first + i) : Numbers();
            ASSERT_EQ(phi[i], first + i > 0 ? fg_totient(primes.data(), primes.size()) : 0);
            ASSERT_EQ(tau[i], first + i > 0 ? fg_count_divisors(primes.data(), primes.size()) : 0);
        }
    }
}

/* A range that takes hours in all, though none of its numbers does. */
TEST_P(BackendNumbersRange, ACancelEndsItInTheMiddle) {
    fg_config setup = config(name(), FG_METHOD_FACTOR, FG_ANSWER_PRIMES);
    Engine engine(setup);
    ASSERT_TRUE(engine.is_open()) << engine.open_message();
    struct Seen {
        fg_engine *engine;
        std::atomic<size_t> numbers;
    } seen = {engine.get(), {}};
    fg_consumer *const cancel = [](void *context, size_t, fg_results *results) {
        auto *const into = static_cast<Seen *>(context);
        into->numbers += results->count;
        fg_engine_cancel(into->engine);
    };
    const fg_numbers range = range_of(UINT64_C(1) << 30, size_t{1} << (is("fork") ? 13 : 40));
    fg_error error = {};
    if (is("fork") || is_emulated()) { /* a page of those takes too long */
        const Canceller canceller(engine.get(), std::chrono::milliseconds(30));
        EXPECT_EQ(fg_factor_numbers_to(engine.get(), &range, cancel, &seen, &error),
                  FG_ERROR_CANCELLED);
    } else {
        EXPECT_EQ(fg_factor_numbers_to(engine.get(), &range, cancel, &seen, &error),
                  FG_ERROR_CANCELLED);
        EXPECT_GT(seen.numbers, 0u);
    }
    expect_flint_primes(gather_range(engine, range_of(6, 2)), {6, 7});
}

FG_INSTANTIATE_FOR_BACKENDS(BackendNumbersRange);

} // namespace
