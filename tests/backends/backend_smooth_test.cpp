// SPDX-License-Identifier: MIT
/*
 * backend_smooth_test.cpp: engines that are asked for smooth numbers only, on every backend: each
 * number has the answer that FLINT's primes give it, or the one that says that it is not smooth.
 */
#include "support/backend_fixture.h"
#include "support/wide_engine.h"
#include "support/wide_numbers.h"

#include <map>
#include <mutex>
#include <vector>

namespace {

using oracle::Numbers;
using oracle::Wide;
using oracle::WideNumbers;

const fg_answer kinds[] = {FG_ANSWER_PRIMES, FG_ANSWER_DIVISORS};

class BackendSmooth : public Backend {
  protected:
    fg_config config(fg_method method, fg_answer answer, Wide bound) const {
        fg_config config = {};
        config.size = sizeof config;
        config.backend = name();
        config.method = method;
        config.answer = answer;
        config.jobs = 2;
        config.allow_zeros = true;
        config.smooth_bound = to_words(bound);
        return config;
    }

    static Numbers expected(uint64_t n, fg_answer answer, Wide bound) {
        const Numbers primes = n > 0 ? oracle::primes(n) : Numbers();
        if (n == 0)
            return {};
        if (!primes.empty() && primes.back() > bound)
            return {0};
        return answer == FG_ANSWER_PRIMES ? primes : oracle::divisors(n);
    }

    static WideNumbers expected_wide(Wide n, const WideNumbers &primes, fg_answer answer,
                                     Wide bound) {
        if (n == 0)
            return {};
        if (!primes.empty() && primes.back() > bound)
            return {0};
        return answer == FG_ANSWER_PRIMES ? primes : wide_divisors(n);
    }

    void expect_answers(fg_method method, const Numbers &numbers, Wide bound) {
        for (const fg_answer answer : kinds) {
            Engine engine(config(method, answer, bound));
            ASSERT_TRUE(engine.is_open()) << engine.open_message();
            const BatchAnswer got = engine.run(numbers);
            ASSERT_EQ(got.status, FG_OK) << got.message;
            for (size_t i = 0; i < numbers.size(); i++)
                EXPECT_EQ(oracle::difference(got.divisors[i], expected(numbers[i], answer, bound)),
                          "")
                    << numbers[i] << " with the bound " << oracle::decimal(bound);
        }
    }

    /* Numbers of every size; those with a bound above are made smooth, too. */
    static Numbers random_numbers(RandomNumbers &random, unsigned max_bits, size_t count) {
        Numbers numbers = {0, 1, 2, 3, 4, 6, 720720, 1021, 1031, UINT64_C(1021) * 1021, 0};
        while (numbers.size() < count) {
            uint64_t n = random.of_any_size(max_bits);
            if (random.any() % 2 == 0) /* a product of small numbers */
                for (n = 1; n < (UINT64_C(1) << (max_bits / 2));)
                    n *= random.of_any_size(max_bits / 3) | 1;
            if (n >> (max_bits - 1) <= 1)
                numbers.push_back(n);
        }
        return numbers;
    }
};

/* The bounds around 2^10 and 2^11 lie where the small primes of each engine end. */
TEST_P(BackendSmooth, NumbersOfOneWordMatchFlint) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const Wide bounds[] = {1,          2,
                           7,          1000,
                           1021,       1031,
                           2053,       1000003,
                           UINT32_MAX, UINT64_C(1) << 40,
                           UINT64_MAX, Wide{1} << 64,
                           ~Wide{0}};
    for (const Wide bound : bounds) {
        if (is_emulated() && bound != 1021 && bound != 1031 && bound != 1000003)
            continue; /* which takes long to open an engine */
        ASSERT_NO_FATAL_FAILURE(expect_answers(
            FG_METHOD_FACTOR, random_numbers(random, 64, 20 + scaled_slow(200)), bound));
    }
}

TEST_P(BackendSmooth, EveryMethodAnswersAlike) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < list_method_count(); i++)
        for (const Wide bound : {1, 13, 997, 65537}) {
            if (is_emulated() && bound != 13 && bound != 65537)
                continue; /* which takes long to open an engine */
            ASSERT_NO_FATAL_FAILURE(expect_answers(
                fg_method_at(i), random_numbers(random, 18, 20 + scaled_slow(100)), bound));
        }
}

/* Primes and their products beside the bound. */
TEST_P(BackendSmooth, TheBoundItselfIsSmooth) {
    for (const uint64_t bits : {3, 10, 11, 20, 31}) {
        if (is_emulated() && bits != 10)
            continue; /* which takes long to open an engine */
        const uint64_t p = oracle::next_prime(UINT64_C(1) << bits), q = oracle::next_prime(p);
        const Numbers numbers = {p, q, 2 * p, 2 * q, p * p, p * q, q * q, p - 1, p + 1};
        for (const uint64_t bound : {p - 1, p, q - 1, q})
            ASSERT_NO_FATAL_FAILURE(expect_answers(FG_METHOD_FACTOR, numbers, bound));
    }
}

TEST_P(BackendSmooth, NumbersOfTwoWordsMatchFlint) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    WideNumbers numbers = {0, 1, 2, 720720, Wide{1} << 64, (Wide{1} << 64) + 1, ~Wide{0}};
    while (numbers.size() < 8 + scaled_slow(is_emulated() ? 20 : 40)) {
        wide_numbers::append(numbers,
                             wide_numbers::random_of(random, (unsigned)random.between(60, 80)));
        wide_numbers::append(numbers, wide_numbers::product({wide_numbers::random_of(random, 30),
                                                             wide_numbers::random_of(random, 30),
                                                             wide_numbers::random_of(random, 20)}));
        wide_numbers::append(numbers,
                             wide_numbers::product({wide_numbers::random_prime(random, 40),
                                                    wide_numbers::random_prime(random, 39),
                                                    wide_numbers::random_prime(random, 25)}));
    }
    std::vector<WideNumbers> primes;
    for (const Wide n : numbers)
        primes.push_back(n > 0 ? wide_primes(n) : WideNumbers());
    for (const Wide bound : {Wide{1}, Wide{2}, Wide{1000}, Wide{1031}, Wide{1} << 20, Wide{1} << 40,
                             Wide{UINT64_MAX}, Wide{1} << 64, Wide{1} << 80, ~Wide{0}})
        for (const fg_answer answer : kinds) {
            if (is_emulated() && bound != Wide{1} << 40)
                continue; /* which takes long to open an engine */
            Engine engine(config(FG_METHOD_FACTOR, answer, bound));
            ASSERT_TRUE(engine.is_open()) << engine.open_message();
            const WideAnswer got = run_wide(engine.get(), numbers);
            ASSERT_EQ(got.status, FG_OK) << got.message;
            ASSERT_EQ(got.values.size(), numbers.size());
            for (size_t i = 0; i < numbers.size(); i++)
                EXPECT_TRUE(got.values[i] == expected_wide(numbers[i], primes[i], answer, bound))
                    << oracle::decimal(numbers[i]) << " with the bound " << oracle::decimal(bound);
        }
}

/* A number that has too many divisors for a list is no reason to refuse a batch if it is not
 * smooth. */
TEST_P(BackendSmooth, ANumberWithTooManyDivisorsIsNotListed) {
    const Wide many = oracle::wide("885441286927427630400"); /* primes up to 47 */
    Engine engine(config(FG_METHOD_FACTOR, FG_ANSWER_DIVISORS, 43));
    const WideAnswer answer = run_wide(engine.get(), {many, Wide{1} << 70});
    ASSERT_EQ(answer.status, FG_OK) << answer.message;
    EXPECT_TRUE(answer.values[0] == WideNumbers{0});
    EXPECT_EQ(answer.values[1].size(), 71u);
    Engine refusing(config(FG_METHOD_FACTOR, FG_ANSWER_DIVISORS, 47));
    EXPECT_EQ(run_wide(refusing.get(), {many}).status, FG_ERROR_TOO_MANY);
}

/* The answers that a consumer was handed, by the number's place. */
struct Handed {
    std::mutex lock;
    std::map<size_t, Numbers> answers;
    std::map<size_t, bool> not_smooth;

    static void consume(void *context, size_t first, fg_results *results) {
        Handed &handed = *static_cast<Handed *>(context);
        const std::lock_guard<std::mutex> hold(handed.lock);
        EXPECT_TRUE(results->has_smooth_bound);
        for (size_t i = 0; i < results->count; i++) {
            EXPECT_EQ(handed.answers.count(first + i), 0u);
            handed.answers[first + i] = Numbers(results->values + results->offsets[i],
                                                results->values + results->offsets[i + 1]);
            handed.not_smooth[first + i] = fg_results_is_not_smooth(results, i);
        }
    }
};

TEST_P(BackendSmooth, AnswersAreHandedOver) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const Numbers numbers = random_numbers(random, 64, scaled_slow(500));
    Engine engine(config(FG_METHOD_FACTOR, FG_ANSWER_PRIMES, 1000003));
    Handed handed;
    fg_error error = {};
    ASSERT_EQ(fg_factor_batch_to(engine.get(), numbers.data(), numbers.size(), Handed::consume,
                                 &handed, &error),
              FG_OK)
        << error.message;
    ASSERT_EQ(handed.answers.size(), numbers.size());
    for (size_t i = 0; i < numbers.size(); i++) {
        const Numbers list = expected(numbers[i], FG_ANSWER_PRIMES, 1000003);
        EXPECT_EQ(oracle::difference(handed.answers[i], list), "") << numbers[i];
        EXPECT_EQ(handed.not_smooth[i], list == Numbers{0}) << numbers[i];
    }
}

/* A number that is not smooth has 0 in every column, and 1 has not. */
TEST_P(BackendSmooth, ColumnsOfOthersAreZero) {
    const uint64_t numbers[] = {1, 12, 101, 97 * 97, 2 * 101, 0};
    const uint64_t counts[] = {1, 6, 0, 3, 0, 0}, greatest[] = {1, 3, 0, 97, 0, 0};
    uint64_t count[6], gpf[6];
    fg_column_request requests[2] = {};
    requests[0].column = FG_COLUMN_COUNT;
    requests[0].values = count;
    requests[1].column = FG_COLUMN_GPF;
    requests[1].values = gpf;
    Engine engine(config(FG_METHOD_FACTOR, FG_ANSWER_PRIMES, 100));
    fg_numbers list = {};
    list.words = 1;
    list.count = 6;
    list.list = numbers;
    fg_error error = {};
    ASSERT_EQ(fg_factor_columns(engine.get(), &list, requests, 2, &error), FG_OK) << error.message;
    for (int i = 0; i < 6; i++) {
        EXPECT_EQ(count[i], counts[i]) << i;
        EXPECT_EQ(gpf[i], greatest[i]) << i;
    }
    fg_results results = {};
    ASSERT_EQ(fg_factor_batch(engine.get(), numbers, 5, &results, &error), FG_OK) << error.message;
    ASSERT_EQ(fg_compute_columns(&results, 1, 4, requests, 2, &error), FG_OK) << error.message;
    for (int i = 0; i < 4; i++) {
        EXPECT_EQ(count[i], counts[i + 1]) << i;
        EXPECT_EQ(gpf[i], greatest[i + 1]) << i;
    }
    fg_results_free(&results);
}

/* Totals are those of the smooth numbers alone. */
TEST_P(BackendSmooth, TotalsLeaveOutTheOthers) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const Numbers numbers = random_numbers(random, 64, scaled_slow(500));
    fg_totals totals[2] = {};
    totals[0].column = FG_COLUMN_BIGOMEGA;
    totals[1].column = FG_COLUMN_GPF;
    Engine engine(config(FG_METHOD_FACTOR, FG_ANSWER_PRIMES, 1000003));
    fg_numbers list = {};
    list.words = 1;
    list.count = numbers.size();
    list.list = numbers.data();
    fg_error error = {};
    ASSERT_EQ(fg_factor_totals(engine.get(), &list, totals, 2, &error), FG_OK) << error.message;
    uint64_t count = 0, primes = 0, greatest = 0;
    for (const uint64_t n : numbers) {
        const Numbers answer = expected(n, FG_ANSWER_PRIMES, 1000003);
        if (n == 0 || answer == Numbers{0})
            continue;
        count++;
        primes += answer.size();
        greatest += answer.empty() ? 1 : answer.back();
    }
    EXPECT_EQ(totals[0].count, count);
    EXPECT_EQ(totals[0].sum.words[0], primes);
    EXPECT_EQ(totals[1].sum.words[0], greatest);
}

TEST_P(BackendSmooth, WithoutABoundNothingIsLeftOut) {
    Engine engine(config(FG_METHOD_FACTOR, FG_ANSWER_PRIMES, 0));
    const uint64_t numbers[] = {UINT64_MAX, UINT64_C(18446744073709551557)};
    fg_results results = {};
    fg_error error = {};
    ASSERT_EQ(fg_factor_batch(engine.get(), numbers, 2, &results, &error), FG_OK) << error.message;
    EXPECT_FALSE(results.has_smooth_bound);
    for (size_t i = 0; i < 2; i++)
        EXPECT_FALSE(fg_results_is_not_smooth(&results, i));
    fg_results_free(&results);
}

FG_INSTANTIATE_FOR_BACKENDS(BackendSmooth);

} // namespace
