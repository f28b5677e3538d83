// SPDX-License-Identifier: MIT
/*
 * divisors_test.cpp: completing a list of divisors, reading the primes off it, checking it; and the
 * table of the most divisors that a number of so many bits has.
 */
#include "support/internals.h"
#include "support/marked_lists.h"
#include "support/oracle.h"
#include "support/random_numbers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace {

using oracle::Numbers;

/* The method's hits among all divisors: the candidates that divide the dividend. */
Numbers hits_of(const fg_candidates &candidates, const Numbers &divisors) {
    const uint64_t last = fg_candidate_at(candidates, candidates.count - 1);
    Numbers hits;
    for (const uint64_t d : divisors)
        if (d <= last && candidates.dividend % d == 0 && (d - 1) % candidates.step == 0)
            hits.push_back(d);
    return hits;
}

void expect_completion(const fg_candidates &candidates, uint64_t n, const Numbers &divisors) {
    const Numbers hits = hits_of(candidates, divisors);
    /* Exactly the room that callers give, so that a sanitizer sees an overrun. */
    const size_t room = fg_divisor_bound(n);
    Numbers list(room), scratch(room);
    std::copy(hits.begin(), hits.end(), list.begin());
    const uint32_t count =
        fg_divisors_complete(candidates, list.data(), (uint32_t)hits.size(), scratch.data());
    list.resize(count);
    ASSERT_EQ(oracle::difference(list, divisors), "") << n;
}

void expect_all(uint64_t n, const Numbers &divisors) {
    expect_completion(fg_candidates_trial(n), n, divisors);
    ASSERT_TRUE(fg_check_divisors(n, divisors.data(), divisors.size())) << n;
    fg_prime_power primes[FG_MAX_DISTINCT_PRIMES];
    const size_t found = fg_prime_factors(n, divisors.data(), divisors.size(), primes);
    const auto expected = oracle::prime_powers(n);
    ASSERT_EQ(found, expected.size()) << n;
    for (size_t i = 0; i < found; i++) {
        ASSERT_EQ(primes[i].prime, expected[i].first) << n;
        ASSERT_EQ(primes[i].exponent, expected[i].second) << n;
    }
}

TEST(Divisors, EverySmallNumberIsCompletedCheckedAndFactored) {
    const uint64_t limit = scaled(50000);
    const std::vector<Numbers> table = oracle::sieve_divisors(limit);
    for (uint64_t n = 1; n <= limit; n++) {
        expect_all(n, table[n]);
        if (n <= 2000)
            expect_completion(fg_candidates_exhaustive(n), n, table[n]);
    }
}

TEST(Divisors, NumbersWithManyDivisorsAreCompletedCheckedAndFactored) {
    const Numbers most = {
        UINT64_C(897612484786617600),   /* 103,680 divisors, the most below 10^18 */
        UINT64_C(18401055938125660800), /* 184,320 divisors, the most below 2^64 */
        UINT64_C(9200527969062830400),
        UINT64_C(12157665459056928801), /* 3^40 */
        UINT64_C(614889782588491410),   /* the product of the first 15 primes */
        UINT64_C(1) << 63,
        UINT64_MAX,
    };
    for (const uint64_t n : most)
        expect_all(n, oracle::divisors(n));
    EXPECT_EQ(oracle::divisors(most[0]).size(), 103680u);
    EXPECT_EQ(oracle::divisors(most[1]).size(), (size_t)FG_MAX_DIVISORS);
}

TEST(Divisors, RandomNumbersAreCompletedCheckedAndFactored) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(3000); i++) {
        const uint64_t n = random.of_any_size();
        expect_all(n, oracle::divisors(n));
        const uint64_t root = random.of_any_size(32);
        expect_all(root * root, oracle::divisors(root * root));
    }
}

TEST(Divisors, PrimesFromAnIncompleteListAreRefused) {
    fg_prime_power primes[FG_MAX_DISTINCT_PRIMES];
    const Numbers no_primes = {1, 6 * 35};
    EXPECT_EQ(fg_prime_factors(6 * 35, no_primes.data(), 1, primes), 0u);
    EXPECT_EQ(fg_prime_factors(1, no_primes.data(), 1, primes), 0u);
    /* The room is respected: what does not fit is said, not written. */
    const Numbers list = oracle::divisors(30);
    fg_prime_power two[3] = {{0, 0}, {0, 0}, {77, 7}};
    EXPECT_EQ(fg_primes_from_divisors(30, list.data(), (uint32_t)list.size(), two, 2), 3u);
    EXPECT_EQ(two[2].prime, 77u);
}

/* ---- The check refuses what cannot be an answer ---- */

/* Returns whether the check accepts a list; and with the marks of the right one in it, if that
 * check differs. */
bool plausible(uint64_t n, const Numbers &list) {
    const bool accepted = fg_check_divisors(n, list.data(), list.size());
    Numbers marked = list;
    if (n > 0 && !list.empty() && list[0] == 1) {
        marked[0] = marks_of(n, oracle::divisors(n));
        EXPECT_EQ(fg_check_marked_divisors(n, marked.data(), marked.size()), accepted) << n;
    }
    return accepted;
}

class DivisorsCheck : public testing::TestWithParam<uint64_t> {};

TEST_P(DivisorsCheck, RefusesEveryListWithOneEntryMissing) {
    const Numbers right = oracle::divisors(GetParam());
    ASSERT_TRUE(plausible(GetParam(), right));
    for (size_t i = 0; i < right.size(); i++) {
        Numbers list = right;
        list.erase(list.begin() + (std::ptrdiff_t)i);
        EXPECT_FALSE(plausible(GetParam(), list)) << "without " << right[i];
    }
}

TEST_P(DivisorsCheck, RefusesEveryListWithOnePairMissing) {
    const Numbers right = oracle::divisors(GetParam());
    /* Of very few divisors the rest can be another number's pattern: 12's 1 3 4 12 looks like 1 p q
     * pq, which is what the check is documented not to see. */
    for (size_t i = 1; i < right.size() / 2 && right.size() > 6; i++) {
        Numbers list = right;
        list.erase(list.end() - 1 - (std::ptrdiff_t)i);
        list.erase(list.begin() + (std::ptrdiff_t)i);
        EXPECT_FALSE(plausible(GetParam(), list)) << "without " << right[i] << " and its cofactor";
    }
}

TEST_P(DivisorsCheck, RefusesEveryListWithOneEntryDoubledWrongOrSwapped) {
    const Numbers right = oracle::divisors(GetParam());
    for (size_t i = 0; i < right.size(); i++) {
        Numbers list = right;
        list.insert(list.begin() + (std::ptrdiff_t)i, right[i]);
        EXPECT_FALSE(plausible(GetParam(), list)) << right[i] << " doubled";
        for (const uint64_t wrong : {right[i] + 1, right[i] - 1, right[i] ^ (UINT64_C(1) << 63),
                                     UINT64_C(0), UINT64_MAX}) {
            list = right;
            list[i] = wrong;
            if (wrong != right[i]) {
                EXPECT_FALSE(plausible(GetParam(), list)) << wrong << " for " << right[i];
            }
        }
        if (i > 0) {
            list = right;
            std::swap(list[i], list[i - 1]);
            EXPECT_FALSE(plausible(GetParam(), list)) << right[i] << " swapped";
        }
    }
}

TEST_P(DivisorsCheck, RefusesAPairThatMultipliesToNModulo2To64Only) {
    const uint64_t n = GetParam();
    for (uint64_t d = 3; d < 100; d += 2) {
        if (n % d == 0)
            continue;
        /* d * cofactor = n modulo 2^64, though d does not divide n. */
        uint64_t inverse = d;
        while (inverse * d != 1)
            inverse *= 2 - inverse * d;
        Numbers list = oracle::divisors(n);
        list.push_back(d);
        list.push_back(n * inverse);
        std::sort(list.begin(), list.end());
        EXPECT_FALSE(plausible(n, list)) << d;
    }
}

INSTANTIATE_TEST_SUITE_P(Numbers, DivisorsCheck,
                         testing::Values(UINT64_C(1), UINT64_C(2), UINT64_C(12), UINT64_C(81),
                                         UINT64_C(64), UINT64_C(5040), UINT64_C(11421443),
                                         UINT64_C(18446744073709551557), UINT64_MAX));

TEST(Divisors, CheckRefusesNothingEmptyAndTooMuch) {
    const Numbers one = {1};
    EXPECT_TRUE(plausible(1, one));
    EXPECT_FALSE(plausible(0, one));
    EXPECT_FALSE(plausible(2, one));
    EXPECT_FALSE(fg_check_divisors(1, one.data(), 0));
    EXPECT_FALSE(plausible(7, Numbers(FG_MAX_DIVISORS + 1, 1)));
    EXPECT_FALSE(plausible(12, {1, 2, 3, 4, 6, 12, 24}));
    for (const auto &[n, list] : std::vector<std::pair<uint64_t, Numbers>>{
             {4, {1, 4}}, {6, {1, 6}}, {8, {1, 8}}, {12, {1, 3, 4, 12}}, {30, {1, 5, 6, 30}}})
        EXPECT_FALSE(plausible(n, list)) << n << " without 2";
}

/* ---- Lists with marks ---- */

bool passes(uint64_t n, Numbers list, uint64_t marks) {
    list[0] = marks;
    return fg_check_marked_divisors(n, list.data(), list.size());
}

void expect_marks_accepted(uint64_t n) {
    const Numbers list = oracle::divisors(n);
    ASSERT_TRUE(passes(n, list, marks_of(n, list))) << n;
    ASSERT_TRUE(passes(n, list, FG_NO_MARKS)) << n << " without marks";
    fg_factorization factors;
    fg_factorization_clear(&factors);
    for (const auto &[prime, exponent] : oracle::prime_powers(n))
        fg_factorization_append(&factors, prime, (uint32_t)exponent);
    ASSERT_EQ(fg_marks_of(&factors, list.data()), marks_of(n, list)) << n;
}

TEST(MarkedDivisors, OfEveryKindOfNumberAreAccepted) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (uint64_t n = 1; n <= 3000; n++)
        expect_marks_accepted(n);
    for (size_t i = 0; i < scaled(2000); i++)
        expect_marks_accepted(random.of_any_size());
    for (const uint64_t n :
         {UINT64_C(18401055938125660800), UINT64_C(12157665459056928801),
          UINT64_C(614889782588491410), UINT64_C(307444891294245705), UINT64_C(3) << 62,
          UINT64_C(4294967291) * 4294967291, UINT64_C(1000003) * 1000033 * 1000037, UINT64_MAX})
        expect_marks_accepted(n);
}

/* Some of the pairs of n's divisors, 1 and n among them: bit k of `kept` for pair k + 1. */
Numbers some_pairs(const Numbers &divisors, unsigned kept) {
    Numbers list;
    for (size_t i = 0; i < divisors.size(); i++) {
        const size_t pair = std::min(i, divisors.size() - 1 - i);
        if (pair == 0 || (kept >> (pair - 1)) % 2 == 1)
            list.push_back(divisors[i]);
    }
    return list;
}

/*
 * Every list of pairs of divisors of every small number, under the marks of the complete list: what
 * lacks a pair is refused, also if the list alone could be right with a composite taken for a
 * prime.
 */
TEST(MarkedDivisors, RefuseEveryIncompleteListOfASmallNumber) {
    size_t refused = 0, only_by_marks = 0;
    for (uint64_t n = 1; n <= 1500; n++) {
        const Numbers divisors = oracle::divisors(n);
        const size_t pairs = (divisors.size() + 1) / 2;
        const uint64_t marks = marks_of(n, divisors);
        for (unsigned kept = 0; pairs <= 10 && kept + 1 < 1u << (pairs - 1); kept++) {
            const Numbers list = some_pairs(divisors, kept);
            ASSERT_FALSE(passes(n, list, marks)) << n << " with pairs " << kept;
            refused++;
            only_by_marks += fg_check_divisors(n, list.data(), list.size());
        }
    }
    EXPECT_GT(refused, 15000u);
    EXPECT_GT(only_by_marks, 100u);
}

TEST(MarkedDivisors, RefuseMarksThatAreNotTheirs) {
    for (const uint64_t n : {UINT64_C(45), UINT64_C(360), UINT64_C(30030), UINT64_C(1000003) * 15,
                             UINT64_C(4294967291) * 35}) {
        const Numbers list = oracle::divisors(n);
        const uint64_t marks = marks_of(n, list);
        for (unsigned bit = 1; bit < 63; bit++) {
            const uint64_t other = marks ^ (UINT64_C(1) << bit);
            const size_t odd_primes = oracle::prime_powers(n).size() - (n % 2 == 0);
            /* Marks that say less can leave a part of n open; some bits say nothing. */
            const bool unused = bit > FG_MARKED_PLACES + 2 * odd_primes;
            if ((marks >> bit) % 2 == 0) {
                EXPECT_EQ(passes(n, list, other), unused) << n << ", bit " << bit;
            }
        }
    }
    /* Marks that take a composite for a prime, and lists like it: a sample of primes is proved. */
    EXPECT_TRUE(passes(15 * 77, {1, 15, 77, 15 * 77}, 1 | 2 | 4));
    EXPECT_TRUE(fg_divisors_plausible(15 * 77, Numbers({1, 15, 77, 15 * 77}).data(), 4));
}

TEST(Divisors, BitLengthIsThePositionOfTheTopBit) {
    EXPECT_EQ(fg_bit_length64(0), 0u);
    for (unsigned bits = 1; bits <= 64; bits++) {
        EXPECT_EQ(fg_bit_length64(UINT64_C(1) << (bits - 1)), bits);
        EXPECT_EQ(fg_bit_length64(UINT64_MAX >> (64 - bits)), bits);
    }
}

/* ---- The table of bounds, computed again ---- */

/* The most divisors below 2^b for every b, by walking all products of the first primes with falling
 * exponents: the least number with given exponents, sorted, gives them to the primes in order. */
void walk_exponents(uint64_t n, uint32_t divisors, size_t prime, unsigned most_exponent,
                    std::vector<uint32_t> &best) {
    static const uint64_t primes[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53};
    unsigned bits = 0;
    while (bits < 64 && n >> bits != 0)
        bits++;
    for (unsigned b = bits; b <= 64; b++)
        best[b] = std::max(best[b], divisors);
    if (prime == sizeof primes / sizeof *primes)
        return;
    for (unsigned exponent = 1; exponent <= most_exponent; exponent++) {
        if (n > UINT64_MAX / primes[prime])
            return;
        n *= primes[prime];
        walk_exponents(n, divisors * (exponent + 1), prime + 1, exponent, best);
    }
}

TEST(Divisors, BoundTableMatchesASearchOverHighlyCompositeNumbers) {
    std::vector<uint32_t> best(65, 0);
    walk_exponents(1, 1, 0, 64, best);
    for (unsigned bits = 0; bits <= 64; bits++)
        EXPECT_EQ(fg_divisor_bound_by_bits[bits], best[bits]) << bits << " bits";
    EXPECT_EQ(best[64], (uint32_t)FG_MAX_DIVISORS);
}

} // namespace
