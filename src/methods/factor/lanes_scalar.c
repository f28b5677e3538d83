/* SPDX-License-Identifier: MIT */
/*
 * lanes_scalar.c: the forms of arith/residues_scalar.h: two lanes for ECM, whose own
 * products overlap already, four for the others, which are one or two dependent chains.
 */
#include "methods/factor/lanes.h"

#include "algorithms/split_plan.h"
#include "arith/gcd.h"

static void gcd(const uint64_t *a, const uint64_t *n, unsigned count, uint64_t *gcds) {
    for (unsigned i = 0; i < count; i++)
        gcds[i] = fg_gcd64_odd(a[i], n[i]);
}

/* The lazy form is for P-1 and ECM only: it saves corrections that a proof needs in any case. */
const struct fg_lane_form fg_lane_form_scalar_lazy = {
    .most = FG_PLAN_LAZY_MAX - 1,
    .primality = &fg_steps_scalar_full_x4,
    .pm1 = &fg_steps_scalar_lazy_x4,
    .ecm = &fg_steps_scalar_lazy_x2,
    .gcd = gcd,
};

const struct fg_lane_form fg_lane_form_scalar = {
    .most = UINT64_MAX,
    .primality = &fg_steps_scalar_full_x4,
    .pm1 = &fg_steps_scalar_full_x4,
    .ecm = &fg_steps_scalar_full_x2,
    .gcd = gcd,
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
