// SPDX-License-Identifier: MIT
/*
 * small_stack_test.cpp: every CPU backend and method on a thread with the least stack that the
 * public header asks for.
 *
 * Only the library runs on the small stack. The answers are compared afterwards.
 */
#include "support/backend_fixture.h"
#include "support/chosen_numbers.h"
#include "support/wide_engine.h"
#include "support/wide_numbers.h"

#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace {

using oracle::Numbers;

/* Sanitizers and builds without optimisation make frames several times larger. */
size_t stack_bytes() {
#if defined(__OPTIMIZE__)
    const bool is_plain = !sanitized();
#else
    const bool is_plain = false;
#endif
    const size_t wanted = is_plain ? 64 << 10 : 1 << 20;
    const long least = sysconf(_SC_THREAD_STACK_MIN);
    return std::max(wanted, least > 0 ? (size_t)least : 0);
}

/* A batch and its answers, gathered and handed over. */
struct Work {
    fg_config config;
    Numbers numbers;
    std::vector<fg_uint128> wide; /* if these are not empty, they are the batch */
    bool is_range = false;        /* the numbers follow one another, and are given as a range */
    fg_status status = FG_ERROR_INTERNAL;
    fg_results results = {};
    fg_error error = {};
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    size_t handed_over = 0; /* values */
};

void count_values(void *context, size_t, fg_results *results) {
    Work *const work = static_cast<Work *>(context);
    pthread_mutex_lock(&work->lock);
    work->handed_over += results->offsets[results->count];
    pthread_mutex_unlock(&work->lock);
}

void *run(void *context) {
    Work *const work = static_cast<Work *>(context);
    fg_engine *engine;
    work->status = fg_engine_open(&work->config, &engine, &work->error);
    if (work->status != FG_OK)
        return nullptr;
    fg_numbers batch = {};
    batch.words = work->wide.empty() ? 1 : 2;
    batch.count = work->wide.empty() ? work->numbers.size() : work->wide.size();
    batch.list = work->numbers.data();
    batch.wide_list = work->wide.data();
    if (work->is_range) {
        batch.kind = FG_NUMBERS_RANGE;
        batch.begin.low = work->numbers.front();
    }
    work->status = fg_factor_numbers(engine, &batch, &work->results, &work->error);
    if (work->status == FG_OK)
        work->status = fg_factor_numbers_to(engine, &batch, count_values, work, &work->error);
    fg_engine_close(engine);
    return nullptr;
}

class SmallStack : public Backend {
  protected:
    void expect_answered(fg_method method, fg_answer answer, const Numbers &numbers,
                         bool is_range = false) const {
        Work work = {};
        work.is_range = is_range;
        work.config.method = method;
        work.config.answer = answer;
        work.numbers = numbers;
        run_on_small_stack(work);
        ASSERT_EQ(work.status, FG_OK) << work.error.message;
        expect_right(work, answer);
        fg_results_free(&work.results);
    }
    void expect_answered(fg_answer answer, const oracle::WideNumbers &numbers) const {
        Work work = {};
        work.config.answer = answer;
        work.wide = to_words(numbers);
        run_on_small_stack(work);
        WideAnswer answers = {work.status, work.error.message, {}};
        if (work.status == FG_OK) {
            append_values(work.results, answers.values);
            EXPECT_EQ(work.handed_over, work.results.offsets[work.results.count]);
        }
        expect_wide_answers(answers, answer, numbers);
        fg_results_free(&work.results);
    }

  private:
    void run_on_small_stack(Work &work) const {
        work.config.backend = name();
        work.config.jobs = 2;
        pthread_attr_t attributes;
        pthread_t thread;
        ASSERT_EQ(pthread_attr_init(&attributes), 0);
        ASSERT_EQ(pthread_attr_setstacksize(&attributes, stack_bytes()), 0);
        ASSERT_EQ(pthread_create(&thread, &attributes, run, &work), 0);
        ASSERT_EQ(pthread_join(thread, nullptr), 0);
        pthread_attr_destroy(&attributes);
    }
    static void expect_right(const Work &work, fg_answer answer) {
        const fg_results &results = work.results;
        ASSERT_EQ(results.count, work.numbers.size());
        EXPECT_EQ(work.handed_over, results.offsets[results.count]);
        for (size_t i = 0; i < results.count; i++) {
            const Numbers got(results.values + results.offsets[i],
                              results.values + results.offsets[i + 1]);
            if (answer == FG_ANSWER_DIVISORS) {
                ASSERT_EQ(oracle::difference(got, oracle::divisors(work.numbers[i])), "")
                    << work.numbers[i];
                continue;
            }
            ASSERT_EQ(got, oracle::primes(work.numbers[i])) << work.numbers[i];
        }
    }
};

/* Numbers for every step of the engine, more than one of its runs, and one alone. */
TEST_P(SmallStack, FactorHasEnoughOfIt) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Numbers numbers = {chosen::largest_prime, UINT64_C(18446744030759878681), 12, 1};
    const bool is_slow = is("fork"); /* a process for each number */
    for (size_t i = 0; i < scaled(is_slow ? 100 : 3000); i++)
        numbers.push_back(random.of_any_size());
    for (unsigned bits = 22; bits <= 64; bits++)
        for (unsigned i = 0; i < (is_slow ? 2 : 30); i++)
            numbers.push_back(chosen::semiprime(random, bits));
    for (const fg_answer answer : {FG_ANSWER_PRIMES, FG_ANSWER_DIVISORS}) {
        expect_answered(FG_METHOD_FACTOR, answer, numbers);
        for (const uint64_t n : {numbers[0], numbers[1], numbers[2]})
            expect_answered(FG_METHOD_FACTOR, answer, {n});
    }
    expect_answered(FG_METHOD_FACTOR, FG_ANSWER_DIVISORS, {chosen::richest, chosen::richest, 6});
}

/* Semiprimes for curves, a prime to be proved, a power, and many divisors. */
TEST_P(SmallStack, FactorHasEnoughOfItForTwoWords) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    oracle::WideNumbers numbers = {1,
                                   12,
                                   ~oracle::Wide{0},
                                   oracle::wide("340282366920938463463374607431768211297"),
                                   wide_numbers::power(UINT64_C(18446744073709551557), 2),
                                   oracle::wide("354176514770971052160")};
    for (unsigned bits = 66; bits <= 90; bits += 8)
        numbers.push_back(wide_numbers::semiprime(random, bits));
    for (size_t i = 0; i < 20; i++)
        numbers.push_back(wide_numbers::random_of(random, 66));
    for (const fg_answer answer : {FG_ANSWER_PRIMES, FG_ANSWER_DIVISORS})
        expect_answered(answer, numbers);
    expect_answered(FG_ANSWER_PRIMES, {numbers[3]});
}

TEST_P(SmallStack, MethodsOfCandidatesHaveEnoughOfIt) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (const fg_method method : {FG_METHOD_TRIAL, FG_METHOD_EXHAUSTIVE}) {
        Numbers numbers = {1, 12};
        for (size_t i = 0; i < 100; i++)
            numbers.push_back(random.of_any_size(method == FG_METHOD_TRIAL ? 34 : 20));
        for (const fg_answer answer : {FG_ANSWER_PRIMES, FG_ANSWER_DIVISORS})
            expect_answered(method, answer, numbers);
    }
}

/* With large primes, and high up with cofactors that are left to the engine for lists. "fork" gets
 * the numbers in lists. */
TEST_P(SmallStack, RangesHaveEnoughOfIt) {
    const fg_method method = is("fork") ? FG_METHOD_AUTO : FG_METHOD_SIEVE;
    for (const uint64_t first : {UINT64_C(1), UINT64_C(1000000000000), UINT64_MAX - 999}) {
        Numbers numbers(is("fork") ? 20 : first > UINT64_MAX / 2 ? 1000 : 4000);
        std::iota(numbers.begin(), numbers.end(), first);
        for (const fg_answer answer : {FG_ANSWER_PRIMES, FG_ANSWER_DIVISORS})
            expect_answered(method, answer, numbers, true);
    }
}

FG_INSTANTIATE_FOR_BACKENDS(SmallStack);

} // namespace
