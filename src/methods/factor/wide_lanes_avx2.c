/* SPDX-License-Identifier: MIT */
/*
 * wide_lanes_avx2.c: the steps for numbers of two words as doubles in AVX2 lanes. Larger moduli
 * take the scalar forms.
 *
 * Nanoseconds a lane on a Zen 4 core (gcc 12) with one / two / three vectors; for a curve and
 * a product in it:
 *
 *     a product in a curve     2.7 / 2.0 / 2.0     scalar 5.0
 *     P-1, program A         15240 / 8900 / 8500         16600
 *     strong, base 2           670 / 354 / 289             780
 *
 * Limbs of 28 bits and integer products took 2.3 for a product alone that this form takes 1.05 for.
 *
 * Above 2^100 a form has little to gain: three limbs of 50 bits are 9 products of limbs instead of
 * 4, so at least 4.5 for a product in a curve, and five limbs of 28 bits took 3.7 for one alone, so
 * about 7 in a curve. Scalar code takes 5.0 to 5.7, and leaves no lanes empty.
 */
#include "methods/factor/wide_lanes.h"

#include "arith/wide_gcd.h"
#include "methods/factor/wide_side_search.h"

static void gcd(const fg_wide *a, const fg_wide *n, unsigned count, fg_wide *gcds) {
    for (unsigned i = 0; i < count; i++)
        gcds[i] = fg_wide_gcd_odd(a[i], n[i]);
}

static const struct fg_wide_form below_100 = {
    .bits = 100,
    .primality = &fg_steps_fma100_x3,
    .primality_few = &fg_steps_wide_lazy_x4, /* Zen 5: 0.5 times as long for up to four numbers */
    .pm1 = &fg_steps_fma100_x3,
    .ecm = &fg_steps_fma100_x2,
    .gcd = gcd,
};

static bool runs_here(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static unsigned side_primes(const struct fg_side_primes *primes, fg_wide n,
                            uint16_t hits[FG_SIDE_HITS_MOST]) {
    return fg_side_primes_search(primes, n, hits);
}

const struct fg_wide_lanes fg_wide_lanes_avx2 = {
    .name = "avx2fma",
    .runs_here = runs_here,
    .side_primes = side_primes,
    .form_count = 3,
    .forms = {&below_100, &fg_wide_form_scalar_lazy, &fg_wide_form_scalar},
};
