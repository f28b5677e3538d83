// SPDX-License-Identifier: MIT
/*
 * piece_checks_test.cpp: threads check and copy pieces of answers: all of them, in their places,
 * and with the first wrong answer named, whoever does what.
 *
 * The objects of the library call pthread_create() through this file (--wrap), which can let it
 * fail.
 */
#include "piece_checks_run.h"
#include "support/oracle.h"
#include "support/random_numbers.h"

#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <cerrno>
#include <memory>
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

/* Numbers with their answers. */
struct Answers {
    Numbers numbers, values;
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
        for (size_t i = 0; i < count; i++) {
            const Numbers &list = lists[i % some.size()];
            numbers.push_back(some[i % some.size()]);
            counts.push_back(static_cast<uint32_t>(list.size()));
            values.insert(values.end(), list.begin(), list.end());
        }
    }
    fg_test_pieces pieces(uint32_t piece) const {
        return {answer,
                numbers.data(),
                counts.data(),
                values.data(),
                static_cast<uint32_t>(numbers.size()),
                piece};
    }
    /* The place of the first value of answer i. */
    size_t begin(size_t i) const {
        size_t at = 0;
        while (i-- > 0)
            at += counts[i];
        return at;
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
        const fg_test_pieces pieces = answers.pieces(piece);
        return fg_test_checkers_run(checkers, &pieces, &results_, &error_);
    }
    void expect_copied(const Answers &answers) {
        ASSERT_EQ(results_.count, answers.numbers.size());
        ASSERT_EQ(results_.offsets[results_.count], answers.values.size());
        size_t end = 0;
        for (size_t i = 0; i < answers.counts.size(); i++)
            ASSERT_EQ(results_.offsets[i + 1], end += answers.counts[i]);
        for (size_t i = 0; i < answers.values.size(); i++)
            ASSERT_EQ(results_.values[i], answers.values[i]);
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

/* Of several wrong answers the first of the piece is named, whoever finds which. */
TEST_P(PieceChecks, TheFirstWrongAnswerIsNamed) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const Checkers checkers(fg_test_checkers_open(3));
    for (const size_t at : {1u, 4095u, 4096u, 20001u, 39999u}) {
        Answers answers(random, GetParam(), 40000);
        for (size_t i = at; i < answers.counts.size(); i++)
            if (i == at || i % 1000 == 999)
                answers.values[answers.begin(i)] ^= 4;
        const std::string name = std::to_string(answers.numbers[at]) + " failed its check";
        EXPECT_EQ(run(checkers.get(), answers, 40000), FG_ERROR_SELF_CHECK);
        EXPECT_NE(std::string(error_.message).find(" " + name), std::string::npos)
            << error_.message << ", not " << name;
        answers.values[answers.begin(at)] ^= 4;
    }
}

/* A composite that was taken for a prime multiplies to its number: a sample is proved again. */
TEST_P(PieceChecks, PrimesOfASampleAreProvedAgain) {
    const uint64_t n = UINT64_C(1000003) * 1000033;
    RandomNumbers random;
    Answers answers(random, GetParam(), 0);
    for (size_t i = 0; i < 1000; i++) {
        answers.numbers.push_back(n);
        if (GetParam() == FG_ANSWER_DIVISORS)
            answers.values.push_back(1);
        answers.values.push_back(n);
        answers.counts.push_back(GetParam() == FG_ANSWER_DIVISORS ? 2 : 1);
    }
    const Checkers checkers(fg_test_checkers_open(0));
    EXPECT_EQ(run(checkers.get(), answers, 1000), FG_ERROR_SELF_CHECK);
    EXPECT_NE(std::string(error_.message).find("1000036000099"), std::string::npos)
        << error_.message;
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
    const fg_test_pieces pieces = answers.pieces(70000);
    for (const unsigned helpers : {0u, 3u}) {
        const Checkers checkers(fg_test_checkers_open(helpers));
        for (const unsigned blocks : {0u, 1u, 3u}) {
            uint32_t written[2];
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
        alarm(20);
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
