// SPDX-License-Identifier: MIT
/*
 * residues_ifma_test.cpp: residues in AVX-512 IFMA lanes, in every form, against GMP and FLINT's
 * remainders, at the limits of the ranges that factor/residues_ifma.h promises and beyond those
 * that the algorithms use.
 */
#include "support/internals.h"
#include "support/random_numbers.h"

#include <gmp.h> /* before FLINT, which would include it in an extern "C" block */

#include <flint/ulong_extras.h>

extern "C" {
#include "methods/factor/lanes.h"
#include "residues_ifma_forms.h"
}

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <ostream>
#include <string>

void PrintTo(const residues_ifma_form &form, std::ostream *out) {
    *out << form.name;
}

namespace {

const unsigned most_lanes = RESIDUES_IFMA_MOST_LANES;
const uint64_t limb_end = UINT64_C(1) << 52;
/* Two limbs take factors below this many n: the algorithms stay below 8. */
const unsigned two_limbs_range = 1000;

using Moduli = std::array<uint64_t, most_lanes>;
using Words = std::array<residues_ifma_word, most_lanes>;

__extension__ typedef unsigned __int128
    Value; /* of a word, which two_limbs_range keeps below 2^75 */

Value value_of(residues_ifma_word word) {
    return ((Value)word.high << 52) + word.low;
}

residues_ifma_word word_of(Value value) {
    return {(uint64_t)(value % limb_end), (uint64_t)(value / limb_end)};
}

uint64_t remainder(Value value, uint64_t n) {
    return n_ll_mod_preinv((uint64_t)(value >> 64), (uint64_t)value, n, n_preinvert_limb(n));
}

std::string shown(Value value) {
    return std::to_string((uint64_t)(value >> 52)) + " * 2^52 + " +
           std::to_string((uint64_t)value & (limb_end - 1));
}

class ResiduesIfma : public testing::TestWithParam<residues_ifma_form> {
  protected:
    void SetUp() override {
        if (!fg_lanes_ifma.runs_here())
            GTEST_SKIP() << "this CPU has no AVX-512 IFMA";
    }

    const residues_ifma_form &form() const { return GetParam(); }
    /* Of a loop over all lanes. */
    size_t turns(size_t count) const { return std::max<size_t>(scaled(count) * 8 / lanes(), 1); }
    bool two_limbs() const { return form().limbs == 2; }
    unsigned lanes() const { return form().lanes; }
    unsigned bits() const { return form().bits; }
    /* Residues are below this many n. */
    unsigned range() const { return two_limbs() ? two_limbs_range : bits() == 48 ? 4 : 2; }

    /* Odd, at least 9, of every size; often next to where a limb or the form ends. */
    uint64_t choose_modulus() {
        const uint64_t last = UINT64_MAX >> (64 - bits());
        const unsigned edges[] = {bits() - 1, bits(), 50, 51, 52, 53, 62, 63};
        switch (random.between(0, 7)) {
        case 0: /* below the form's end */
            return last - 2 * random.between(0, 50);
        case 1:
            return 9 + 2 * random.between(0, 6);
        case 2: { /* around a power of two */
            const unsigned edge = edges[random.between(0, two_limbs() ? 7 : 1)];
            const uint64_t power = edge == 64 ? 0 : UINT64_C(1) << edge;
            const uint64_t offset = 1 + 2 * random.between(0, 20);
            const bool above = edge < bits() && random.between(0, 1) == 0;
            return above ? power + offset : power - offset;
        }
        case 3: /* limbs all ones, or nearly all zeros */
            if (two_limbs()) {
                const uint64_t patterns[] = {limb_end - 1,
                                             limb_end + 1,
                                             2 * limb_end - 1,
                                             UINT64_MAX,
                                             UINT64_MAX - limb_end + 2,
                                             (UINT64_C(1) << 63) + 1,
                                             (UINT64_C(1) << 63) - 1};
                return patterns[random.between(0, std::size(patterns) - 1)];
            }
            return random.between(0, 1) == 0 ? last : last / 2 + 2;
        default:
            return random.with_bits((unsigned)random.between(4, bits())) | 1;
        }
    }
    Moduli choose_moduli() {
        Moduli n;
        std::generate(n.begin(), n.end(), [this] { return choose_modulus(); });
        return n;
    }

    Value random_below(Value end) { return (((Value)random.any() << 64) + random.any()) % end; }

    /* Residues in [0, range * n), or at most range * n if `end` says so; often at an end of that
     * or of a limb. */
    Words choose_residues(const Moduli &n, unsigned range, bool end = false) {
        Words words;
        for (unsigned i = 0; i < most_lanes; i++) {
            const Value last = (Value)n[i] * range - (end ? 0 : 1);
            Value value;
            switch (random.between(0, 9)) {
            case 0:
                value = last;
                break;
            case 1:
                value = last - std::min<Value>(last, random.between(0, 2));
                break;
            case 2:
                value = random.between(0, 2);
                break;
            case 3: /* a multiple of n, or next to it */
                value = (Value)n[i] * random.between(0, range - 1) + random.between(0, 2);
                break;
            case 4: /* a low limb of ones */
                value = (random_below(last + 1) / limb_end) * limb_end + (limb_end - 1);
                break;
            case 5: /* of zeros */
                value = (random_below(last + 1) / limb_end) * limb_end;
                break;
            case 6: /* ones below the highest bit */
                value = ((Value)1 << random.between(0, bits())) - 1;
                break;
            default:
                value = random_below(last + 1);
            }
            words[i] = word_of(std::min(value, last));
        }
        return words;
    }

    /* `got`, with its limbs in their ranges, times R is `expected` modulo n. */
    void expect_times_r(Value got, uint64_t expected, uint64_t n) {
        const uint64_t inverse = n_preinvert_limb(n);
        const uint64_t r = n_powmod2_ui_preinv(2 % n, 52 * form().limbs, n, inverse);
        ASSERT_EQ(n_mulmod2_preinv(remainder(got, n), r, n, inverse), expected) << "modulo " << n;
    }
    /* A product is above 0, but for two limbs, and below 2n. */
    void expect_range_of_product(Value got, uint64_t n) {
        ASSERT_TRUE((got > 0 || two_limbs()) && got < (Value)2 * n) << shown(got);
    }
    void expect_limbs(residues_ifma_word word) {
        ASSERT_LT(word.low, limb_end);
        ASSERT_LT(word.high, two_limbs() ? limb_end : 1);
    }

    void expect_products(const Moduli &n, const Words &a, const Words &b) {
        Words products;
        form().mul(n.data(), a.data(), b.data(), products.data());
        for (unsigned k = 0; k < lanes(); k++) {
            SCOPED_TRACE(shown(value_of(a[k])) + " by " + shown(value_of(b[k])) + " modulo " +
                         std::to_string(n[k]));
            const Value got = value_of(products[k]);
            ASSERT_NO_FATAL_FAILURE(expect_limbs(products[k]));
            ASSERT_NO_FATAL_FAILURE(expect_range_of_product(got, n[k]));
            const uint64_t expected =
                n_mulmod2_preinv(remainder(value_of(a[k]), n[k]), remainder(value_of(b[k]), n[k]),
                                 n[k], n_preinvert_limb(n[k]));
            ASSERT_NO_FATAL_FAILURE(expect_times_r(got, expected, n[k]));
        }
    }

    RandomNumbers random;
};

INSTANTIATE_TEST_SUITE_P(Forms, ResiduesIfma,
                         testing::Values(residues_ifma48_x3, residues_ifma48_x4, residues_ifma50_x3,
                                         residues_ifma50_x4, residues_ifma64_x2, residues_ifma64_x3,
                                         residues_ifma64_x4),
                         [](const auto &instance) { return std::string(instance.param.name); });

TEST_P(ResiduesIfma, ProductsMatchFlintUpToTheLimitOfTheFactors) {
    SCOPED_TRACE(random.trace());
    const unsigned ranges[] = {1, 2, 4, 8, 33, two_limbs_range};
    for (size_t i = 0; i < turns(4000); i++)
        for (const unsigned f : ranges)
            for (const unsigned g : ranges) {
                if (f > range() || g > range())
                    continue;
                const Moduli n = choose_moduli();
                ASSERT_NO_FATAL_FAILURE(
                    expect_products(n, choose_residues(n, f), choose_residues(n, g)));
            }
}

/* Products equal those by GMP, from the definition: the result times R less a b is a multiple of n.
 */
TEST_P(ResiduesIfma, ProductsMatchGmp) {
    SCOPED_TRACE(random.trace());
    mpz_t difference, b_value, r;
    mpz_inits(difference, b_value, r, nullptr);
    mpz_ui_pow_ui(r, 2, 52 * form().limbs);
    const auto set = [](mpz_t number, residues_ifma_word word) {
        mpz_set_ui(number, word.high);
        mpz_mul_2exp(number, number, 52);
        mpz_add_ui(number, number, word.low);
    };
    for (size_t i = 0; i < turns(20000); i++) {
        const Moduli n = choose_moduli();
        const Words a = choose_residues(n, range()), b = choose_residues(n, range());
        Words products;
        form().mul(n.data(), a.data(), b.data(), products.data());
        for (unsigned k = 0; k < lanes(); k++) {
            set(difference, products[k]);
            mpz_mul(difference, difference, r);
            mpz_t a_value;
            mpz_init(a_value);
            set(a_value, a[k]);
            set(b_value, b[k]);
            mpz_submul(difference, a_value, b_value);
            mpz_clear(a_value);
            ASSERT_NE(mpz_divisible_ui_p(difference, n[k]), 0)
                << shown(value_of(a[k])) << " by " << shown(value_of(b[k])) << " modulo " << n[k];
        }
    }
    mpz_clears(difference, b_value, r, nullptr);
}

TEST_P(ResiduesIfma, SquaresAreProductsByThemselves) {
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < turns(20000); i++) {
        const Moduli n = choose_moduli();
        const Words a = choose_residues(n, range());
        Words squares;
        form().sqr(n.data(), a.data(), squares.data());
        for (unsigned k = 0; k < lanes(); k++) {
            const Value got = value_of(squares[k]);
            ASSERT_NO_FATAL_FAILURE(expect_limbs(squares[k]));
            ASSERT_NO_FATAL_FAILURE(expect_range_of_product(got, n[k]));
            const uint64_t x = remainder(value_of(a[k]), n[k]);
            const uint64_t expected = n_mulmod2_preinv(x, x, n[k], n_preinvert_limb(n[k]));
            ASSERT_NO_FATAL_FAILURE(expect_times_r(got, expected, n[k]));
        }
    }
}

/* As a doubling of ecm.h has them. */
TEST_P(ResiduesIfma, LooseProductsAndSumsAreTheirIntegers) {
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < turns(20000); i++) {
        const Moduli n = choose_moduli();
        const Words a = choose_residues(n, 2), b = choose_residues(n, 2);
        Words results;
        form().loose(n.data(), a.data(), b.data(), results.data());
        for (unsigned k = 0; k < lanes(); k++) {
            ASSERT_NO_FATAL_FAILURE(expect_limbs(results[k]));
            const uint64_t inverse = n_preinvert_limb(n[k]);
            const uint64_t x = remainder(value_of(a[k]), n[k]), y = remainder(value_of(b[k]), n[k]);
            const uint64_t xy = n_mulmod2_preinv(x, y, n[k], inverse);
            const uint64_t squares = n_submod(n_mulmod2_preinv(x, x, n[k], inverse),
                                              n_mulmod2_preinv(y, y, n[k], inverse), n[k]);
            ASSERT_NO_FATAL_FAILURE(expect_times_r(
                value_of(results[k]), n_submod(n_addmod(xy, xy, n[k]), squares, n[k]), n[k]));
        }
    }
}

/* All pairs of factors for the small moduli, and each alone in its lane. */
TEST_P(ResiduesIfma, ProductsAreRightForEverySmallModulusAndEveryFactor) {
    for (uint64_t n = 3; n <= 21; n += 2) {
        Moduli moduli;
        moduli.fill(n);
        const uint64_t end = std::min(range(), 8u) * n;
        Words a = {}, b = {};
        unsigned lane = 0;
        for (uint64_t x = 0; x < end; x++)
            for (uint64_t y = 0; y < end; y++) {
                a[lane] = {x, 0};
                b[lane] = {y, 0};
                lane = (lane + 1) % lanes();
                if (lane == 0) {
                    ASSERT_NO_FATAL_FAILURE(expect_products(moduli, a, b));
                }
            }
        ASSERT_NO_FATAL_FAILURE(expect_products(moduli, a, b));
    }
}

/* 50 bits keep sums and differences below 2n; others take the integers as they are, plus 2n or 4n,
 * which with 48 bits sub_sum() takes away again if it can. */
TEST_P(ResiduesIfma, SumsAndDifferencesMatchFlint) {
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < turns(20000); i++)
        for (const unsigned wide : {2u, 4u, 8u, two_limbs_range}) {
            if (wide > range())
                continue;
            const Moduli n = choose_moduli();
            const Words a = choose_residues(n, wide);
            const Words b = choose_residues(n, wide);
            const Words two = choose_residues(n, 2, two_limbs()); /* up to 2n itself */
            const Words four = choose_residues(n, std::min(range(), 4u), two_limbs());
            Words sums, differences, wide_differences;
            form().add(n.data(), a.data(), b.data(), sums.data());
            form().sub(n.data(), a.data(), two.data(), differences.data());
            form().sub_sum(n.data(), a.data(), four.data(), wide_differences.data());
            for (unsigned k = 0; k < lanes(); k++) {
                SCOPED_TRACE(shown(value_of(a[k])) + " and " + shown(value_of(b[k])) + ", " +
                             shown(value_of(two[k])) + ", " + shown(value_of(four[k])) +
                             " modulo " + std::to_string(n[k]));
                const Value x = value_of(a[k]), y = value_of(b[k]), z = value_of(two[k]),
                            w = value_of(four[k]);
                for (const Words *words : {&sums, &differences, &wide_differences})
                    ASSERT_NO_FATAL_FAILURE(expect_limbs((*words)[k]));
                const Value sum = value_of(sums[k]), difference = value_of(differences[k]),
                            wide_difference = value_of(wide_differences[k]);
                if (bits() == 48) {
                    ASSERT_TRUE(sum == x + y) << shown(sum);
                    ASSERT_TRUE(difference == x + (Value)2 * n[k] - z) << shown(difference);
                    ASSERT_TRUE(wide_difference < (Value)4 * n[k]) << shown(wide_difference);
                } else if (two_limbs()) {
                    ASSERT_TRUE(sum == x + y) << shown(sum);
                    ASSERT_TRUE(difference == x + (Value)2 * n[k] - z) << shown(difference);
                    ASSERT_TRUE(wide_difference == x + (Value)4 * n[k] - w)
                        << shown(wide_difference);
                } else {
                    for (const Value value : {sum, difference, wide_difference})
                        ASSERT_TRUE(value < (Value)2 * n[k]) << shown(value);
                }
                const uint64_t rest = remainder(x, n[k]);
                ASSERT_EQ(remainder(sum, n[k]), n_addmod(rest, remainder(y, n[k]), n[k]));
                ASSERT_EQ(remainder(difference, n[k]), n_submod(rest, remainder(z, n[k]), n[k]));
                ASSERT_EQ(remainder(wide_difference, n[k]),
                          n_submod(rest, remainder(w, n[k]), n[k]));
            }
        }
}

TEST_P(ResiduesIfma, TighteningKeepsTheResidue) {
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < turns(5000); i++) {
        const Moduli n = choose_moduli();
        const Words a = choose_residues(n, std::min(range(), 4u));
        Words tight;
        form().tighten(n.data(), a.data(), tight.data());
        for (unsigned k = 0; k < lanes(); k++) {
            ASSERT_NO_FATAL_FAILURE(expect_limbs(tight[k]));
            ASSERT_TRUE(value_of(tight[k]) < (Value)(two_limbs() ? 4 : 2) * n[k]);
            ASSERT_EQ(remainder(value_of(tight[k]), n[k]), remainder(value_of(a[k]), n[k]));
        }
    }
}

/* by_unit() is a / R in (0, n], is_zero() says whether that is n; store_for_gcd() keeps the factors
 * that are common with n. */
TEST_P(ResiduesIfma, ProductsByTheUnitAreReducedAndTellZero) {
    SCOPED_TRACE(random.trace());
    size_t zeros_met = 0;
    for (size_t i = 0; i < turns(40000); i++) {
        const Moduli n = choose_moduli();
        const Words a = choose_residues(n, range());
        Words reduced;
        Moduli stored;
        form().by_unit(n.data(), a.data(), reduced.data());
        form().store_for_gcd(n.data(), a.data(), stored.data());
        const uint32_t zeros = form().is_zero(n.data(), a.data());
        ASSERT_EQ(zeros >> (lanes() - 1) >> 1, 0u);
        for (unsigned k = 0; k < lanes(); k++) {
            SCOPED_TRACE(shown(value_of(a[k])) + " modulo " + std::to_string(n[k]));
            const Value got = value_of(reduced[k]);
            const uint64_t rest = remainder(value_of(a[k]), n[k]);
            ASSERT_NO_FATAL_FAILURE(expect_limbs(reduced[k]));
            ASSERT_TRUE(got > 0 && got <= n[k]) << shown(got);
            ASSERT_NO_FATAL_FAILURE(expect_times_r(got, rest, n[k]));
            ASSERT_EQ(got == n[k], rest == 0);
            ASSERT_EQ((zeros >> k & 1) != 0, rest == 0);
            ASSERT_EQ(stored[k], (uint64_t)got);
            ASSERT_EQ(n_gcd(stored[k], n[k]), n_gcd(rest, n[k]));
            zeros_met += rest == 0;
        }
    }
    EXPECT_GT(zeros_met, 0u);
}

/* Every multiple of n that a residue can be. */
TEST_P(ResiduesIfma, MultiplesOfTheModulusAreZeroAndTheirNeighboursAreNot) {
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < turns(50); i++) {
        const Moduli n = choose_moduli();
        for (unsigned multiple = 0; multiple < range(); multiple++)
            for (const int offset : {-1, 0, 1}) {
                Words a;
                for (unsigned k = 0; k < most_lanes; k++)
                    a[k] = word_of((Value)n[k] * (multiple + (offset < 0)) + (Value)offset);
                const uint32_t zeros = form().is_zero(n.data(), a.data());
                ASSERT_EQ(zeros, offset != 0 ? 0 : UINT32_MAX >> (32 - lanes()));
            }
    }
}

TEST_P(ResiduesIfma, OneIsR) {
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < turns(20000); i++) {
        const Moduli n = choose_moduli();
        Words one;
        form().one(n.data(), one.data());
        for (unsigned k = 0; k < lanes(); k++) {
            ASSERT_NO_FATAL_FAILURE(expect_limbs(one[k]));
            ASSERT_TRUE(value_of(one[k]) == n_powmod2_ui_preinv(2 % n[k], 52 * form().limbs, n[k],
                                                                n_preinvert_limb(n[k])))
                << n[k];
        }
    }
}

TEST_P(ResiduesIfma, InversesAreThoseModuloTheLimb) {
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < turns(20000); i++) {
        const Moduli n = choose_moduli();
        Moduli inverses;
        form().inverse(n.data(), inverses.data());
        for (unsigned k = 0; k < lanes(); k++) {
            ASSERT_LT(inverses[k], limb_end);
            ASSERT_EQ(inverses[k] * n[k] % limb_end, two_limbs() ? limb_end - 1 : 1) << n[k];
        }
    }
}

TEST_P(ResiduesIfma, LoadAndStoreKeepNumbersAndTheirOrder) {
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < turns(5000); i++) {
        const Moduli n = choose_moduli();
        Moduli stored = {};
        form().load_and_store(n.data(), stored.data());
        ASSERT_TRUE(std::equal(n.begin(), n.begin() + lanes(), stored.begin()));
    }
}

TEST_P(ResiduesIfma, EveryBitChoosesInItsLane) {
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < turns(500); i++) {
        const Moduli n = choose_moduli();
        const Words a = choose_residues(n, range()), b = choose_residues(n, range());
        Moduli bits;
        std::generate(bits.begin(), bits.end(), [this] { return random.any(); });
        for (uint32_t bit = 0; bit < 64; bit++) {
            Words chosen, kept;
            form().choose_bit(bits.data(), bit, a.data(), b.data(), chosen.data());
            form().where_bit(bits.data(), bit, a.data(), kept.data());
            for (unsigned k = 0; k < lanes(); k++) {
                const bool set = (bits[k] >> bit & 1) != 0;
                ASSERT_TRUE(value_of(chosen[k]) == value_of(set ? a[k] : b[k])) << bit;
                ASSERT_TRUE(value_of(kept[k]) == (set ? value_of(a[k]) : 0)) << bit;
            }
        }
    }
}

} // namespace
