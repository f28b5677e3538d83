// SPDX-License-Identifier: MIT
/*
 * iroot_test.cpp: integer roots by what defines them, r^k <= n < (r + 1)^k, with GMP's powers.
 */
#include "support/internals.h"
#include "support/random_numbers.h"

#include <gmp.h>

extern "C" {
#include "arith/iroot.h"
}

#include <gtest/gtest.h>

namespace {

/* Returns whether base^exponent <= n. */
bool power_is_at_most(uint64_t base, unsigned exponent, uint64_t n) {
    mpz_t power;
    mpz_init(power);
    mpz_ui_pow_ui(power, base, exponent);
    const bool fits = mpz_cmp_ui(power, n) <= 0;
    mpz_clear(power);
    return fits;
}

/* The largest base whose power is below 2^64. */
uint64_t largest_base(unsigned exponent) {
    mpz_t root;
    mpz_init_set_ui(root, UINT64_MAX);
    mpz_root(root, root, exponent);
    const uint64_t base = mpz_get_ui(root);
    mpz_clear(root);
    return base;
}

uint64_t power(uint64_t base, unsigned exponent) {
    uint64_t result = 1;
    for (unsigned i = 0; i < exponent; i++)
        result *= base;
    return result;
}

void expect_root(uint64_t n, unsigned exponent) {
    const uint64_t root = fg_iroot64(n, exponent);
    ASSERT_TRUE(power_is_at_most(root, exponent, n)) << root << "^" << exponent << " > " << n;
    ASSERT_FALSE(power_is_at_most(root + 1, exponent, n))
        << root + 1 << "^" << exponent << " <= " << n;
}

/* n = base^exponent and its two neighbours. */
void expect_roots_around(uint64_t base, unsigned exponent) {
    const uint64_t n = power(base, exponent);
    ASSERT_EQ(fg_iroot64(n, exponent), base) << base << "^" << exponent;
    ASSERT_EQ(fg_iroot64(n - 1, exponent), base - 1) << base << "^" << exponent << " - 1";
    ASSERT_EQ(fg_iroot64(n + 1, exponent), base) << base << "^" << exponent << " + 1";
}

TEST(Iroot, PowersAreComparedExactly) {
    for (unsigned exponent = 1; exponent < 64; exponent++) {
        const uint64_t base = largest_base(exponent), n = power(base, exponent);
        EXPECT_TRUE(fg_power64_fits(base, exponent, n)) << exponent;
        EXPECT_FALSE(fg_power64_fits(base, exponent, n - 1)) << exponent;
        if (base < UINT64_MAX) {
            EXPECT_FALSE(fg_power64_fits(base + 1, exponent, UINT64_MAX)) << exponent;
        }
        EXPECT_TRUE(fg_power64_fits(1, exponent, 1)) << exponent;
    }
}

TEST(Iroot, CubeRootIsExactAroundEveryCube) {
    const uint64_t last = largest_base(3);
    EXPECT_EQ(last, 2642245u);
    for (uint64_t base = 1; base <= last; base++) {
        const uint64_t cube = base * base * base;
        ASSERT_EQ(fg_iroot64(cube, 3), base);
        ASSERT_EQ(fg_iroot64(cube - 1, 3), base - 1);
        ASSERT_EQ(fg_iroot64(cube + 1, 3), base);
    }
    EXPECT_EQ(fg_iroot64(0, 3), 0u);
    EXPECT_EQ(fg_iroot64(UINT64_MAX, 3), last);
}

TEST(Iroot, EveryRootIsExactAroundPowers) {
    for (unsigned exponent = 2; exponent < 64; exponent++) {
        const uint64_t last = largest_base(exponent);
        for (uint64_t base = 2; base <= last && base < 3000; base++)
            expect_roots_around(base, exponent);
        for (uint64_t base = last; base > 1 && base + 3000 > last; base--)
            expect_roots_around(base, exponent);
        for (unsigned bits = 1; bits * exponent < 64; bits++)
            expect_roots_around(UINT64_C(1) << bits, exponent);
    }
}

TEST(Iroot, EveryRootIsExactAtTheEnds) {
    for (unsigned exponent = 2; exponent < 64; exponent++) {
        for (uint64_t n = 0; n < 300; n++) {
            expect_root(n, exponent);
            expect_root(UINT64_MAX - n, exponent);
        }
        for (unsigned bits = 2; bits < 64; bits++)
            for (uint64_t n = (UINT64_C(1) << bits) - 2; n <= (UINT64_C(1) << bits) + 2; n++)
                expect_root(n, exponent);
    }
}

TEST(Iroot, EveryRootIsExactForRandomNumbers) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(100000); i++)
        expect_root(random.of_any_size(), (unsigned)random.between(2, 63));
}

} // namespace
