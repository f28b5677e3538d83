// SPDX-License-Identifier: MIT
/*
 * wide_test.cpp: numbers of two words, taken apart and counted, against GMP.
 */
#include "support/random_numbers.h"

#include <cmath>
#include <cstdint>
#include <gmp.h>
#include <gtest/gtest.h>

extern "C" {
#include "arith/wide.h"
}

namespace {

void expect_counts(uint64_t low, uint64_t high) {
    const mp_limb_t limbs[] = {low, high};
    mpz_t number;
    mpz_roinit_n(number, limbs, 2);
    const fg_wide n = fg_wide_join(low, high);
    EXPECT_EQ(fg_wide_low(n), low);
    EXPECT_EQ(fg_wide_high(n), high);
    if (mpz_sgn(number) == 0) {
        EXPECT_EQ(fg_wide_bit_length(n), 0u);
        return;
    }
    EXPECT_EQ(fg_wide_bit_length(n), mpz_sizeinbase(number, 2)) << high << " " << low;
    EXPECT_EQ(fg_wide_trailing_zeros(n), mpz_scan1(number, 0)) << high << " " << low;
}

TEST(Wide, MatchesGmpAroundPowersOfTwo) {
    const fg_wide one = 1;
    expect_counts(0, 0);
    for (unsigned bit = 0; bit < 128; bit++)
        for (const fg_wide n : {(one << bit) - 1, one << bit, (one << bit) + 1})
            expect_counts(fg_wide_low(n), fg_wide_high(n));
}

TEST(Wide, MatchesGmpForRandomNumbers) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (int i = 0; i < 100000; i++)
        expect_counts(random.of_any_size(64), random.of_any_size(64));
}

} // namespace
