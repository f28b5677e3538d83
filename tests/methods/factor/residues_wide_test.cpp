// SPDX-License-Identifier: MIT
/*
 * residues_wide_test.cpp: residues of two words, in every form, against GMP, at the limits of the
 * ranges that the forms promise.
 */
#include "support/random_numbers.h"
#include "support/wide_integer.h"

extern "C" {
#include "residues_wide_forms.h"
}

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

void PrintTo(const residues_wide_form &form, std::ostream *out) {
    *out << form.name;
}

namespace {

using wide::Integer;
using Moduli = std::array<fg_wide, RESIDUES_WIDE_MOST_LANES>;
using Values = std::array<residues_wide_value, RESIDUES_WIDE_MOST_LANES>;

Integer integer_of(const residues_wide_value &value) {
    const Integer low(fg_wide_join(value.words[0], value.words[1]));
    const Integer positive = low + (Integer(value.words[2]) << 128);
    return value.words[2] >> 63 != 0 ? positive - (Integer(1) << 192) : positive;
}

residues_wide_value value_of(const Integer &integer) {
    const Integer words = integer < Integer(0) ? integer + (Integer(1) << 192) : integer;
    const fg_wide low = words.number();
    Integer high;
    mpz_fdiv_q_2exp(high.mpz(), words.mpz(), 128);
    return {{fg_wide_low(low), fg_wide_high(low), (uint64_t)high.number()}};
}

/* A number that may be negative: [low, high] times n. */
struct Range {
    int low, high;
};

class ResiduesWide : public testing::TestWithParam<residues_wide_form> {
  protected:
    void SetUp() override {
        if (!form().runs_here())
            GTEST_SKIP() << "this CPU cannot run the form";
    }

    const residues_wide_form &form() const { return GetParam(); }
    unsigned lanes() const { return form().lanes; }
    bool is(residues_wide_range range) const { return form().range == range; }
    size_t turns(size_t count) const { return std::max<size_t>(scaled(count) / lanes(), 1); }

    Moduli choose_moduli() {
        Moduli n = {};
        for (unsigned i = 0; i < lanes(); i++)
            n[i] = wide::odd_near_bounds(random, 65, form().bits);
        return n;
    }

    /* The range of a sum of `count` products in the form. */
    Range range_of(int count) const {
        switch (form().range) {
        case RESIDUES_WIDE_FULL:
            return {0, 1};
        case RESIDUES_WIDE_DOUBLE:
            return {0, 2};
        case RESIDUES_WIDE_LAZY:
            return {0, 2 * count};
        case RESIDUES_WIDE_TIGHT:
            return {0, count};
        default:
            return {-count, count};
        }
    }

    /* That of such a sum less one of `less` products, 1 or 2. */
    Range range_of_difference(int count, int less) const {
        return is(RESIDUES_WIDE_TIGHT) ? Range{0, count + 2 * less} : range_of(count + less);
    }

    /* In the range, often at an end, next to a multiple of n, or with limbs of ones or zeros. */
    Integer choose_residue(fg_wide n, Range range) {
        const Integer modulus(n);
        /* Full reduction leaves less than n, and the other forms allow the ends. */
        const Integer low = modulus * signed_integer(range.low);
        const Integer high =
            modulus * signed_integer(range.high) - Integer(is(RESIDUES_WIDE_FULL) ? 1 : 0);
        Integer value = random_between(low, high);
        switch (random.between(0, 7)) {
        case 0:
            value = high;
            break;
        case 1:
            value = low;
            break;
        case 2:
            value = Integer(random.between(0, 2));
            break;
        case 3:
            value = modulus * Integer(random.between(0, (uint64_t)range.high - 1)) +
                    Integer(random.between(0, 2));
            break;
        case 4: { /* a low limb of ones, zeros, or one half */
            const fg_wide patterns[] = {(UINT64_C(1) << 52) - 1, 0, UINT64_C(1) << 51,
                                        (UINT64_C(1) << 51) - 1};
            value = value - value % (Integer(1) << 52) +
                    Integer(patterns[random.between(0, std::size(patterns) - 1)]);
            break;
        }
        default:
            break;
        }
        return value < low ? low : high < value ? high : value;
    }
    Values choose_residues(const Moduli &n, Range range) {
        Values values = {};
        for (unsigned i = 0; i < lanes(); i++)
            values[i] = value_of(choose_residue(n[i], range));
        return values;
    }

    void expect_in(const residues_wide_value &got, fg_wide n, Range range) {
        const Integer value = integer_of(got), modulus(n);
        ASSERT_FALSE(value < modulus * signed_integer(range.low)) << value << " modulo " << modulus;
        const Integer above = value - modulus * signed_integer(range.high);
        const bool is_tight = is(RESIDUES_WIDE_TIGHT);
        ASSERT_FALSE(is_tight ? modulus < above << 24 : Integer(0) < above)
            << value << " modulo " << modulus;
        if (is(RESIDUES_WIDE_FULL)) {
            ASSERT_LT(value, modulus);
        }
    }

    /* `got` is in a product's range, and times R is `expected` modulo n. */
    void expect_product(const residues_wide_value &got, const Integer &expected, fg_wide n) {
        ASSERT_NO_FATAL_FAILURE(expect_in(got, n, range_of(1)));
        ASSERT_EQ((integer_of(got) << form().r_bits) % Integer(n), expected % Integer(n))
            << "modulo " << Integer(n);
    }

    void expect_products(const Moduli &n, const Values &a, const Values &b) {
        Values products;
        form().mul(n.data(), a.data(), b.data(), products.data());
        for (unsigned i = 0; i < lanes(); i++)
            ASSERT_NO_FATAL_FAILURE(
                expect_product(products[i], integer_of(a[i]) * integer_of(b[i]), n[i]))
                << integer_of(a[i]) << " by " << integer_of(b[i]);
    }

    static Integer signed_integer(int value) {
        return value < 0 ? Integer(0) - Integer((fg_wide)-value) : Integer((fg_wide)value);
    }
    Integer random_between(const Integer &low, const Integer &high) {
        const Integer any = (Integer(wide::below(random, ~(fg_wide)0)) << 128) +
                            Integer(wide::below(random, ~(fg_wide)0));
        return low + any % (high - low + Integer(1));
    }

    RandomNumbers random;
};

/* The most that the algorithms multiply, in sums of products: 4 by 8 of residues_scalar.h's units,
 * in which a product is below 2; and what the lazy forms promise beyond that. */
TEST_P(ResiduesWide, ProductsMatchGmp) {
    SCOPED_TRACE(random.trace());
    std::vector<std::pair<int, int>> sums = {{1, 1}, {1, 2}, {2, 2}, {2, 4}, {4, 2}};
    if (is(RESIDUES_WIDE_LAZY))
        sums.insert(sums.end(), {{4, 4}, {2, 8}, {1, 16}, {16, 1}});
    if (is(RESIDUES_WIDE_TIGHT))
        sums.insert(sums.end(), {{4, 4}, {2, 8}, {8, 2}, {1, 16}, {16, 1}});
    if (is(RESIDUES_WIDE_SIGNED))
        sums.insert(sums.end(), {{1, 8}, {8, 1}});
    for (size_t turn = 0; turn < turns(3000); turn++)
        for (const auto &[f, g] : sums) {
            const Moduli n = choose_moduli();
            ASSERT_NO_FATAL_FAILURE(expect_products(n, choose_residues(n, range_of(f)),
                                                    choose_residues(n, range_of(g))));
        }
}

TEST_P(ResiduesWide, SquaresMatchGmp) {
    SCOPED_TRACE(random.trace());
    for (size_t turn = 0; turn < turns(6000); turn++) {
        const Moduli n = choose_moduli();
        const Values a = choose_residues(n, range_of(2));
        Values squares;
        form().sqr(n.data(), a.data(), squares.data());
        for (unsigned i = 0; i < lanes(); i++)
            ASSERT_NO_FATAL_FAILURE(
                expect_product(squares[i], integer_of(a[i]) * integer_of(a[i]), n[i]))
                << integer_of(a[i]);
    }
}

TEST_P(ResiduesWide, SumsAndDifferencesMatchGmp) {
    SCOPED_TRACE(random.trace());
    for (size_t turn = 0; turn < turns(3000); turn++) {
        const Moduli n = choose_moduli();
        for (const int count : {1, 2, 4}) {
            const Values a = choose_residues(n, range_of(count));
            const Values b = choose_residues(n, range_of(1)), c = choose_residues(n, range_of(2));
            Values sum, difference, wide_difference;
            form().add(n.data(), a.data(), b.data(), sum.data());
            form().sub(n.data(), a.data(), b.data(), difference.data());
            form().sub_sum(n.data(), a.data(), c.data(), wide_difference.data());
            for (unsigned i = 0; i < lanes(); i++) {
                SCOPED_TRACE(integer_of(a[i]));
                const Integer modulus(n[i]), x = integer_of(a[i]);
                ASSERT_NO_FATAL_FAILURE(expect_in(sum[i], n[i], range_of(count + 1)));
                ASSERT_NO_FATAL_FAILURE(
                    expect_in(difference[i], n[i], range_of_difference(count, 1)));
                ASSERT_NO_FATAL_FAILURE(
                    expect_in(wide_difference[i], n[i], range_of_difference(count, 2)));
                ASSERT_EQ(integer_of(sum[i]) % modulus, (x + integer_of(b[i])) % modulus);
                ASSERT_EQ(integer_of(difference[i]) % modulus, (x - integer_of(b[i])) % modulus);
                ASSERT_EQ(integer_of(wide_difference[i]) % modulus,
                          (x - integer_of(c[i])) % modulus);
            }
        }
    }
}

/* As a doubling of ecm.h has them. */
TEST_P(ResiduesWide, LooseProductsAndSumsMatchGmp) {
    SCOPED_TRACE(random.trace());
    for (size_t turn = 0; turn < turns(6000); turn++) {
        const Moduli n = choose_moduli();
        const Values a = choose_residues(n, range_of(2)), b = choose_residues(n, range_of(2));
        Values result;
        form().loose(n.data(), a.data(), b.data(), result.data());
        for (unsigned i = 0; i < lanes(); i++) {
            const Integer x = integer_of(a[i]), y = integer_of(b[i]), modulus(n[i]);
            ASSERT_NO_FATAL_FAILURE(expect_in(result[i], n[i], range_of_difference(2, 2)));
            ASSERT_EQ((integer_of(result[i]) << form().r_bits) % modulus,
                      (x * y + x * y - x * x + y * y) % modulus)
                << x << " and " << y << " modulo " << modulus;
        }
    }
}

/* A sum of signed products stays one: their form says why nothing has to be tightened. */
TEST_P(ResiduesWide, TighteningKeepsTheResidueAndTheRangeOfAProduct) {
    SCOPED_TRACE(random.trace());
    const Range range = range_of(is(RESIDUES_WIDE_SIGNED) || is(RESIDUES_WIDE_TIGHT) ? 2 : 1);
    for (size_t turn = 0; turn < turns(3000); turn++) {
        const Moduli n = choose_moduli();
        const Values a = choose_residues(n, range_of(2));
        Values tight;
        form().tighten(n.data(), a.data(), tight.data());
        for (unsigned i = 0; i < lanes(); i++) {
            ASSERT_NO_FATAL_FAILURE(expect_in(tight[i], n[i], range));
            ASSERT_EQ(integer_of(tight[i]) % Integer(n[i]), integer_of(a[i]) % Integer(n[i]));
        }
    }
}

TEST_P(ResiduesWide, OneIsRModuloEachModulus) {
    SCOPED_TRACE(random.trace());
    for (size_t turn = 0; turn < turns(6000); turn++) {
        const Moduli n = choose_moduli();
        Values ones;
        form().one(n.data(), ones.data());
        for (unsigned i = 0; i < lanes(); i++) {
            const Integer value = integer_of(ones[i]), modulus(n[i]);
            ASSERT_LT(value, modulus);
            ASSERT_LT(Integer(0) - modulus, value);
            ASSERT_EQ(value % modulus, (Integer(1) << form().r_bits) % modulus) << modulus;
        }
    }
}

TEST_P(ResiduesWide, NumbersForGcdsHaveTheSameCommonFactors) {
    SCOPED_TRACE(random.trace());
    for (size_t turn = 0; turn < turns(3000); turn++) {
        Moduli n = choose_moduli(), numbers;
        Values a = choose_residues(n, range_of(2));
        for (unsigned i = 0; i < lanes(); i += 2) { /* a common factor of both */
            const fg_wide factor = random.with_bits(30) | 1;
            n[i] = factor * (wide_numbers::random_of(random, form().bits - 31) | 1);
            const Integer multiple = Integer(factor) * Integer(random.with_bits(34));
            a[i] = value_of(multiple % Integer(n[i]));
        }
        form().store_for_gcd(n.data(), a.data(), numbers.data());
        for (unsigned i = 0; i < lanes(); i++)
            ASSERT_EQ(Integer(numbers[i]).gcd(Integer(n[i])), integer_of(a[i]).gcd(Integer(n[i])))
                << integer_of(a[i]) << " modulo " << Integer(n[i]);
    }
}

TEST_P(ResiduesWide, ZeroIsAMultipleOfTheModulus) {
    SCOPED_TRACE(random.trace());
    for (size_t turn = 0; turn < turns(3000); turn++) {
        const Moduli n = choose_moduli();
        const Range range = range_of(2);
        Values a = choose_residues(n, range);
        for (unsigned i = 0; i < lanes(); i++)
            if (random.between(0, 1) == 0)
                a[i] = value_of(
                    Integer(n[i]) *
                    signed_integer(range.low +
                                   (int)random.between(
                                       0, is(RESIDUES_WIDE_FULL) ? 0 : range.high - range.low)));
        const uint32_t zeros = form().is_zero(n.data(), a.data());
        for (unsigned i = 0; i < lanes(); i++)
            ASSERT_EQ((zeros >> i & 1) != 0, integer_of(a[i]) % Integer(n[i]) == Integer(0))
                << integer_of(a[i]) << " modulo " << Integer(n[i]);
    }
}

TEST_P(ResiduesWide, BitsChooseLaneByLane) {
    SCOPED_TRACE(random.trace());
    const Moduli n = choose_moduli();
    const Values a = choose_residues(n, range_of(1)), b = choose_residues(n, range_of(1));
    Moduli bits;
    for (fg_wide &word : bits)
        word = wide::below(random, ~(fg_wide)0);
    for (uint32_t bit = 0; bit < 128; bit++) {
        Values chosen, kept;
        form().choose_bit(bits.data(), bit, a.data(), b.data(), chosen.data());
        form().where_bit(bits.data(), bit, a.data(), kept.data());
        for (unsigned i = 0; i < lanes(); i++) {
            const bool set = (bits[i] >> bit & 1) != 0;
            ASSERT_EQ(integer_of(chosen[i]), integer_of(set ? a[i] : b[i])) << bit;
            ASSERT_EQ(integer_of(kept[i]), set ? integer_of(a[i]) : Integer(0)) << bit;
        }
    }
}

TEST_P(ResiduesWide, LoadAndStoreKeepNumbersAndTheirOrder) {
    SCOPED_TRACE(random.trace());
    for (size_t turn = 0; turn < turns(3000); turn++) {
        const Moduli n = choose_moduli();
        Moduli stored;
        form().load_and_store(n.data(), stored.data());
        for (unsigned i = 0; i < lanes(); i++)
            ASSERT_EQ(Integer(stored[i]), Integer(n[i]));
    }
}

#if defined(__x86_64__)
#define VECTOR_FORMS                                                                               \
    residues_fma100_x2, residues_fma100_x3, residues_ifma98_x2, residues_ifma98_x3,                \
        residues_ifma102_x2, residues_ifma102_x3, residues_ifma76_x2, residues_ifma104_x1,         \
        residues_ifma104_x2, residues_ifma128_x1, residues_ifma128_x2,
#else
#define VECTOR_FORMS
#endif
INSTANTIATE_TEST_SUITE_P(, ResiduesWide,
                         testing::Values(VECTOR_FORMS residues_wide_full_x2, residues_wide_full_x4,
                                         residues_wide_lazy_x2, residues_wide_lazy_x4),
                         [](const auto &info) { return std::string(info.param.name); });

} // namespace
