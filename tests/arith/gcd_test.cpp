// SPDX-License-Identifier: MIT
/*
 * gcd_test.cpp: the binary greatest common divisor against GMP's.
 */
#include "support/internals.h"
#include "support/random_numbers.h"

#include <gmp.h>

extern "C" {
#include "arith/gcd.h"
}

#include <gtest/gtest.h>

#include <numeric>

namespace {

uint64_t gmp_gcd(uint64_t a, uint64_t b) {
    const mp_limb_t limb = a;
    return a == 0 ? b : mpn_gcd_1(&limb, 1, b);
}

TEST(Gcd, MatchesEuclidForEverySmallPair) {
    for (uint64_t a = 0; a < 1000; a++)
        for (uint64_t b = 1; b < 1000; b += 2)
            ASSERT_EQ(fg_gcd64_odd(a, b), std::gcd(a, b)) << a << " " << b;
}

TEST(Gcd, MatchesGmpAtBoundaries) {
    const uint64_t words[] = {0,
                              1,
                              2,
                              3,
                              0x7fffffff,
                              0x80000000,
                              0xffffffff,
                              0x100000001,
                              UINT64_C(0x7fffffffffffffff),
                              UINT64_C(0x8000000000000000),
                              UINT64_C(0x8000000000000001),
                              UINT64_C(0xfffffffe00000001),
                              UINT64_C(0xfffffffffffffffe),
                              UINT64_C(0xffffffffffffffff)};
    for (const uint64_t a : words)
        for (const uint64_t b : words)
            EXPECT_EQ(fg_gcd64_odd(a, b | 1), gmp_gcd(a, b | 1)) << a << " " << (b | 1);
    for (unsigned bits = 0; bits < 64; bits++)
        EXPECT_EQ(fg_gcd64_odd(UINT64_C(1) << bits, UINT64_MAX), 1u) << bits;
}

TEST(Gcd, MatchesGmpForRandomNumbersAndMultiples) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(300000); i++) {
        const uint64_t a = random.of_any_size(), b = random.of_any_size() | 1;
        ASSERT_EQ(fg_gcd64_odd(a, b), gmp_gcd(a, b)) << a << " " << b;
        const uint64_t common = random.of_any_size(32) | 1;
        const uint64_t x = common * random.of_any_size(32);
        const uint64_t y = common * (random.of_any_size(32) | 1);
        ASSERT_EQ(fg_gcd64_odd(x, y), gmp_gcd(x, y)) << x << " " << y;
        ASSERT_EQ(fg_gcd64_odd(y, y), y);
        ASSERT_EQ(fg_gcd64_odd(0, y), y);
    }
}

} // namespace
