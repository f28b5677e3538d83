// SPDX-License-Identifier: MIT
/*
 * ecm_tables_test.cpp: the tables of ECM and P-1, checked by their purpose.
 *
 * Chains and point steps run on plain integers: the number k stands for the point k P. Pairs are
 * compared with a sieve's primes; the points of curves are counted modulo small primes.
 */
#include "algorithms/one_lane.h" /* how many slots the code has, beside the tables */
#include "support/edwards_points.h"
#include "support/integer.h"
#include "support/oracle.h"
#include "support/program_walk.h"
#include "support/random_numbers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <vector>

namespace {

/* The primes up to b1, to the first power but for the `higher` ones. */
Powers exponent(unsigned b1, const Powers &higher) {
    Powers powers = higher;
    for (const unsigned p : primes_up_to(b1))
        powers.emplace(p, 1);
    return powers;
}

const Powers ecm_exponents[] = {
    exponent(29, {{2, 6}, {3, 3}, {5, 2}}),
    exponent(59, {{2, 7}, {3, 4}, {5, 2}, {7, 2}}),
    exponent(113, {{2, 10}, {3, 6}, {5, 3}, {7, 3}, {11, 2}, {13, 2}}),
    exponent(181, {{2, 10}, {3, 6}, {5, 4}, {7, 3}, {11, 2}, {13, 2}, {17, 2}}),
    exponent(199, {{2, 11}, {3, 6}, {5, 4}, {7, 3}, {11, 2}, {13, 2}, {17, 2}}),
};

/* Of P-1, the prime powers up to 43; beyond that every prime is there once or left out. */
const Powers pm1_small_powers[] = {
    exponent(43, {{2, 8}, {3, 6}, {5, 4}, {7, 2}, {11, 2}}),
    exponent(43, {{2, 10}, {3, 7}, {5, 4}, {7, 3}, {11, 2}, {13, 2}, {17, 2}, {19, 2}}),
    exponent(43, {{2, 11},
                  {3, 7},
                  {5, 5},
                  {7, 4},
                  {11, 2},
                  {13, 2},
                  {17, 2},
                  {19, 2},
                  {23, 2},
                  {29, 2},
                  {31, 2}}),
    exponent(43, {{2, 13},
                  {3, 8},
                  {5, 4},
                  {7, 4},
                  {11, 2},
                  {13, 2},
                  {17, 2},
                  {19, 2},
                  {23, 2},
                  {29, 2},
                  {31, 2},
                  {37, 2},
                  {41, 2},
                  {43, 2}}),
    exponent(43, {{2, 11},
                  {3, 7},
                  {5, 5},
                  {7, 4},
                  {11, 3},
                  {13, 2},
                  {17, 2},
                  {19, 2},
                  {23, 2},
                  {29, 2},
                  {31, 2},
                  {37, 2},
                  {43, 2}}),
};

/* Checks that the pairs of a program cover every prime in (b1, b2] that is not in `powers`. */
template <typename Program>
void expect_pairs_meet_every_prime(const Program &program, const std::vector<unsigned> &babies,
                                   const Powers &powers) {
    const unsigned last = program.first_giant + program.giant_count - 1u;
    const unsigned end = last * program.baby_step + program.baby_step / 2u;
    EXPECT_GE(end, program.b2);
    ASSERT_LE(program.pair_count_begin + program.giant_count + 0u, length(fg_pair_counts));
    ASSERT_LE(program.pair_slot_end, length(fg_pair_slots));

    std::set<unsigned> values;
    std::set<unsigned> used;
    unsigned at = program.pair_slot_begin;
    for (unsigned giant = 0; giant < program.giant_count; giant++) {
        const unsigned multiple = (program.first_giant + giant) * program.baby_step;
        const unsigned count = fg_pair_counts[program.pair_count_begin + giant];
        ASSERT_LE(at + count, program.pair_slot_end);
        for (const unsigned stop = at + count; at < stop; at++) {
            ASSERT_LT(fg_pair_slots[at], program.baby_count);
            const unsigned j = babies[fg_pair_slots[at]];
            EXPECT_TRUE(values.insert(multiple - j).second) << "twice " << multiple << " - " << j;
            EXPECT_TRUE(values.insert(multiple + j).second) << "twice " << multiple << " + " << j;
            used.insert(j);
        }
    }
    EXPECT_EQ(at, program.pair_slot_end);
    EXPECT_EQ(used.size(), program.baby_count);

    expect_values_meet_every_prime(program.b1, program.b2, end, values, powers);
}

TEST(EcmTables, ChainsMultiplyByTheirExponent) {
    ASSERT_EQ(length(fg_ecm_programs), static_cast<size_t>(FG_ECM_PROGRAM_COUNT));
    unsigned end = 0;
    for (unsigned k = 0; k < FG_ECM_PROGRAM_COUNT; k++) {
        SCOPED_TRACE(k);
        const struct fg_ecm_program &program = fg_ecm_programs[k];
        EXPECT_EQ(program.step_begin, end);
        end = program.step_end;
        ASSERT_LE(end, length(fg_ecm_steps));
        Integer r;
        walk_chain(program, fg_ecm_steps, r);
        EXPECT_EQ(r, product(ecm_exponents[k]));
        EXPECT_EQ(program.twos, ecm_exponents[k].at(2));
        EXPECT_EQ(program.b1, ecm_exponents[k].rbegin()->first);
    }
    EXPECT_EQ(end, length(fg_ecm_steps));
}

TEST(EcmTables, PointStepsReachBabiesAndGiants) {
    unsigned end = 0;
    for (unsigned k = 0; k < FG_ECM_PROGRAM_COUNT; k++) {
        SCOPED_TRACE(k);
        const struct fg_ecm_program &program = fg_ecm_programs[k];
        EXPECT_EQ(program.point_step_begin, end);
        end = program.point_step_end;
        ASSERT_LE(end, length(fg_ecm_point_steps));
        ASSERT_LE(program.slot_count, FG_ECM_SLOTS);
        ASSERT_LE(program.baby_count + program.giant_count, program.slot_count);
        const std::vector<unsigned> slots =
            walk_point_steps(program, fg_ecm_point_steps, FG_ECM_DOUBLE);
        for (unsigned giant = 0; giant < program.giant_count; giant++)
            EXPECT_EQ(slots[program.baby_count + giant],
                      (program.first_giant + giant) * program.baby_step);
        expect_babies({slots.begin(), slots.begin() + program.baby_count}, program.baby_step);
    }
    EXPECT_EQ(end, length(fg_ecm_point_steps));
}

TEST(EcmTables, PairsOfEcmMeetEveryPrime) {
    for (unsigned k = 0; k < FG_ECM_PROGRAM_COUNT; k++) {
        SCOPED_TRACE(k);
        const struct fg_ecm_program &program = fg_ecm_programs[k];
        expect_pairs_meet_every_prime(program,
                                      walk_point_steps(program, fg_ecm_point_steps, FG_ECM_DOUBLE),
                                      ecm_exponents[k]);
    }
}

Powers exponent_of(const struct fg_pm1_program &program) {
    EXPECT_LE(program.exponent_word_begin + (program.exponent_bits + 63u) / 64u,
              length(fg_pm1_exponents));
    return factor_exponent(fg_pm1_exponents + program.exponent_word_begin, program.exponent_bits,
                           1000);
}

TEST(EcmTables, Pm1ExponentsAreMadeOfTheirPrimes) {
    ASSERT_EQ(length(fg_pm1_programs), static_cast<size_t>(FG_PM1_PROGRAM_COUNT));
    for (unsigned k = 0; k < FG_PM1_PROGRAM_COUNT; k++) {
        SCOPED_TRACE(k);
        const Powers powers = exponent_of(fg_pm1_programs[k]);
        for (const auto &[p, e] : powers)
            EXPECT_EQ(e, p <= 43 ? pm1_small_powers[k].at(p) : 1u) << p;
        const std::vector<unsigned> primes = primes_up_to(fg_pm1_programs[k].b1);
        EXPECT_EQ(primes.back(), fg_pm1_programs[k].b1);
        for (const unsigned p : primes)
            EXPECT_EQ(powers.count(p), 1u) << p;
    }
}

TEST(EcmTables, PairsOfPm1MeetEveryPrime) {
    for (unsigned k = 0; k < FG_PM1_PROGRAM_COUNT; k++) {
        SCOPED_TRACE(k);
        const struct fg_pm1_program &program = fg_pm1_programs[k];
        ASSERT_LE(program.baby_begin + program.baby_count + 0u, length(fg_pm1_babies));
        const uint8_t *const first = fg_pm1_babies + program.baby_begin;
        const std::vector<unsigned> babies(first, first + program.baby_count);
        expect_babies(babies, program.baby_step);
        expect_pairs_meet_every_prime(program, babies, exponent_of(program));
    }
}

TEST(Pm1Tables, FitTheSlotsOfTheCode) {
    for (const fg_pm1_program &program : fg_pm1_programs)
        EXPECT_LE(program.baby_count + program.giant_count, FG_PM1_SLOTS);
}

TEST(EcmTables, FitIntoHalfOfConstantMemory) {
    EXPECT_LT(sizeof fg_ecm_programs + sizeof fg_pm1_programs + sizeof fg_ecm_steps +
                  sizeof fg_ecm_point_steps + sizeof fg_pair_counts + sizeof fg_pair_slots +
                  sizeof fg_pm1_exponents + sizeof fg_pm1_babies + sizeof fg_ecm_curves,
              size_t{32} << 10);
}

/* ---- Curves ---- */

const unsigned six_torsion_count = FG_ECM_SIX_COUNT;

/* A point modulo p and the d of the curve that it is on. */
struct Point {
    uint64_t x, y, d;
};

/* False if p divides a coordinate or the curve is singular. */
bool reduce(const struct fg_ecm_curve &curve, uint64_t p, Point &point) {
    if (curve.x % p == 0 || curve.y % p == 0 || curve.z % p == 0)
        return false;
    const uint64_t z = inverse(curve.z % p, p);
    point.x = mul(curve.x % p, z, p);
    point.y = mul(curve.y % p, z, p);
    const uint64_t xx = mul(point.x, point.x, p), yy = mul(point.y, point.y, p);
    /* -x^2 + y^2 = 1 + d x^2 y^2 */
    point.d = mul((yy + 2 * p - xx - 1) % p, inverse(mul(xx, yy, p), p), p);
    return point.d != 0 && point.d != p - 1;
}

/* Every group modulo p contains the torsion points over the rationals and more: 12 divides its
 * order if those are Z/6; if they are Z/2 x Z/4, 8 does, and 16 if -1 is a square. No larger
 * number always does. */
TEST(EcmTables, GroupOrdersAreDivisibleByWhatTheTorsionMakesThem) {
    ASSERT_EQ(length(fg_ecm_curves), static_cast<size_t>(FG_ECM_CURVE_COUNT));
    const std::vector<unsigned> primes = primes_up_to(scaled(2000) < 300 ? 300 : 2000);
    for (unsigned k = 0; k < FG_ECM_CURVE_COUNT; k++) {
        SCOPED_TRACE(k);
        unsigned by_remainder[4] = {0, 0, 0, 0};
        Point point = {0, 0, 0};
        for (const unsigned p : primes) {
            if (p < 5 || !reduce(fg_ecm_curves[k], p, point))
                continue;
            const unsigned order = count_points(point.d, p);
            const double trace = p + 1.0 - order;
            ASSERT_LE(trace * trace, 4.0 * p) << "Hasse's bound, " << p;
            by_remainder[p % 4] = std::gcd(by_remainder[p % 4], order);
        }
        EXPECT_EQ(by_remainder[1], k < six_torsion_count ? 12u : 16u);
        EXPECT_EQ(by_remainder[3], k < six_torsion_count ? 12u : 8u);
    }
}

/* d = (Y^2 - X^2 - Z^2) Z^2 / (X^2 Y^2) is -e^4 exactly if the torsion is Z/2 x Z/4. */
TEST(EcmTables, SecondFamilyHasMinusAFourthPowerForD) {
    for (unsigned k = 0; k < FG_ECM_CURVE_COUNT; k++) {
        SCOPED_TRACE(k);
        const struct fg_ecm_curve &curve = fg_ecm_curves[k];
        Integer x(curve.x), y(curve.y), z(curve.z), numerator, divisor, common;
        for (Integer *n : {&x, &y, &z})
            mpz_mul(n->get(), n->get(), n->get());
        mpz_add(numerator.get(), x.get(), z.get());
        mpz_sub(numerator.get(), numerator.get(), y.get());
        mpz_mul(numerator.get(), numerator.get(), z.get());
        mpz_mul(divisor.get(), x.get(), y.get());
        mpz_gcd(common.get(), numerator.get(), divisor.get());
        ASSERT_NE(mpz_sgn(common.get()), 0);
        mpz_divexact(numerator.get(), numerator.get(), common.get());
        mpz_divexact(divisor.get(), divisor.get(), common.get());
        const bool fourth_power = mpz_sgn(numerator.get()) > 0 &&
                                  mpz_root(numerator.get(), numerator.get(), 4) != 0 &&
                                  mpz_root(divisor.get(), divisor.get(), 4) != 0;
        EXPECT_EQ(fourth_power, k >= six_torsion_count);
    }
}

/* A multiple that is not the identity modulo some prime is not the identity. Over the rationals
 * torsion points have order 12 at most. */
TEST(EcmTables, PointsAreOfInfiniteOrder) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (unsigned k = 0; k < FG_ECM_CURVE_COUNT; k++)
        for (unsigned repeat = 0; repeat < 4; repeat++) {
            SCOPED_TRACE(k);
            const uint64_t p = oracle::next_prime(random.with_bits(61));
            Point point = {0, 0, 0};
            ASSERT_TRUE(reduce(fg_ecm_curves[k], p, point)) << p;
            uint64_t x = point.x, y = point.y;
            for (unsigned multiple = 2; multiple <= 24; multiple++) {
                const uint64_t xx = mul(x, point.x, p), yy = mul(y, point.y, p);
                const uint64_t xy = (mul(x, point.y, p) + mul(y, point.x, p)) % p;
                const uint64_t product = mul(point.d, mul(xx, yy, p), p);
                ASSERT_TRUE(product != 1 && product != p - 1) << p;
                x = mul(xy, inverse(1 + product, p), p);
                y = mul((yy + xx) % p, inverse(p + 1 - product, p), p);
                ASSERT_TRUE(x != 0 || y != 1) << multiple << " times the point, modulo " << p;
                const uint64_t left = (mul(y, y, p) + p - mul(x, x, p)) % p;
                const uint64_t both = mul(mul(x, x, p), mul(y, y, p), p);
                ASSERT_EQ(left, (1 + mul(point.d, both, p)) % p) << "not on the curve";
            }
        }
}

TEST(EcmTables, CurvesAreSmallAndDifferent) {
    std::set<uint64_t> seen;
    for (const struct fg_ecm_curve &curve : fg_ecm_curves) {
        EXPECT_LT(std::max({curve.x, curve.y, curve.z}), UINT64_C(1) << 36);
        EXPECT_GT(std::min({curve.x, curve.y, curve.z}), 0u);
        Point point = {0, 0, 0};
        ASSERT_TRUE(reduce(curve, (UINT64_C(1) << 61) - 1, point));
        EXPECT_TRUE(seen.insert(point.d).second);
    }
}

} // namespace
