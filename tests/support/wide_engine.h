/* SPDX-License-Identifier: MIT */
/*
 * wide_engine.h: batches of two-word numbers through the library, as values, for tests.
 */
#ifndef FG_TESTS_WIDE_ENGINE_H
#define FG_TESTS_WIDE_ENGINE_H

#include "factor_gpu.h"
#include "wide_oracle.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

inline fg_uint128 to_words(oracle::Wide n) {
    return {static_cast<uint64_t>(n), static_cast<uint64_t>(n >> 64)};
}

inline oracle::Wide from_words(fg_uint128 n) {
    return oracle::Wide{n.high} << 64 | n.low;
}

inline std::vector<fg_uint128> to_words(const oracle::WideNumbers &numbers) {
    std::vector<fg_uint128> words;
    words.reserve(numbers.size());
    for (const oracle::Wide n : numbers)
        words.push_back(to_words(n));
    return words;
}

/* The outcome of a batch. */
struct WideAnswer {
    fg_status status = FG_OK;
    std::string message;
    std::vector<oracle::WideNumbers> values; /* of each number */
};

inline void append_values(const fg_results &results, std::vector<oracle::WideNumbers> &lists) {
    EXPECT_EQ(results.words, 2u);
    for (size_t i = 0; i < results.count; i++) {
        oracle::WideNumbers list;
        for (size_t k = results.offsets[i]; k < results.offsets[i + 1]; k++)
            list.push_back(from_words({results.values[2 * k], results.values[2 * k + 1]}));
        lists.push_back(list);
    }
}

/* Answers the batch, all of it or up to the engine's limit. */
inline WideAnswer run_wide(fg_engine *engine, const oracle::WideNumbers &numbers) {
    const std::vector<fg_uint128> words = to_words(numbers);
    WideAnswer answer;
    fg_results results = {};
    fg_error error = {};
    answer.status = fg_factor_wide_batch(engine, words.data(), words.size(), &results, &error);
    if (answer.status == FG_OK)
        append_values(results, answer.values);
    else
        answer.message = error.message;
    EXPECT_EQ(answer.status == FG_OK || results.count == 0, true);
    fg_results_free(&results);
    return answer;
}

/* The primes of n, each as often as it divides, by FLINT. */
inline oracle::WideNumbers wide_primes(oracle::Wide n) {
    oracle::WideNumbers primes;
    for (const auto &[prime, exponent] : oracle::wide_prime_powers(n))
        primes.insert(primes.end(), exponent, prime);
    return primes;
}

/* Every divisor of n, ascending, from FLINT's primes. */
inline oracle::WideNumbers wide_divisors(oracle::Wide n) {
    oracle::WideNumbers divisors = {1};
    for (const auto &[prime, exponent] : oracle::wide_prime_powers(n)) {
        const size_t before = divisors.size();
        oracle::Wide power = 1;
        for (unsigned e = 0; e < exponent; e++) {
            power *= prime;
            for (size_t i = 0; i < before; i++)
                divisors.push_back(divisors[i] * power);
        }
    }
    std::sort(divisors.begin(), divisors.end());
    return divisors;
}

/* Expects FG_OK and, for every number, what FLINT says. */
inline void expect_wide_answers(const WideAnswer &answer, fg_answer kind,
                                const oracle::WideNumbers &numbers) {
    ASSERT_EQ(answer.status, FG_OK) << answer.message;
    ASSERT_EQ(answer.values.size(), numbers.size());
    for (size_t i = 0; i < numbers.size(); i++)
        EXPECT_TRUE(answer.values[i] == (kind == FG_ANSWER_PRIMES ? wide_primes(numbers[i])
                                                                  : wide_divisors(numbers[i])))
            << "number " << i << " of the batch, " << oracle::decimal(numbers[i]);
}

#endif
