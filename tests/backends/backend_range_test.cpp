// SPDX-License-Identifier: MIT
/*
 * backend_range_test.cpp: every small number, and numbers where widths end, on every backend.
 */
#include "support/backend_fixture.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace {

using oracle::Numbers;

Numbers range(uint64_t first, uint64_t last) {
    Numbers numbers(last - first + 1);
    std::iota(numbers.begin(), numbers.end(), first);
    return numbers;
}

/* All n from 1 to 100,000 in four parts, which ctest can run side by side. The table is made after
 * the run, because `fork` copies this process 25,000 times. */
class BackendRange : public Backend {
  protected:
    void expect_part(fg_method method, uint64_t limit, uint64_t part) {
        const Numbers numbers = range(1 + limit / 4 * part, limit / 4 * (part + 1));
        Engine engine(name(), method);
        ASSERT_TRUE(engine.is_open()) << engine.open_message();
        const BatchAnswer answer = engine.run(numbers);
        expect_table_answers(answer, numbers, oracle::sieve_divisors(numbers.back()));
    }
    /* The loops are those of scan_test.cpp, which has them with sanitizers and with every
     * instruction set. */
    static bool is_brief() { return !every_case() && (sanitized() || repeated()); }
    /* `fork` makes a process for each n, and runs the same loop in it as `serial`. */
    uint64_t trial_limit() const {
        if (is("fork") && !every_case())
            return scaled_slow(16000);
        return is_brief() ? scaled_slow(100000) : 100000;
    }
    /* `fork` also needs a process for each n. */
    uint64_t exhaustive_limit() const {
        if (is("fork"))
            return scaled_slow(4000);
        return is_emulated() || is_brief() ? scaled_slow(100000) : 100000;
    }
    uint64_t factor_limit() const { return exhaustive_limit(); }
};

TEST_P(BackendRange, TrialAnswersEveryNumberOfTheFirstQuarter) {
    expect_part(FG_METHOD_TRIAL, trial_limit(), 0);
}
TEST_P(BackendRange, TrialAnswersEveryNumberOfTheSecondQuarter) {
    expect_part(FG_METHOD_TRIAL, trial_limit(), 1);
}
TEST_P(BackendRange, TrialAnswersEveryNumberOfTheThirdQuarter) {
    expect_part(FG_METHOD_TRIAL, trial_limit(), 2);
}
TEST_P(BackendRange, TrialAnswersEveryNumberOfTheFourthQuarter) {
    expect_part(FG_METHOD_TRIAL, trial_limit(), 3);
}
TEST_P(BackendRange, ExhaustiveAnswersEveryNumberOfTheFirstQuarter) {
    expect_part(FG_METHOD_EXHAUSTIVE, exhaustive_limit(), 0);
}
TEST_P(BackendRange, ExhaustiveAnswersEveryNumberOfTheSecondQuarter) {
    expect_part(FG_METHOD_EXHAUSTIVE, exhaustive_limit(), 1);
}
TEST_P(BackendRange, ExhaustiveAnswersEveryNumberOfTheThirdQuarter) {
    expect_part(FG_METHOD_EXHAUSTIVE, exhaustive_limit(), 2);
}
TEST_P(BackendRange, ExhaustiveAnswersEveryNumberOfTheFourthQuarter) {
    expect_part(FG_METHOD_EXHAUSTIVE, exhaustive_limit(), 3);
}
TEST_P(BackendRange, FactorAnswersEveryNumberOfTheFirstQuarter) {
    expect_part(FG_METHOD_FACTOR, factor_limit(), 0);
}
TEST_P(BackendRange, FactorAnswersEveryNumberOfTheSecondQuarter) {
    expect_part(FG_METHOD_FACTOR, factor_limit(), 1);
}
TEST_P(BackendRange, FactorAnswersEveryNumberOfTheThirdQuarter) {
    expect_part(FG_METHOD_FACTOR, factor_limit(), 2);
}
TEST_P(BackendRange, FactorAnswersEveryNumberOfTheFourthQuarter) {
    expect_part(FG_METHOD_FACTOR, factor_limit(), 3);
}

class BackendBoundary : public Backend {
  protected:
    void expect_answers(const Numbers &numbers, fg_method method = FG_METHOD_TRIAL) {
        Engine engine(name(), method);
        ASSERT_TRUE(engine.is_open()) << engine.open_message();
        expect_flint_answers(engine.run(numbers), numbers);
    }
};

TEST_P(BackendBoundary, NumbersAround2To32) {
    Numbers numbers = range((UINT64_C(1) << 32) - 20, (UINT64_C(1) << 32) + 20);
    for (const unsigned bits : {16, 31, 33})
        for (uint64_t offset = 0; offset <= 6; offset++)
            numbers.push_back((UINT64_C(1) << bits) + offset - 3);
    numbers.insert(numbers.end(), {UINT64_C(4294967291), UINT64_C(4295098369), /* 65537^2 */
                                   UINT64_C(4294836225)});                     /* 65535^2 */
    expect_answers(numbers);
}

TEST_P(BackendBoundary, ExhaustiveAround2To31AndTo2To32) {
    Numbers numbers = {UINT64_C(2147483647), UINT64_C(2147483648), UINT64_C(2147483650)};
    if (is_fast())
        numbers.insert(numbers.end(), {UINT64_C(4294967291), UINT64_C(4294967295),
                                       UINT64_C(4294967296), UINT64_C(4294967298)});
    if (!is_fast())
        numbers = {UINT64_C(16777215), UINT64_C(16777216), UINT64_C(16777259), UINT64_C(5423123)};
    expect_answers(numbers, FG_METHOD_EXHAUSTIVE);
}

/* The top of the range: large powers of two keep the odd part, and so the work, small. */
TEST_P(BackendBoundary, EvenNumbersAround2To63AndBelow2To64) {
    Numbers numbers = {UINT64_C(1) << 63, UINT64_C(1) << 62};
    for (unsigned bits = 24; bits < 63; bits++) {
        numbers.push_back((UINT64_C(1) << 63) + (UINT64_C(1) << bits));
        numbers.push_back((UINT64_C(1) << 63) - (UINT64_C(1) << bits));
        numbers.push_back(0 - (UINT64_C(1) << bits));
    }
    expect_answers(numbers);
}

TEST_P(BackendBoundary, OddNumbersAround2To63AndBelow2To64) {
    if (!is_fast())
        GTEST_SKIP() << "2^31 candidates a number take too long here";
    expect_answers({UINT64_MAX, UINT64_C(18446744073709551557), /* the largest 64-bit prime */
                    UINT64_C(18446744030759878681),             /* 4294967291^2 */
                    UINT64_C(9223372036854775783),              /* the largest prime below 2^63 */
                    (UINT64_C(1) << 63) + 1, (UINT64_C(1) << 63) - 1});
}

/* No size is hard for `factor`: every power of two and its neighbours, and the ends of the range.
 */
TEST_P(BackendBoundary, FactorAroundEveryPowerOfTwo) {
    Numbers numbers = range(UINT64_MAX - 20, UINT64_MAX);
    for (unsigned bits = 2; bits < 64; bits++)
        for (uint64_t offset = 0; offset <= 6; offset++)
            numbers.push_back((UINT64_C(1) << bits) + offset - 3);
    numbers.push_back(UINT64_C(18446744030759878681)); /* 4294967291^2 */
    expect_answers(numbers, FG_METHOD_FACTOR);
}

TEST_P(BackendBoundary, NumbersAround2To53) {
    Numbers numbers;
    for (uint64_t offset = 0; offset <= (is_fast() ? 6 : 1); offset++)
        numbers.push_back((UINT64_C(1) << 53) + offset - 1);
    expect_answers(numbers);
}

TEST_P(BackendBoundary, TheNumbersWithTheMostDivisors) {
    const Numbers numbers = {UINT64_C(897612484786617600), UINT64_C(18401055938125660800)};
    /* Candidates to the root of the others take an emulated device seconds. */
    const Numbers smaller = {UINT64_C(866421317361600), UINT64_C(963761198400)};
    const bool is_short = is_emulated() && !every_case();
    for (const fg_method method : {FG_METHOD_TRIAL, FG_METHOD_FACTOR}) {
        const bool shortened = is_short && method == FG_METHOD_TRIAL;
        Engine engine(name(), method);
        ASSERT_TRUE(engine.is_open()) << engine.open_message();
        const BatchAnswer answer = engine.run(shortened ? smaller : numbers);
        expect_flint_answers(answer, shortened ? smaller : numbers);
        ASSERT_EQ(answer.divisors.size(), 2u);
        EXPECT_EQ(answer.divisors[0].size(), shortened ? 26880u : 103680u);
        EXPECT_EQ(answer.divisors[1].size(), shortened ? 6720u : 184320u);
    }
}

FG_INSTANTIATE_FOR_BACKENDS(BackendRange);
FG_INSTANTIATE_FOR_BACKENDS(BackendBoundary);

} // namespace
