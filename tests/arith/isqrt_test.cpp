// SPDX-License-Identifier: MIT
/*
 * isqrt_test.cpp: the integer square root by what defines it, s^2 <= n < (s + 1)^2.
 */
#include "support/internals.h"
#include "support/random_numbers.h"

#include <gtest/gtest.h>

namespace {

__extension__ typedef unsigned __int128 uint128;

void expect_root(uint64_t n) {
    const uint128 s = fg_isqrt64(n);
    ASSERT_LE(s * s, n) << n;
    ASSERT_GT((s + 1) * (s + 1), n) << n;
}

TEST(Isqrt, IsExactForEverySmallNumber) {
    for (uint64_t n = 0; n < UINT64_C(1) << 20; n++)
        expect_root(n);
}

TEST(Isqrt, IsExactAroundSquares) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(500000); i++) {
        const uint64_t root = random.of_any_size(32), square = root * root;
        ASSERT_EQ(fg_isqrt64(square), root);
        ASSERT_EQ(fg_isqrt64(square - 1), root - 1);
        expect_root(square + 1);
    }
}

/* Roots just below 2^32 and 2^26, where the double of n or of the root is rounded. */
TEST(Isqrt, IsExactAroundTheLargestSquares) {
    for (const uint64_t top : {UINT64_C(1) << 32, UINT64_C(1) << 31, UINT64_C(3037000500),
                               UINT64_C(94906266), UINT64_C(1) << 26, UINT64_C(1) << 16})
        for (uint64_t root = top - 2000; root < top + 2000 && root <= UINT32_MAX; root++) {
            const uint64_t square = root * root;
            ASSERT_EQ(fg_isqrt64(square), root);
            ASSERT_EQ(fg_isqrt64(square - 1), root - 1);
            expect_root(square + 1);
        }
}

TEST(Isqrt, IsExactAroundPowersOfTwoAndAtTheEnd) {
    for (unsigned bits = 1; bits < 64; bits++)
        for (int64_t offset = -1100; offset <= 1100; offset++)
            expect_root((UINT64_C(1) << bits) + (uint64_t)offset);
    for (uint64_t below = 0; below < 100000; below++)
        expect_root(UINT64_MAX - below);
    EXPECT_EQ(fg_isqrt64(0), 0u);
    EXPECT_EQ(fg_isqrt64(UINT64_MAX), UINT32_MAX);
    EXPECT_EQ(fg_isqrt64(UINT64_C(18446744065119617025)), UINT32_MAX); /* (2^32 - 1)^2 */
    EXPECT_EQ(fg_isqrt64(UINT64_C(18446744065119617024)), UINT32_MAX - 1);
}

} // namespace
