/* SPDX-License-Identifier: MIT */
/*
 * lanes_avx2.c: the steps for moduli below 2^51, as doubles in AVX2 lanes. Larger moduli take the
 * scalar forms. Several vectors are computed side by side, because each of the six operations of a
 * product waits for the one before. Compiled with -mavx2 -mfma: call nothing else before
 * runs_here() has returned true.
 *
 * Nanoseconds per lane on a Zen 5 core, gcc 12 / clang 14, moduli of 48 bits, by the number of
 * vectors:
 *
 *                       2           3           4           6           8         scalar
 *     base 2         36 / 37     26 / 26     20 / 22     18 / 17     15 / 19     67 / 69
 *     Lucas          43 / 45     33 / 33     40 / 29     30 / 28     33 / 25    119 / 122
 *     P-1 48       353 / 362   247 / 281   196 / 213   162 / 170   143 / 152    630 / 652
 *     a curve 48   333 / 336   251 / 288   235 / 255   243 / 259   489 / 266    940 / 981
 *
 * In the form for 51 bits the columns used are 20 / 19, 41 / 33, 189 / 244 and 322 / 351.
 */
#define FG_MODULUS_BITS 48 /* of the gcd */
#define FG_CHAINS 4
#include "methods/factor/lanes.h"
#include "methods/factor/residues_fma.h"
#include <string.h>

/*
 * Euclid's algorithm on numbers below 2^52, with the absolute values of remainders. The quotient is
 * off by less than 1/2 after the division, and by 1/2 more after rounding to an integer, so that
 * the remainder is below b, and exact. 9.5 ns per lane with 48 bits; binary steps in lanes
 * take 15.7 ns, gcd.h 22 ns with gcc 12 and 34 ns with clang 14.
 */
static void gcd_lanes(const uint64_t *numbers, const uint64_t *others, uint64_t *gcds) {
    const __m256d zero = _mm256_setzero_pd(), sign = _mm256_set1_pd(-0.0);
    const struct fg_residue first = fg_load(others), second = fg_load(numbers);
    __m256d a[FG_CHAINS] = {first.value0, first.value1, first.value2, first.value3};
    __m256d b[FG_CHAINS] = {second.value0, second.value1, second.value2, second.value3};
    __m256i left; /* not 0 while a remainder is not 0 */
    do {
        left = _mm256_setzero_si256();
        for (unsigned i = 0; i < FG_CHAINS; i++) {
            const __m256d unfinished = _mm256_cmp_pd(b[i], zero, _CMP_NEQ_OQ);
            const __m256d quotient = _mm256_round_pd(_mm256_div_pd(a[i], b[i]),
                                                     _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
            const __m256d rest = _mm256_andnot_pd(sign, _mm256_fnmadd_pd(quotient, b[i], a[i]));
            a[i] = _mm256_blendv_pd(a[i], b[i], unfinished);
            b[i] = _mm256_and_pd(unfinished, rest);
            left = _mm256_or_si256(left, _mm256_castpd_si256(b[i]));
        }
    } while (!_mm256_testz_si256(left, left));
    fg_store((struct fg_residue){a[0], a[1], a[2], a[3]}, gcds);
}

static void gcd(const uint64_t *a, const uint64_t *n, unsigned count, uint64_t *gcds) {
    for (unsigned first = 0; first < count; first += FG_LANES) {
        const size_t bytes =
            (count - first < FG_LANES ? count - first : FG_LANES) * sizeof(uint64_t);
        uint64_t numbers[FG_LANES] = {0}, others[FG_LANES] = {0}, result[FG_LANES];
        memcpy(numbers, a + first, bytes);
        memcpy(others, n + first, bytes);
        gcd_lanes(numbers, others, result);
        memcpy(gcds + first, result, bytes);
    }
}

static const struct fg_lane_form one_below_48 = {
    .most = (UINT64_C(1) << 48) - 1,
    .primality = &fg_steps_scalar_lazy_x1,
    .ecm = &fg_steps_fma48_x2,
    .gcd = gcd,
};

static const struct fg_lane_form few_below_48 = {
    .most = (UINT64_C(1) << 48) - 1,
    .primality = &fg_steps_fma48_x2,
    .ecm = &fg_steps_fma48_x2,
    .gcd = gcd,
    .few = &one_below_48,
    .few_most = 1,
    .few_more_primes = 2,
};

static const struct fg_lane_form some_below_48 = {
    .most = (UINT64_C(1) << 48) - 1,
    .primality = &fg_steps_fma48_x4,
    .ecm = &fg_steps_fma48_x4,
    .pm1 = &fg_steps_fma48_x4,
    .gcd = gcd,
    .few = &few_below_48,
    .few_most = 8,
    .few_more_primes = 1,
};

static const struct fg_lane_form below_48 = {
    .most = (UINT64_C(1) << 48) - 1,
    .primality = &fg_steps_fma48_x8,
    .ecm = &fg_steps_fma48_x4,
    .pm1 = &fg_steps_fma48_x8,
    .gcd = gcd,
    .few = &some_below_48,
    .few_most = 16,
    .few_more_primes = 3,
    .few_more_pm1 = 4,
};

static const struct fg_lane_form one_below_51 = {
    .most = (UINT64_C(1) << 51) - 1,
    .primality = &fg_steps_scalar_lazy_x1,
    .ecm = &fg_steps_fma51_x2,
    .gcd = gcd,
};

static const struct fg_lane_form few_below_51 = {
    .most = (UINT64_C(1) << 51) - 1,
    .primality = &fg_steps_fma51_x2,
    .ecm = &fg_steps_fma51_x2,
    .gcd = gcd,
    .few = &one_below_51,
    .few_most = 1,
    .few_more_primes = 3,
};

static const struct fg_lane_form some_below_51 = {
    .most = (UINT64_C(1) << 51) - 1,
    .primality = &fg_steps_fma51_x4,
    .ecm = &fg_steps_fma51_x4,
    .pm1 = &fg_steps_fma51_x4,
    .gcd = gcd,
    .few = &few_below_51,
    .few_most = 8,
    .few_more_primes = 1,
};

static const struct fg_lane_form below_51 = {
    .most = (UINT64_C(1) << 51) - 1,
    .primality = &fg_steps_fma51_x8,
    .ecm = &fg_steps_fma51_x4,
    .pm1 = &fg_steps_fma51_x8,
    .gcd = gcd,
    .few = &some_below_51,
    .few_most = 16,
    .few_more_primes = 3,
    .few_more_pm1 = 4,
};

static bool runs_here(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

const struct fg_lanes fg_lanes_avx2 = {
    .name = "avx2fma",
    .runs_here = runs_here,
    .form_count = 4,
    .forms = {&below_48, &below_51, &fg_lane_form_scalar_lazy, &fg_lane_form_scalar},
};
