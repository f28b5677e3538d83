// SPDX-License-Identifier: MIT
/*
 * montgomery_test.cpp: Montgomery arithmetic against remainders of 128-bit numbers, for the worst
 * moduli, for random ones, and for every residue of every small modulus.
 */
#include "support/internals.h"
#include "support/random_numbers.h"

extern "C" {
#include "arith/montgomery.h"
}

#include <gtest/gtest.h>

#include <vector>

namespace {

__extension__ typedef unsigned __int128 uint128;

/* Numbers that as a modulus or a residue are close to losing a carry. */
const uint64_t moduli[] = {
    3,
    5,
    7,
    UINT64_C(0x7fffffff),
    UINT64_C(0xfffffffb), /* the prime below 2^32 */
    UINT64_C(0xffffffff),
    UINT64_C(0x100000001),
    UINT64_C(0x3fffffffffffffff),
    UINT64_C(0x4000000000000001),
    UINT64_C(0x7fffffff80000001),
    UINT64_C(0x7fffffffffffffe7), /* the prime below 2^63 */
    UINT64_C(0x7fffffffffffffff),
    UINT64_C(0x8000000000000001),
    UINT64_C(0xfffffffe00000001), /* (2^32 - 1)^2 */
    UINT64_C(0xffffffff00000001),
    UINT64_C(0xffffffffffffffc5), /* the prime below 2^64 */
    UINT64_C(0xffffffffffffffff),
};

/* Residues of n at the ends of its range and with limbs that make carries. */
std::vector<uint64_t> residues(uint64_t n) {
    std::vector<uint64_t> list;
    for (const uint64_t limb :
         {UINT64_C(0), UINT64_C(1), UINT64_C(2), UINT64_C(0x7fffffff), UINT64_C(0x80000000),
          UINT64_C(0xffffffff), UINT64_C(0x100000000), UINT64_C(0x7fffffff00000000),
          UINT64_C(0x7fffffffffffffff), UINT64_C(0x8000000000000000), UINT64_C(0xffffffff00000000),
          UINT64_C(0xffffffffffffffff), n / 2, n / 2 + 1, n - 2, n - 1})
        list.push_back(limb % n);
    return list;
}

/* Returns the Montgomery form of x: x * 2^64 mod n. */
uint64_t image(uint128 x, uint64_t n) {
    return (uint64_t)(((x % n) << 64) % n);
}

void expect_sums(uint64_t a, uint64_t b, uint64_t n) {
    ASSERT_EQ(fg_mod64_add(a, b, n), (uint64_t)(((uint128)a + b) % n)) << a << " " << b << " " << n;
    ASSERT_EQ(fg_mod64_sub(a, b, n), (uint64_t)(((uint128)a + n - b) % n))
        << a << " " << b << " " << n;
    ASSERT_EQ(fg_mod64_sub_late(a, b, n), fg_mod64_sub(a, b, n)) << a << " " << b << " " << n;
}

void expect_product(fg_mont64 modulus, uint64_t a, uint64_t b) {
    const uint64_t n = modulus.n;
    const uint64_t product = fg_mont64_mul(modulus, a, b);
    ASSERT_LT(product, n) << a << " * " << b;
    ASSERT_EQ(image(product, n), (uint64_t)((uint128)a * b % n)) << a << " * " << b << " mod " << n;
    ASSERT_EQ(fg_mont64_mul_late(modulus, a, b), product) << a << " * " << b << " mod " << n;
    for (const uint64_t c : {UINT64_C(0), a % n, b % n, n / 2, n - 1})
        ASSERT_EQ(fg_mont64_mul_sub(modulus, a, b, c), fg_mod64_sub(product, c, n))
            << a << " * " << b << " - " << c << " mod " << n;
}

void expect_halves(fg_mont64 modulus, uint64_t a) {
    for (uint32_t shift = 0; shift < 64; shift++) {
        const uint64_t half = fg_mont64_halve(modulus, a, shift);
        ASSERT_LT(half, modulus.n) << a;
        ASSERT_EQ((uint64_t)(((uint128)half << shift) % modulus.n), a)
            << a << " / 2^" << shift << " mod " << modulus.n;
    }
}

/* Any word is reduced, also one above n. */
void expect_reductions(fg_mont64 modulus, uint64_t a) {
    const uint64_t n = modulus.n;
    for (const uint64_t word : {a, ~a, UINT64_MAX}) {
        const uint64_t reduced = fg_mont64_reduce(modulus, 0, word);
        ASSERT_LT(reduced, n) << word;
        ASSERT_EQ(image(reduced, n), word % n) << word << " mod " << n;
    }
}

void expect_loose_product(fg_mont64 modulus, uint64_t a, uint64_t b) {
    const uint64_t n = modulus.n;
    const uint64_t product = fg_mont64_mul_loose(modulus, a, b);
    ASSERT_GE(product, 1u);
    ASSERT_LT(product, 2 * n) << a << " * " << b;
    ASSERT_EQ(image(product, n), (uint64_t)((uint128)a * b % n)) << a << " * " << b << " mod " << n;
}

TEST(Mont64, EveryOperationIsRightForEverySmallModulus) {
    for (uint64_t n = 1; n < 200; n += 2) {
        const fg_mont64 modulus = fg_mont64_prepare(n);
        ASSERT_EQ(modulus.n * modulus.inverse, 1u);
        ASSERT_EQ(fg_mont64_one(modulus), image(1, n));
        for (uint64_t a = 0; a < n; a++) {
            expect_reductions(modulus, a);
            expect_halves(modulus, a);
            for (uint64_t b = 0; b < n; b++) {
                expect_sums(a, b, n);
                expect_product(modulus, a, b);
                expect_loose_product(modulus, a, b);
            }
            ASSERT_EQ(fg_mod64_sub(a, n, n), a);
        }
    }
}

TEST(Choose64, EveryBitChooses) {
    const uint64_t word = UINT64_C(0xc3a5f00f12345679);
    for (uint32_t bit = 0; bit < 64; bit++) {
        ASSERT_EQ(fg_choose64(word, bit, 7, UINT64_MAX), word >> bit & 1 ? 7 : UINT64_MAX) << bit;
        ASSERT_EQ(fg_choose64(~word, bit, 7, UINT64_MAX), word >> bit & 1 ? UINT64_MAX : 7) << bit;
    }
}

TEST(Mont64, SumsMatchWideRemaindersAtBoundaries) {
    for (const uint64_t n : moduli)
        for (const uint64_t a : residues(n)) {
            for (const uint64_t b : residues(n))
                expect_sums(a, b, n);
            ASSERT_EQ(fg_mod64_sub(a, n, n), a) << n;
        }
}

TEST(Mont64, ProductsMatchWideRemaindersAtBoundaries) {
    for (const uint64_t n : moduli) {
        const fg_mont64 modulus = fg_mont64_prepare(n);
        for (const uint64_t a : residues(n)) {
            expect_reductions(modulus, a);
            expect_halves(modulus, a);
            for (const uint64_t b : residues(n))
                expect_product(modulus, a, b);
        }
    }
}

TEST(Mont64, ReductionTakesEveryLowWord) {
    for (const uint64_t n : moduli) {
        const fg_mont64 modulus = fg_mont64_prepare(n);
        for (const uint64_t high : residues(n))
            for (const uint64_t low : residues(UINT64_MAX)) {
                const uint64_t reduced = fg_mont64_reduce(modulus, high, low);
                ASSERT_LT(reduced, n);
                ASSERT_EQ(image(reduced, n), (uint64_t)(((uint128)high << 64 | low) % n))
                    << high << " " << low << " mod " << n;
            }
    }
}

/* a * b < n * 2^64 is all that is asked of the factors: one may be far above n. */
TEST(Mont64, ProductTakesAFactorAboveTheModulus) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (const uint64_t n : moduli) {
        const fg_mont64 modulus = fg_mont64_prepare(n);
        for (size_t i = 0; i < scaled(2000); i++) {
            expect_product(modulus, random.any() % n, random.any());
            expect_product(modulus, n - 1, UINT64_MAX);
        }
    }
}

TEST(Mont64, OperationsMatchWideRemaindersOfRandomNumbers) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(300000); i++) {
        const uint64_t n = random.of_any_size() | 1;
        const fg_mont64 modulus = fg_mont64_prepare(n);
        const uint64_t a = random.any() % n, b = random.any() % n;
        ASSERT_EQ(fg_mont64_one(modulus), image(1, n)) << n;
        expect_sums(a, b, n);
        expect_product(modulus, a, b);
        expect_reductions(modulus, a);
    }
}

TEST(Mont64, LooseProductStaysBelowTwiceTheModulus) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(300000); i++) {
        const uint64_t n = random.of_any_size(62) | 1;
        const fg_mont64 modulus = fg_mont64_prepare(n);
        const uint64_t far = 3 * (UINT64_C(1) << 62) - 1 - n; /* a factor may go beyond 2^63 */
        expect_loose_product(modulus, random.any() % n, random.any() % far);
        if (n < 3 * (UINT64_C(1) << 60)) {
            expect_loose_product(modulus, random.any() % (2 * n), random.any() % (2 * n));
            expect_loose_product(modulus, 2 * n - 1, 2 * n - 1);
        }
        expect_loose_product(modulus, n - 1, far);
        expect_loose_product(modulus, n, n);
        expect_loose_product(modulus, 0, far);
    }
}

TEST(Mont64, MultipleMatchesWideRemainders) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (const uint64_t n : moduli)
        for (const uint64_t a : residues(n))
            for (const uint32_t k : {0u, 1u, 2u, 3u, 5u, 7u, 8u, 255u, 0x7fffffffu, 0xffffffffu})
                ASSERT_EQ(fg_mod64_multiple(a, k, n), (uint64_t)((uint128)a * k % n))
                    << a << " * " << k << " mod " << n;
    for (size_t i = 0; i < scaled(50000); i++) {
        const uint64_t n = random.of_any_size() | 1, a = random.any() % n;
        const uint32_t k = (uint32_t)random.of_any_size(32);
        ASSERT_EQ(fg_mod64_multiple(a, k, n), (uint64_t)((uint128)a * k % n))
            << a << " * " << k << " mod " << n;
    }
}

} // namespace
