// SPDX-License-Identifier: MIT
/*
 * wide_proof_test.cpp: proofs of primality above 2^64 against FLINT's; the theorems' conditions on
 * every number of small worlds; and composites made to deceive.
 */
#include "support/internals.h"
#include "support/random_numbers.h"
#include "support/wide_oracle.h"

extern "C" {
#include "algorithms/wide_proof.h"
}

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace {

using oracle::decimal;
using oracle::next_wide_prime;
using oracle::Wide;
using oracle::wide;

const Wide one = 1;

/* With exactly `bits` bits, 2 .. 128. */
Wide random_wide(RandomNumbers *random, unsigned bits) {
    const Wide any = Wide{random->any()} << 64 | random->any(), top = one << (bits - 1);
    return top | (any & (top - 1));
}

/* All primes that divide n, ascending. */
std::vector<Wide> distinct_primes(Wide n) {
    std::vector<Wide> primes;
    for (const auto &[prime, exponent] : oracle::wide_prime_powers(n)) {
        EXPECT_GE(exponent, 1u);
        primes.push_back(prime);
    }
    return primes;
}

/* The least strong pseudoprimes to the first 12 and 13 primes as bases: Sorenson, Webster (2015).
 */
const char *const psi_12 = "318665857834031151167461", *const psi_13 = "3317044064679887385961981";

/* ---- Thirteen bases ---- */

TEST(WideProof, TheBasesEndAtTheLeastNumberThatTheyDoNotDecide) {
    const Wide end = FG_PROOF_BASES_END;
    EXPECT_EQ(end, wide(psi_13));
    EXPECT_FALSE(oracle::is_proved_wide_prime(end));
    const fg_mont128 modulus = fg_mont128_prepare(end);
    for (const uint32_t base : {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41})
        EXPECT_TRUE(fg_proof_strong(modulus, fg_mont128_one(modulus), base)) << base;
    EXPECT_FALSE(fg_proof_strong(modulus, fg_mont128_one(modulus), 43));
}

TEST(WideProof, TheThirteenthBaseRejectsWhatPassesTwelve) {
    const Wide n = wide(psi_12);
    const fg_mont128 modulus = fg_mont128_prepare(n);
    for (const uint32_t base : {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37})
        EXPECT_TRUE(fg_proof_strong(modulus, fg_mont128_one(modulus), base)) << base;
    EXPECT_FALSE(fg_proof_by_bases(n));
}

TEST(WideProof, ByBasesAgreesWithFlint) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(5000); i++) {
        Wide n = random_wide(&random, static_cast<unsigned>(random.between(65, 82))) | 1;
        if (i % 2 == 0)
            n = next_wide_prime(n);
        if (n < FG_PROOF_BASES_END) {
            ASSERT_EQ(fg_proof_by_bases(n), oracle::is_proved_wide_prime(n)) << decimal(n);
        }
    }
}

/* p(2p-1) and p(3p-2) with both factors prime pass many bases. */
TEST(WideProof, ProductsOfRelatedPrimesAreComposite) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t found = 0; found < scaled(200);) {
        const uint64_t p =
            (uint64_t)next_wide_prime(random.with_bits((unsigned)random.between(33, 40)));
        for (const uint64_t k : {2, 3}) {
            const Wide q = static_cast<Wide>(k) * (p - 1) + 1;
            if (q * p >= FG_PROOF_BASES_END || !oracle::is_proved_wide_prime(q))
                continue;
            found++;
            EXPECT_FALSE(fg_proof_by_bases(p * q)) << p;
        }
    }
}

/* ---- The conditions, in small worlds ---- */

/* Returns the factored part and cofactor of a side are as the theorems need them. */
bool fits(Wide n, uint32_t side, Wide factored) {
    const Wide whole = side == FG_PROOF_BELOW ? n - 1 : n + 1;
    return whole % factored == 0 && whole / factored % 2 == 1;
}

/* No composite of the form that the witnesses leave may pass both conditions. Where the size is
 * enough, the square shows that it is composite. */
TEST(WideProof, NoCompositeOfASmallWorldMeetsTheConditions) {
    size_t squares = 0, small = 0;
    for (Wide factored = 2; factored <= 40; factored += 2)
        for (Wide a = 1; a <= 300; a++)
            for (Wide b = 1; b <= 300; b++)
                for (const uint32_t side : {FG_PROOF_BELOW, FG_PROOF_ABOVE}) {
                    const Wide first = side == FG_PROOF_BELOW ? a * factored + 1 : a * factored - 1;
                    const Wide n = first * (b * factored + 1);
                    if (first == 1 || !fits(n, side, factored))
                        continue;
                    const bool enough = fg_proof_factored_enough(n, side, factored);
                    ASSERT_FALSE(enough && fg_proof_no_square(n, side, factored))
                        << (uint64_t)factored << ' ' << (uint64_t)a << ' ' << (uint64_t)b;
                    squares += enough;
                    small += !enough;
                }
    EXPECT_GT(squares, 1000u);
    EXPECT_GT(small, 1000u);
}

/* Factored parts up to 2^64, a and b such that n is just below 2^128 or anything. */
TEST(WideProof, NoCompositeOfTwoWordsMeetsTheConditions) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    size_t squares = 0;
    for (size_t i = 0; i < scaled(200000); i++) {
        const Wide factored = 2 * static_cast<Wide>(random.of_any_size(62));
        const uint32_t side = i % 2;
        const Wide a = random.of_any_size(30), b = random.of_any_size(30);
        const Wide first = side == FG_PROOF_BELOW ? a * factored + 1 : a * factored - 1;
        const Wide second = b * factored + 1;
        if (first == 1 || first > ~static_cast<Wide>(0) / second)
            continue;
        const Wide n = first * second;
        if (n + 1 == 0 || !fits(n, side, factored) || !fg_proof_factored_enough(n, side, factored))
            continue;
        squares++;
        ASSERT_FALSE(fg_proof_no_square(n, side, factored)) << decimal(n);
    }
    EXPECT_GT(squares, scaled(200000) / 100);
}

/* The first n that F is not enough for is the least composite that has no square: a = 1 and
 * b = a + 2 F - r, or its like for n + 1. So the bounds cannot be relaxed. */
TEST(WideProof, TheBoundIsReachedByAComposite) {
    size_t reached = 0;
    for (Wide factored = 14; factored < 2000; factored += 2)
        for (Wide r = 1; r < 12; r += 2) {
            /* a = 1, a + b = r + 2 F: digits r and s = b / 2 - 1. */
            const Wide b = r + 2 * factored - 1;
            const Wide n = (factored + 1) * (b * factored + 1);
            if (!fits(n, FG_PROOF_BELOW, factored))
                continue;
            reached++;
            ASSERT_EQ(fg_proof_digits(n, FG_PROOF_BELOW, factored).r, r);
            ASSERT_FALSE(fg_proof_factored_enough(n, FG_PROOF_BELOW, factored));
            const Wide before = n - 2 * factored * factored; /* s - 1, the same r */
            ASSERT_EQ(fg_proof_digits(before, FG_PROOF_BELOW, factored).r, r);
            ASSERT_TRUE(fg_proof_factored_enough(before, FG_PROOF_BELOW, factored));
            /* n + 1: b - a = 2 F - r, a = 1. */
            const Wide above = (factored - 1) * ((1 + 2 * factored - r) * factored + 1);
            ASSERT_EQ(fg_proof_digits(above, FG_PROOF_ABOVE, factored).r, r);
            ASSERT_FALSE(fg_proof_factored_enough(above, FG_PROOF_ABOVE, factored));
            const Wide below = above - 2 * factored * factored;
            ASSERT_EQ(fg_proof_digits(below, FG_PROOF_ABOVE, factored).r, r);
            ASSERT_TRUE(fg_proof_factored_enough(below, FG_PROOF_ABOVE, factored));
        }
    EXPECT_GT(reached, 1000u);
}

/* ---- Whole proofs ---- */

/* A proof of n that knows the primes of one side that `known` has a bit for, 2 always. */
fg_proof with_primes(Wide n, uint32_t side, const std::vector<Wide> &primes, uint32_t known) {
    fg_proof proof;
    proof.n = n;
    for (const uint32_t each : {FG_PROOF_BELOW, FG_PROOF_ABOVE}) {
        proof.sides[each].count = 0;
        proof.sides[each].factored = 1;
        proof.sides[each].cofactor = each == FG_PROOF_BELOW ? n - 1 : n + 1;
        fg_proof_add(&proof, each, 2);
    }
    for (size_t i = 0; i < primes.size(); i++)
        if ((known >> i & 1) != 0)
            fg_proof_add(&proof, side, primes[i]);
    return proof;
}

TEST(WideProof, EveryOddNumberOfASmallWorldIsDecidedByEverySubsetOfItsPrimes) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    size_t proved[FG_PROOF_SIDES] = {0, 0}, refuted = 0, open = 0;
    const Wide begin = 2 * random.between(1 << 19, 1 << 22) + 1;
    const size_t count = scaled(2500);
    for (Wide n = begin; n < begin + 2 * count; n += 2) {
        const bool prime = oracle::is_proved_wide_prime(n);
        for (const uint32_t side : {FG_PROOF_BELOW, FG_PROOF_ABOVE}) {
            const std::vector<Wide> primes =
                distinct_primes(side == FG_PROOF_BELOW ? n - 1 : n + 1);
            for (uint32_t known = 1; known < 1u << primes.size(); known += 2) {
                const fg_proof proof = with_primes(n, side, primes, known);
                fg_proof_found found;
                const fg_proof_result result = fg_proof_try(&proof, &found);
                if (fg_proof_enough(&proof, side)) {
                    ASSERT_EQ(result, prime ? FG_PROOF_PRIME : FG_PROOF_COMPOSITE)
                        << (uint64_t)n << " side " << side << " primes " << known;
                }
                ASSERT_NE(result, prime ? FG_PROOF_COMPOSITE : FG_PROOF_PRIME) << (uint64_t)n;
                if (result == FG_PROOF_PRIME)
                    proved[found.sides[FG_PROOF_BELOW].count > 0 ? FG_PROOF_BELOW
                                                                 : FG_PROOF_ABOVE]++;
                refuted += result == FG_PROOF_COMPOSITE;
                open += result == FG_PROOF_MORE;
            }
        }
    }
    EXPECT_GT(proved[FG_PROOF_BELOW], count / 10);
    EXPECT_GT(proved[FG_PROOF_ABOVE], count / 10);
    EXPECT_GT(refuted, 2 * count);
    EXPECT_GT(open, 2 * count);
}

TEST(WideProof, EveryOddNumberOfASmallWorldIsDecidedByBothSidesTogether) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    size_t together = 0, open = 0;
    const Wide begin = 2 * random.between(1 << 19, 1 << 22) + 1;
    const size_t count = std::max<size_t>(scaled(1500), 600); /* of which about 80 are primes */
    for (Wide n = begin; n < begin + 2 * count; n += 2) {
        const bool prime = oracle::is_proved_wide_prime(n);
        const std::vector<Wide> below = distinct_primes(n - 1), above = distinct_primes(n + 1);
        for (uint32_t known = 1; known < 1u << below.size(); known += 2)
            for (uint32_t also = 1; also < 1u << above.size(); also += 2) {
                fg_proof proof = with_primes(n, FG_PROOF_BELOW, below, known);
                for (size_t i = 0; i < above.size(); i++)
                    if ((also >> i & 1) != 0)
                        fg_proof_add(&proof, FG_PROOF_ABOVE, above[i]);
                fg_proof_found found;
                const fg_proof_result result = fg_proof_try(&proof, &found);
                const bool enough = fg_proof_enough(&proof, FG_PROOF_BELOW) ||
                                    fg_proof_enough(&proof, FG_PROOF_ABOVE);
                const bool enough_together = fg_proof_enough_together(&proof);
                ASSERT_FALSE(enough && enough_together);
                if (enough || enough_together) {
                    ASSERT_EQ(result, prime ? FG_PROOF_PRIME : FG_PROOF_COMPOSITE)
                        << (uint64_t)n << " primes " << known << " and " << also;
                }
                ASSERT_NE(result, prime ? FG_PROOF_COMPOSITE : FG_PROOF_PRIME) << (uint64_t)n;
                together += result == FG_PROOF_PRIME && enough_together;
                open += result == FG_PROOF_MORE;
            }
    }
    EXPECT_GT(together, 20u);
    EXPECT_GT(open, 100u);
}

/* Tries n with all primes of the sides' parts that FLINT factors at once. */
fg_proof_result by_flint_factors(Wide n, fg_proof_found *found) {
    fg_proof proof;
    fg_proof_begin(n, &proof);
    fg_proof_result result = fg_proof_try(&proof, found);
    for (uint32_t side = 0; side < FG_PROOF_SIDES && result == FG_PROOF_MORE; side++) {
        for (const Wide prime : distinct_primes(proof.sides[side].cofactor))
            fg_proof_add(&proof, side, prime);
        EXPECT_EQ(proof.sides[side].cofactor, one);
        result = fg_proof_try(&proof, found);
    }
    return result;
}

TEST(WideProof, PrimesOfAnySizeAreProvedAndTheirNeighboursAreNot) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(60); i++) {
        const Wide start = random_wide(&random, static_cast<unsigned>(random.between(65, 100)));
        const Wide n = next_wide_prime(start);
        fg_proof_found found;
        ASSERT_EQ(by_flint_factors(n, &found), FG_PROOF_PRIME) << decimal(n);
        ASSERT_EQ(by_flint_factors(start | 1, &found),
                  oracle::is_proved_wide_prime(start | 1) ? FG_PROOF_PRIME : FG_PROOF_COMPOSITE)
            << decimal(start | 1);
    }
}

/* A random prime with the side `side` divisible by `factor`, from `start` on; 0 if there is none
 * near. */
Wide prime_with_factor(Wide start, uint32_t side, Wide factor) {
    Wide n = start - start % factor;
    n = side == FG_PROOF_BELOW ? n + 1 : n - 1;
    for (unsigned i = 0; i < 2000; i++, n += factor) {
        if (n > ~static_cast<Wide>(0) - 2 * factor)
            return 0;
        if (oracle::is_wide_prime(n))
            return n;
    }
    return 0;
}

/* Primes of 65 to 128 bits of which just one large prime factor of one side is known: just above
 * the cube root it is enough, below it is not. */
TEST(WideProof, OnePrimeAboveTheCubeRootIsEnoughAndBelowItIsNot) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    size_t proved[FG_PROOF_SIDES] = {0, 0};
    for (size_t i = 0; i < scaled(4000); i++) {
        const auto bits = static_cast<unsigned>(random.between(65, 128));
        const auto size = static_cast<unsigned>(random.between(bits / 3 - 3, bits / 3 + 3));
        const uint32_t side = i % 2;
        const Wide q = next_wide_prime(random.with_bits(size));
        const Wide n = prime_with_factor(random_wide(&random, bits), side, 2 * q);
        if (n == 0)
            continue;
        const std::vector<Wide> primes = {2, q};
        const fg_proof proof = with_primes(n, side, primes, 3);
        fg_proof_found found;
        const fg_proof_result result = fg_proof_try(&proof, &found);
        ASSERT_EQ(result, fg_proof_enough(&proof, side) || fg_proof_enough_together(&proof)
                              ? FG_PROOF_PRIME
                              : FG_PROOF_MORE)
            << decimal(n) << " by " << decimal(q);
        const Wide factored = proof.sides[side].factored;
        /* Twice the cube, or 2^127 if that is below it. */
        const Wide two_cubes =
            factored >> 42 != 0 ? one << 127 : 2 * factored * factored * factored;
        if (side == FG_PROOF_BELOW) {
            ASSERT_TRUE(n >= two_cubes || result == FG_PROOF_PRIME) << decimal(n);
        }
        proved[side] += result == FG_PROOF_PRIME;
    }
    EXPECT_GT(proved[FG_PROOF_BELOW], scaled(4000) / 10);
    EXPECT_GT(proved[FG_PROOF_ABOVE], scaled(4000) / 10);
}

/* Composites of which all of both sides is known, of the kinds that deceive single tests. */
TEST(WideProof, DeceptiveCompositesAreRefuted) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    std::vector<Wide> composites = {wide(psi_12), wide(psi_13)};
    while (composites.size() < scaled(100)) { /* p (k (p - 1) + 1), p (k (p + 1) - 1) */
        const Wide p = next_wide_prime(random.with_bits((unsigned)random.between(33, 42)));
        for (const Wide k : {2, 3, 4, 5})
            for (const Wide q : {k * (p - 1) + 1, k * (p + 1) - 1})
                if (oracle::is_proved_wide_prime(q))
                    composites.push_back(p * q);
    }
    for (Wide k = 1000000; composites.size() < scaled(200); k++) /* Chernick: Carmichael numbers */
        if (oracle::is_proved_wide_prime(6 * k + 1) && oracle::is_proved_wide_prime(12 * k + 1) &&
            oracle::is_proved_wide_prime(18 * k + 1))
            composites.push_back((6 * k + 1) * (12 * k + 1) * (18 * k + 1));
    for (int i = 0; i < 10; i++) {
        const Wide p = next_wide_prime(random.with_bits((unsigned)random.between(33, 42)));
        composites.push_back(p * p);
    }
    for (const Wide n : composites) {
        fg_proof_found found;
        EXPECT_EQ(by_flint_factors(n, &found), FG_PROOF_COMPOSITE) << decimal(n);
    }
}

/* Carmichael numbers (6k + 1)(12k + 1)(18k + 1) with a k whose primes make n - 1 = 36 k (36 k^2 +
 * 11 k + 1) enough: every base is 1 to the power n - 1, and to many a smaller one. */
TEST(WideProof, CarmichaelNumbersAreRefutedByTheSideBelowThem) {
    size_t refuted = 0;
    for (Wide k = one << 24; refuted < scaled(100); k++) {
        if (!oracle::is_wide_prime(6 * k + 1) || !oracle::is_wide_prime(12 * k + 1) ||
            !oracle::is_wide_prime(18 * k + 1))
            continue;
        const Wide n = (6 * k + 1) * (12 * k + 1) * (18 * k + 1);
        const std::vector<Wide> primes = distinct_primes(n - 1);
        const fg_proof proof = with_primes(n, FG_PROOF_BELOW, primes, (1u << primes.size()) - 1);
        fg_proof_found found;
        refuted++;
        ASSERT_EQ(proof.sides[FG_PROOF_BELOW].cofactor, one);
        ASSERT_EQ(fg_proof_try(&proof, &found), FG_PROOF_COMPOSITE) << decimal(n);
    }
}

/* The largest numbers, where a carry could be lost. */
TEST(WideProof, TheLargestPrimesAreProved) {
    Wide n = ~static_cast<Wide>(0) - 700;
    size_t primes = 0;
    while (n > 1000 && n < ~static_cast<Wide>(0) - 300) {
        n = next_wide_prime(n);
        fg_proof proof;
        fg_proof_begin(n, &proof);
        fg_proof_found found;
        EXPECT_EQ(by_flint_factors(n, &found), FG_PROOF_PRIME) << decimal(n);
        primes++;
    }
    EXPECT_GT(primes, 1u);
}

} // namespace
