// SPDX-License-Identifier: MIT
/*
 * divisibility_test.cpp: the exact-division tests against `%`.
 */
#include "support/internals.h"
#include "support/random_numbers.h"

#include <gtest/gtest.h>

#include <vector>

namespace {

/* Both forms of the 32-bit quotient. */
void expect32(uint32_t d, uint32_t n) {
    const fg_divisor32 prepared = fg_divisor32_prepare(d);
    const uint32_t quotient = fg_divisor32_quotient(prepared, n);
    if (n % d == 0) {
        ASSERT_EQ(quotient, n / d) << d << " | " << n;
        ASSERT_LE(quotient, prepared.limit) << d << " | " << n;
    } else {
        ASSERT_GT(quotient, prepared.limit) << d << " | " << n;
    }
    if (d % 2 == 1) {
        ASSERT_EQ(fg_divisor32_quotient_odd(prepared, n), quotient) << d << " | " << n;
    }
}

/* Both forms of the 64-bit quotient's high word, for which d must have few twos. */
void expect64(uint64_t d, uint64_t n) {
    const fg_divisor64 prepared = fg_divisor64_prepare(d);
    ASSERT_EQ(prepared.twos, fg_trailing_zeros64(d));
    if (prepared.twos >= 32)
        return;
    const uint32_t quotient = fg_divisor64_quotient(prepared, n);
    if (n % d == 0) {
        ASSERT_EQ(quotient, n / d >> 32) << d << " | " << n;
        ASSERT_LE(quotient, prepared.limit_high) << d << " | " << n;
    } else {
        ASSERT_GE(quotient, prepared.limit_high) << d << " | " << n;
    }
    if (d % 2 == 1) {
        ASSERT_EQ(fg_divisor64_quotient_odd(prepared, n), quotient) << d << " | " << n;
    }
}

TEST(Divisibility, EverySmallPairMatchesRemainder) {
    for (uint32_t d = 1; d < 1024; d++)
        for (uint32_t n = 0; n < 1024; n++) {
            expect32(d, n);
            expect64(d, n);
        }
}

TEST(Divisibility, PairsAtTheTopOf32BitsMatchRemainder) {
    for (uint32_t i = 0; i < 700; i++)
        for (uint32_t j = 0; j < 700; j++) {
            expect32(UINT32_MAX - i, UINT32_MAX - j);
            expect32(i + 1, UINT32_MAX - j);
            expect32(UINT32_MAX - i, j);
        }
}

/* d on both sides of 2^16, 2^32 and 2^63, where limits and their high words change. */
TEST(Divisibility, DivisorsAroundPowersOfTwoMatchRemainderOnTheirMultiples) {
    for (unsigned bits = 1; bits < 64; bits++)
        for (int64_t offset = -5; offset <= 5; offset++) {
            const uint64_t power = UINT64_C(1) << bits, d = power + (uint64_t)offset;
            if (offset < 0 && power <= (uint64_t)-offset)
                continue;
            const uint64_t most = UINT64_MAX / d;
            for (const uint64_t times :
                 {UINT64_C(1), UINT64_C(2), UINT64_C(3), most / 2, most - 1, most}) {
                if (times == 0 || times > most)
                    continue;
                for (int64_t beside = -2; beside <= 2; beside++)
                    expect64(d, d * times + (uint64_t)beside);
                for (unsigned shift = 0; shift < 64; shift++)
                    expect64(d, d * times + (UINT64_C(1) << shift));
            }
        }
    expect64(UINT64_MAX, UINT64_MAX);
    expect64(UINT64_MAX, 0);
    expect64(UINT64_MAX, UINT64_MAX - 1);
    expect64(UINT64_C(1) << 63, UINT64_MAX);
}

TEST(Divisibility, AdversarialLimbsMatchRemainder) {
    const uint32_t limbs[] = {0, 1, 2, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff};
    std::vector<uint64_t> words;
    for (const uint64_t high : limbs)
        for (const uint64_t low : limbs)
            words.push_back(high << 32 | low);
    for (const uint64_t d : words)
        for (const uint64_t n : words)
            if (d != 0)
                expect64(d, n);
    for (const uint32_t d : limbs)
        for (const uint32_t n : limbs)
            if (d != 0)
                expect32(d, n);
}

TEST(Divisibility, RandomPairsMatchRemainder) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(1000000); i++) {
        const uint64_t d = random.of_any_size(), n = random.of_any_size();
        expect64(d, n);
        const uint32_t d32 = (uint32_t)random.of_any_size(32),
                       n32 = (uint32_t)random.of_any_size(32);
        expect32(d32, n32);
        expect32(d32, UINT32_MAX / d32 * d32 - (uint32_t)random.between(0, 1));
    }
}

TEST(Divisibility, RandomMultiplesAndTheirNeighboursMatchRemainder) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(300000); i++) {
        const uint64_t d = random.of_any_size();
        const uint64_t multiple = d * random.between(1, UINT64_MAX / d);
        for (int64_t beside = -1; beside <= 1; beside++)
            expect64(d, multiple + (uint64_t)beside);
    }
}

/* There are numbers whose quotient's high word is the limit's and that are no multiples: a caller
 * has to divide. */
TEST(Divisibility, HighWordLetsOtherNumbersPass) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    size_t passed = 0;
    for (size_t i = 0; i < scaled(200000); i++) {
        const uint64_t d = random.with_bits((unsigned)random.between(20, 63)) | 1;
        /* n = q d modulo 2^64 for a q whose high word is the limit's: d divides n only if q d does
         * not wrap. */
        const uint64_t q = (UINT64_MAX / d >> 32 << 32) | (uint32_t)random.any();
        const fg_divisor64 prepared = fg_divisor64_prepare(d);
        ASSERT_EQ(fg_divisor64_quotient(prepared, q * d), prepared.limit_high) << d << " * " << q;
        passed += q * d % d != 0;
    }
    EXPECT_GT(passed, 0u);
}

TEST(Divisibility, TrailingZerosAndRotationsMatchTheirDefinition) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (unsigned shift = 0; shift < 64; shift++) {
        EXPECT_EQ(fg_trailing_zeros64((random.any() | 1) << shift), shift);
        const uint64_t x = random.any();
        if (shift >= 32)
            continue;
        uint32_t rotated32 = (uint32_t)x;
        for (unsigned i = 0; i < shift; i++)
            rotated32 = rotated32 / 2 + (rotated32 % 2 << 31);
        EXPECT_EQ(fg_rotate_right32((uint32_t)x, shift), rotated32);
        EXPECT_EQ(fg_funnel_right32((uint32_t)(x >> 32), (uint32_t)x, shift),
                  (uint32_t)(x >> shift));
    }
}

} // namespace
