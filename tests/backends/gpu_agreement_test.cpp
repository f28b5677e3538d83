// SPDX-License-Identifier: MIT
/*
 * gpu_agreement_test.cpp: one long list of numbers of every kind, answered by the cuda backend, by
 * threads and by GNU factor: three ways that share little code.
 *
 * FG_TEST_AGREEMENT_COUNT is how long the list is. If kernels run by their PTX (FG_PTX), an eighth
 * is.
 */
#include "support/backend_fixture.h"
#include "support/chosen_numbers.h"
#include "support/gnu_factor.h"
#include "support/random_numbers.h"

#include <algorithm>
#include <cstdlib>
#include <thread>
#include <vector>

namespace {

using oracle::Numbers;
using namespace chosen;

class Agreement : public Backend {
  protected:
    /* Makes numbers of each kind in turns, so that all parts of the list take about as long. One in
     * a hundred is hard for GNU factor, which takes 0.7 ms for 64-bit semiprimes. */
    Numbers mixed(size_t count) {
        Numbers numbers = {largest_prime, UINT64_MAX, UINT64_C(1) << 63, power(4294967291, 2),
                           richest};
        while (numbers.size() < count) {
            const size_t i = numbers.size();
            numbers.push_back(i % 100 == 99 ? semiprime(random_, 64) : of_kind(i % 10, i));
        }
        return numbers;
    }

    static size_t count() {
        return FG_TEST_AGREEMENT_COUNT / (std::getenv("FG_PTX") != nullptr ? 8 : 1);
    }

    /* All answers, those of number i from offsets[i] on. */
    static void answer(const char *backend, fg_answer kind, const Numbers &numbers,
                       fg_results *results) {
        fg_config config = {};
        config.backend = backend;
        config.method = FG_METHOD_FACTOR;
        config.answer = kind;
        fg_engine *engine = nullptr;
        fg_error error = {};
        ASSERT_EQ(fg_engine_open(&config, &engine, &error), FG_OK) << error.message;
        EXPECT_EQ(fg_factor_batch(engine, numbers.data(), numbers.size(), results, &error), FG_OK)
            << error.message;
        fg_engine_close(engine);
    }

    /* Expects the same values and the same offsets. */
    static void expect_same(const Numbers &numbers, const fg_results &left,
                            const fg_results &right) {
        ASSERT_EQ(left.count, numbers.size());
        ASSERT_EQ(right.count, numbers.size());
        for (size_t i = 0; i < numbers.size(); i++)
            ASSERT_TRUE(std::equal(left.values + left.offsets[i], left.values + left.offsets[i + 1],
                                   right.values + right.offsets[i],
                                   right.values + right.offsets[i + 1]))
                << "number " << i << ", " << numbers[i];
    }

    void expect_agreement(fg_answer kind) {
        SCOPED_TRACE(random_.trace());
        const Numbers numbers = mixed(count());
        fg_results here = {}, there = {};
        answer(name(), kind, numbers, &here);
        answer("threads", kind, numbers, &there);
        if (!HasFailure())
            expect_same(numbers, here, there);
        fg_results_free(&here);
        fg_results_free(&there);
    }

    RandomNumbers random_;

  private:
    uint64_t smooth() {
        static const uint64_t primes[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41};
        const uint64_t limit = random_.of_any_size();
        uint64_t n = 1;
        for (;;) {
            const uint64_t factor = primes[random_.between(0, 12)];
            if (n > limit / factor)
                return n;
            n *= factor;
        }
    }
    uint64_t of_kind(size_t kind, size_t i) {
        switch (kind) {
        case 0:
        case 1:
            return i;
        case 2:
            return random_.with_bits(64);
        case 3:
            return random_.with_bits(48);
        case 4:
            return random_.with_bits(32);
        case 5:
            return random_prime(random_, (unsigned)random_.between(2, 63));
        case 6:
            return semiprime(random_, (unsigned)random_.between(8, 48));
        case 7:
            return power(random_.of_any_size(32), 2);
        case 8:
            return smooth();
        default:
            return random_.of_any_size();
        }
    }
};

TEST_P(Agreement, TheSameDivisorsAsThreads) {
    expect_agreement(FG_ANSWER_DIVISORS);
}

TEST_P(Agreement, TheSamePrimesAsThreads) {
    expect_agreement(FG_ANSWER_PRIMES);
}

/* GNU factor's answers, from a process for each CPU. */
std::string gnu_answers(const Numbers &numbers) {
    const size_t parts = std::max(1u, std::thread::hardware_concurrency());
    std::vector<std::string> answers(parts);
    std::vector<std::thread> threads;
    for (size_t part = 0; part < parts; part++)
        threads.emplace_back([&, part] {
            const size_t end = numbers.size() * (part + 1) / parts;
            std::string input;
            for (size_t i = numbers.size() * part / parts; i < end; i++)
                input += std::to_string(numbers[i]) + "\n";
            answers[part] = gnu_factor::answers(input);
        });
    for (std::thread &thread : threads)
        thread.join();
    std::string all;
    for (const std::string &each : answers)
        all += each;
    return all;
}

TEST_P(Agreement, TheSamePrimesAsGnuFactor) {
    if (!gnu_factor::is_here())
        GTEST_SKIP() << "there is no GNU factor on this machine";
    SCOPED_TRACE(random_.trace());
    const Numbers numbers = mixed(count());
    const std::string theirs = gnu_answers(numbers);
    fg_results results = {};
    answer(name(), FG_ANSWER_PRIMES, numbers, &results);
    std::string ours;
    for (size_t i = 0; i < results.count; i++) {
        ours += std::to_string(numbers[i]) + ":";
        for (size_t k = results.offsets[i]; k < results.offsets[i + 1]; k++)
            ours += " " + std::to_string(results.values[k]);
        ours += "\n";
    }
    fg_results_free(&results);
    EXPECT_EQ(gnu_factor::difference(ours, theirs), "");
}

FG_INSTANTIATE_FOR_BACKENDS(Agreement);

} // namespace
