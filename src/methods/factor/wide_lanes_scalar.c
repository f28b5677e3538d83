/* SPDX-License-Identifier: MIT */
/*
 * wide_lanes_scalar.c: the forms of arith/residues_scalar.h for numbers of two words.
 *
 * Nanoseconds a number on a Zen 4 core (gcc 12) with one / two / four of them; for a curve and
 * a product in it:
 *
 *                                 lazy                    full
 *     a product in a curve    5.1 / 5.0 / 5.6         5.7 / 5.9 / 5.6
 *     P-1, program A       21100 / 16600 / 16000   23300 / 18500 / 16800
 *     strong, base 2        1083 /   811 /   667    1386 /  1000 /   863
 */
#include "methods/factor/wide_lanes.h"

#include "arith/wide_gcd.h"
#include "methods/factor/wide_side_search.h"

static void gcd(const fg_wide *a, const fg_wide *n, unsigned count, fg_wide *gcds) {
    for (unsigned i = 0; i < count; i++)
        gcds[i] = fg_wide_gcd_odd(a[i], n[i]);
}

const struct fg_wide_form fg_wide_form_scalar_lazy = {
    .bits = 122,
    .primality = &fg_steps_wide_lazy_x4,
    .pm1 = &fg_steps_wide_lazy_x4,
    .ecm = &fg_steps_wide_lazy_x2,
    .gcd = gcd,
};

const struct fg_wide_form fg_wide_form_scalar = {
    .bits = 128,
    .primality = &fg_steps_wide_full_x4,
    .pm1 = &fg_steps_wide_full_x4,
    .ecm = &fg_steps_wide_full_x2,
    .gcd = gcd,
};

static bool runs_here(void) {
    return true;
}

static unsigned side_primes(const struct fg_side_primes *primes, fg_wide n,
                            uint16_t hits[FG_SIDE_HITS_MOST]) {
    return fg_side_primes_search(primes, n, hits);
}

const struct fg_wide_lanes fg_wide_lanes_scalar = {
    .name = "scalar",
    .runs_here = runs_here,
    .side_primes = side_primes,
    .form_count = 2,
    .forms = {&fg_wide_form_scalar_lazy, &fg_wide_form_scalar},
};
