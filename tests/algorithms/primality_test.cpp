// SPDX-License-Identifier: MIT
/*
 * primality_test.cpp: the primality proof against FLINT's, on every small number, on more than
 * 10^7 random and structured ones, and on composites made to deceive; and its two halves against
 * their definitions.
 */
#include "support/chosen_numbers.h"
#include "support/lane_forms.h"
#include "support/oracle.h"
#include "support/probable_prime_definitions.h"
#include "support/pseudoprimes.h"
#include "support/random_numbers.h"

#include "algorithms/confirm_prime.h"
#include "algorithms/primality.h"
#include "algorithms/split_plan.h"

#include <algorithm>
#include <vector>

namespace {

using chosen::random_prime;
using oracle::Numbers;

/* ---- The halves, one lane ---- */

bool strong_base2(uint64_t n) {
    const fg_full::fg_field field = fg_full::fg_prepare(&n);
    return fg_full::fg_strong_base2(&field) != 0;
}

bool lucas(uint64_t n, uint32_t p) {
    const fg_full::fg_field field = fg_full::fg_prepare(&n);
    return fg_full::fg_lucas(&field, &p) != 0;
}

bool strong_base2_in_doubles(uint64_t n) {
    const fg_double::fg_field field = fg_double::fg_prepare(&n);
    return fg_double::fg_strong_base2(&field) != 0;
}

bool lucas_in_doubles(uint64_t n, uint32_t p) {
    const fg_double::fg_field field = fg_double::fg_prepare(&n);
    return fg_double::fg_lucas(&field, &p) != 0;
}

/* The parameter is the first of 3, 5, 7 ..., or 0 if n is composite for another reason. */
void expect_parameter(uint64_t n) {
    const uint32_t p = fg_lucas_parameter(n);
    if (n_is_square(n) != 0) {
        ASSERT_EQ(p, 0u) << n;
    } else if (p == 0) {
        ASSERT_TRUE(shares_a_factor(n, 3, 2)) << n;
    } else {
        ASSERT_EQ(p, lucas_parameter_by_definition(n, 3, 2)) << n;
    }
}

void expect_halves(uint64_t n) {
    ASSERT_EQ(strong_base2(n), strong_base2_by_definition(n)) << n;
    ASSERT_NO_FATAL_FAILURE(expect_parameter(n));
    const uint32_t p = fg_lucas_parameter(n);
    const bool fits_doubles = n < FG_PLAN_DOUBLE_MAX;
    if (fits_doubles) {
        ASSERT_EQ(strong_base2_in_doubles(n), strong_base2_by_definition(n)) << n;
    }
    if (p != 0) {
        ASSERT_EQ(lucas(n, p), lucas_by_definition(n, p)) << n;
        ASSERT_EQ(fits_doubles && lucas_in_doubles(n, p), fits_doubles && lucas_by_definition(n, p))
            << n;
    }
}

/* A number of `bits` bits without a prime factor below 29, as most are that reach a test. */
uint64_t without_small_primes(RandomNumbers &random, unsigned bits) {
    for (;;) {
        const uint64_t n = random.with_bits(bits) | 1;
        if (n % 3 != 0 && n % 5 != 0 && n % 7 != 0 && n_gcd(n, UINT64_C(37182145)) == 1)
            return n; /* 37182145 = 5 * 7 * 11 * 13 * 17 * 19 * 23 */
    }
}

TEST(Jacobi, MatchesFlintForEverySmallPair) {
    for (uint32_t n = 1; n < 1000; n += 2)
        for (uint32_t a = 0; a < 2 * n; a++)
            ASSERT_EQ(fg_jacobi32(a, n), n_jacobi_unsigned(a % n, n)) << a << " / " << n;
}

TEST(Jacobi, MatchesFlintForRandomPairs) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled_slow(500000); i++) {
        const auto a = (uint32_t)random.of_any_size(32), n = (uint32_t)random.of_any_size(32) | 1;
        ASSERT_EQ(fg_jacobi32(a, n), n_jacobi_unsigned(a % n, n)) << a << " / " << n;
    }
}

TEST(ProbablePrime, HalvesFollowTheirDefinitionsForEverySmallNumber) {
    for (uint64_t n = 5; n < scaled_slow(200000); n += 2)
        expect_halves(n);
}

TEST(ProbablePrime, HalvesFollowTheirDefinitionsForRandomNumbers) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled_slow(50000); i++) {
        const auto bits = (unsigned)random.between(4, 64);
        expect_halves(std::min(random.with_bits(bits) | 1, UINT64_MAX - 2));
        expect_halves(random_prime(random, bits));
    }
}

TEST(ProbablePrime, HalvesFollowTheirDefinitionsAroundPowersOfTwo) {
    for (unsigned bits = 4; bits <= 64; bits++)
        for (uint64_t offset = 1; offset < 400; offset += 2) {
            const uint64_t power = bits == 64 ? 0 : UINT64_C(1) << bits;
            if (power - offset != UINT64_MAX && power - offset >= 5)
                expect_halves(power - offset);
            if (bits < 64)
                expect_halves(power + offset);
        }
}

TEST(ProbablePrime, TheStrongPseudoprimesToBase2BelowAMillionAreThoseKnown) {
    Numbers pseudoprimes;
    for (uint64_t n = 9; n < 1000000; n += 2)
        if (strong_base2(n) && !oracle::is_prime(n))
            pseudoprimes.push_back(n);
    EXPECT_EQ(pseudoprimes.size(), 46u);
    pseudoprimes.erase(std::lower_bound(pseudoprimes.begin(), pseudoprimes.end(), UINT64_C(50000)),
                       pseudoprimes.end());
    EXPECT_EQ(oracle::difference(pseudoprimes, pseudoprimes::strong_to_base_2), "");
}

/* With R. Baillie's parameters, P = 3, 4, 5 ..., because that is what the published list has. */
TEST(ProbablePrime, TheLucasPseudoprimesBelow100000AreThoseKnown) {
    Numbers accepted;
    for (uint64_t n = 9; n < 100000; n += 2)
        if (!oracle::is_prime(n) && n_is_square(n) == 0 && !shares_a_factor(n, 3, 1) &&
            lucas(n, (uint32_t)lucas_parameter_by_definition(n, 3, 1)))
            accepted.push_back(n);
    EXPECT_EQ(oracle::difference(accepted, pseudoprimes::almost_extra_strong_lucas), "");
}

TEST(ProbablePrime, TheLucasPseudoprimesBelow100000AreThoseOfTheDefinition) {
    Numbers accepted, expected;
    for (uint64_t n = 9; n < 100000; n += 2) {
        if (oracle::is_prime(n) || n_is_square(n) != 0 || shares_a_factor(n, 3, 2))
            continue;
        if (lucas(n, fg_lucas_parameter(n)))
            accepted.push_back(n);
        if (lucas_by_definition(n, lucas_parameter_by_definition(n, 3, 2)))
            expected.push_back(n);
    }
    EXPECT_GT(expected.size(), 5u);
    EXPECT_EQ(oracle::difference(accepted, expected), "");
}

/* ---- Lanes: each by itself, next to others of any size ---- */

class ProbablePrimeLanes : public LaneFormTest {};

TEST_P(ProbablePrimeLanes, StrongTestsFollowTheDefinition) {
    const LaneForm &form = GetParam();
    const unsigned lanes = form.primality_lanes();
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled_slow(120000); i += lanes) {
        uint64_t n[FG_LANES_MOST];
        for (unsigned lane = 0; lane < lanes; lane++) {
            const auto bits = (unsigned)random.between(4, form.bits());
            n[lane] = random.between(0, 1) == 0 ? without_small_primes(random, std::max(bits, 6u))
                                                : random_prime(random, bits);
            if (random.between(0, 9) == 0)
                n[lane] = pseudoprimes::strong_to_base_2[random.between(
                    0, pseudoprimes::strong_to_base_2.size() - 1)];
            if (random.between(0, 19) == 0)
                n[lane] = 9 + 2 * random.between(0, 10);
        }
        const uint32_t passed = form.steps->primality->strong_base2(n);
        ASSERT_EQ(passed >> (lanes - 1) >> 1, 0u);
        for (unsigned lane = 0; lane < lanes; lane++)
            ASSERT_EQ((passed >> lane & 1) != 0, strong_base2_by_definition(n[lane]))
                << n[lane] << " in lane " << lane;
    }
}

TEST_P(ProbablePrimeLanes, LucasTestsFollowTheDefinition) {
    const LaneForm &form = GetParam();
    const unsigned lanes = form.primality_lanes();
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const Numbers &known = pseudoprimes::almost_extra_strong_lucas;
    for (size_t i = 0; i < scaled_slow(120000); i += lanes) {
        uint64_t n[FG_LANES_MOST];
        uint32_t parameters[FG_LANES_MOST];
        for (unsigned lane = 0; lane < lanes; lane++) {
            const auto bits = (unsigned)random.between(5, form.bits());
            n[lane] = random.between(0, 1) == 0 ? without_small_primes(random, std::max(bits, 6u))
                                                : random_prime(random, bits);
            if (random.between(0, 9) == 0)
                n[lane] = known[random.between(0, known.size() - 1)];
            parameters[lane] = fg_lucas_parameter(n[lane]);
        }
        const uint32_t passed = form.steps->primality->lucas(n, parameters);
        ASSERT_EQ(passed >> (lanes - 1) >> 1, 0u);
        for (unsigned lane = 0; lane < lanes; lane++)
            if (parameters[lane] != 0) {
                ASSERT_EQ((passed >> lane & 1) != 0, lucas_by_definition(n[lane], parameters[lane]))
                    << n[lane] << " in lane " << lane;
            }
    }
}

/* An odd number of up to `bits` bits for both tests: primes, composites, and what deceives one. */
uint64_t number_for_both_tests(RandomNumbers &random, unsigned bits) {
    const auto any_of = [&](const std::vector<uint64_t> &list) {
        return list[random.between(0, list.size() - 1)];
    };
    switch (random.between(0, 7)) {
    case 0:
        return any_of(pseudoprimes::strong_to_base_2);
    case 1:
        return any_of(pseudoprimes::almost_extra_strong_lucas);
    case 2: /* n - 1 or n + 1 with many factors of 2 */
        return (random.between(1, 15) << (bits - 4)) + (random.any() % 2 == 0 ? 1 : -1);
    default:
        return random.any() % 3 == 0 ? without_small_primes(random, std::max(bits, 6u))
                                     : random_prime(random, bits);
    }
}

/* Every form of one lane has both tests at once. */
TEST_P(ProbablePrimeLanes, BothTestsAtOnceFollowTheDefinitions) {
    const LaneForm &form = GetParam();
    const fg_lane_steps &steps = *form.steps->primality;
    const unsigned lanes = form.primality_lanes();
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    ASSERT_TRUE(steps.both_tests != nullptr || lanes > 1);
    for (size_t i = 0; steps.both_tests != nullptr && i < scaled_slow(60000); i += lanes) {
        uint64_t n[FG_LANES_MOST];
        uint32_t parameters[FG_LANES_MOST];
        for (unsigned lane = 0; lane < lanes;) {
            const auto bits = (unsigned)random.between(5, form.bits());
            n[lane] = number_for_both_tests(random, bits);
            parameters[lane] = n[lane] >= 9 && n[lane] % 2 == 1 ? fg_lucas_parameter(n[lane]) : 0;
            lane += parameters[lane] != 0 && n[lane] <= form.steps->most;
        }
        const uint32_t passed = steps.both_tests(n, parameters);
        ASSERT_EQ(passed >> (lanes - 1) >> 1, 0u);
        for (unsigned lane = 0; lane < lanes; lane++)
            ASSERT_EQ((passed >> lane & 1) != 0, strong_base2_by_definition(n[lane]) &&
                                                     lucas_by_definition(n[lane], parameters[lane]))
                << n[lane] << " in lane " << lane;
    }
}

INSTANTIATE_TEST_SUITE_P(Forms, ProbablePrimeLanes, testing::ValuesIn(table_lane_forms()),
                         lane_form_name);

/* ---- The proof ---- */

TEST(Primality, EveryNumberBelowAMillionIsJudgedRight) {
    const size_t limit = 1000000;
    std::vector<bool> composite(limit, false);
    composite[0] = composite[1] = true;
    for (size_t n = 0; n < limit; n++) {
        if (n > 1 && !composite[n])
            for (size_t multiple = n * n; multiple < limit; multiple += n)
                composite[multiple] = true;
        ASSERT_EQ(fg_is_prime64(n), !composite[n]) << n;
        if (n < limit / 10) {
            ASSERT_EQ(fg_confirm_prime64(n), !composite[n]) << n;
        }
    }
}

TEST(Primality, NeighboursOfPowersOfTwoAreJudgedRight) {
    const auto around = (int64_t)scaled_slow(3000);
    for (unsigned bits = 1; bits <= 64; bits++) {
        const uint64_t power = bits == 64 ? 0 : UINT64_C(1) << bits;
        for (int64_t offset = -around; offset <= around; offset++) {
            const uint64_t n = power + (uint64_t)offset;
            ASSERT_EQ(fg_is_prime64(n), oracle::is_prime(n)) << n;
        }
    }
}

/* In parts, which can run side by side: more than 10^7 numbers in all. */
class PrimalityRandom : public testing::TestWithParam<int> {};

TEST_P(PrimalityRandom, NumbersOfEverySizeAreJudgedRight) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled_slow(3000000); i++) {
        const uint64_t n = random.of_any_size();
        ASSERT_EQ(fg_is_prime64(n), oracle::is_prime(n)) << n;
    }
}

TEST_P(PrimalityRandom, LargeNumbersWithoutSmallPrimesAreJudgedRight) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled_slow(1500000); i++) {
        const uint64_t n = without_small_primes(random, (unsigned)random.between(40, 64));
        ASSERT_EQ(fg_is_prime64(n), oracle::is_prime(n)) << n;
    }
}

INSTANTIATE_TEST_SUITE_P(Parts, PrimalityRandom, testing::Range(0, 4));

TEST(Primality, PrimesAreProvedAndTheirProductsRefused) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled_slow(150000); i++) {
        const uint64_t p = random_prime(random, (unsigned)random.between(2, 64));
        ASSERT_TRUE(fg_is_prime64(p)) << p;
        ASSERT_TRUE(fg_confirm_prime64(p)) << p;
        if (p >> 32 != 0)
            continue;
        ASSERT_FALSE(fg_is_prime64(p * p)) << p << "^2";
        const uint64_t q = random_prime(random, (unsigned)random.between(2, 32));
        ASSERT_FALSE(fg_is_prime64(p * q)) << p << " * " << q;
        ASSERT_FALSE(fg_confirm_prime64(p * q)) << p << " * " << q;
    }
}

/* p * (k (p - 1) + 1) and p * (k (p + 1) - 1): with k = 2 and 3, p (2p - 1) and p (3p - 2). */
TEST(Primality, ProductsOfRelatedPrimesAreRefused) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    size_t found = 0;
    for (size_t i = 0; i < scaled_slow(100000); i++) {
        const uint64_t p = random_prime(random, (unsigned)random.between(4, 32));
        for (uint64_t k = 2; k <= 8; k++)
            for (const bool lucas_kind : {false, true}) {
                const uint64_t n = pseudoprimes::with_related_prime(p, k, lucas_kind);
                if (n == 0)
                    continue;
                found++;
                ASSERT_FALSE(fg_is_prime64(n)) << n << " = " << p << " * " << n / p;
            }
    }
    EXPECT_GT(found, scaled_slow(50000));
}

/* Numbers that certainly pass the first half must fail the second. */
TEST(Primality, StrongPseudoprimesToBase2AreRefused) {
    const Numbers made = pseudoprimes::of_equal_order_of_2(100000 + scaled_slow(900000));
    EXPECT_GT(made.size(), 400u);
    for (const uint64_t n : made) {
        ASSERT_TRUE(strong_base2(n)) << n;
        ASSERT_FALSE(fg_is_prime64(n)) << n;
    }
    for (const uint64_t n : pseudoprimes::strong_to_first_primes) {
        EXPECT_TRUE(strong_base2(n)) << n;
        EXPECT_FALSE(fg_is_prime64(n)) << n;
    }
    for (const uint64_t n : pseudoprimes::wieferich_squares) {
        EXPECT_TRUE(strong_base2(n)) << n;
        EXPECT_EQ(fg_lucas_parameter(n), 0u) << n;
        EXPECT_FALSE(fg_is_prime64(n)) << n;
    }
}

bool has_prime_below_1024(uint64_t n) {
    for (uint64_t p = 3; p < 1 << 10; p += 2)
        if (n % p == 0)
            return true;
    return false;
}

/* All composites below 2^32 without primes below 2^10 that pass the first half: with a prime p they
 * have a cofactor that is 1 modulo the order of 2 modulo p. */
TEST(Primality, TheFirstHalfIsNoProofOfWhatItGetsWrong) {
    const uint64_t end = UINT64_C(1) << 32;
    Numbers deceivers;
    for (uint64_t p = n_nextprime(1 << 10, 1); p * p < end; p = n_nextprime(p, 1)) {
        const uint64_t order = pseudoprimes::order_of_2(p);
        for (uint64_t cofactor = 1 + order; cofactor * p < end; cofactor += order)
            if (cofactor >= p && cofactor % 2 == 1 && strong_base2(cofactor * p) &&
                !has_prime_below_1024(cofactor))
                deceivers.push_back(cofactor * p);
    }
    std::sort(deceivers.begin(), deceivers.end());
    deceivers.erase(std::unique(deceivers.begin(), deceivers.end()), deceivers.end());
    EXPECT_EQ(deceivers.size(), 1762u);
    for (const uint64_t n : deceivers) {
        ASSERT_TRUE(strong_base2_by_definition(n)) << n;
        ASSERT_FALSE(oracle::is_prime(n)) << n;
        ASSERT_FALSE(fg_base2_proves(n)) << n;
    }
}

TEST(Primality, TheFirstHalfProvesMostPrimesBelowTwoTo32) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    size_t proved = 0;
    const size_t count = scaled_slow(100000);
    for (size_t i = 0; i < count; i++)
        proved += fg_base2_proves(random.with_bits((unsigned)random.between(20, 32)));
    EXPECT_GT(proved, count / 10 * 9);
    for (const uint64_t n : {UINT64_C(1) << 32, (UINT64_C(1) << 32) + 15, UINT64_MAX - 58})
        EXPECT_FALSE(fg_base2_proves(n)) << n;
}

/* Composite Mersenne and Fermat numbers pass the strong test to base 2. */
TEST(Primality, CompositeMersenneAndFermatNumbersAreRefused) {
    for (const unsigned exponent : {11u, 23u, 29u, 37u, 41u, 43u, 47u, 53u, 59u}) {
        const uint64_t n = (UINT64_C(1) << exponent) - 1;
        EXPECT_TRUE(strong_base2(n)) << n;
        EXPECT_FALSE(fg_is_prime64(n) || fg_confirm_prime64(n)) << n;
    }
    EXPECT_TRUE(strong_base2(UINT64_C(4294967297)));
    EXPECT_FALSE(fg_is_prime64(UINT64_C(4294967297)) || fg_confirm_prime64(UINT64_C(4294967297)));
    for (const unsigned exponent : {2u, 3u, 5u, 7u, 13u, 17u, 19u, 31u, 61u})
        EXPECT_TRUE(fg_is_prime64((UINT64_C(1) << exponent) - 1) &&
                    fg_confirm_prime64((UINT64_C(1) << exponent) - 1))
            << exponent;
}

TEST(Primality, LucasPseudoprimesAreRefused) {
    for (const Numbers *list : {&pseudoprimes::lucas, &pseudoprimes::almost_extra_strong_lucas})
        for (const uint64_t n : *list) {
            EXPECT_FALSE(oracle::is_prime(n)) << n << " is in the wrong list";
            EXPECT_FALSE(fg_is_prime64(n) || fg_confirm_prime64(n)) << n;
        }
}

TEST(Primality, CarmichaelNumbersAreRefused) {
    const Numbers listed = {561,   1105,  1729,  2465,   2821,      6601,       8911,        10585,
                            15841, 29341, 41041, 825265, 321197185, 5394826801, 232250619601};
    for (const uint64_t n : listed)
        EXPECT_FALSE(fg_is_prime64(n) || fg_confirm_prime64(n)) << n;
    const Numbers chernick = pseudoprimes::chernick(500);
    EXPECT_GT(chernick.size(), 500u);
    for (const uint64_t n : chernick)
        ASSERT_FALSE(fg_is_prime64(n)) << n;
    const Numbers of_three = pseudoprimes::carmichael_of_three_primes(60 + scaled_slow(240));
    EXPECT_GT(of_three.size(), 20u);
    for (const uint64_t n : of_three)
        ASSERT_FALSE(fg_is_prime64(n)) << n;
}

TEST(Primality, TheEndsOfTheRangeAreJudgedRight) {
    EXPECT_FALSE(fg_is_prime64(0) || fg_confirm_prime64(0));
    EXPECT_FALSE(fg_is_prime64(1) || fg_confirm_prime64(1));
    EXPECT_TRUE(fg_is_prime64(2) && fg_confirm_prime64(2));
    EXPECT_TRUE(fg_is_prime64(UINT64_C(18446744073709551557)) &&
                fg_confirm_prime64(UINT64_C(18446744073709551557)));
    EXPECT_FALSE(fg_is_prime64(UINT64_MAX) || fg_confirm_prime64(UINT64_MAX));
    for (uint64_t n = UINT64_C(18446744073709551558); n != 0; n++)
        EXPECT_FALSE(fg_is_prime64(n) || fg_confirm_prime64(n)) << n;
    EXPECT_FALSE(fg_is_prime64(UINT64_C(18446744030759878681))); /* 4294967291^2 */
    EXPECT_FALSE(fg_is_prime64(UINT64_C(18446743979220271189))); /* 4294967291 * 4294967279 */
}

} // namespace
