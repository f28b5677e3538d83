/* SPDX-License-Identifier: MIT */
/*
 * program_walk.h: the programs of ECM and P-1 on plain integers, in which the number k stands for
 * the point k P, for tests of the tables of either width.
 */
#ifndef FG_TESTS_PROGRAM_WALK_H
#define FG_TESTS_PROGRAM_WALK_H

#include "algorithms/ecm_tables.h"
#include "support/integer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <vector>

/* Sets r to what the program's stage 1 multiplies by. */
template <typename Program, typename Steps>
void walk_chain(const Program &program, const Steps &steps, Integer &r) {
    r = Integer(1);
    Integer s[2];
    bool has_second = false;
    mpz_mul_2exp(r.get(), r.get(), program.twos);
    for (unsigned at = program.step_begin; at < program.step_end; at++) {
        const struct fg_ecm_step step = steps[at];
        ASSERT_EQ(step.flags & ~(FG_ECM_START | FG_ECM_SUBTRACT | FG_ECM_USE_SECOND | FG_ECM_KEEP),
                  0);
        ASSERT_GT(step.doublings, 0);
        ASSERT_TRUE(at != program.step_begin || step.flags & FG_ECM_START);
        if (step.flags & FG_ECM_START)
            s[0] = r;
        ASSERT_TRUE(has_second || !(step.flags & FG_ECM_USE_SECOND));
        const Integer &operand = s[step.flags & FG_ECM_USE_SECOND ? 1 : 0];
        mpz_mul_2exp(r.get(), r.get(), step.doublings);
        /* Not the same point up to its sign, which the addition's formulas do not allow. */
        ASSERT_NE(mpz_cmpabs(r.get(), operand.get()), 0);
        (step.flags & FG_ECM_SUBTRACT ? mpz_sub : mpz_add)(r.get(), r.get(), operand.get());
        if (step.flags & FG_ECM_KEEP) {
            s[1] = r;
            has_second = true;
        }
    }
}

/* The slots of the program as multiples of Q, after all its point steps. */
template <typename Program, typename Steps>
std::vector<unsigned> walk_point_steps(const Program &program, const Steps &steps,
                                       unsigned doubling) {
    std::vector<unsigned> slots(program.slot_count, 0);
    slots[0] = 1;
    for (unsigned at = program.point_step_begin; at < program.point_step_end; at++) {
        const auto step = steps[at];
        SCOPED_TRACE(at);
        EXPECT_LT(std::max({step.out, step.a, step.b}), program.slot_count);
        EXPECT_TRUE(step.out != step.a && step.out != step.b && step.out != step.difference);
        const unsigned a = slots.at(step.a), b = slots.at(step.b);
        EXPECT_NE(a, 0u);
        EXPECT_NE(b, 0u);
        if (step.difference == doubling) {
            EXPECT_EQ(step.a, step.b);
            slots.at(step.out) = 2 * a;
        } else {
            EXPECT_NE(a, b);
            EXPECT_EQ(slots.at(step.difference), a > b ? a - b : b - a);
            slots.at(step.out) = a + b;
        }
    }
    return slots;
}

/* Checks that every prime in (b1, b2] that is not in `powers` has a multiple up to `end` among the
 * values i D - j and i D + j of the pairs. */
inline void expect_values_meet_every_prime(unsigned b1, unsigned b2, unsigned end,
                                           const std::set<unsigned> &values, const Powers &powers) {
    for (const unsigned p : primes_up_to(b2)) {
        bool met = p <= b1 || powers.count(p) != 0;
        for (unsigned multiple = p; !met && multiple <= end; multiple += p)
            met = values.count(multiple) != 0;
        EXPECT_TRUE(met) << p;
    }
}

inline void expect_babies(const std::vector<unsigned> &babies, unsigned step) {
    EXPECT_EQ(babies.front(), 1u);
    EXPECT_LT(babies.back(), step / 2);
    for (size_t k = 0; k < babies.size(); k++) {
        EXPECT_EQ(std::gcd(babies[k], step), 1u) << babies[k];
        EXPECT_TRUE(k == 0 || babies[k - 1] < babies[k]) << babies[k];
    }
}

/* The prime powers, of primes up to `limit`, of a P-1 exponent from its words. */
inline Powers factor_exponent(const uint64_t *exponent, unsigned bits, unsigned limit) {
    Integer rest;
    mpz_import(rest.get(), (bits + 63u) / 64u, -1, sizeof(uint64_t), 0, 0, exponent);
    EXPECT_EQ(mpz_sizeinbase(rest.get(), 2), bits);
    Powers powers;
    for (const unsigned p : primes_up_to(limit)) {
        const unsigned e = rest.take_out(p);
        if (e != 0)
            powers[p] = e;
    }
    EXPECT_EQ(rest, Integer(1));
    return powers;
}

#endif
