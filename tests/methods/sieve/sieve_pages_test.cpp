// SPDX-License-Identifier: MIT
/*
 * sieve_pages_test.cpp: a range in pages, each of at most so many values: the pages are the answers
 * in order, and hold nearly as many values as they may.
 */
#include "support/atomics.h"
#include "support/oracle.h"
#include "support/random_numbers.h"

#include <gtest/gtest.h>

extern "C" {
#include "methods/sieve/planes.h"
#include "methods/sieve/sieve_cpu.h"
}

#include <algorithm>
#include <string>
#include <vector>

namespace {

using oracle::Numbers;

class SievePages : public testing::TestWithParam<fg_answer> {
  protected:
    void SetUp() override {
        fg_method_setup setup = {};
        setup.method = FG_METHOD_SIEVE;
        setup.answer = GetParam();
        setup.cancelled = &never_;
        fg_error error;
        ASSERT_EQ(fg_sieve_open(&setup, &state_, &error), FG_OK) << error.message;
    }
    void TearDown() override {
        fg_sieve_close(state_);
        fg_results_free(&page_);
    }

    /* Answers the next page of a range that ends before `end`. */
    void next_page(uint64_t first, uint64_t end, size_t limit) {
        const fg_numbers rest = fg_numbers_of_range(first, end - first);
        fg_error error;
        fg_results_clear(&page_);
        page_.answer = GetParam();
        page_.words = 1;
        ASSERT_EQ(fg_sieve_answer(state_, &rest, limit, &page_, &error), FG_OK) << error.message;
        ASSERT_GE(page_.count, 1u);
        ASSERT_LE(page_.count, end - first);
        if (page_.count > 1) {
            EXPECT_LE(values(), limit);
        }
    }
    size_t values() const { return page_.offsets[page_.count]; }
    static Numbers right(uint64_t n) {
        return GetParam() == FG_ANSWER_PRIMES ? oracle::primes(n) : oracle::divisors(n);
    }
    /* Compares some of the page's answers, the last among them. */
    void check_page(uint64_t first, size_t step) const {
        for (size_t i = (page_.count - 1) % step; i < page_.count; i += step) {
            size_t count;
            const uint64_t *const list = fg_results_at(&page_, i, &count);
            ASSERT_EQ(Numbers(list, list + count), right(first + i)) << first + i;
        }
    }

    atomic_bool never_ = false;
    void *state_ = nullptr;
    fg_results page_ = {};
};

TEST_P(SievePages, AreTheAnswersInOrderWhateverTheLimit) {
    const uint64_t first = (UINT64_C(1) << 32) - 3001, end = first + 9007;
    for (const size_t limit : {0, 1, 7, 64, 1500, 4096, 9973, 1 << 20}) {
        uint64_t at = first;
        while (at < end) {
            ASSERT_NO_FATAL_FAILURE(next_page(at, end, limit));
            ASSERT_NO_FATAL_FAILURE(check_page(at, limit < 64 ? 211 : 97)) << limit;
            at += page_.count;
        }
        EXPECT_EQ(at, end) << limit;
    }
}

/* A page that ends early only saves copying, so it has no room for a vector's numbers. */
TEST_P(SievePages, EndEarlyByLessThanAVectorOfNumbers) {
    const uint64_t first = UINT64_C(1000000000), end = first + (UINT64_C(1) << 17);
    const size_t limit = GetParam() == FG_ANSWER_PRIMES ? 1 << 16 : 1 << 20;
    const size_t most = GetParam() == FG_ANSWER_PRIMES ? 30 * FG_PLANES_READ : 1536;
    uint64_t at = first;
    for (;;) {
        ASSERT_NO_FATAL_FAILURE(next_page(at, end, limit));
        ASSERT_NO_FATAL_FAILURE(check_page(at, 4001));
        at += page_.count;
        if (at == end)
            break;
        EXPECT_GT(values() + most, limit);
    }
}

/* The pages before may have left a block of answers, and the range may have another's. */
TEST_P(SievePages, GoOnAfterAnotherLimitAndAnotherRange) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    uint64_t at = 1000000;
    for (int i = 0; i < 60; i++) {
        if (i % 20 == 19)
            at = random.between(1, UINT32_MAX);
        ASSERT_NO_FATAL_FAILURE(
            next_page(at, at + random.between(1, 9000), random.between(0, 20000)));
        ASSERT_NO_FATAL_FAILURE(check_page(at, 307));
        at += page_.count;
    }
}

INSTANTIATE_TEST_SUITE_P(Of, SievePages, testing::Values(FG_ANSWER_PRIMES, FG_ANSWER_DIVISORS),
                         [](const testing::TestParamInfo<fg_answer> &info) {
                             return std::string(info.param == FG_ANSWER_PRIMES ? "Primes"
                                                                               : "Divisors");
                         });

} // namespace
