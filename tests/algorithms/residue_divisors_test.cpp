// SPDX-License-Identifier: MIT
/*
 * residue_divisors_test.cpp: divisors in the residue class 1, against trial division in a small
 * world and by construction up to 2^128.
 */
#include "support/random_numbers.h"
#include "support/wide_oracle.h"

#include <cmath>
#include <gmp.h>
#include <gtest/gtest.h>
#include <numeric>

extern "C" {
#include "algorithms/residue_divisors.h"
}

namespace {

using oracle::decimal;
using oracle::Wide;

TEST(ResidueDivisors, MatchTrialDivisionInASmallWorld) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    size_t found = 0, none = 0;
    const uint64_t begin = 2 * random.between(4, 100000) + 1;
    for (uint64_t n = begin; n < begin + 2 * scaled(2000); n += 2)
        for (uint64_t s = 2; s < n && s < 400; s += 2) {
            if (std::gcd(n, s) != 1 || !fg_residue_suits(n, s))
                continue;
            bool has = false;
            for (uint64_t d = s + 1; d < n && !has; d += s)
                has = n % d == 0;
            ASSERT_EQ(fg_residue_has_divisor(n, s), has) << n << " modulo " << s;
            (has ? found : none)++;
        }
    /* About five a number have one. */
    EXPECT_GT(found, scaled(2000));
    EXPECT_GT(none, scaled(2000));
}

TEST(ResidueDivisors, AnyProductWithSuchADivisorIsFound) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    size_t tried = 0, small = 0;
    for (size_t i = 0; i < scaled(100000); i++) {
        const Wide s = 2 * static_cast<Wide>(random.of_any_size(63));
        const Wide x = random.of_any_size(42), e = random.of_any_size(64) | 1;
        const Wide d = x * s + 1;
        Wide n;
        if (e == 1 || __builtin_mul_overflow(d, e, &n) || !fg_residue_suits(n, s))
            continue;
        if (std::gcd(static_cast<uint64_t>(e % s), static_cast<uint64_t>(s)) != 1)
            continue;
        tried++;
        small += s >> 62 == 0 && s <= n / s;
        ASSERT_TRUE(fg_residue_has_divisor(n, s)) << decimal(n) << " modulo " << decimal(s);
    }
    EXPECT_GT(tried, scaled(100000) / 100);
    EXPECT_GT(small, scaled(100000) / 200);
}

TEST(ResidueDivisors, ProductsOfOtherClassesAndPrimesHaveNone) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    size_t tried = 0;
    for (size_t i = 0; i < scaled(4000); i++) {
        const Wide any = static_cast<Wide>(random.any()) << 64 | random.any();
        const Wide p = oracle::next_wide_prime(random.with_bits((unsigned)random.between(20, 64)));
        const Wide q = oracle::next_wide_prime(random.with_bits((unsigned)random.between(20, 64)));
        const Wide n = i % 2 == 0 ? p * q : oracle::next_wide_prime(any >> random.between(1, 60));
        const Wide s = 2 * static_cast<Wide>(random.with_bits((unsigned)random.between(22, 45)));
        if (n <= s || !fg_residue_suits(n, s) || n % 2 == 0 ||
            std::gcd(static_cast<uint64_t>(n % s), static_cast<uint64_t>(s)) != 1 ||
            (i % 2 == 0 && (p % s == 1 || q % s == 1)))
            continue;
        tried++;
        ASSERT_FALSE(fg_residue_has_divisor(n, s)) << decimal(n) << " modulo " << decimal(s);
    }
    EXPECT_GT(tried, scaled(4000) / 20);
}

/* Squares of 128 bits and their neighbours, against GMP. */
TEST(ResidueDivisors, SquaresAreNeverRejectedAndRootsAreExact) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    size_t rejected = 0;
    for (size_t i = 0; i < scaled(50000); i++) {
        const Wide root =
            (static_cast<Wide>(random.any()) << 64 | random.any()) >> random.between(0, 126);
        fg_wide_square square = fg_residue_product(root, root);
        ASSERT_TRUE(fg_residue_may_be_square(square)) << decimal(root);
        ASSERT_EQ(fg_residue_root(square), root) << decimal(root);
        const uint64_t words[] = {fg_wide_low(root), fg_wide_high(root)};
        uint64_t product[4];
        mpn_sqr(product, words, 2);
        ASSERT_EQ(square.low, fg_wide_join(product[0], product[1])) << decimal(root);
        ASSERT_EQ(square.high, fg_wide_join(product[2], product[3])) << decimal(root);
        square = fg_residue_sum(square, {random.between(1, 1000), 0}, false);
        rejected += !fg_residue_may_be_square(square);
        if (root > 1000) {
            ASSERT_EQ(fg_residue_root(square), root) << decimal(root);
        }
    }
    EXPECT_GT(rejected, scaled(50000) * 9 / 10);
}

} // namespace
