// SPDX-License-Identifier: MIT
/*
 * piece_checks_test.cpp: threads check and copy pieces of answers: all of them, in their places,
 * and with the first wrong answer named, whoever does what.
 *
 * The objects of the library call pthread_create() through this file (--wrap), which can let it
 * fail.
 */
#include "piece_checks_run.h"
#include "support/marked_lists.h"
#include "support/oracle.h"
#include "support/random_numbers.h"

#include <gtest/gtest.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <memory>
#include <numeric>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace {

std::atomic<int> threads_left{1 << 30}; /* that the system gives */

} // namespace

extern "C" {
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*routine)(void *), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*routine)(void *), void *argument) {
    return threads_left-- > 0 ? __real_pthread_create(thread, attributes, routine, argument)
                              : EAGAIN;
}
}

namespace {

using oracle::Numbers;

/* Numbers with their answers, and these as a device sends them: with marks. */
struct Answers {
    Numbers numbers, values, sent;
    std::vector<uint32_t> counts;
    fg_answer answer;

    Answers(RandomNumbers &random, fg_answer kind, size_t count) : answer(kind) {
        Numbers some(1500);
        for (uint64_t &number : some)
            number = 2 + random.of_any_size(40); /* so that it has a prime */
        some[0] = 1;                             /* and this one has none */
        some[7] = UINT64_C(963761198400);
        std::vector<Numbers> lists;
        for (const uint64_t n : some)
            lists.push_back(kind == FG_ANSWER_PRIMES ? oracle::primes(n) : oracle::divisors(n));
        Numbers marks(some.size());
        for (size_t i = 0; i < some.size() && kind == FG_ANSWER_DIVISORS; i++)
            marks[i] = marks_of(some[i], lists[i]);
        for (size_t i = 0; i < count; i++) {
            const size_t at = i % some.size();
            numbers.push_back(some[at]);
            counts.push_back(static_cast<uint32_t>(lists[at].size()));
            values.insert(values.end(), lists[at].begin(), lists[at].end());
            sent.insert(sent.end(), lists[at].begin(), lists[at].end());
            if (kind == FG_ANSWER_DIVISORS)
                sent[sent.size() - lists[at].size()] = marks[at];
        }
    }
    /* The pieces of a copy, because the marks go. It has a place even without values. */
    fg_test_pieces pieces(uint32_t piece, Numbers *copy) const {
        *copy = sent;
        copy->reserve(sent.size() + 1);
        return {answer,
                numbers.data(),
                counts.data(),
                copy->data(),
                static_cast<uint32_t>(numbers.size()),
                piece};
    }
    /* The place of the last value of answer i, which has some. */
    size_t last(size_t i) const {
        return std::accumulate(counts.begin(), counts.begin() + i + 1, size_t{0}) - 1;
    }
};

struct Close {
    void operator()(fg_test_checkers *checkers) const { fg_test_checkers_close(checkers); }
};
using Checkers = std::unique_ptr<fg_test_checkers, Close>;

class PieceChecks : public testing::TestWithParam<fg_answer> {
  protected:
    void TearDown() override {
        threads_left = 1 << 30;
        fg_results_free(&results_);
    }
    fg_status run(fg_test_checkers *checkers, const Answers &answers, uint32_t piece) {
        fg_results_clear(&results_);
        Numbers copy;
        const fg_test_pieces pieces = answers.pieces(piece, &copy);
        return fg_test_checkers_run(checkers, &pieces, &results_, &error_);
    }
    void expect_copied(const Answers &answers) {
        ASSERT_EQ(results_.count, answers.numbers.size());
        ASSERT_EQ(results_.offsets[results_.count], answers.values.size());
        size_t end = 0;
        for (size_t i = 0; i < answers.counts.size(); i++)
            ASSERT_EQ(results_.offsets[i + 1], end += answers.counts[i]);
        ASSERT_TRUE(std::equal(answers.values.begin(), answers.values.end(), results_.values));
    }

    fg_results results_ = {};
    fg_error error_ = {};
};

TEST_P(PieceChecks, EveryAnswerComesToItsPlace) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (const size_t count : {1u, 40u, 70000u}) {
        const Answers answers(random, GetParam(), count);
        for (const unsigned helpers : {0u, 1u, 5u}) {
            const Checkers checkers(fg_test_checkers_open(helpers));
            for (const uint32_t piece : {70000u, 9001u, 33u}) {
                ASSERT_EQ(run(checkers.get(), answers, piece), FG_OK) << error_.message;
                expect_copied(answers);
            }
        }
    }
}

TEST_P(PieceChecks, ThreadsStartForAPieceOfSeveralBlocks) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const Checkers checkers(fg_test_checkers_open(3));
    unsigned limit;
    ASSERT_EQ(run(checkers.get(), Answers(random, GetParam(), 20), 20), FG_OK);
    EXPECT_EQ(fg_test_checkers_helpers(checkers.get(), &limit), 0u);
    ASSERT_EQ(run(checkers.get(), Answers(random, GetParam(), 40000), 40000), FG_OK);
    EXPECT_EQ(fg_test_checkers_helpers(checkers.get(), &limit), 3u);
    EXPECT_EQ(limit, 3u);
}

/* Of several wrong answers the first of the piece is named, whichever thread finds it. */
TEST_P(PieceChecks, TheFirstWrongAnswerIsNamed) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const Checkers checkers(fg_test_checkers_open(3));
    for (const size_t at : {1u, 4095u, 4096u, 20001u, 39999u}) {
        Answers answers(random, GetParam(), 40000);
        for (size_t i = at; i < answers.counts.size(); i++)
            if (i == at || i % 1000 == 999)
                answers.sent[answers.last(i)] ^= 4;
        const std::string name = std::to_string(answers.numbers[at]) + " failed its check";
        EXPECT_EQ(run(checkers.get(), answers, 40000), FG_ERROR_SELF_CHECK);
        EXPECT_NE(std::string(error_.message).find(" " + name), std::string::npos)
            << error_.message << ", not " << name;
    }
}

TEST_P(PieceChecks, TheFirstOfFailuresIsNamedThoughItIsLater) {
    const Checkers checkers(fg_test_checkers_open(1));
    EXPECT_EQ(fg_test_checkers_fail(checkers.get(), &error_), FG_ERROR_SELF_CHECK);
    EXPECT_STREQ(error_.message, "number 0");
}

TEST(PieceChecksOfAJob, AFailureIsItsLastBlock) {
    const Checkers checkers(fg_test_checkers_open(0));
    EXPECT_EQ(fg_test_checkers_refuse(checkers.get()), 1u);
}

/* A composite that was taken for a prime multiplies to its number: a sample is proved again. */
TEST_P(PieceChecks, PrimesOfASampleAreProvedAgain) {
    const uint64_t n = UINT64_C(1000003) * 1000033;
    RandomNumbers random;
    Answers answers(random, GetParam(), 0);
    for (size_t i = 0; i < 1000; i++) {
        answers.numbers.push_back(n);
        if (GetParam() == FG_ANSWER_DIVISORS)
            answers.sent.push_back(3); /* marks that take n for a prime */
        answers.sent.push_back(n);
        answers.counts.push_back(GetParam() == FG_ANSWER_DIVISORS ? 2 : 1);
    }
    const Checkers checkers(fg_test_checkers_open(0));
    EXPECT_EQ(run(checkers.get(), answers, 1000), FG_ERROR_SELF_CHECK);
    EXPECT_NE(std::string(error_.message).find("1000036000099"), std::string::npos)
        << error_.message;
}

/* Marks that take 27 for a prime and 3 for another one: by these, 9 is no divisor of 81. */
TEST(PieceChecksOfDivisors, AListThatAgreesWithWrongMarksIsInTheSample) {
    const uint64_t n = 81;
    const uint32_t count = 4;
    uint64_t sent[] = {1 | 1 << 1 | 1 << 2, 3, 27, 81};
    const fg_test_pieces pieces = {FG_ANSWER_DIVISORS, &n, &count, sent, 1, 1};
    const Checkers checkers(fg_test_checkers_open(0));
    fg_results results = {};
    fg_error error = {};
    EXPECT_EQ(fg_test_checkers_run(checkers.get(), &pieces, &results, &error), FG_ERROR_SELF_CHECK);
    fg_results_free(&results);
}

TEST_P(PieceChecks, WithoutThreadsTheCallerDoesItAlone) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const Answers answers(random, GetParam(), 40000);
    for (const int given : {0, 2}) {
        threads_left = given;
        const Checkers checkers(fg_test_checkers_open(4));
        unsigned limit;
        for (int turn = 0; turn < 2; turn++) {
            ASSERT_EQ(run(checkers.get(), answers, 40000), FG_OK) << error_.message;
            expect_copied(answers);
            EXPECT_EQ(fg_test_checkers_helpers(checkers.get(), &limit),
                      static_cast<unsigned>(given));
            EXPECT_EQ(limit, static_cast<unsigned>(given)) << "the system is not asked again";
        }
    }
}

/* A piece that was taken back is not written to any more. */
TEST_P(PieceChecks, APieceCanBeTakenBackAtAnyTime) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const Answers answers(random, GetParam(), 70000);
    Numbers copy;
    for (const unsigned helpers : {0u, 3u}) {
        const Checkers checkers(fg_test_checkers_open(helpers));
        for (const unsigned blocks : {0u, 1u, 3u}) {
            uint32_t written[2];
            const fg_test_pieces pieces = answers.pieces(70000, &copy);
            fg_test_checkers_withdraw(checkers.get(), &pieces, blocks, written);
            EXPECT_EQ(written[0], written[1]);
            if (helpers == 0) {
                EXPECT_EQ(written[0] > 0, blocks > 0);
                EXPECT_LT(written[0], 70000u);
            }
        }
        ASSERT_EQ(run(checkers.get(), answers, 70000), FG_OK);
    }
}

/* A forked child has none of the threads: it waits for none, and frees what it inherited. */
TEST_P(PieceChecks, AForkedChildForgetsThem) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const Answers answers(random, GetParam(), 40000);
    Checkers checkers(fg_test_checkers_open(3));
    ASSERT_EQ(run(checkers.get(), answers, 40000), FG_OK);
    const pid_t child = fork();
    if (child == 0) {
        alarm(600);
        fg_test_checkers_forget(checkers.release());
        _exit(0);
    }
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    ASSERT_EQ(run(checkers.get(), answers, 40000), FG_OK);
}

INSTANTIATE_TEST_SUITE_P(Of, PieceChecks, testing::Values(FG_ANSWER_DIVISORS, FG_ANSWER_PRIMES),
                         [](const testing::TestParamInfo<fg_answer> &answer) {
                             return answer.param == FG_ANSWER_PRIMES ? "Primes" : "Divisors";
                         });

} // namespace
