// SPDX-License-Identifier: MIT
/*
 * ecm_test.cpp: a curve of ECM in every form against the group law in affine coordinates: which
 * primes a program finds follows from what its points are multiples of, modulo each prime.
 */
#include "support/chosen_numbers.h"
#include "support/lane_forms.h"
#include "support/oracle.h"
#include "support/random_numbers.h"
#include "support/split_share.h"

#include <gmp.h> /* before FLINT, which would include it in an extern "C" block */

#include <flint/ulong_extras.h>

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace {

using chosen::random_prime;

/* ---- The group law ---- */

struct Point {
    bool infinite;
    uint64_t u, v;
};

/* One of the table's curves modulo p, as B v^2 = u^3 + A u^2 + u with u = (1 + y) / (1 - y) and
 * v = u / x: it is birational to -x^2 + y^2 = 1 + d x^2 y^2 with A = 2 (1 - d) / (1 + d) and
 * B = -4 / (1 + d). */
class Curve {
  public:
    Curve(uint32_t index, uint64_t p) : p_(p), inverse_(n_preinvert_limb(p)) {
        const fg_ecm_curve &table = fg_ecm_curves[index];
        const uint64_t x = table.x % p, y = table.y % p, z = table.z % p;
        good_ = x != 0 && y != 0 && z != 0 && y != z;
        if (!good_)
            return;
        const uint64_t xx = mul(x, x), yy = mul(y, y), zz = mul(z, z);
        const uint64_t d = divide(mul(sub(sub(yy, xx), zz), zz), mul(xx, yy));
        good_ = d != 0 && d != p - 1;
        if (!good_)
            return;
        a_ = divide(mul(2, sub(1, d)), add(1, d));
        b_ = divide(sub(0, 4 % p), add(1, d));
        start_.infinite = false;
        start_.u = divide(add(z, y), sub(z, y));
        start_.v = divide(mul(start_.u, z), x);
    }

    /* Returns whether the point and the curve make sense modulo p. */
    bool good() const { return good_; }
    Point start() const { return start_; }
    bool holds(const Point &q) const {
        return q.infinite || mul(b_, mul(q.v, q.v)) == right_side(q.u);
    }

    Point sum(const Point &q, const Point &r) const {
        if (q.infinite)
            return r;
        if (r.infinite)
            return q;
        if (q.u == r.u && add(q.v, r.v) == 0)
            return {true, 0, 0};
        const uint64_t slope =
            q.u == r.u ? divide(add(mul(3, mul(q.u, q.u)), add(mul(2, mul(a_, q.u)), 1)),
                                mul(2, mul(b_, q.v)))
                       : divide(sub(r.v, q.v), sub(r.u, q.u));
        const uint64_t u = sub(sub(sub(mul(b_, mul(slope, slope)), a_), q.u), r.u);
        return {false, u, sub(mul(slope, sub(q.u, u)), q.v)};
    }

    Point negative(const Point &q) const { return {q.infinite, q.u, sub(0, q.v)}; }

    Point multiple(const Point &q, const mpz_t k) const {
        Point result = {true, 0, 0};
        for (size_t bit = mpz_sizeinbase(k, 2); bit-- > 0;) {
            result = sum(result, result);
            if (mpz_tstbit(k, bit) != 0)
                result = sum(result, q);
        }
        return result;
    }
    Point multiple(const Point &q, uint64_t k) const {
        mpz_t number;
        mpz_init_set_ui(number, k);
        const Point result = multiple(q, number);
        mpz_clear(number);
        return result;
    }

    /* Returns how many points there are, by trying all u. */
    uint64_t order() const {
        uint64_t count = 1;
        for (uint64_t u = 0; u < p_; u++)
            count += (uint64_t)(1 + n_jacobi_unsigned(divide(right_side(u), b_), p_));
        return count;
    }

  private:
    uint64_t add(uint64_t a, uint64_t b) const { return n_addmod(a % p_, b % p_, p_); }
    uint64_t sub(uint64_t a, uint64_t b) const { return n_submod(a % p_, b % p_, p_); }
    uint64_t mul(uint64_t a, uint64_t b) const {
        return n_mulmod2_preinv(a % p_, b % p_, p_, inverse_);
    }
    uint64_t divide(uint64_t a, uint64_t b) const { return mul(a, n_invmod(b, p_)); }
    uint64_t right_side(uint64_t u) const { return mul(u, add(mul(u, add(u, a_)), 1)); }

    uint64_t p_, inverse_, a_ = 0, b_ = 0;
    bool good_;
    Point start_ = {true, 0, 0};
};

/* ---- What a program multiplies by, replayed from its tables ---- */

class Program {
  public:
    explicit Program(unsigned index) : table_(fg_ecm_programs[index]) {
        mpz_inits(exponent_, first_, second_, nullptr);
        mpz_ui_pow_ui(exponent_, 2, table_.twos);
        for (unsigned step = table_.step_begin; step < table_.step_end; step++)
            replay(fg_ecm_steps[step]);
        std::vector<uint64_t> slots(256);
        slots[0] = 1;
        computed_.push_back(1);
        for (unsigned i = table_.point_step_begin; i < table_.point_step_end; i++) {
            const fg_ecm_point_step &step = fg_ecm_point_steps[i];
            slots[step.out] = step.difference == FG_ECM_DOUBLE ? 2 * slots[step.a]
                                                               : slots[step.a] + slots[step.b];
            computed_.push_back(slots[step.out]);
        }
        const unsigned count = (unsigned)table_.baby_count + table_.giant_count;
        multiples_.assign(slots.begin(), slots.begin() + count);
    }
    Program(const Program &) = delete;
    Program &operator=(const Program &) = delete;
    ~Program() { mpz_clears(exponent_, first_, second_, nullptr); }

    const fg_ecm_program &table() const { return table_; }
    const mpz_t &exponent() const { return exponent_; }

    enum Outcome { IN_FIRST_STAGE, IN_SECOND_STAGE, MISSED };

    /* Returns whether the first stage may find p by an exception: the formulas of the addition fail
     * if the sum that they do not compute, R - S for R + S, has an order that divides 4; and X = 0
     * if the last point has. */
    bool may_meet_an_exception(const Curve &curve) const {
        mpz_t twos;
        mpz_init(twos);
        mpz_ui_pow_ui(twos, 2, table_.twos);
        Point r = curve.multiple(curve.start(), twos), first = r, second = r;
        mpz_clear(twos);
        for (unsigned at = table_.step_begin; at < table_.step_end; at++) {
            const fg_ecm_step &step = fg_ecm_steps[at];
            if ((step.flags & FG_ECM_START) != 0)
                first = r;
            for (unsigned i = 0; i < step.doublings; i++)
                r = curve.sum(r, r);
            const Point &s = (step.flags & FG_ECM_USE_SECOND) != 0 ? second : first;
            const bool subtract = (step.flags & FG_ECM_SUBTRACT) != 0;
            const Point minus = curve.negative(s);
            if (curve.multiple(curve.sum(r, subtract ? s : minus), 4).infinite)
                return true;
            r = curve.sum(r, subtract ? minus : s);
            if ((step.flags & FG_ECM_KEEP) != 0)
                second = r;
        }
        return curve.multiple(r, 4).infinite;
    }

    /* Returns whether the second stage may: differential addition fails if the difference has an
     * order that divides 2, and so does a point that comes of it. */
    bool may_meet_a_second_exception(const Curve &curve) const {
        const Point q = curve.multiple(curve.start(), exponent_);
        return std::any_of(computed_.begin(), computed_.end(), [&](uint64_t multiple) {
            return curve.multiple(q, 2 * multiple).infinite;
        });
    }

    /* Returns whether the curve finds p: the first stage's point is infinite (or that of order 2
     * with u = 0, which does as well), or one of the second stage is, or a pair agrees. */
    Outcome outcome(const Curve &curve) const {
        const Point q = curve.multiple(curve.start(), exponent_);
        if (q.infinite || q.u == 0)
            return IN_FIRST_STAGE;
        std::vector<Point> points;
        for (const uint64_t multiple : multiples_) {
            points.push_back(curve.multiple(q, multiple));
            if (points.back().infinite)
                return IN_SECOND_STAGE;
        }
        unsigned at = table_.pair_slot_begin;
        for (unsigned giant = 0; giant < table_.giant_count; giant++) {
            const Point &point = points[table_.baby_count + giant];
            for (unsigned k = fg_pair_counts[table_.pair_count_begin + giant]; k > 0; k--, at++)
                if (points[fg_pair_slots[at]].u == point.u)
                    return IN_SECOND_STAGE;
        }
        return MISSED;
    }

  private:
    void replay(const fg_ecm_step &step) {
        if ((step.flags & FG_ECM_START) != 0)
            mpz_set(first_, exponent_);
        mpz_mul_2exp(exponent_, exponent_, step.doublings);
        const mpz_t &operand = (step.flags & FG_ECM_USE_SECOND) != 0 ? second_ : first_;
        if ((step.flags & FG_ECM_SUBTRACT) != 0)
            mpz_sub(exponent_, exponent_, operand);
        else
            mpz_add(exponent_, exponent_, operand);
        if ((step.flags & FG_ECM_KEEP) != 0)
            mpz_set(second_, exponent_);
    }

    const fg_ecm_program &table_;
    mpz_t exponent_, first_, second_;
    std::vector<uint64_t> multiples_; /* which multiple of the first stage's point each slot is */
    std::vector<uint64_t> computed_;  /* the same of all points on the way, temporaries too */
};

/* Returns what a program finds of a prime with a curve, MISSED if the curve is not good modulo p.
 * Every form is asked for the same, which the model computes once. */
Program::Outcome known_outcome(const Program &program, unsigned index, uint32_t curve_index,
                               uint64_t p) {
    static std::map<std::tuple<unsigned, uint32_t, uint64_t>, Program::Outcome> known;
    const auto [place, is_new] =
        known.try_emplace(std::make_tuple(index, curve_index, p), Program::MISSED);
    if (is_new) {
        const Curve curve(curve_index, p);
        if (curve.good())
            place->second = program.outcome(curve);
    }
    return place->second;
}

/* A prime that makes n = p * q fit the form and is above what every constant of the curves is. */
uint64_t random_cofactor(RandomNumbers &random, const LaneForm &form, uint64_t p) {
    const unsigned bits = 64 - (unsigned)__builtin_clzll(p);
    return random_prime(random,
                        (unsigned)random.between(39 - std::min(bits, 30u), form.bits() - bits));
}

/* ---- The model itself ---- */

TEST(EcmModel, PointsAreOnTheirCurveAndItsOrderTakesThemToInfinity) {
    size_t tried = 0;
    for (uint64_t p = 11; p < 400; p = oracle::next_prime(p + 20))
        for (uint32_t index = 0; index < FG_ECM_CURVE_COUNT; index++) {
            const Curve curve(index, p);
            if (!curve.good())
                continue;
            tried++;
            ASSERT_TRUE(curve.holds(curve.start())) << index << " modulo " << p;
            ASSERT_TRUE(curve.holds(curve.multiple(curve.start(), 5))) << index << " modulo " << p;
            ASSERT_TRUE(curve.multiple(curve.start(), curve.order()).infinite)
                << index << " modulo " << p;
        }
    EXPECT_GT(tried, 500u);
}

/* ---- The curves ---- */

class Ecm : public LaneFormTest {};

/* Small primes, whose points all have smooth orders and meet the exceptions of the formulas. */
TEST_P(Ecm, FindsSmallPrimesWhoseGroupOrderIsSmooth) {
    const LaneForm &form = GetParam();
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    size_t due = 0;
    const uint64_t gap = every_case() ? 20 : sanitized() ? 200 : 60;
    for (unsigned index = 0; index < FG_ECM_PROGRAM_COUNT; index++) {
        const Program program(index);
        for (uint64_t p = 11; p < 2000; p = oracle::next_prime(p + gap))
            for (uint32_t first = 0; first < FG_ECM_CURVE_COUNT; first += form.ecm_lanes()) {
                uint64_t n[FG_LANES_MOST], found[FG_LANES_MOST], early[FG_LANES_MOST];
                uint32_t curves[FG_LANES_MOST];
                for (unsigned k = 0; k < form.ecm_lanes(); k++) {
                    curves[k] = (first + k) % FG_ECM_CURVE_COUNT;
                    n[k] = p * random_cofactor(random, form, p);
                }
                form.ecm(n, index, curves, found, early);
                for (unsigned k = 0; k < form.ecm_lanes(); k++) {
                    const Program::Outcome outcome = known_outcome(program, index, curves[k], p);
                    due += outcome != Program::MISSED;
                    if (outcome == Program::IN_FIRST_STAGE) {
                        ASSERT_EQ(early[k] % p, 0u)
                            << p << " of " << n[k] << ", curve " << curves[k];
                    }
                    if (outcome != Program::MISSED) {
                        ASSERT_EQ(found[k] % p, 0u)
                            << p << " of " << n[k] << ", curve " << curves[k];
                    }
                }
            }
    }
    EXPECT_GT(due, 1000u);
}

/* Primes of the sizes that matter: found exactly when the points' multiples say so. */
TEST_P(Ecm, FindsExactlyThePrimesThatItsExponentAndPairsGive) {
    const LaneForm &form = GetParam();
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    size_t outcomes[3] = {0, 0, 0}, exceptions = 0;
    for (unsigned index = 0; index < FG_ECM_PROGRAM_COUNT; index++) {
        const Program program(index);
        for (size_t i = 0; i < scaled_slow(800); i += form.ecm_lanes()) {
            uint64_t n[FG_LANES_MOST], p[FG_LANES_MOST], found[FG_LANES_MOST], early[FG_LANES_MOST];
            uint32_t curves[FG_LANES_MOST];
            for (unsigned k = 0; k < form.ecm_lanes(); k++) {
                curves[k] = (uint32_t)random.between(0, FG_ECM_CURVE_COUNT - 1);
                do
                    p[k] = random_prime(random, (unsigned)random.between(16, 32));
                while (!Curve(curves[k], p[k]).good());
                n[k] = p[k] * random_cofactor(random, form, p[k]);
            }
            form.ecm(n, index, curves, found, early);
            for (unsigned k = 0; k < form.ecm_lanes(); k++) {
                const Curve curve(curves[k], p[k]);
                const Program::Outcome outcome = program.outcome(curve);
                outcomes[outcome]++;
                const bool in_first = early[k] % p[k] == 0, in_either = found[k] % p[k] == 0;
                const bool exact = !program.may_meet_an_exception(curve),
                           exact_second = exact && !program.may_meet_a_second_exception(curve);
                ASSERT_TRUE(in_first ? !exact || outcome == Program::IN_FIRST_STAGE
                                     : outcome != Program::IN_FIRST_STAGE)
                    << p[k] << " of " << n[k] << ", curve " << curves[k] << ", program " << index;
                ASSERT_TRUE(in_either ? !exact_second || outcome != Program::MISSED
                                      : outcome == Program::MISSED)
                    << p[k] << " of " << n[k] << ", curve " << curves[k] << ", program " << index
                    << (in_either ? " is found" : " is not found");
                exceptions += in_first && outcome != Program::IN_FIRST_STAGE;
            }
        }
    }
    EXPECT_LE(exceptions, outcomes[Program::MISSED] / 10);
    EXPECT_GT(outcomes[Program::IN_FIRST_STAGE], 0u);
    EXPECT_GT(outcomes[Program::IN_SECOND_STAGE], 0u);
    EXPECT_GT(outcomes[Program::MISSED], 0u);
}

/* Moduli just above the curves' constants and just below the form's end. */
TEST_P(Ecm, FindsTheSamePrimesAtTheEndsOfItsRange) {
    const LaneForm &form = GetParam();
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const Program program(FG_ECM_40);
    for (const uint64_t end : {FG_ECM_MIN + (UINT64_C(1) << 20), UINT64_MAX >> (64 - form.bits())})
        for (size_t i = 0; i < scaled_slow(1200); i += form.ecm_lanes()) {
            uint64_t n[FG_LANES_MOST], p[FG_LANES_MOST], found[FG_LANES_MOST], early[FG_LANES_MOST];
            uint32_t curves[FG_LANES_MOST];
            for (unsigned k = 0; k < form.ecm_lanes(); k++) {
                curves[k] = (uint32_t)random.between(0, FG_ECM_CURVE_COUNT - 1);
                do
                    p[k] = random_prime(random, 16);
                while (!Curve(curves[k], p[k]).good());
                const uint64_t cofactor = (end / p[k] - random.between(0, 15)) | 1;
                n[k] = p[k] * (cofactor > end / p[k] ? cofactor - 2 : cofactor);
            }
            form.ecm(n, FG_ECM_40, curves, found, early);
            for (unsigned k = 0; k < form.ecm_lanes(); k++)
                if (program.outcome(Curve(curves[k], p[k])) != Program::MISSED) {
                    ASSERT_EQ(found[k] % p[k], 0u) << p[k] << " of " << n[k];
                }
        }
}

/* Shares measured over 20,000 numbers and the first twenty curves, give or take five standard
 * deviations of 2,000, or of 300 with a sanitizer. */
TEST_P(Ecm, SplitsTheShareOfBalancedSemiprimesThatItUsedTo) {
    const LaneForm &form = GetParam();
    const struct {
        unsigned bits, program;
        double share;
    } cases[] = {{40, FG_ECM_40, 0.483},
                 {48, FG_ECM_48, 0.389},
                 {56, FG_ECM_56, 0.333},
                 {64, FG_ECM_64, 0.228}};
    const size_t count = sanitized() && !every_case() ? 300 : 2000;
    for (const auto &[bits, program, share] : cases) {
        if (bits > form.bits())
            continue;
        RandomNumbers random;
        SCOPED_TRACE(random.trace());
        const auto run = [&](const uint64_t *n, uint64_t *found, uint64_t *early) {
            uint32_t curves[FG_LANES_MOST];
            for (unsigned k = 0; k < form.ecm_lanes(); k++)
                curves[k] = (uint32_t)random.between(0, 19);
            form.ecm(n, program, curves, found, early);
        };
        const double got = split_share(form, random, bits, form.ecm_lanes(), count, run);
        EXPECT_NEAR(got, share, count < 2000 ? 0.142 : 0.055) << bits << " bits";
    }
}

INSTANTIATE_TEST_SUITE_P(Forms, Ecm, testing::ValuesIn(for_many(all_lane_forms())), lane_form_name);

} // namespace
