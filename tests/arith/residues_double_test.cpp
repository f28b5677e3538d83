// SPDX-License-Identifier: MIT
/*
 * residues_double_test.cpp: residues as doubles against integers of 128 bits, at the limits that
 * arith/residues_double.h proves, and where the quotient is as close as can be to halfway between
 * two integers.
 */
#include "support/internals.h"
#include "support/signed_residues.h"

#include <gmp.h> /* before FLINT, which would include it in an extern "C" block */

#include <flint/ulong_extras.h>

namespace form {
#define FG_LANES 1
#include "arith/residues_double.h"
} // namespace form

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

namespace {

__extension__ typedef __int128 Wide;

constexpr uint64_t end_of_moduli = UINT64_C(1) << FG_DOUBLE_MODULUS_BITS;
/* The factors of a product may be within f and g if f g is at most this, in hundredths. */
constexpr int64_t factors_range = 399;

form::fg_residue residue_of(int64_t value) {
    return {(double)value};
}

int64_t value_of(form::fg_residue residue) {
    EXPECT_EQ((double)(int64_t)residue.value, residue.value) << "no integer";
    return (int64_t)residue.value;
}

form::fg_field field_of(uint64_t n) {
    return form::fg_prepare(&n);
}

class ResiduesDouble : public testing::Test {
  protected:
    /* Odd, of every size; often next to the end of the range or to a power of two. */
    uint64_t choose_modulus() {
        switch (random.between(0, 4)) {
        case 0:
            return end_of_moduli - 1 - 2 * random.between(0, 100);
        case 1:
            return 3 + 2 * random.between(0, 6);
        case 2:
            return random.near_a_power(FG_DOUBLE_MODULUS_BITS);
        default:
            return random.with_bits((unsigned)random.between(4, FG_DOUBLE_MODULUS_BITS)) | 1;
        }
    }

    /* The largest b for which a b is in the range of a product, and which is within 4. */
    static int64_t most_beside(int64_t a, uint64_t n) {
        const Wide limit = (Wide)factors_range * n * n / 100;
        const auto most = (int64_t)(4 * n);
        return a == 0 ? most : (int64_t)std::min((Wide)most, limit / (Wide)std::abs(a));
    }

    /* The product is congruent, and within 1/2 + |a b| / n^2 / 8 (1 + 2^-50) times n. */
    static void expect_product(int64_t got, int64_t a, int64_t b, uint64_t n) {
        const Wide exact = (Wide)a * b, size = exact < 0 ? -exact : exact;
        ASSERT_TRUE((exact - got) % (Wide)n == 0)
            << a << " by " << b << " modulo " << n << " gives " << got;
        const Wide share = (size >> 52) + (size >> 102) + 2; /* of N / n at most: no n is larger */
        ASSERT_LE(std::abs(got), (int64_t)(n / 2 + (uint64_t)share))
            << a << " by " << b << " modulo " << n;
    }
    static void check_product(int64_t a, int64_t b, uint64_t n) {
        const form::fg_field field = field_of(n);
        const int64_t got = value_of(form::fg_mul(&field, residue_of(a), residue_of(b)));
        ASSERT_NO_FATAL_FAILURE(expect_product(got, a, b, n));
    }

    SignedResidues random;
};

TEST_F(ResiduesDouble, ProductsMatchWideRemaindersUpToTheLimitOfTheFactors) {
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(2500000); i++) {
        const uint64_t n = choose_modulus();
        const int64_t a = random.within((int64_t)(n * random.between(1, 4)), n);
        const int64_t b = random.within(most_beside(a, n), n);
        ASSERT_NO_FATAL_FAILURE(check_product(a, b, n));
    }
}

/* The last moduli of the range, and residues at their ends. */
TEST_F(ResiduesDouble, ProductsAreRightAtTheEndsOfModuliAndResidues) {
    for (uint64_t n = end_of_moduli - 1; n > end_of_moduli - 2000; n -= 2) {
        const auto m = (int64_t)n;
        const int64_t ends[] = {0, 1, 2, m / 2, m / 2 + 1, m - 2, m - 1, m, m + 1};
        for (const int64_t a : ends)
            for (const int64_t b : ends)
                for (const int64_t sign : {1, -1}) {
                    ASSERT_NO_FATAL_FAILURE(check_product(a, sign * b, n));
                    ASSERT_NO_FATAL_FAILURE(check_product(a, sign * 3 * b, n));
                    ASSERT_NO_FATAL_FAILURE(check_product(-a, sign * b, n));
                }
    }
}

/* a b = (n + 1) / 2 or (n - 1) / 2 modulo n: rounding decides which way the quotient goes. Also a b
 * = 0, 1, -1, where it must not leave the integer next to it by more than one. */
TEST_F(ResiduesDouble, ProductsAreRightWhereTheQuotientIsHalfwayOrWhole) {
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(400000); i++) {
        const uint64_t n = choose_modulus();
        const auto modulus = (int64_t)n;
        uint64_t unit = 0;
        do
            unit = random.between(1, n - 1);
        while (n_gcd(unit, n) != 1);
        const uint64_t targets[] = {n / 2, n / 2 + 1, 0, 1, n - 1};
        const uint64_t target = targets[random.between(0, 4)];
        const auto a = (int64_t)unit;
        auto b = (int64_t)n_mulmod2(target, n_invmod(unit, n), n);
        b += modulus * (int64_t)random.between(0, (uint64_t)((most_beside(a, n) - b) / modulus));
        ASSERT_NO_FATAL_FAILURE(check_product(random.any_sign(a), random.any_sign(b), n));
    }
}

TEST_F(ResiduesDouble, ProductsAreRightForEverySmallModulusAndEveryFactor) {
    for (uint64_t n = 3; n < 40; n += 2) {
        const auto end = (int64_t)(2 * n - 1);
        for (int64_t a = -end; a <= end; a++)
            for (int64_t b = -end; b <= end; b++)
                if ((Wide)100 * std::abs(a) * std::abs(b) <= (Wide)factors_range * n * n) {
                    ASSERT_NO_FATAL_FAILURE(check_product(a, b, n));
                }
    }
}

TEST_F(ResiduesDouble, SquaresAreProductsByThemselves) {
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(200000); i++) {
        const uint64_t n = choose_modulus();
        const form::fg_field field = field_of(n);
        const int64_t a = random.within((int64_t)(199 * n / 100), n);
        const int64_t got = value_of(form::fg_sqr(&field, residue_of(a)));
        ASSERT_NO_FATAL_FAILURE(expect_product(got, a, a, n));
    }
}

TEST_F(ResiduesDouble, SumsAndDifferencesAreThoseOfTheIntegers) {
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(200000); i++) {
        const uint64_t n = choose_modulus();
        const form::fg_field field = field_of(n);
        const int64_t a = random.within((int64_t)(8 * n), n),
                      b = random.within((int64_t)(8 * n), n);
        ASSERT_EQ(value_of(form::fg_add(&field, residue_of(a), residue_of(b))), a + b);
        ASSERT_EQ(value_of(form::fg_sub(&field, residue_of(a), residue_of(b))), a - b);
        ASSERT_EQ(value_of(form::fg_sub_sum(&field, residue_of(a), residue_of(b))), a - b);
    }
}

TEST_F(ResiduesDouble, TighteningTakesTheLeastResidue) {
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(200000); i++) {
        const uint64_t n = choose_modulus();
        const form::fg_field field = field_of(n);
        const int64_t a = random.within((int64_t)(8 * n) - 1, n);
        const int64_t tight = value_of(form::fg_tighten(&field, residue_of(a)));
        uint64_t stored = 0;
        form::fg_store_for_gcd(&field, residue_of(a), &stored);
        ASSERT_LE(std::abs(tight), (int64_t)(n / 2)) << a << " modulo " << n;
        ASSERT_EQ((a - tight) % (int64_t)n, 0) << a << " modulo " << n;
        ASSERT_EQ(stored, (uint64_t)std::abs(a));
    }
}

TEST_F(ResiduesDouble, MultiplesOfTheModulusAreZeroAndTheirNeighboursAreNot) {
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(20000); i++) {
        const uint64_t n = choose_modulus();
        const form::fg_field field = field_of(n);
        for (int64_t multiple = -7; multiple <= 7; multiple++)
            for (const int64_t offset : {-1, 0, 1}) {
                const int64_t a = multiple * (int64_t)n + offset;
                ASSERT_EQ(form::fg_is_zero(&field, residue_of(a)), offset == 0 ? 1u : 0u)
                    << a << " modulo " << n;
            }
    }
}

TEST_F(ResiduesDouble, LoadAndStoreKeepNumbersAndOneIsOne) {
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(50000); i++) {
        const uint64_t number = random.between(0, 3) == 0
                                    ? (UINT64_C(1) << 53) - 1 - random.between(0, 2)
                                    : random.of_any_size(53);
        uint64_t stored = 0;
        form::fg_store(form::fg_load(&number), &stored);
        ASSERT_EQ(stored, number);
    }
    const form::fg_field field = field_of(end_of_moduli - 1);
    EXPECT_EQ(value_of(form::fg_one(&field)), 1);
}

TEST_F(ResiduesDouble, EveryBitChooses) {
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(2000); i++) {
        const uint64_t word = random.any();
        const form::fg_lane_bits bits = form::fg_load_bits(&word);
        for (uint32_t bit = 0; bit < 64; bit++) {
            const bool set = (word >> bit & 1) != 0;
            ASSERT_EQ(form::fg_choose_bit(bits, bit, {5.0}, {-7.0}).value, set ? 5.0 : -7.0);
            ASSERT_EQ(form::fg_where_bit(bits, bit, {5.0}).value, set ? 5.0 : 0.0);
        }
    }
}

} // namespace
