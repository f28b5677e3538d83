// SPDX-License-Identifier: MIT
/*
 * wide_mul_test.cpp: the 64 x 64 -> 128 bit product, in the form this build uses and in the
 * portable form, against GMP.
 */
#include "support/internals.h"
#include "support/random_numbers.h"

#include <gmp.h>
#include <gtest/gtest.h>

namespace {

uint64_t gmp_high(uint64_t a, uint64_t b) {
    const mp_limb_t factor = a;
    mp_limb_t low;
    return mpn_mul_1(&low, &factor, 1, b);
}

/* Words in which carries start, travel and end. */
const uint64_t adversarial[] = {
    0,
    1,
    2,
    3,
    0x7fffffff,
    0x80000000,
    0xfffffffe,
    0xffffffff,
    0x100000000,
    0x100000001,
    0x1ffffffff,
    0xffffffff00000000,
    UINT64_C(0x7fffffffffffffff),
    UINT64_C(0x8000000000000000),
    UINT64_C(0x8000000000000001),
    UINT64_C(0xfffffffffffffffe),
    UINT64_C(0xffffffffffffffff),
    UINT64_C(0xffffffff00000001),
};

TEST(WideMul, HighWordMatchesGmpOnAdversarialLimbs) {
    for (const uint64_t a : adversarial)
        for (const uint64_t b : adversarial) {
            EXPECT_EQ(fg_mul64_high(a, b), gmp_high(a, b)) << a << " * " << b;
            EXPECT_EQ(fg_mul64_high_portable(a, b), gmp_high(a, b)) << a << " * " << b;
            EXPECT_EQ(fg_mul64_low(a, b), a * b);
        }
}

TEST(WideMul, HighWordMatchesGmpOnRandomNumbers) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(1000000); i++) {
        const uint64_t a = random.of_any_size(), b = random.of_any_size();
        ASSERT_EQ(fg_mul64_high(a, b), gmp_high(a, b)) << a << " * " << b;
        ASSERT_EQ(fg_mul64_high_portable(a, b), gmp_high(a, b)) << a << " * " << b;
    }
}

} // namespace
