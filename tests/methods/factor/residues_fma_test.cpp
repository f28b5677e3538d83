// SPDX-License-Identifier: MIT
/*
 * residues_fma_test.cpp: residues as doubles in AVX2 lanes, in every form, against remainders in
 * 128 bits and by GMP: at the limits of the ranges that factor/residues_fma.h promises, and where
 * the quotient is as close as can be to halfway between two integers.
 */
#include "support/internals.h"
#include "support/signed_residues.h"

#include <gmp.h> /* before FLINT, which would include it in an extern "C" block */

#include <flint/ulong_extras.h>

extern "C" {
#include "methods/factor/lanes.h"
#include "residues_fma_forms.h"
}

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ostream>
#include <string>

void PrintTo(const residues_fma_form &form, std::ostream *out) {
    *out << form.name;
}

namespace {

const unsigned most_lanes = RESIDUES_FMA_MOST_LANES;

using Moduli = std::array<uint64_t, most_lanes>;
using Words = std::array<int64_t, most_lanes>;
__extension__ typedef __int128 Wide;

class ResiduesFma : public testing::TestWithParam<residues_fma_form> {
  protected:
    void SetUp() override {
        if (!fg_lanes_avx2.runs_here())
            GTEST_SKIP() << "this CPU has no AVX2 with FMA";
    }

    const residues_fma_form &form() const { return GetParam(); }
    unsigned lanes() const { return form().lanes; }
    uint64_t last_modulus() const { return (UINT64_C(1) << form().bits) - 1; }
    /* Words are within this many n: 8 if sums are left as they are, else just below 1. */
    int64_t range() const { return form().range; }
    bool sums_are_kept_small() const { return range() == 1; }
    int64_t most_of(uint64_t n, int64_t times) const {
        return times * (int64_t)n - (sums_are_kept_small() ? 1 : 0);
    }

    /* Odd, at least 9, of every size; often next to the end of the range or to a power of two. */
    uint64_t choose_modulus() {
        switch (random.between(0, 5)) {
        case 0:
        case 1:
            return last_modulus() - 2 * random.between(0, 100);
        case 2:
            return 9 + 2 * random.between(0, 6);
        case 3:
            return random.near_a_power(form().bits);
        default:
            return random.with_bits((unsigned)random.between(4, form().bits)) | 1;
        }
    }
    Moduli choose_moduli() {
        Moduli n;
        std::generate(n.begin(), n.end(), [this] { return choose_modulus(); });
        return n;
    }

    /* Within so many n, if the form takes them. */
    Words choose_residues(const Moduli &n, int64_t times) {
        Words words;
        for (unsigned i = 0; i < most_lanes; i++)
            words[i] = random.within(most_of(n[i], std::min(times, range())), n[i]);
        return words;
    }

    /* The largest b for which a b is in the range of a product. */
    int64_t most_beside(int64_t a, uint64_t n) const {
        const int64_t most = most_of(n, range());
        const Wide limit = (Wide)range() * (Wide)n * (Wide)n;
        return a == 0 ? most : (int64_t)std::min((Wide)most, limit / (Wide)std::abs(a));
    }

    void expect_product(int64_t got, int64_t a, int64_t b, uint64_t n) {
        ASSERT_TRUE(std::abs(got) < (int64_t)n && ((Wide)a * (Wide)b - (Wide)got) % (Wide)n == 0)
            << a << " by " << b << " modulo " << n << " gives " << got;
    }
    void expect_products(const Moduli &n, const Words &a, const Words &b) {
        Words products;
        form().mul(n.data(), a.data(), b.data(), products.data());
        for (unsigned k = 0; k < lanes(); k++)
            ASSERT_NO_FATAL_FAILURE(expect_product(products[k], a[k], b[k], n[k]));
    }

    static void expect_least(int64_t got, int64_t a, uint64_t n) {
        ASSERT_TRUE(std::abs(got) <= (int64_t)(n / 2) + 1 && (a - got) % (int64_t)n == 0)
            << a << " modulo " << n << " gives " << got;
    }

    SignedResidues random;
};

INSTANTIATE_TEST_SUITE_P(Forms, ResiduesFma,
                         testing::Values(residues_fma48_x4, residues_fma48_x8, residues_fma51_x4,
                                         residues_fma51_x8),
                         [](const auto &instance) { return std::string(instance.param.name); });

TEST_P(ResiduesFma, ProductsMatchWideRemaindersUpToTheLimitOfTheFactors) {
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(100000); i++) {
        const Moduli n = choose_moduli();
        const Words a = choose_residues(n, (int64_t)random.between(1, 8));
        Words b;
        for (unsigned k = 0; k < most_lanes; k++)
            b[k] = random.within(most_beside(a[k], n[k]), n[k]);
        ASSERT_NO_FATAL_FAILURE(expect_products(n, a, b));
    }
}

/* a b = (n + 1) / 2 or (n - 1) / 2 modulo n: rounding decides which way the quotient goes. Also a b
 * = 0, 1, -1, where it must not leave the integer next to it by more than one. */
TEST_P(ResiduesFma, ProductsAreRightWhereTheQuotientIsHalfwayOrWhole) {
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(30000); i++) {
        const Moduli n = choose_moduli();
        Words a, b;
        for (unsigned k = 0; k < most_lanes; k++) {
            const auto modulus = (int64_t)n[k];
            uint64_t unit;
            do
                unit = random.between(1, n[k] - 1);
            while (n_gcd(unit, n[k]) != 1);
            const uint64_t targets[] = {n[k] / 2, n[k] / 2 + 1, 0, 1, n[k] - 1};
            const uint64_t target = targets[random.between(0, 4)];
            a[k] = (int64_t)unit + modulus * (int64_t)random.between(0, (uint64_t)range() - 1);
            b[k] = (int64_t)n_mulmod2(target, n_invmod(unit, n[k]), n[k]);
            const int64_t turns = (most_beside(a[k], n[k]) - b[k]) / modulus;
            if (b[k] > most_beside(a[k], n[k])) /* the other representative is nearer to 0 */
                b[k] -= modulus;
            else
                b[k] += modulus * (int64_t)random.between(0, (uint64_t)turns);
            if (std::abs(b[k]) > most_beside(a[k], n[k]))
                a[k] = (int64_t)unit;
            a[k] = random.any_sign(a[k]);
        }
        ASSERT_NO_FATAL_FAILURE(expect_products(n, a, b));
    }
}

/* Products equal those by GMP, from the definition. */
TEST_P(ResiduesFma, ProductsMatchGmp) {
    SCOPED_TRACE(random.trace());
    mpz_t difference;
    mpz_init(difference);
    for (size_t i = 0; i < scaled(20000); i++) {
        const Moduli n = choose_moduli();
        const Words a = choose_residues(n, 4), b = choose_residues(n, 2);
        Words products;
        form().mul(n.data(), a.data(), b.data(), products.data());
        for (unsigned k = 0; k < lanes(); k++) {
            mpz_set_si(difference, a[k]);
            mpz_mul_si(difference, difference, b[k]);
            if (products[k] < 0)
                mpz_add_ui(difference, difference, (uint64_t)-products[k]);
            else
                mpz_sub_ui(difference, difference, (uint64_t)products[k]);
            ASSERT_NE(mpz_divisible_ui_p(difference, n[k]), 0)
                << a[k] << " by " << b[k] << " modulo " << n[k] << " gives " << products[k];
        }
    }
    mpz_clear(difference);
}

TEST_P(ResiduesFma, SquaresAreProductsByThemselves) {
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(20000); i++) {
        const Moduli n = choose_moduli();
        const Words a = choose_residues(n, 2);
        Words squares;
        form().sqr(n.data(), a.data(), squares.data());
        for (unsigned k = 0; k < lanes(); k++)
            ASSERT_NO_FATAL_FAILURE(expect_product(squares[k], a[k], a[k], n[k]));
    }
}

/* All pairs of factors for the small moduli. */
TEST_P(ResiduesFma, ProductsAreRightForEverySmallModulusAndEveryFactor) {
    for (uint64_t n = 3; n <= 21; n += 2) {
        Moduli moduli;
        moduli.fill(n);
        Words a = {}, b = {};
        unsigned lane = 0;
        const int64_t end_a = most_of(n, range() / 2 + range() % 2);
        const int64_t end_b = most_of(n, range() > 1 ? 2 : 1);
        for (int64_t x = -end_a; x <= end_a; x++)
            for (int64_t y = -end_b; y <= end_b; y++) {
                a[lane] = x;
                b[lane] = y;
                lane = (lane + 1) % lanes();
                if (lane == 0) {
                    ASSERT_NO_FATAL_FAILURE(expect_products(moduli, a, b));
                }
            }
        ASSERT_NO_FATAL_FAILURE(expect_products(moduli, a, b));
    }
}

/* 51 bits: the least residue of the integers' sum or difference; else that itself. */
TEST_P(ResiduesFma, SumsAndDifferencesAreThoseOfTheIntegers) {
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(20000); i++) {
        const Moduli n = choose_moduli();
        const Words a = choose_residues(n, 4), b = choose_residues(n, 4);
        Words sums, differences, wide_differences;
        form().add(n.data(), a.data(), b.data(), sums.data());
        form().sub(n.data(), a.data(), b.data(), differences.data());
        form().sub_sum(n.data(), a.data(), b.data(), wide_differences.data());
        for (unsigned k = 0; k < lanes(); k++) {
            ASSERT_EQ(wide_differences[k], differences[k]);
            for (const auto &[got, exact] :
                 {std::pair(sums[k], a[k] + b[k]), {differences[k], a[k] - b[k]}}) {
                if (sums_are_kept_small()) {
                    ASSERT_NO_FATAL_FAILURE(expect_least(got, exact, n[k]));
                } else {
                    ASSERT_EQ(got, exact);
                }
            }
        }
    }
}

TEST_P(ResiduesFma, TighteningTakesTheLeastResidue) {
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(20000); i++) {
        const Moduli n = choose_moduli();
        const Words a = choose_residues(n, 8);
        Words tight;
        Moduli stored;
        form().tighten(n.data(), a.data(), tight.data());
        form().store_for_gcd(n.data(), a.data(), stored.data());
        for (unsigned k = 0; k < lanes(); k++) {
            ASSERT_NO_FATAL_FAILURE(expect_least(tight[k], a[k], n[k]));
            ASSERT_EQ(stored[k], (uint64_t)std::abs(a[k]));
        }
    }
}

/* Every multiple of n that a residue can be. */
TEST_P(ResiduesFma, MultiplesOfTheModulusAreZeroAndTheirNeighboursAreNot) {
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(2000); i++) {
        const Moduli n = choose_moduli();
        const int64_t end = std::max(range(), (int64_t)2);
        for (int64_t multiple = 1 - end; multiple < end; multiple++)
            for (const int64_t offset : {-1, 0, 1}) {
                Words a;
                for (unsigned k = 0; k < most_lanes; k++)
                    a[k] = multiple * (int64_t)n[k] + offset;
                const uint32_t zeros = form().is_zero(n.data(), a.data());
                ASSERT_EQ(zeros, offset != 0 ? 0 : UINT32_MAX >> (32 - lanes()));
            }
    }
}

TEST_P(ResiduesFma, EachLaneTellsZeroOnItsOwn) {
    Moduli n;
    n.fill(last_modulus());
    for (unsigned lane = 0; lane < lanes(); lane++) {
        Words a;
        a.fill(1);
        a[lane] = -(int64_t)n[lane];
        ASSERT_EQ(form().is_zero(n.data(), a.data()), UINT32_C(1) << lane);
    }
}

TEST_P(ResiduesFma, LoadAndStoreKeepNumbersAndTheirOrder) {
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(5000); i++) {
        Moduli numbers, stored = {};
        for (uint64_t &number : numbers)
            number = random.between(0, 3) == 0 ? (UINT64_C(1) << 52) - 1 - random.between(0, 2)
                                               : random.of_any_size(52);
        form().load_and_store(numbers.data(), stored.data());
        ASSERT_TRUE(std::equal(numbers.begin(), numbers.begin() + lanes(), stored.begin()));
    }
}

TEST_P(ResiduesFma, OneIsOne) {
    const Moduli n = choose_moduli();
    Words one;
    form().one(n.data(), one.data());
    ASSERT_TRUE(std::all_of(one.begin(), one.begin() + lanes(), [](int64_t x) { return x == 1; }));
}

TEST_P(ResiduesFma, EveryBitChoosesInItsLane) {
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(500); i++) {
        const Moduli n = choose_moduli();
        const Words a = choose_residues(n, 4), b = choose_residues(n, 4);
        Moduli bits;
        std::generate(bits.begin(), bits.end(), [this] { return random.any(); });
        for (uint32_t bit = 0; bit < 64; bit++) {
            Words chosen, kept;
            form().choose_bit(bits.data(), bit, a.data(), b.data(), chosen.data());
            form().where_bit(bits.data(), bit, a.data(), kept.data());
            for (unsigned k = 0; k < lanes(); k++) {
                const bool set = (bits[k] >> bit & 1) != 0;
                ASSERT_EQ(chosen[k], set ? a[k] : b[k]) << bit;
                ASSERT_EQ(kept[k], set ? a[k] : 0) << bit;
            }
        }
    }
}

} // namespace
