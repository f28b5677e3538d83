/* SPDX-License-Identifier: MIT */
/*
 * range_answers.h: a range answered by an engine in each of the library's ways, for tests.
 */
#ifndef FG_TESTS_RANGE_ANSWERS_H
#define FG_TESTS_RANGE_ANSWERS_H

#include "engine_face.h"

#include <mutex>
#include <numeric>
#include <vector>

/* The numbers first, first + 1, .. as a batch. */
inline fg_numbers range_of(uint64_t first, size_t count) {
    fg_numbers range = {};
    range.size = sizeof range;
    range.kind = FG_NUMBERS_RANGE;
    range.words = 1;
    range.count = count;
    range.begin.low = first;
    return range;
}

/* Returns the numbers of the range as a list. */
inline oracle::Numbers numbers_of(uint64_t first, size_t count) {
    oracle::Numbers numbers(count);
    std::iota(numbers.begin(), numbers.end(), first);
    return numbers;
}

/* fg_factor_numbers(). */
inline BatchAnswer gather_range(Engine &engine, const fg_numbers &range) {
    BatchAnswer answer;
    fg_results results = {};
    fg_error error = {};
    answer.status = fg_factor_numbers(engine.get(), &range, &results, &error);
    answer.message = error.message;
    for (size_t i = 0; i < results.count; i++)
        answer.divisors.emplace_back(results.values + results.offsets[i],
                                     results.values + results.offsets[i + 1]);
    fg_results_free(&results);
    return answer;
}

/* fg_factor_numbers_to(): expects each answer once. */
inline BatchAnswer hand_over_range(Engine &engine, const fg_numbers &range) {
    struct Taken {
        std::mutex lock;
        std::vector<oracle::Numbers> answers;
        std::vector<unsigned> times;
    } taken;
    taken.answers.resize(range.count);
    taken.times.resize(range.count);
    fg_consumer *const take = [](void *context, size_t first, fg_results *results) {
        auto *const into = static_cast<Taken *>(context);
        const std::lock_guard<std::mutex> guard(into->lock);
        for (size_t i = 0; i < results->count; i++) {
            into->times.at(first + i)++;
            into->answers.at(first + i).assign(results->values + results->offsets[i],
                                               results->values + results->offsets[i + 1]);
        }
    };
    BatchAnswer answer;
    fg_error error = {};
    answer.status = fg_factor_numbers_to(engine.get(), &range, take, &taken, &error);
    answer.message = error.message;
    if (answer.status == FG_OK) {
        EXPECT_EQ(taken.times, std::vector<unsigned>(range.count, 1));
    }
    answer.divisors = taken.answers;
    return answer;
}

#endif
