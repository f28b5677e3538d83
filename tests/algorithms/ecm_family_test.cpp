// SPDX-License-Identifier: MIT
/*
 * ecm_family_test.cpp: the endless family of curves, against rational arithmetic by GMP, and by the
 * orders of its groups modulo small primes.
 */
#include "algorithms/ecm_family.h"
#include "support/edwards_points.h"
#include "support/integer.h"
#include "support/random_numbers.h"

#include <gmpxx.h>
#include <gtest/gtest.h>

#include <numeric>

namespace {

/* A rational point, of the elliptic curve or of an Edwards curve. */
struct Rational {
    mpq_class x, y;
};

/* The multiples P, 2 P, 3 P ... of (15, 378) on y^2 = x^3 - 9747 x + 285714. */
std::vector<Rational> multiples(unsigned count) {
    const Rational p = {15, 378};
    std::vector<Rational> result = {p};
    while (result.size() < count) {
        const Rational q = result.back();
        const mpq_class slope = result.size() == 1 ? mpq_class((3 * q.x * q.x - 9747) / (2 * q.y))
                                                   : mpq_class((q.y - p.y) / (q.x - p.x));
        const mpq_class x = slope * slope - q.x - p.x;
        result.push_back({x, slope * (q.x - x) - q.y});
        const Rational &r = result.back();
        EXPECT_TRUE(r.y * r.y == r.x * r.x * r.x - 9747 * r.x + 285714);
    }
    return result;
}

/* Suyama's curve B v^2 = u^3 + A u^2 + u for sigma, and d = (2 - A) / (2 + A) of the Edwards curve
 * that is birational to it. */
mpq_class suyama_d(const mpq_class &sigma) {
    const mpq_class u = sigma * sigma - 5, v = 4 * sigma;
    const mpq_class cube = (v - u) * (v - u) * (v - u);
    const mpq_class a = cube * (3 * u + v) / (4 * u * u * u * v) - 2;
    return (2 - a) / (2 + a);
}

mpq_class edwards_d(const Rational &point) {
    const mpq_class xx = point.x * point.x, yy = point.y * point.y;
    return (yy - xx - 1) / (xx * yy);
}

/* Member k's point as the header's comment gives it, from the multiple of P. */
Rational edwards_point(const Rational &multiple) {
    const mpq_class s = 213 - multiple.x, t = multiple.x + 3;
    const mpq_class difference = s * s - 5 * t * t, product = 4 * s * t;
    const mpq_class u = difference * difference * difference, v = product * product * product;
    return {288 * multiple.y * s * t / ((s - t) * (s + 5 * t) * (s * s + 5 * t * t)),
            (u - v) / (u + v)};
}

mpz_class integer(fg_wide n) {
    return (mpz_class(static_cast<unsigned long>(fg_wide_high(n))) << 64) +
           static_cast<unsigned long>(fg_wide_low(n));
}

/* Returns whether numerator / denominator = q modulo n. */
bool equal(fg_wide numerator, fg_wide denominator, const mpq_class &q, const mpz_class &n) {
    const mpz_class difference =
        integer(numerator) * q.get_den() - integer(denominator) * q.get_num();
    return difference % n == 0;
}

fg_wide random_modulus(RandomNumbers &random, unsigned bits) {
    const fg_wide low = random.with_bits(64);
    const fg_wide high = bits > 64 ? static_cast<fg_wide>(random.with_bits(bits - 64)) << 64 : 0;
    return (high | (low >> (bits < 64 ? 64 - bits : 0))) | 1;
}

const unsigned exact_count = 12;

TEST(EcmFamily, MembersAreSuyamasCurves) {
    for (const Rational &multiple : multiples(exact_count)) {
        const mpq_class sigma = (213 - multiple.x) / (multiple.x + 3);
        EXPECT_TRUE(edwards_d(edwards_point(multiple)) == suyama_d(sigma)) << sigma.get_str();
    }
}

TEST(EcmFamily, FirstMembersAreInTheTable) {
    const std::vector<Rational> points = multiples(exact_count);
    EXPECT_TRUE((213 - points[0].x) / (points[0].x + 3) == 11);
    EXPECT_TRUE((213 - points[1].x) / (points[1].x + 3) == mpq_class("11/13"));
    for (unsigned k = 1; k <= exact_count; k++) {
        unsigned in_table = 0;
        for (const struct fg_ecm_curve &curve : fg_ecm_curves) {
            const mpq_class z(static_cast<unsigned long>(curve.z));
            const Rational point = {static_cast<unsigned long>(curve.x) / z,
                                    static_cast<unsigned long>(curve.y) / z};
            in_table += edwards_d(point) == edwards_d(edwards_point(points[k - 1]));
        }
        EXPECT_EQ(in_table, k < FG_ECM_FAMILY_BEGIN ? 1u : 0u) << k;
    }
}

TEST(EcmFamily, AgreesWithRationalPoints) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const std::vector<Rational> points = multiples(exact_count);
    for (const unsigned bits : {65u, 66u, 80u, 96u, 127u, 128u})
        for (unsigned repeat = 0; repeat < scaled(20); repeat++) {
            const fg_wide n = random_modulus(random, bits);
            const mpz_class modulus = integer(n);
            struct fg_ecm_family family = fg_ecm_family_begin(n);
            for (unsigned k = 1; k <= exact_count; k++) {
                fg_ecm_family_to(&family, k);
                const struct fg_wide_curve curve = fg_ecm_family_curve(&family);
                ASSERT_TRUE(curve.x < n && curve.y < n && curve.z < n);
                const Rational point = edwards_point(points[k - 1]);
                ASSERT_TRUE(equal(curve.x, curve.z, point.x, modulus))
                    << modulus.get_str() << " " << k;
                ASSERT_TRUE(equal(curve.y, curve.z, point.y, modulus))
                    << modulus.get_str() << " " << k;
            }
        }
}

/* Jumps and single steps lead to the same multiple of P. */
TEST(EcmFamily, ReachesAMemberOnEveryWay) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const fg_wide n = random_modulus(random, 128);
    struct fg_ecm_family steps = fg_ecm_family_begin(n);
    for (unsigned k = 1; k <= 300; k++) {
        struct fg_ecm_family jump = fg_ecm_family_begin(n);
        fg_ecm_family_to(&steps, k);
        fg_ecm_family_to(&jump, k);
        ASSERT_EQ(jump.k, k);
        ASSERT_EQ(fg_mont128_mul(steps.modulus, steps.x, jump.z),
                  fg_mont128_mul(steps.modulus, jump.x, steps.z));
        ASSERT_EQ(fg_mont128_mul(steps.modulus, steps.y, jump.z),
                  fg_mont128_mul(steps.modulus, jump.y, steps.z));
    }
}

/* The steps of a plan: the table's curves with torsion Z/6, then members that are not among them,
 * in any order of numbers and steps. */
TEST(EcmFamily, StepsTakeTheTableAndThenTheFamily) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    struct fg_ecm_family family = {};
    for (unsigned repeat = 0; repeat < scaled(50); repeat++) {
        const fg_wide n = random_modulus(random, 65 + repeat % 64);
        const unsigned begin = 1 + static_cast<unsigned>(random.with_bits(5) % 30);
        for (unsigned step = begin; step < begin + 3; step++) {
            const struct fg_wide_curve curve = fg_wide_curve_of_step(&family, n, step);
            if (step <= FG_ECM_SIX_COUNT) {
                EXPECT_TRUE(curve.x == fg_ecm_curves[step - 1].x &&
                            curve.y == fg_ecm_curves[step - 1].y &&
                            curve.z == fg_ecm_curves[step - 1].z);
                continue;
            }
            struct fg_ecm_family other = fg_ecm_family_begin(n);
            fg_ecm_family_to(&other, FG_ECM_FAMILY_BEGIN + step - FG_ECM_SIX_COUNT - 1);
            const struct fg_wide_curve expected = fg_ecm_family_curve(&other);
            const struct fg_mont128 m = other.modulus;
            EXPECT_EQ(fg_mont128_mul(m, curve.x, expected.z),
                      fg_mont128_mul(m, expected.x, curve.z));
            EXPECT_EQ(fg_mont128_mul(m, curve.y, expected.z),
                      fg_mont128_mul(m, expected.y, curve.z));
        }
    }
}

/* Every group has a point of order 3 and one of order 2, so one of order 6; 12 divides its order,
 * as it must for the torsion group Z/6, and no larger number always does. */
TEST(EcmFamily, GroupsHaveAPointOfOrderSix) {
    const std::vector<unsigned> primes = primes_up_to(1000);
    unsigned groups = 0;
    for (const unsigned k : {1u, 2u, 3u, 4u, 5u, 10u, 33u, 64u, 100u, 1000u, 4096u}) {
        unsigned common = 0;
        for (const unsigned p : primes) {
            if (p < 11)
                continue;
            struct fg_ecm_family family = fg_ecm_family_begin(p);
            fg_ecm_family_to(&family, k);
            const struct fg_wide_curve curve = fg_ecm_family_curve(&family);
            const uint64_t x = fg_wide_low(curve.x), y = fg_wide_low(curve.y),
                           z = fg_wide_low(curve.z);
            if (x == 0 || y == 0 || z == 0)
                continue;
            const uint64_t xx = mul(mul(x, x, p), inverse(mul(z, z, p), p), p);
            const uint64_t yy = mul(mul(y, y, p), inverse(mul(z, z, p), p), p);
            const uint64_t d = mul((yy + 2 * p - xx - 1) % p, inverse(mul(xx, yy, p), p), p);
            if (d == 0 || d == p - 1)
                continue;
            const unsigned order = count_points(d, p);
            EXPECT_EQ(order % 12, 0u) << k << " modulo " << p;
            common = std::gcd(common, order);
            groups++;
        }
        EXPECT_EQ(common, 12u) << k;
    }
    EXPECT_GT(groups, 1200u);
}

} // namespace
