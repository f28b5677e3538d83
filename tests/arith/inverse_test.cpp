// SPDX-License-Identifier: MIT
/*
 * inverse_test.cpp: inverses modulo 2^32 and 2^64, by what defines them: a * x = 1.
 */
#include "support/internals.h"
#include "support/random_numbers.h"

#include <gtest/gtest.h>

namespace {

TEST(Inverse, TimesItsNumberIsOneForEverySmallOddNumber) {
    for (uint32_t a = 1; a < UINT32_C(1) << 20; a += 2) {
        ASSERT_EQ(a * fg_inverse32(a), 1u) << a;
        ASSERT_EQ(a * fg_inverse64(a), UINT64_C(1)) << a;
    }
}

TEST(Inverse, TimesItsNumberIsOneBelowEveryPowerOfTwo) {
    for (unsigned bits = 4; bits <= 64; bits++) {
        const uint64_t top = UINT64_MAX >> (64 - bits);
        for (uint64_t below = 0; below < 8; below += 2) {
            const uint64_t a = top - below;
            EXPECT_EQ(a * fg_inverse64(a), UINT64_C(1)) << a;
            if (bits <= 32) {
                EXPECT_EQ((uint32_t)a * fg_inverse32((uint32_t)a), 1u) << a;
            }
        }
    }
}

TEST(Inverse, TimesItsNumberIsOneForRandomOddNumbers) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(1000000); i++) {
        const uint64_t a = random.of_any_size() | 1;
        ASSERT_EQ(a * fg_inverse64(a), UINT64_C(1)) << a;
        ASSERT_EQ((uint32_t)a * fg_inverse32((uint32_t)a), 1u) << (uint32_t)a;
    }
}

} // namespace
