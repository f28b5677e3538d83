/* SPDX-License-Identifier: MIT */
/*
 * lanes_scalar.c: the forms of arith/residues_scalar.h: two lanes for ECM, whose own
 * products overlap already, four for the others, which are one or two dependent chains.
 *
 * Up to 6 numbers below 2^58, and up to 16 above, are tested one by one, by both tests at once: a
 * prime of 64 bits takes 0.30 us so, and 0.40 in four lanes (0.15 for base 2, which is enough for
 * most composites), on a Zen 4 core. So are all numbers while most of those before were prime
 * (factor.c): calls of 24 to 64 primes of 64 bits take 0.82 to 0.89 times as long (Sapphire
 * Rapids). Without this condition random numbers of 64 bits took 1.03 times as long.
 */
#include "methods/factor/lanes.h"

#include "algorithms/split_plan.h"
#include "arith/gcd.h"

static void gcd(const uint64_t *a, const uint64_t *n, unsigned count, uint64_t *gcds) {
    for (unsigned i = 0; i < count; i++)
        gcds[i] = fg_gcd64_odd(a[i], n[i]);
}

static const struct fg_lane_form lazy_alone = {
    .most = FG_PLAN_LAZY_MAX - 1,
    .primality = &fg_steps_scalar_lazy_x1,
    .ecm = &fg_steps_scalar_lazy_x2,
    .pm1 = &fg_steps_scalar_lazy_x1,
    .gcd = gcd,
};

static const struct fg_lane_form lazy_two = {
    .most = FG_PLAN_LAZY_MAX - 1,
    .primality = &fg_steps_scalar_lazy_x2,
    .ecm = &fg_steps_scalar_lazy_x2,
    .pm1 = &fg_steps_scalar_lazy_x2,
    .gcd = gcd,
    .few = &lazy_alone,
    .few_most = 1,
    .few_more_tests = 5,
    .few_more_primes = FG_LANE_ANY_COUNT,
};

const struct fg_lane_form fg_lane_form_scalar_lazy = {
    .most = FG_PLAN_LAZY_MAX - 1,
    .primality = &fg_steps_scalar_lazy_x4,
    .ecm = &fg_steps_scalar_lazy_x2,
    .pm1 = &fg_steps_scalar_lazy_x4,
    .gcd = gcd,
    .few = &lazy_two,
    .few_most = 2,
    .few_more_tests = 4,
    .few_more_primes = FG_LANE_ANY_COUNT,
};

static const struct fg_lane_form full_alone = {
    .most = UINT64_MAX,
    .primality = &fg_steps_scalar_full_x1,
    .ecm = &fg_steps_scalar_full_x2,
    .pm1 = &fg_steps_scalar_full_x1,
    .gcd = gcd,
};

static const struct fg_lane_form full_two = {
    .most = UINT64_MAX,
    .primality = &fg_steps_scalar_full_x2,
    .ecm = &fg_steps_scalar_full_x2,
    .pm1 = &fg_steps_scalar_full_x2,
    .gcd = gcd,
    .few = &full_alone,
    .few_most = 1,
    .few_more_tests = 15,
    .few_more_primes = FG_LANE_ANY_COUNT,
};

const struct fg_lane_form fg_lane_form_scalar = {
    .most = UINT64_MAX,
    .primality = &fg_steps_scalar_full_x4,
    .ecm = &fg_steps_scalar_full_x2,
    .pm1 = &fg_steps_scalar_full_x4,
    .gcd = gcd,
    .few = &full_two,
    .few_most = 2,
    .few_more_tests = 14,
    .few_more_primes = FG_LANE_ANY_COUNT,
};

static bool runs_here(void) {
    return true;
}

const struct fg_lanes fg_lanes_scalar = {
    .name = "scalar",
    .runs_here = runs_here,
    .form_count = 2,
    .forms = {&fg_lane_form_scalar_lazy, &fg_lane_form_scalar},
};
