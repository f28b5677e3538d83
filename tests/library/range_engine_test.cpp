// SPDX-License-Identifier: MIT
/*
 * range_engine_test.cpp: ranges that are sieved, by every backend that can and in every way of
 * asking, against the method factor, which shares no code with the sieve; and lists that "auto"
 * sieves because few numbers are left out.
 */
#include "support/random_numbers.h"
#include "support/range_answers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <map>
#include <string>
#include <vector>

namespace {

using oracle::Numbers;

fg_config config_of(const char *backend, fg_method method, fg_answer answer, unsigned jobs) {
    fg_config config = {};
    config.backend = backend;
    config.method = method;
    config.answer = answer;
    config.jobs = jobs;
    config.allow_zeros = true;
    return config;
}

/* The answers of the method factor to a list. */
std::vector<Numbers> expected_answers(const Numbers &numbers, fg_answer answer) {
    Engine engine(config_of("serial", FG_METHOD_FACTOR, answer, 1));
    return engine.run(numbers).divisors;
}

void expect_equal(const BatchAnswer &answer, const std::vector<Numbers> &expected) {
    ASSERT_EQ(answer.status, FG_OK) << answer.message;
    ASSERT_EQ(answer.divisors.size(), expected.size());
    for (size_t i = 0; i < expected.size(); i++)
        ASSERT_EQ(answer.divisors[i], expected[i]) << "number " << i;
}

const std::vector<const char *> sieving_backends = tested_of({"serial", "pool", "threads"});

/* More numbers than a segment of the sieve has. */
size_t long_count() {
    return sanitized() ? 66001 : 70001;
}

/* Heights with and without large primes: more than a segment from each. */
const std::vector<uint64_t> heights = {0, 1, UINT64_C(4294900000), UINT64_C(1000000000000)};

TEST(RangeEngine, TheSieveAgreesWithFactorOnEveryBackend) {
    for (const uint64_t first : heights)
        for (const fg_answer answer : {FG_ANSWER_PRIMES, FG_ANSWER_DIVISORS}) {
            const size_t count = answer == FG_ANSWER_PRIMES ? long_count() : 9000;
            const std::vector<Numbers> expected =
                expected_answers(numbers_of(first, count), answer);
            for (const char *const backend : sieving_backends) {
                SCOPED_TRACE(std::string(backend) + " from " + std::to_string(first));
                Engine engine(config_of(backend, FG_METHOD_SIEVE, answer, 2));
                ASSERT_TRUE(engine.is_open()) << engine.open_message();
                expect_equal(gather_range(engine, range_of(first, count)), expected);
                expect_equal(hand_over_range(engine, range_of(first, count)), expected);
            }
        }
}

TEST(RangeEngine, AnyNumberOfJobsGivesTheSameAnswers) {
    const size_t count = sanitized() ? 70001 : 200000;
    const uint64_t first = UINT64_C(1) << 40;
    const std::vector<Numbers> expected =
        expected_answers(numbers_of(first, count), FG_ANSWER_PRIMES);
    for (unsigned jobs = 1; jobs <= 7; jobs++) {
        Engine engine(config_of("threads", FG_METHOD_SIEVE, FG_ANSWER_PRIMES, jobs));
        expect_equal(hand_over_range(engine, range_of(first, count)), expected);
    }
}

/* The last number of all, and numbers whose largest primes are left to the engine for lists. */
TEST(RangeEngine, TheTopIsSieved) {
    const size_t count = sanitized() ? 3000 : 70001;
    const uint64_t first = UINT64_MAX - (count - 1);
    const std::vector<Numbers> expected =
        expected_answers(numbers_of(first, count), FG_ANSWER_PRIMES);
    Engine engine(config_of("threads", FG_METHOD_SIEVE, FG_ANSWER_PRIMES, 2));
    expect_equal(gather_range(engine, range_of(first, count)), expected);
}

/* Calls that go on where the last ended, calls that jump, and a limit. */
TEST(RangeEngine, PrefixesOfARangeAreTheRange) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const uint64_t first = UINT64_C(1000000000000);
    for (const fg_answer answer : {FG_ANSWER_PRIMES, FG_ANSWER_DIVISORS}) {
        const size_t count = answer == FG_ANSWER_PRIMES ? 80000 : 20000;
        const std::vector<Numbers> expected = expected_answers(numbers_of(first, count), answer);
        for (const char *const backend : sieving_backends)
            for (const size_t limit : {1, 1000, 100000}) {
                fg_config config = config_of(backend, FG_METHOD_SIEVE, answer, 2);
                config.value_limit = limit;
                Engine engine(config);
                ASSERT_TRUE(engine.is_open()) << engine.open_message();
                for (size_t turn = 0, at = 0; turn < scaled_slow(24) && at < count; turn++) {
                    const size_t asked = static_cast<size_t>(random.between(1, count - at));
                    const BatchAnswer part = gather_range(engine, range_of(first + at, asked));
                    ASSERT_EQ(part.status, FG_OK) << part.message;
                    ASSERT_FALSE(part.divisors.empty());
                    for (size_t i = 0; i < part.divisors.size(); i++)
                        ASSERT_EQ(part.divisors[i], expected[at + i]) << at + i;
                    at = turn % 4 == 3 ? static_cast<size_t>(random.between(0, count - 1))
                                       : at + part.divisors.size();
                }
            }
    }
}

/* All columns of one word, with guards around the arrays. */
TEST(RangeEngine, ColumnsAreThoseOfTheFactorisations) {
    constexpr size_t guard = 64;
    for (const char *const backend : sieving_backends)
        for (const uint64_t first : heights)
            for (const size_t count : {size_t{1}, size_t{63}, size_t{65}, long_count()}) {
                SCOPED_TRACE(std::string(backend) + " from " + std::to_string(first));
                Engine sieve(config_of(backend, FG_METHOD_SIEVE, FG_ANSWER_PRIMES, 2));
                Engine factor(config_of("serial", FG_METHOD_FACTOR, FG_ANSWER_PRIMES, 1));
                const size_t columns = fg_column_count();
                std::vector<std::vector<unsigned char>> got(columns), expected(columns);
                std::vector<fg_column_request> requests(columns);
                for (size_t c = 0; c < columns; c++) {
                    requests[c] = {};
                    requests[c].size = sizeof requests[c];
                    requests[c].column = static_cast<fg_column>(c);
                    requests[c].bound = fg_column_has_bound(requests[c].column) ? 100 : 0;
                    const size_t bytes = count * fg_column_entry_bytes(requests[c].column);
                    got[c].assign(bytes + 2 * guard, 0xa5);
                    expected[c] = got[c];
                    requests[c].values = expected[c].data() + guard;
                }
                fg_error error = {};
                const fg_numbers range = range_of(first, count);
                const Numbers list = numbers_of(first, count);
                fg_numbers numbers = {};
                numbers.words = 1;
                numbers.count = count;
                numbers.list = list.data();
                ASSERT_EQ(
                    fg_factor_columns(factor.get(), &numbers, requests.data(), columns, &error),
                    FG_OK)
                    << error.message;
                for (size_t c = 0; c < columns; c++)
                    requests[c].values = got[c].data() + guard;
                ASSERT_EQ(fg_factor_columns(sieve.get(), &range, requests.data(), columns, &error),
                          FG_OK)
                    << error.message;
                for (size_t c = 0; c < columns; c++)
                    ASSERT_TRUE(got[c] == expected[c])
                        << fg_column_name(static_cast<fg_column>(c)) << " of " << count;
            }
}

/* A column of calls that follow one another, and of lists in between, by one engine. */
TEST(RangeEngine, ColumnsGoOnInAnySteps) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Engine engine(config_of("serial", FG_METHOD_SIEVE, FG_ANSWER_PRIMES, 1));
    const size_t count = sanitized() ? 70001 : 200000;
    const uint64_t first = UINT64_C(1) << 33;
    const std::vector<Numbers> expected =
        expected_answers(numbers_of(first, count), FG_ANSWER_PRIMES);
    std::vector<uint64_t> omega(count);
    fg_column_request request = {};
    request.column = FG_COLUMN_BIGOMEGA;
    for (size_t at = 0, steps = 0; at < count; steps++) {
        const size_t wanted = static_cast<size_t>(random.between(1, steps % 2 == 0 ? 200 : 40000));
        const size_t step = std::min(wanted, count - at);
        const fg_numbers range = range_of(first + at, step);
        fg_error error = {};
        request.values = omega.data() + at;
        ASSERT_EQ(fg_factor_columns(engine.get(), &range, &request, 1, &error), FG_OK)
            << error.message;
        at += step;
        if (steps % 3 == 2 && at < count) { /* lists take a part of a segment in between */
            ASSERT_EQ(gather_range(engine, range_of(first + at, 1)).divisors[0], expected[at]);
        }
    }
    for (size_t i = 0; i < count; i++)
        ASSERT_EQ(omega[i], expected[i].size()) << first + i;
}

/* The last numbers of a range that ends within a vector's come another way. So many calls have some
 * of the numbers among them that are checked. */
TEST(RangeEngine, ColumnsOfSingleNumbersAreChecked) {
    const size_t count = 40000;
    Engine engine(config_of("serial", FG_METHOD_SIEVE, FG_ANSWER_PRIMES, 1));
    const std::vector<Numbers> expected =
        expected_answers(numbers_of(1000000, count), FG_ANSWER_PRIMES);
    for (size_t i = 0; i < count; i++) {
        uint64_t bigomega = 0;
        fg_column_request request = {};
        request.column = FG_COLUMN_BIGOMEGA;
        request.values = &bigomega;
        fg_error error = {};
        const fg_numbers range = range_of(1000000 + i, 1);
        ASSERT_EQ(fg_factor_columns(engine.get(), &range, &request, 1, &error), FG_OK)
            << error.message;
        ASSERT_EQ(bigomega, expected[i].size());
    }
}

struct Handed {
    std::mutex lock;
    std::map<size_t, Numbers> answers;
    size_t calls = 0;
};

/* Hands a list over; expects each answer once. */
std::vector<Numbers> hand_over_list(Engine &engine, const Numbers &numbers) {
    Handed handed;
    fg_consumer *const take = [](void *context, size_t first, fg_results *results) {
        auto *const into = static_cast<Handed *>(context);
        const std::lock_guard<std::mutex> guard(into->lock);
        for (size_t i = 0; i < results->count; i++)
            EXPECT_TRUE(into->answers
                            .emplace(first + i, Numbers(results->values + results->offsets[i],
                                                        results->values + results->offsets[i + 1]))
                            .second);
    };
    fg_error error = {};
    EXPECT_EQ(
        fg_factor_batch_to(engine.get(), numbers.data(), numbers.size(), take, &handed, &error),
        FG_OK)
        << error.message;
    std::vector<Numbers> answers;
    for (const auto &[index, answer] : handed.answers) {
        EXPECT_EQ(index, answers.size());
        answers.push_back(answer);
    }
    return answers;
}

/* Lists that a sieve answers, and lists that look like those. */
TEST(RangeEngine, DenseListsHaveTheirAnswersInTheirOrder) {
    std::vector<Numbers> lists;
    for (const uint64_t first : {UINT64_C(0), UINT64_C(1) << 32}) {
        if (sanitized() && first > 0)
            break;
        lists.push_back(numbers_of(first, 9000));
        Numbers odd(9000), thin;
        for (size_t i = 0; i < odd.size(); i++)
            odd[i] = first + 2 * i + 1;
        for (size_t i = 0; i < 40000; i++)
            if (i % 7 == 0 || i % 11 == 3)
                thin.push_back(first + i);
        lists.push_back(odd);
        lists.push_back(thin);
        Numbers twice = lists[lists.size() - 3], turned = twice, broken = twice;
        twice[8000] = twice[7999];
        std::swap(turned[100], turned[8000]);
        broken[8998] = 7;
        lists.insert(lists.end(), {twice, turned, broken});
    }
    for (const fg_answer answer : {FG_ANSWER_PRIMES, FG_ANSWER_DIVISORS})
        for (const Numbers &list : lists) {
            if (answer == FG_ANSWER_DIVISORS && list.size() % 1000 == 0)
                continue;
            const std::vector<Numbers> expected = expected_answers(list, answer);
            for (const char *const backend : sieving_backends) {
                SCOPED_TRACE(std::string(backend) + " from " + std::to_string(list[0]));
                Engine engine(config_of(backend, FG_METHOD_AUTO, answer, 3));
                ASSERT_TRUE(hand_over_list(engine, list) == expected);
                ASSERT_TRUE(engine.run(list).divisors == expected);
            }
        }
}

TEST(RangeEngine, ColumnsOfADenseListAreThoseOfItsNumbers) {
    Numbers list(50000);
    for (size_t i = 0; i < list.size(); i++)
        list[i] = 3 * i;
    for (const fg_method method : {FG_METHOD_AUTO, FG_METHOD_FACTOR}) {
        Engine engine(config_of("threads", method, FG_ANSWER_PRIMES, 2));
        std::vector<uint64_t> spf(list.size());
        fg_column_request request = {};
        request.column = FG_COLUMN_SPF;
        request.values = spf.data();
        fg_numbers numbers = {};
        numbers.words = 1;
        numbers.count = list.size();
        numbers.list = list.data();
        fg_error error = {};
        ASSERT_EQ(fg_factor_columns(engine.get(), &numbers, &request, 1, &error), FG_OK);
        ASSERT_EQ(spf[0], 0u);
        for (size_t i = 1; i < spf.size(); i++)
            ASSERT_EQ(spf[i], i % 2 == 0 ? 2u : 3u) << list[i];
    }
}

/* Cancels a range that takes hours, in the middle; the engine goes on after it. */
/* Totals of no numbers, for every column. */
std::vector<fg_totals> empty_totals(const std::vector<fg_column> &columns) {
    std::vector<fg_totals> totals(columns.size());
    for (size_t i = 0; i < totals.size(); i++) {
        totals[i].size = sizeof totals[i];
        totals[i].column = columns[i];
        totals[i].bound = fg_column_has_bound(columns[i]) ? 1000 : 0;
    }
    return totals;
}

std::vector<fg_totals> totals_of(const fg_config &config, const fg_numbers &numbers,
                                 const std::vector<fg_column> &columns) {
    Engine engine(config);
    EXPECT_TRUE(engine.is_open()) << engine.open_message();
    std::vector<fg_totals> totals = empty_totals(columns);
    fg_error error = {};
    EXPECT_EQ(fg_factor_totals(engine.get(), &numbers, totals.data(), totals.size(), &error), FG_OK)
        << error.message;
    return totals;
}

void expect_equal_totals(const std::vector<fg_totals> &got,
                         const std::vector<fg_totals> &expected) {
    for (size_t k = 0; k < expected.size(); k++) {
        SCOPED_TRACE(fg_column_name(expected[k].column));
        EXPECT_EQ(got[k].count, expected[k].count);
        EXPECT_EQ(std::memcmp(&got[k].sum, &expected[k].sum, sizeof got[k].sum), 0);
        EXPECT_EQ(std::memcmp(&got[k].least, &expected[k].least, sizeof got[k].least), 0);
        EXPECT_EQ(std::memcmp(&got[k].greatest, &expected[k].greatest, sizeof got[k].greatest), 0);
        EXPECT_EQ(got[k].least_n.low, expected[k].least_n.low);
        EXPECT_EQ(got[k].greatest_n.low, expected[k].greatest_n.low);
        EXPECT_EQ(std::memcmp(got[k].histogram, expected[k].histogram, sizeof got[k].histogram), 0);
    }
}

/* Straight from planes and from the byte sieve, in parts that the workers share, against the lists
 * of the method factor. */
TEST(RangeEngine, TotalsAreThoseOfTheFactorisations) {
    std::vector<fg_column> all;
    for (size_t i = 0; i < fg_column_count(); i++)
        all.push_back(static_cast<fg_column>(i));
    const std::vector<fg_column> marks = {FG_COLUMN_SQUAREFREE, FG_COLUMN_MOBIUS};
    const size_t count = long_count();
    for (const uint64_t first : {UINT64_C(0), UINT64_C(1000000), UINT64_C(4294900000),
                                 UINT64_C(1000000000000), UINT64_MAX - 2000}) {
        if (sanitized() && !every_case() && (first == 0 || first == 1000000))
            continue; /* primes above the sieve's bytes come with the higher ones */
        for (const std::vector<fg_column> &columns : {all, marks}) {
            const fg_numbers range =
                range_of(first, first > UINT64_MAX - count ? UINT64_MAX - first + 1 : count);
            SCOPED_TRACE("from " + std::to_string(first));
            const std::vector<fg_totals> expected = totals_of(
                config_of("threads", FG_METHOD_FACTOR, FG_ANSWER_PRIMES, 2), range, columns);
            for (const char *const backend : sieving_backends)
                expect_equal_totals(
                    totals_of(config_of(backend, FG_METHOD_SIEVE, FG_ANSWER_PRIMES, 3), range,
                              columns),
                    expected);
            expect_equal_totals(
                totals_of(config_of("auto", FG_METHOD_AUTO, FG_ANSWER_PRIMES, 2), range, columns),
                expected);
        }
    }
}

/* "auto" sieves a dense list: numbers that it does not have must not count. A bound for smooth
 * numbers leaves out the others. */
TEST(RangeEngine, TotalsOfADenseListAreThoseOfItsNumbers) {
    const std::vector<fg_column> columns = {FG_COLUMN_MOBIUS, FG_COLUMN_PHI};
    Numbers list;
    for (uint64_t n = 2000000; n < 2100000; n++)
        if (n % 1000 != 7)
            list.push_back(n);
    fg_numbers numbers = {};
    numbers.kind = FG_NUMBERS_LIST;
    numbers.words = 1;
    numbers.count = list.size();
    numbers.list = list.data();
    expect_equal_totals(
        totals_of(config_of("threads", FG_METHOD_AUTO, FG_ANSWER_PRIMES, 2), numbers, columns),
        totals_of(config_of("serial", FG_METHOD_FACTOR, FG_ANSWER_PRIMES, 1), numbers, columns));
    fg_config sieve = config_of("threads", FG_METHOD_SIEVE, FG_ANSWER_PRIMES, 2);
    fg_config factor = config_of("serial", FG_METHOD_FACTOR, FG_ANSWER_PRIMES, 1);
    sieve.smooth_bound.low = factor.smooth_bound.low = 1000;
    expect_equal_totals(totals_of(sieve, range_of(2000000, 100000), columns),
                        totals_of(factor, range_of(2000000, 100000), columns));
}

// One thread's answers stay in its cache until they are taken.
TEST(RangeEngine, OneThreadHandsOverAtMostTwoMegabytesAtATime) {
    for (const fg_answer answer : {FG_ANSWER_PRIMES, FG_ANSWER_DIVISORS}) {
        Engine engine(config_of("serial", FG_METHOD_SIEVE, answer, 1));
        ASSERT_TRUE(engine.is_open()) << engine.open_message();
        struct Seen {
            size_t numbers, most;
        } seen = {};
        fg_consumer *const note = [](void *context, size_t first, fg_results *results) {
            auto *const into = static_cast<Seen *>(context);
            EXPECT_EQ(first, into->numbers);
            into->numbers += results->count;
            into->most = std::max<size_t>(into->most, results->offsets[results->count]);
        };
        fg_error error = {};
        const fg_numbers range = range_of(1000000000, 100000);
        EXPECT_EQ(fg_factor_numbers_to(engine.get(), &range, note, &seen, &error), FG_OK);
        EXPECT_EQ(seen.numbers, 100000u);
        EXPECT_LE(seen.most, 262144u);
        EXPECT_GT(seen.most, 200000u) << "nor many short runs";
    }
}

TEST(RangeEngine, ACancelEndsASieveInTheMiddle) {
    for (const char *const backend : sieving_backends) {
        Engine engine(config_of(backend, FG_METHOD_SIEVE, FG_ANSWER_PRIMES, 2));
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
        fg_error error = {};
        const fg_numbers endless = range_of(1, size_t{1} << 45);
        EXPECT_EQ(fg_factor_numbers_to(engine.get(), &endless, cancel, &seen, &error),
                  FG_ERROR_CANCELLED);
        EXPECT_GT(seen.numbers, 0u);
        expect_flint_primes(gather_range(engine, range_of(1000, 3)), {1000, 1001, 1002});
    }
}

TEST(RangeEngine, WhatTheSieveDoesNotTakeIsRefusedInWords) {
    Engine fork(config_of("fork", FG_METHOD_SIEVE, FG_ANSWER_PRIMES, 1));
    EXPECT_EQ(fork.open_status(), FG_ERROR_UNAVAILABLE);
    EXPECT_NE(fork.open_message().find("threads"), std::string::npos) << fork.open_message();
    Engine engine(config_of("serial", FG_METHOD_SIEVE, FG_ANSWER_PRIMES, 1));
    EXPECT_FALSE(fg_engine_takes(engine.get(), FG_NUMBERS_LIST, 1));
    EXPECT_TRUE(fg_engine_takes(engine.get(), FG_NUMBERS_RANGE, 1));
    const BatchAnswer answer = engine.run({6, 7});
    EXPECT_EQ(answer.status, FG_ERROR_ARGUMENT);
    EXPECT_NE(answer.message.find("ranges"), std::string::npos) << answer.message;
    const uint64_t last = UINT64_MAX;
    EXPECT_EQ(gather_range(engine, range_of(last, 2)).status, FG_ERROR_ARGUMENT);
}

/* The methods that an engine says it has used, in words. */
std::string used_by(Engine &engine) {
    std::string names;
    for (size_t i = 0; i < fg_method_count(); i++)
        if (fg_engine_has_used(engine.get(), fg_method_at(i)))
            names += std::string(names.empty() ? "" : " ") + fg_method_name(fg_method_at(i));
    return names;
}

TEST(RangeEngine, AnEngineSaysByWhichMethodsItAnswered) {
    const Numbers sparse = {6, 1000003}, dense = numbers_of(1, 9000);
    for (const char *const backend : sieving_backends) {
        SCOPED_TRACE(backend);
        Engine engine(config_of(backend, FG_METHOD_AUTO, FG_ANSWER_PRIMES, 2));
        EXPECT_EQ(used_by(engine), "");
        ASSERT_EQ(gather_range(engine, range_of(1, 0)).status, FG_OK);
        EXPECT_EQ(used_by(engine), "") << "of no numbers";
        ASSERT_EQ(gather_range(engine, range_of(1, 9000)).status, FG_OK);
        EXPECT_EQ(used_by(engine), "sieve");
        ASSERT_EQ(gather_range(engine, range_of(UINT64_MAX - 2, 3)).status, FG_OK);
        EXPECT_EQ(used_by(engine), "factor sieve") << "it is too short for its height";
        Engine of_lists(config_of(backend, FG_METHOD_AUTO, FG_ANSWER_PRIMES, 2));
        ASSERT_EQ(of_lists.run(sparse).status, FG_OK);
        EXPECT_EQ(used_by(of_lists), "factor");
        ASSERT_EQ(of_lists.run(dense).status, FG_OK);
        EXPECT_EQ(used_by(of_lists), "factor sieve");
        EXPECT_FALSE(fg_engine_has_used(of_lists.get(), FG_METHOD_AUTO));
        EXPECT_FALSE(fg_engine_has_used(of_lists.get(), static_cast<fg_method>(99)));
    }
    Engine fork(config_of("fork", FG_METHOD_AUTO, FG_ANSWER_PRIMES, 2));
    ASSERT_EQ(gather_range(fork, range_of(1, 100)).status, FG_OK);
    EXPECT_EQ(used_by(fork), "factor") << "the backend takes no ranges";
    for (const fg_method method : {FG_METHOD_TRIAL, FG_METHOD_FACTOR, FG_METHOD_SIEVE}) {
        Engine engine(config_of("serial", method, FG_ANSWER_PRIMES, 1));
        ASSERT_EQ(gather_range(engine, range_of(1, 3000)).status, FG_OK);
        EXPECT_EQ(used_by(engine), fg_method_name(method));
    }
}

/* "auto" does not walk through primes for a few large numbers. */
TEST(RangeEngine, AutoSievesWhereItPays) {
    const fg_numbers low = range_of(1, 10000), high = range_of(UINT64_MAX - 299, 300);
    const fg_numbers long_high = range_of(UINT64_MAX - 99999, 100000);
    for (const fg_numbers &range : {low, long_high}) {
        EXPECT_EQ(fg_work_numbers(FG_METHOD_AUTO, &range),
                  fg_work_numbers(FG_METHOD_SIEVE, &range));
    }
    EXPECT_EQ(fg_work_numbers(FG_METHOD_AUTO, &high), fg_work_numbers(FG_METHOD_FACTOR, &high));
}

/* Some hundred numbers are worth the walk through a few primes, but not the opening of a sieve. */
TEST(RangeEngine, AutoKnowsWhetherASieveIsOpen) {
    const fg_numbers range = range_of(1 << 20, 600);
    EXPECT_EQ(fg_work_numbers(FG_METHOD_AUTO, &range), fg_work_numbers(FG_METHOD_FACTOR, &range));
    Engine engine(config_of("serial", FG_METHOD_SIEVE, FG_ANSWER_PRIMES, 1));
    ASSERT_EQ(gather_range(engine, range_of(1, 3000)).status, FG_OK);
    const double opened = fg_work_numbers(FG_METHOD_AUTO, &range);
    EXPECT_EQ(opened, fg_work_numbers(FG_METHOD_SIEVE, &range));
    EXPECT_NE(opened, fg_work_numbers(FG_METHOD_FACTOR, &range));
    /* A list takes longer for small numbers than their few candidates let expect. */
    const fg_numbers small = range_of(1 << 13, 200);
    EXPECT_EQ(fg_work_numbers(FG_METHOD_AUTO, &small), fg_work_numbers(FG_METHOD_SIEVE, &small));
}

} // namespace
