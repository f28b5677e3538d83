// SPDX-License-Identifier: MIT
/*
 * montgomery_wide_test.cpp: arithmetic of two words against GMP: Montgomery products, roots,
 * inverses, greatest common divisors.
 */
#include "support/random_numbers.h"
#include "support/wide_integer.h"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <math.h>

extern "C" {
#include "arith/montgomery_wide.h"
#include "arith/wide_gcd.h"
#include "arith/wide_root.h"
}

namespace {

using wide::Integer;

class WideArithmetic : public testing::Test {
  protected:
    /* Below n; often at an end. */
    fg_wide residue_below(fg_wide n) {
        switch (random.between(0, 7)) {
        case 0:
            return n - 1;
        case 1:
            return n / 2;
        case 2:
            return 0;
        default:
            return wide::below(random, n);
        }
    }

    RandomNumbers random;
};

using MontgomeryWide = WideArithmetic;

TEST_F(MontgomeryWide, ProductsMatchGmpForEveryModulus) {
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(200000); i++) {
        const fg_wide n = wide::odd_near_bounds(random, 1, 128);
        const fg_mont128 modulus = fg_mont128_prepare(n);
        const fg_wide a = residue_below(n), b = residue_below(n);
        const fg_wide product = fg_mont128_mul(modulus, a, b);
        ASSERT_TRUE(product < n);
        /* product * 2^128 = a * b */
        ASSERT_EQ((Integer(product) << 128) % Integer(n), Integer(a) * Integer(b) % Integer(n))
            << Integer(a) << " * " << Integer(b) << " modulo " << Integer(n);
        ASSERT_TRUE(fg_mont128_sqr(modulus, a) == fg_mont128_mul(modulus, a, a));
    }
}

TEST_F(MontgomeryWide, LooseProductsStayBelowTwiceTheModulus) {
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(200000); i++) {
        const fg_wide n = wide::odd_near_bounds(random, 3, 122);
        const fg_mont128 modulus = fg_mont128_prepare(n);
        const fg_wide a = residue_below(8 * n), b = residue_below(8 * n);
        const fg_wide product = fg_mont128_mul_loose(modulus, a, b);
        ASSERT_TRUE(product < 2 * n);
        ASSERT_EQ((Integer(product) << 128) % Integer(n), Integer(a) * Integer(b) % Integer(n))
            << Integer(a) << " * " << Integer(b) << " modulo " << Integer(n);
    }
}

TEST_F(MontgomeryWide, SumsAndDifferencesMatchGmp) {
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(200000); i++) {
        const fg_wide n = wide::odd_near_bounds(random, 1, 128);
        const fg_wide a = residue_below(n), b = residue_below(n);
        const auto k = (uint32_t)random.between(0, 1000);
        ASSERT_EQ(Integer(fg_mod128_add(a, b, n)), (Integer(a) + Integer(b)) % Integer(n));
        ASSERT_EQ(Integer(fg_mod128_sub(a, b, n)),
                  (Integer(a) + Integer(n) - Integer(b)) % Integer(n));
        ASSERT_EQ(Integer(fg_mod128_sub(a, n, n)), Integer(a));
        ASSERT_EQ(Integer(fg_mod128_multiple(a, k, n)), Integer(a) * Integer(k) % Integer(n));
    }
}

TEST_F(MontgomeryWide, PowersMatchGmp) {
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(10000); i++) {
        const fg_wide n = wide::odd_near_bounds(random, 1, 128);
        const fg_mont128 modulus = fg_mont128_prepare(n);
        const fg_wide one = fg_mont128_one(modulus);
        ASSERT_EQ(Integer(one), (Integer(1) << 128) % Integer(n));
        const fg_wide base = residue_below(n);
        const fg_wide exponent = wide_numbers::random_of(random, (unsigned)random.between(1, 128));
        /* Of residues: power / 2^128 = (base / 2^128)^exponent. */
        const fg_wide power = fg_mont128_pow(modulus, base, exponent, one);
        const Integer r = (Integer(1) << 128) % Integer(n);
        ASSERT_EQ(Integer(power) * r.power_modulo(Integer(exponent), Integer(n)) % Integer(n),
                  Integer(base).power_modulo(Integer(exponent), Integer(n)) * r % Integer(n));
        ASSERT_TRUE(fg_mont128_pow(modulus, base, 0, one) == one);
    }
}

TEST_F(WideArithmetic, GcdMatchesGmp) {
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(100000); i++) {
        /* A common factor of any size. */
        const auto bits = (unsigned)random.between(1, 127);
        const fg_wide common = wide_numbers::random_of(random, bits) | 1;
        const fg_wide a = common * wide::below(random, ((fg_wide)1 << (128 - bits)));
        const fg_wide b = common * (wide::below(random, ((fg_wide)1 << (127 - bits))) | 1);
        ASSERT_EQ(Integer(fg_wide_gcd_odd(a, b)), Integer(a).gcd(Integer(b)))
            << Integer(a) << " and " << Integer(b);
        ASSERT_TRUE(fg_wide_gcd_odd(0, b) == b);
        ASSERT_TRUE(fg_wide_gcd_odd(b, b) == b);
    }
}

void expect_root(fg_wide n, unsigned exponent) {
    ASSERT_EQ(Integer(fg_wide_iroot(n, exponent)), Integer(n).root(exponent))
        << "root " << exponent << " of " << Integer(n);
}

TEST_F(WideArithmetic, RootsMatchGmpAroundPowers) {
    SCOPED_TRACE(random.trace());
    for (unsigned exponent = 2; exponent < 128; exponent++) {
        expect_root(0, exponent);
        expect_root(~(fg_wide)0, exponent);
        const uint64_t largest = fg_wide_iroot(~(fg_wide)0, exponent);
        for (size_t i = 0; i < scaled(2000); i++) {
            const uint64_t root =
                random.between(0, 3) == 0
                    ? largest - random.between(0, std::min<uint64_t>(largest - 1, 9))
                    : std::min(random.of_any_size(64), largest);
            fg_wide power = 1;
            for (unsigned k = 0; k < exponent; k++)
                power *= root;
            for (const fg_wide n : {power - 1, power, power + 1})
                ASSERT_NO_FATAL_FAILURE(expect_root(n, exponent));
        }
    }
}

TEST_F(WideArithmetic, SquareRootsMatchGmp) {
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(200000); i++) {
        const fg_wide n = wide_numbers::random_of(random, (unsigned)random.between(1, 128));
        ASSERT_EQ(Integer(fg_wide_isqrt(n)), Integer(n).root(2)) << Integer(n);
    }
}

} // namespace
