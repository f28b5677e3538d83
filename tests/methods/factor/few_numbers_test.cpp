// SPDX-License-Identifier: MIT
/*
 * few_numbers_test.cpp: how many calls of P-1 and of curves a run of few numbers takes, by forms
 * that count their calls and know the factors.
 */
#include "support/atomics.h"
#include "support/chosen_numbers.h"

#include <gtest/gtest.h>

extern "C" {
#include "methods/factor/factor.h"
#include "methods/factor/factor_work.h"
}

#include <map>
#include <numeric>
#include <vector>

namespace {

/* The smaller prime of each number. */
std::map<uint64_t, uint64_t> primes;
/* Lanes in which P-1 finds the prime: the first ones. */
unsigned found_by_pm1;
/* Calls so far: of P-1 with 16 and 32 lanes, of curves, which find every prime. */
struct Calls {
    unsigned pm1_16, pm1_32, curves;
} calls;

void find(const uint64_t *n, unsigned lanes, unsigned found_lanes, uint64_t *found,
          uint64_t *early) {
    for (unsigned i = 0; i < lanes; i++)
        found[i] = early[i] = i < found_lanes ? primes.at(n[i]) : 1;
}

/* Both tests of primality: only the numbers themselves fail. */
template <unsigned lanes> uint32_t strong_base2(const uint64_t *n) {
    uint32_t passed = 0;
    for (unsigned i = 0; i < lanes; i++)
        passed |= uint32_t{primes.count(n[i]) == 0} << i;
    return passed;
}

template <unsigned lanes> uint32_t lucas(const uint64_t *n, const uint32_t *) {
    return strong_base2<lanes>(n);
}

void pm1_of_16(const uint64_t *n, uint32_t, void *, uint64_t *found, uint64_t *early) {
    calls.pm1_16++;
    find(n, 16, found_by_pm1, found, early);
}

void pm1_of_32(const uint64_t *n, uint32_t, void *, uint64_t *found, uint64_t *early) {
    calls.pm1_32++;
    find(n, 32, found_by_pm1, found, early);
}

void curves_of_16(const uint64_t *n, uint32_t, const uint32_t *, void *, uint64_t *found,
                  uint64_t *early) {
    calls.curves++;
    find(n, 16, 16, found, early);
}

void gcd(const uint64_t *a, const uint64_t *n, unsigned count, uint64_t *gcds) {
    for (unsigned i = 0; i < count; i++)
        gcds[i] = std::gcd(a[i], n[i]);
}

const fg_lane_steps steps_16 = {16, strong_base2<16>, lucas<16>, nullptr, pm1_of_16, curves_of_16};
const fg_lane_steps steps_32 = {32, strong_base2<32>, lucas<32>, nullptr, pm1_of_32, nullptr};

/* As the forms of residues below 2^48 in AVX2: half of the lanes for 16 numbers, and for 4 more if
 * those then go on without P-1. */
fg_lane_form half_of_all() {
    fg_lane_form form = {};
    form.most = UINT64_MAX;
    form.primality = form.pm1 = form.ecm = &steps_16;
    form.gcd = gcd;
    return form;
}

const fg_lane_form half = half_of_all();

fg_lane_form for_all() {
    fg_lane_form form = half;
    form.primality = form.pm1 = &steps_32;
    form.few = &half;
    form.few_most = 16;
    form.few_more_pm1 = 4;
    return form;
}

const fg_lane_form all = for_all();
const fg_lanes counting = {"counting", nullptr, 1, {&all}};

/* Factors so many semiprimes of 48 bits in one run. Returns the calls that it takes. */
Calls calls_of(unsigned count, unsigned found) {
    RandomNumbers random;
    fg_factor_work *work;
    EXPECT_EQ(fg_factor_work_open(&work, nullptr), FG_OK);
    work->lanes = &counting;
    std::vector<uint64_t> numbers;
    primes.clear();
    while (primes.size() < count) {
        const uint64_t p = chosen::random_prime(random, 23), q = chosen::random_prime(random, 25);
        if (primes.insert({p * q, p}).second)
            numbers.push_back(p * q);
    }
    found_by_pm1 = found;
    calls = {};
    const atomic_bool never = false;
    std::vector<fg_factorization> factors(count);
    EXPECT_EQ(fg_factor_run(work, numbers.data(), count, &never, factors.data()), FG_OK);
    fg_factor_work_close(work);
    return calls;
}

/* The first 32 leave 20 composites. 16 of them fill the lanes of the curves; the other 4 share the
 * next lanes with the 3 that were left over by P-1. */
TEST(FewNumbers, WhatPm1LeavesOverSharesTheCurves) {
    const Calls taken = calls_of(35, 12);
    EXPECT_EQ(taken.pm1_32, 1u);
    EXPECT_EQ(taken.pm1_16, 0u);
    EXPECT_EQ(taken.curves, 2u);
}

TEST(FewNumbers, UpTo4MoreThanHalfOfTheLanesGoOnWithoutPm1) {
    for (const unsigned count : {16u, 17u, 20u}) {
        const Calls taken = calls_of(count, 0);
        EXPECT_EQ(taken.pm1_16, 1u) << count;
        EXPECT_EQ(taken.pm1_32, 0u) << count;
    }
    EXPECT_EQ(calls_of(21, 0).pm1_32, 1u);
}

TEST(FewNumbers, HalfOfTheLanesTakeMoreThan10OfMany) {
    EXPECT_EQ(calls_of(10, 0).pm1_16, 1u); /* a run of few */
    EXPECT_EQ(calls_of(32 + 10, 0).pm1_16, 0u);
    EXPECT_EQ(calls_of(32 + 11, 0).pm1_16, 1u);
}

} // namespace
