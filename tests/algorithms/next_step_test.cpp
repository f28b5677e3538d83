// SPDX-License-Identifier: MIT
/*
 * next_step_test.cpp: what a cofactor needs next: the order of the steps as the header gives it,
 * whole histories, and real numbers that are factored by these decisions alone.
 */
#include "support/chosen_numbers.h"
#include "support/internals.h"

extern "C" {
#include "algorithms/hart.h"
#include "algorithms/next_step.h"
#include "algorithms/rho.h"
#include "algorithms/split.h"
}

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

namespace {

using oracle::Numbers;
using namespace chosen;

/* A cofactor has no prime below this, and one below its square is prime. */
const uint64_t least_prime = fg_small_primes_bound(FG_PLAN_SMALL_BLOCKS);
const uint64_t least_unproved = least_prime * least_prime;

unsigned kind_of(uint64_t n, fg_known known, uint32_t steps = 0,
                 uint32_t max_curves = FG_PLAN_CURVES) {
    const fg_history history = {known, steps};
    return fg_next_step(n, false, history, max_curves).kind;
}

/* The history after step `next`, which has found no factor; a test has `passed` or not. */
fg_history after(fg_next next, fg_history history, bool passed) {
    switch (next.kind) {
    case FG_NEXT_BASE2:
        return fg_history_of(passed ? FG_KNOWN_PROBABLE : FG_KNOWN_COMPOSITE);
    case FG_NEXT_LUCAS:
        return fg_history_of(passed ? FG_KNOWN_PRIME : FG_KNOWN_COMPOSITE);
    case FG_NEXT_HART:
        return fg_history_of(FG_KNOWN_HART_MISSED);
    case FG_NEXT_POWER:
        return fg_history_of_steps(0);
    case FG_NEXT_LAST_RESORT:
        return fg_history_of(FG_KNOWN_ALL_MISSED);
    default:
        return fg_history_of_steps(history.steps + 1);
    }
}

bool ends(fg_next next) {
    return next.kind == FG_NEXT_PRIME || next.kind == FG_NEXT_NOTHING;
}

/* Returns all steps of a cofactor if none finds a factor. `composite_at` is the test that finds it
 * composite, or a test that it never reaches. */
std::vector<fg_next> walk(uint64_t n, bool whole, uint32_t max_curves, unsigned composite_at) {
    std::vector<fg_next> steps;
    fg_history history = fg_history_of(FG_KNOWN_NOTHING);
    do {
        steps.push_back(fg_next_step(n, whole, history, max_curves));
        history = after(steps.back(), history, steps.back().kind != composite_at);
    } while (!ends(steps.back()) && steps.size() < 1000);
    return steps;
}

std::vector<unsigned> kinds(const std::vector<fg_next> &steps) {
    std::vector<unsigned> result;
    for (const fg_next next : steps)
        result.push_back(next.kind);
    return result;
}

using Kinds = std::vector<unsigned>;

/* Numbers of every size that a cofactor can have. */
uint64_t random_cofactor(RandomNumbers &random) {
    uint64_t n;
    do
        n = random.with_bits((unsigned)random.between(10, 64)) | 1;
    while (n < least_prime);
    return n;
}

/* ---- The order ---- */

TEST(NextStep, BelowTheSquareOfTheLeastPrimeNoTestIsNeeded) {
    EXPECT_EQ(kinds(walk(least_prime, true, FG_PLAN_CURVES, FG_NEXT_BASE2)), Kinds{FG_NEXT_PRIME});
    EXPECT_EQ(kind_of(least_unproved - 2, FG_KNOWN_NOTHING), FG_NEXT_PRIME);
    EXPECT_EQ(kind_of(least_unproved, FG_KNOWN_NOTHING), FG_NEXT_BASE2);
}

TEST(NextStep, APrimeIsProvedByBase2AndLucas) {
    EXPECT_EQ(kinds(walk(largest_prime, true, FG_PLAN_CURVES, FG_NEXT_HART)),
              (Kinds{FG_NEXT_BASE2, FG_NEXT_LUCAS, FG_NEXT_PRIME}));
    unsigned by_base2 = 0; /* of a hundred below 2^32 most have no Lucas test */
    uint64_t p = UINT64_C(1) << 31;
    for (unsigned i = 0; i < 100; i++) {
        p = oracle::next_prime(p);
        const bool proved = fg_base2_proves(p);
        const Kinds with = {FG_NEXT_BASE2, FG_NEXT_LUCAS, FG_NEXT_PRIME};
        const Kinds without = {FG_NEXT_BASE2, FG_NEXT_PRIME};
        EXPECT_EQ(kinds(walk(p, false, FG_PLAN_CURVES, FG_NEXT_HART)), proved ? without : with);
        by_base2 += proved;
    }
    EXPECT_GT(by_base2, 80u);
}

TEST(NextStep, ASmallCompositeIsHartsWithoutAPowerTest) {
    for (const uint64_t n : {least_unproved, FG_PLAN_HART_MAX - 1})
        EXPECT_EQ(kinds(walk(n, true, FG_PLAN_CURVES, FG_NEXT_BASE2)),
                  (Kinds{FG_NEXT_BASE2, FG_NEXT_HART, FG_NEXT_LAST_RESORT, FG_NEXT_NOTHING}));
}

TEST(NextStep, ALargeCompositeTakesThePowerTestOnceThenItsPlan) {
    for (const uint64_t n : {FG_PLAN_HART_MAX, UINT64_MAX})
        for (const bool whole : {false, true})
            for (const unsigned composite_at : {FG_NEXT_BASE2, FG_NEXT_LUCAS}) {
                Kinds expected = {FG_NEXT_BASE2};
                if (composite_at == FG_NEXT_LUCAS)
                    expected.push_back(FG_NEXT_LUCAS);
                expected.insert(expected.end(), {FG_NEXT_POWER, FG_NEXT_PM1});
                expected.insert(expected.end(), FG_PLAN_CURVES, FG_NEXT_ECM);
                expected.insert(expected.end(), {FG_NEXT_LAST_RESORT, FG_NEXT_NOTHING});
                EXPECT_EQ(kinds(walk(n, whole, FG_PLAN_CURVES, composite_at)), expected) << n;
            }
}

/* The programs are those of the plan, and its last one is repeated. */
TEST(NextStep, EveryStepOfEveryPlanIsReached) {
    std::set<std::pair<uint32_t, uint32_t>> reached;
    for (unsigned bits = 35; bits <= 64; bits++)
        for (const bool whole : {false, true}) {
            const uint64_t n = UINT64_MAX >> (64 - bits);
            const uint32_t plan = fg_plan_of(n, whole);
            const std::vector<fg_next> steps = walk(n, whole, FG_PLAN_CURVES, FG_NEXT_BASE2);
            for (uint32_t step = 0; step <= FG_PLAN_CURVES; step++) {
                const uint32_t entry = std::min<uint32_t>(step, FG_PLAN_STEPS - 1);
                const fg_plan_step expected = fg_plan_steps[plan][entry];
                const fg_next next = steps[2 + step]; /* after base 2 and the power test */
                ASSERT_EQ(next.kind, expected.method == FG_PLAN_PM1 ? FG_NEXT_PM1 : FG_NEXT_ECM);
                ASSERT_EQ(next.program, expected.program) << n << " at step " << step;
                reached.insert({plan, entry});
            }
        }
    EXPECT_EQ(reached.size(), (size_t)2 * FG_PLAN_SIZES * FG_PLAN_STEPS);
}

TEST(NextStep, TheLastResortComesAfterAsManyCurvesAsAreAllowed) {
    for (const uint32_t max_curves : {0u, 1u, 7u, (unsigned)FG_PLAN_CURVES}) {
        const Kinds steps = kinds(walk(UINT64_MAX, true, max_curves, FG_NEXT_BASE2));
        EXPECT_EQ(std::count(steps.begin(), steps.end(), FG_NEXT_PM1), 1);
        EXPECT_EQ(std::count(steps.begin(), steps.end(), FG_NEXT_ECM), max_curves);
        EXPECT_EQ(std::count(steps.begin(), steps.end(), FG_NEXT_LAST_RESORT), 1);
        /* Several curves at once may pass the limit. */
        EXPECT_EQ(kind_of(UINT64_MAX, FG_KNOWN_NO_POWER, max_curves + 1, max_curves),
                  FG_NEXT_LAST_RESORT);
        EXPECT_EQ(kind_of(UINT64_MAX, FG_KNOWN_NO_POWER, max_curves + 16, max_curves),
                  FG_NEXT_LAST_RESORT);
    }
}

/* ---- Histories ---- */

/* Every history ends, and none has a step twice: a curve's number is part of it. */
TEST(NextStep, RandomHistoriesEndWithoutRepeatingAStep) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(20000); i++) {
        const uint64_t n = random_cofactor(random);
        const bool whole = random.between(0, 1) != 0;
        const auto max_curves = (uint32_t)random.between(0, FG_PLAN_CURVES);
        std::set<std::pair<uint32_t, uint32_t>> taken;
        fg_history history = fg_history_of(FG_KNOWN_NOTHING);
        fg_next next;
        do {
            next = fg_next_step(n, whole, history, max_curves);
            ASSERT_TRUE(taken.insert({next.kind, history.steps}).second) << n << " " << next.kind;
            history = after(next, history, random.between(0, 1) != 0);
        } while (!ends(next));
        ASSERT_LE(taken.size(), 6u + max_curves) << n;
    }
}

/* A decision depends on nothing else. */
TEST(NextStep, EqualHistoriesHaveEqualDecisions) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(20000); i++) {
        const uint64_t n = random_cofactor(random);
        const fg_history history = {(uint32_t)random.between(0, FG_KNOWN_ALL_MISSED),
                                    (uint32_t)random.between(0, FG_PLAN_CURVES + 20)};
        const fg_next part = fg_next_step(n, false, history, FG_PLAN_CURVES);
        const fg_next whole = fg_next_step(n, true, history, FG_PLAN_CURVES);
        /* The whole number may have other programs, and no other steps. */
        ASSERT_EQ(part.kind, whole.kind) << n << " " << history.known << " " << history.steps;
        const fg_next again = fg_next_step(n, false, history, FG_PLAN_CURVES);
        ASSERT_EQ(part.kind, again.kind);
        ASSERT_EQ(part.program, again.program);
        ASSERT_LT(part.program, (uint32_t)FG_ECM_PROGRAM_COUNT);
    }
}

/* ---- Numbers ---- */

/* A step's work, by other means: tests of primality never err, and P-1 and curves find a factor by
 * chance. */
uint64_t find_factor(uint64_t n, fg_next next, RandomNumbers &random) {
    switch (next.kind) {
    case FG_NEXT_HART:
        return fg_hart_block(n, 1, FG_HART_STEPS);
    case FG_NEXT_PM1:
    case FG_NEXT_ECM:
        return random.between(0, 9) == 0 ? fg_rho_factor(n) : 1;
    case FG_NEXT_LAST_RESORT:
        return fg_rho_factor(n);
    default:
        return 1;
    }
}

/* Factors n by the decisions alone. */
void finish(uint64_t n, bool whole, RandomNumbers &random, Numbers *primes) {
    fg_history history = fg_history_of(FG_KNOWN_NOTHING);
    fg_next next;
    while (next = fg_next_step(n, whole, history, FG_PLAN_CURVES), next.kind != FG_NEXT_PRIME) {
        uint64_t root;
        ASSERT_NE(next.kind, FG_NEXT_NOTHING) << n;
        const uint32_t exponent = next.kind == FG_NEXT_POWER ? fg_split_power(n, &root) : 1;
        if (exponent > 1) {
            for (uint32_t i = 0; i < exponent; i++)
                finish(root, false, random, primes);
            return;
        }
        const uint64_t factor = find_factor(n, next, random);
        if (factor > 1) {
            finish(factor, false, random, primes);
            finish(n / factor, false, random, primes);
            return;
        }
        history = after(next, history, oracle::is_prime(n));
    }
    primes->push_back(n);
}

void expect_finished(uint64_t n, RandomNumbers &random) {
    Numbers primes;
    ASSERT_NO_FATAL_FAILURE(finish(n, true, random, &primes));
    uint64_t product = 1;
    for (const uint64_t prime : primes) {
        ASSERT_TRUE(oracle::is_prime(prime)) << n << ": " << prime;
        product *= prime;
    }
    ASSERT_EQ(product, n);
}

TEST(NextStep, NumbersAreTakenApartByTheDecisionsAlone) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(2000); i++) {
        uint64_t n = 1, p;
        const auto bits = (unsigned)random.between(10, 40);
        /* A cofactor has none of the small primes, which end a little above 2^10. */
        const uint64_t bound = fg_small_primes_bound(FG_PLAN_SMALL_BLOCKS);
        while (p = oracle::next_prime(std::max(random.with_bits(bits), bound - 1)),
               n <= UINT64_MAX / p)
            n *= p;
        ASSERT_NO_FATAL_FAILURE(expect_finished(n, random));
    }
    for (unsigned bits = 11; bits <= 32; bits++)
        for (unsigned exponent = 2; exponent <= 64 / bits; exponent++) {
            const uint64_t p = oracle::next_prime((UINT64_C(1) << bits) - 300);
            ASSERT_NO_FATAL_FAILURE(expect_finished(power(p, exponent), random));
        }
}

/* Why small composites do not take the power test. */
TEST(NextStep, HartsMethodSplitsEverySmallSquareAndCube) {
    for (uint64_t p = oracle::next_prime(least_prime - 1); p * p < FG_PLAN_HART_MAX;
         p = oracle::next_prime(p)) {
        ASSERT_EQ(fg_hart_block(p * p, 1, 36), p);
        if (p * p < FG_PLAN_HART_MAX / p) {
            const uint64_t factor = fg_hart_block(p * p * p, 1, FG_HART_STEPS);
            ASSERT_TRUE(factor == p || factor == p * p) << p;
        }
    }
}

} // namespace
