// SPDX-License-Identifier: MIT
/*
 * residues_test.cpp: residues in lanes, in every form, against FLINT's remainders; with headroom at
 * the limits of the ranges that arith/residues_scalar.h promises.
 */
#include "support/internals.h"
#include "support/random_numbers.h"

#include <gmp.h> /* before FLINT, which would include it in an extern "C" block */

#include <flint/ulong_extras.h>

extern "C" {
#include "arith/montgomery.h"
}

/* The forms, each in a namespace of its own. */
namespace x1h0_form {
#define FG_LANES 1
#define FG_HEADROOM 0
#include "arith/residues_scalar.h"
} // namespace x1h0_form
namespace x1h6_form {
#undef FG_LANES
#undef FG_HEADROOM
#define FG_LANES 1
#define FG_HEADROOM 6
#include "arith/residues_scalar.h"
} // namespace x1h6_form
namespace x2h0_form {
#undef FG_LANES
#undef FG_HEADROOM
#define FG_LANES 2
#define FG_HEADROOM 0
#include "arith/residues_scalar.h"
} // namespace x2h0_form
namespace x2h6_form {
#undef FG_LANES
#undef FG_HEADROOM
#define FG_LANES 2
#define FG_HEADROOM 6
#include "arith/residues_scalar.h"
} // namespace x2h6_form
namespace x4h0_form {
#undef FG_LANES
#undef FG_HEADROOM
#define FG_LANES 4
#define FG_HEADROOM 0
#include "arith/residues_scalar.h"
} // namespace x4h0_form
namespace x4h6_form {
#undef FG_LANES
#undef FG_HEADROOM
#define FG_LANES 4
#define FG_HEADROOM 6
#include "arith/residues_scalar.h"
} // namespace x4h6_form

#include <gtest/gtest.h>

#include <array>
#include <utility>

namespace {

/* One form as a type, so that one test runs over all. */
#define FORM_FACE(form, lane_count, headroom_bits)                                                 \
    struct form {                                                                                  \
        static constexpr unsigned lanes = lane_count, headroom = headroom_bits;                    \
        using Word = form##_form::fg_residue;                                                      \
        using Field = form##_form::fg_field;                                                       \
        static Word load(const uint64_t *n) { return form##_form::fg_load(n); }                    \
        static void store(Word word, uint64_t *n) { form##_form::fg_store(word, n); }              \
        static Field prepare(const uint64_t *n) { return form##_form::fg_prepare(n); }             \
        static Word mul(const Field &f, Word a, Word b) { return form##_form::fg_mul(&f, a, b); }  \
        static Word sqr(const Field &f, Word a) { return form##_form::fg_sqr(&f, a); }             \
        static Word add(const Field &f, Word a, Word b) { return form##_form::fg_add(&f, a, b); }  \
        static Word sub(const Field &f, Word a, Word b) { return form##_form::fg_sub(&f, a, b); }  \
        static Word sub_sum(const Field &f, Word a, Word b) {                                      \
            return form##_form::fg_sub_sum(&f, a, b);                                              \
        }                                                                                          \
        static Word tighten(const Field &f, Word a) { return form##_form::fg_tighten(&f, a); }     \
        static Word one(const Field &f) { return form##_form::fg_one(&f); }                        \
    };
FORM_FACE(x1h0, 1, 0)
FORM_FACE(x1h6, 1, 6)
FORM_FACE(x2h0, 2, 0)
FORM_FACE(x2h6, 2, 6)
FORM_FACE(x4h0, 4, 0)
FORM_FACE(x4h6, 4, 6)

template <class Form> class Residues : public testing::Test {
  protected:
    static constexpr unsigned lanes = Form::lanes;
    static constexpr bool loose = Form::headroom == 6;
    using Numbers = std::array<uint64_t, Form::lanes>;

    /* A modulus for each lane, of its own size; often at the end of the form's range. */
    Numbers choose_moduli() {
        Numbers n;
        for (uint64_t &modulus : n) {
            const unsigned bits = random.between(0, 3) == 0
                                      ? 64 - Form::headroom
                                      : (unsigned)random.between(2, 64 - Form::headroom);
            modulus = random.with_bits(bits) | 1;
            if (random.between(0, 7) == 0)
                modulus = (UINT64_MAX >> Form::headroom) - 2 * random.between(0, 50);
            if (random.between(0, 15) == 0)
                modulus = 3 + 2 * random.between(0, 5);
        }
        return n;
    }

    /* Residues below `range` times the modulus (below it without headroom), often at an end. */
    Numbers choose_residues(const Numbers &n, unsigned range) {
        Numbers a;
        for (unsigned i = 0; i < lanes; i++) {
            const uint64_t last = (loose ? range : 1) * n[i] - 1;
            switch (random.between(0, 7)) {
            case 0:
                a[i] = last;
                break;
            case 1:
                a[i] = last - random.between(0, 1);
                break;
            case 2:
                a[i] = 0;
                break;
            case 3: /* a multiple of n, or 0 */
                a[i] = n[i] * random.between(0, last / n[i]);
                break;
            default:
                a[i] = random.between(0, last);
            }
        }
        return a;
    }

    static Numbers stored(typename Form::Word word) {
        Numbers numbers;
        Form::store(word, numbers.data());
        return numbers;
    }
    static typename Form::Word loaded(const Numbers &numbers) { return Form::load(numbers.data()); }

    /* `got` stands for `expected` modulo n and is below `range` times n. */
    void expect_residue(uint64_t got, uint64_t expected, uint64_t n, unsigned range) {
        ASSERT_LT(got, (loose ? range : 1) * n);
        ASSERT_EQ(n_mod2_preinv(got, n, n_preinvert_limb(n)), expected % n);
    }
    void expect_product(uint64_t got, uint64_t a, uint64_t b, uint64_t n) {
        const uint64_t inverse = n_preinvert_limb(n);
        ASSERT_LT(got, (loose ? 2 : 1) * n) << a << " * " << b << " mod " << n;
        ASSERT_EQ(n_ll_mod_preinv(got % n, 0, n, inverse), n_mulmod2_preinv(a, b, n, inverse))
            << a << " * " << b << " mod " << n;
    }

    RandomNumbers random;
};

using Forms = testing::Types<x1h0, x1h6, x2h0, x2h6, x4h0, x4h6>;
TYPED_TEST_SUITE(Residues, Forms);

/* Factors below f * n and g * n if f * g <= 64. */
TYPED_TEST(Residues, ProductsMatchFlintUpToTheLimitOfTheFactors) {
    SCOPED_TRACE(this->random.trace());
    const std::pair<unsigned, unsigned> ranges[] = {{1, 1},  {2, 2},  {4, 4},  {8, 8},
                                                    {4, 8},  {8, 4},  {4, 16}, {16, 4},
                                                    {2, 32}, {32, 2}, {1, 47}, {47, 1}};
    for (size_t i = 0; i < scaled(10000); i++)
        for (const auto &[f, g] : ranges) {
            const auto n = this->choose_moduli();
            const auto a = this->choose_residues(n, f), b = this->choose_residues(n, g);
            const auto field = TypeParam::prepare(n.data());
            const auto product =
                this->stored(TypeParam::mul(field, this->loaded(a), this->loaded(b)));
            for (unsigned lane = 0; lane < this->lanes; lane++)
                this->expect_product(product[lane], a[lane], b[lane], n[lane]);
        }
}

TYPED_TEST(Residues, SquaresMatchFlint) {
    SCOPED_TRACE(this->random.trace());
    for (size_t i = 0; i < scaled(50000); i++) {
        const auto n = this->choose_moduli();
        const auto a = this->choose_residues(n, 8);
        const auto field = TypeParam::prepare(n.data());
        const auto square = this->stored(TypeParam::sqr(field, this->loaded(a)));
        for (unsigned lane = 0; lane < this->lanes; lane++)
            this->expect_product(square[lane], a[lane], a[lane], n[lane]);
    }
}

TYPED_TEST(Residues, SumsAndDifferencesMatchFlint) {
    SCOPED_TRACE(this->random.trace());
    for (size_t i = 0; i < scaled(50000); i++) {
        const auto n = this->choose_moduli();
        const auto field = TypeParam::prepare(n.data());
        for (const unsigned range : {1u, 2u, 4u, 8u}) {
            const auto a = this->choose_residues(n, range);
            const auto b = this->choose_residues(n, 2), c = this->choose_residues(n, 4);
            const auto sum = this->stored(TypeParam::add(field, this->loaded(a), this->loaded(b)));
            const auto difference =
                this->stored(TypeParam::sub(field, this->loaded(a), this->loaded(b)));
            const auto wide =
                this->stored(TypeParam::sub_sum(field, this->loaded(a), this->loaded(c)));
            for (unsigned k = 0; k < this->lanes; k++) {
                const uint64_t x = a[k] % n[k], y = b[k] % n[k], z = c[k] % n[k];
                this->expect_residue(sum[k], n_addmod(x, y, n[k]), n[k], range + 2);
                this->expect_residue(difference[k], n_submod(x, y, n[k]), n[k], range + 2);
                this->expect_residue(wide[k], n_submod(x, z, n[k]), n[k], range + 4);
            }
        }
    }
}

/* sub() and sub_sum() also take the ends of their ranges, 2n and 4n themselves. */
TYPED_TEST(Residues, DifferencesTakeTheirLargestSubtrahends) {
    SCOPED_TRACE(this->random.trace());
    for (size_t i = 0; i < scaled(20000); i++) {
        const auto n = this->choose_moduli();
        const auto field = TypeParam::prepare(n.data());
        const auto a = this->choose_residues(n, 8);
        auto twice = n, four_times = n;
        for (unsigned k = 0; k < this->lanes && this->loose; k++) {
            twice[k] = 2 * n[k];
            four_times[k] = 4 * n[k];
        }
        const auto same = this->stored(TypeParam::sub(field, this->loaded(a), this->loaded(twice)));
        const auto same_wide =
            this->stored(TypeParam::sub_sum(field, this->loaded(a), this->loaded(four_times)));
        ASSERT_EQ(same, a);
        ASSERT_EQ(same_wide, a);
    }
}

TYPED_TEST(Residues, TighteningKeepsTheResidueAndTheRangeOfAProduct) {
    SCOPED_TRACE(this->random.trace());
    for (size_t i = 0; i < scaled(50000); i++) {
        const auto n = this->choose_moduli();
        const auto field = TypeParam::prepare(n.data());
        const auto a = this->choose_residues(n, 4);
        const auto tight = this->stored(TypeParam::tighten(field, this->loaded(a)));
        for (unsigned k = 0; k < this->lanes; k++)
            this->expect_residue(tight[k], a[k], n[k], 2);
    }
}

TYPED_TEST(Residues, OneIsTheNeutralFactor) {
    SCOPED_TRACE(this->random.trace());
    for (size_t i = 0; i < scaled(20000); i++) {
        const auto n = this->choose_moduli();
        const auto field = TypeParam::prepare(n.data());
        const auto a = this->choose_residues(n, 1);
        const auto one = TypeParam::one(field);
        const auto product = this->stored(TypeParam::mul(field, this->loaded(a), one));
        for (unsigned k = 0; k < this->lanes; k++) {
            ASSERT_LT(this->stored(one)[k], n[k]);
            this->expect_residue(product[k], a[k], n[k], 2);
        }
    }
}

TYPED_TEST(Residues, LoadAndStoreKeepTheOrderOfTheLanes) {
    const auto a = this->choose_residues(this->choose_moduli(), 1);
    EXPECT_EQ(this->stored(this->loaded(a)), a);
}

TYPED_TEST(Residues, ProductsAreRightForEverySmallModulusAndEveryFactor) {
    for (uint64_t n = 3; n < 40; n += 2) {
        typename TestFixture::Numbers moduli;
        moduli.fill(n);
        const auto field = TypeParam::prepare(moduli.data());
        for (uint64_t a = 0; a < (this->loose ? 8 : 1) * n; a++)
            for (uint64_t b = 0; b < (this->loose ? 8 : 1) * n; b++) {
                typename TestFixture::Numbers first, second;
                for (unsigned k = 0; k < this->lanes; k++) {
                    first[k] = k % 2 == 0 ? a : b;
                    second[k] = k % 2 == 0 ? b : a;
                }
                const auto product =
                    this->stored(TypeParam::mul(field, this->loaded(first), this->loaded(second)));
                for (unsigned k = 0; k < this->lanes; k++)
                    this->expect_product(product[k], a, b, n);
            }
    }
}

} // namespace
