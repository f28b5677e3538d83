/* SPDX-License-Identifier: MIT */
/*
 * wide_lanes_scalar.c: the forms of arith/residues_scalar.h for numbers of two words.
 */
#include "methods/factor/wide_lanes.h"

#include "arith/wide_gcd.h"

static void gcd(const fg_wide *a, const fg_wide *n, unsigned count, fg_wide *gcds) {
    for (unsigned i = 0; i < count; i++)
        gcds[i] = fg_wide_gcd_odd(a[i], n[i]);
}

const struct fg_wide_form fg_wide_form_scalar_lazy = {
    .bits = 122,
    .primality = &fg_steps_wide_full_x2,
    .pm1 = &fg_steps_wide_lazy_x2,
    .ecm = &fg_steps_wide_lazy_x2,
    .gcd = gcd,
};

const struct fg_wide_form fg_wide_form_scalar = {
    .bits = 128,
    .primality = &fg_steps_wide_full_x2,
    .pm1 = &fg_steps_wide_full_x2,
    .ecm = &fg_steps_wide_full_x2,
    .gcd = gcd,
};

static bool runs_here(void) {
    return true;
}

const struct fg_wide_lanes fg_wide_lanes_scalar = {
    .name = "scalar",
    .runs_here = runs_here,
    .form_count = 2,
    .forms = {&fg_wide_form_scalar_lazy, &fg_wide_form_scalar},
};
