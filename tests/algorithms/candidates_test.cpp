// SPDX-License-Identifier: MIT
/*
 * candidates_test.cpp: which candidates a method tests.
 */
#include "support/internals.h"
#include "support/random_numbers.h"

#include <gtest/gtest.h>

namespace {

__extension__ typedef unsigned __int128 uint128;

TEST(Candidates, ExhaustiveTestsEveryNumberUpToN) {
    for (const uint64_t n : {UINT64_C(1), UINT64_C(2), UINT64_C(97), UINT64_C(1) << 32,
                             UINT64_C(1) << 63, UINT64_MAX}) {
        const fg_candidates candidates = fg_candidates_exhaustive(n);
        EXPECT_EQ(candidates.dividend, n);
        EXPECT_EQ(candidates.count, n);
        EXPECT_EQ(candidates.twos, 0u);
        EXPECT_EQ(fg_candidate_at(candidates, 0), 1u);
        EXPECT_EQ(fg_candidate_at(candidates, n - 1), n);
        EXPECT_EQ(fg_candidate_at(candidates, n / 2), n / 2 + 1);
    }
}

/* n is split into its power of two and its odd part, whose odd numbers up to the root are tested.
 */
void expect_trial(uint64_t n) {
    const fg_candidates candidates = fg_candidates_trial(n);
    ASSERT_EQ(candidates.dividend % 2, 1u) << n;
    ASSERT_LT(candidates.twos, 64u) << n;
    ASSERT_EQ(candidates.dividend << candidates.twos, n);
    ASSERT_EQ(n >> candidates.twos, candidates.dividend);
    ASSERT_GE(candidates.count, 1u) << n;
    ASSERT_EQ(fg_candidate_at(candidates, 0), 1u);
    const uint128 last = fg_candidate_at(candidates, candidates.count - 1);
    ASSERT_EQ(last % 2, 1u) << n;
    ASSERT_LE(last * last, candidates.dividend) << n;
    ASSERT_GT((last + 2) * (last + 2), candidates.dividend) << n;
}

TEST(Candidates, TrialTestsOddNumbersUpToTheRootOfTheOddPart) {
    for (uint64_t n = 1; n < 100000; n++)
        expect_trial(n);
    for (unsigned bits = 1; bits <= 63; bits++)
        for (int64_t offset = -2; offset <= 2; offset++)
            if ((UINT64_C(1) << bits) + (uint64_t)offset > 0)
                expect_trial((UINT64_C(1) << bits) + (uint64_t)offset);
    expect_trial(UINT64_MAX);
    expect_trial(UINT64_MAX - 1);
}

TEST(Candidates, TrialSplitsRandomNumbers) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(200000); i++) {
        expect_trial(random.of_any_size());
        const uint64_t root = random.of_any_size(32);
        expect_trial(root * root);
        expect_trial(root * root - (root > 1));
    }
}

} // namespace
