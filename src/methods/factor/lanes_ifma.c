/* SPDX-License-Identifier: MIT */
/*
 * lanes_ifma.c: the steps in lanes of AVX-512 IFMA: two to four vectors of eight side by side,
 * because the products of one alone wait for each other. Compiled with -mavx512f -mavx512dq
 * -mavx512cd -mavx512ifma; only runs_here() may be called before it has said yes.
 *
 * Nanoseconds a lane on a Zen 5 core (gcc 12) with one / two / three / four vectors:
 *
 *                           below 2^48               below 2^50                 below 2^64
 *     a curve          248 / 143 / 107 / 112    265 / 157 / 125 / 122    1964 / 1393 / 1372 / 1587
 *     P-1              279 / 147 /  98 /  82    299 / 157 / 112 /  88    2268 / 1187 /  955 /  858
 *     base 2            29 /  19 /  13 /  11     35 /  22 /  16 /  13     104 /   60 /   46 /   41
 *     Lucas             38 /  24 /  18 /  17     41 /  26 /  21 /  19     117 /   77 /   73 /   69
 *
 * with the programs 48 and 48, the latter 64 and 62. Since then products of two limbs carry less:
 * on a Zen 4 core, in turns, a curve below 2^64 takes 0.82 to 0.84 times as long with one to three
 * vectors, P-1 0.84 to 0.92, base 2 0.88 to 0.95, Lucas 0.90 to 0.97. A curve is wide in itself and
 * has most to keep in registers, so it takes fewer vectors than the others.
 *
 * Few numbers leave lanes empty, so fewer lanes take them. Nanoseconds a call on a Zen 4 core, with
 * the programs 48 for 46 bits, 64 and 62 for 64:
 *
 *                     46 bits: one word     8 lanes  16  24 or 32    64 bits: one word  2 words  4
 *     a curve                 2190             2490  3610   5060           7130        11500  22300
 *     P-1                     2430             2430  2810   4400           7620         9690  14900
 *     base 2                   179              241   295    434            318          379    590
 *     Lucas                    244              324   472    757            442          540   1010
 *
 * and with 8, 16 and 32 lanes at 64 bits 24100, 42300 for a curve, 20400, 29200, 45000 for P-1,
 * 858, 1100, 1500 for base 2. Both tests of primes, microseconds a call in turns: one 0.47, one
 * more of the same call 0.38, 8 lanes 2.6, 16 4.2, 24 5.8, 32 7.5. So up to 6 numbers are tested
 * one by one, and those that are left over from 8, 16 or 24 up to 3 more.
 *
 * While most numbers are prime (factor.c) 8 or 16 lanes take both tests side by side: on a Sapphire
 * Rapids core a call of 8 primes then takes 0.65 times as long as by one test after the other, one
 * of 16 0.78, and lists 0.86 times as long as in 32 lanes. So 5 primes and more take lanes, and
 * never more than 16.
 *
 * A number that has several lanes gets as many curves at once, so that up to 8 small numbers gain
 * more by a curve than by P-1.
 */
#include "methods/factor/lanes.h"

#include "algorithms/split_plan.h"
#include "arith/gcd.h"
#include "arith/target.h"
#include <immintrin.h>

static bool runs_here(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512ifma");
}

#define FG_EACH_VECTOR(F) F(0) F(1) F(2) F(3)

/* Up to so many gcds are sooner done one by one than in lanes, which take as long for one as for
 * 32. */
#define FEW_GCDS 4

/* gcd.h's algorithm in lanes, four vectors side by side, because its steps wait for each other. A
 * lane that is no longer `left`, whose a is 0, has its answer in b and keeps it. */
static void gcd_lanes(const uint64_t *a, const uint64_t *n, unsigned count, uint64_t *gcds) {
    const __m512i all_ones = _mm512_set1_epi64(-1), word_bits = _mm512_set1_epi64(64);
    FG_VERIFY_CHECK(count > 0 && count <= 32);
    const uint32_t used = UINT32_MAX >> (32 - count);
#define FG_VECTOR(v)                                                                               \
    const __mmask8 used##v = (__mmask8)(used >> (8 * (v)));                                        \
    __m512i a##v = _mm512_maskz_loadu_epi64(used##v, a + 8 * (v));                                 \
    __m512i b##v = _mm512_maskz_loadu_epi64(used##v, n + 8 * (v));                                 \
    __mmask8 left##v = _mm512_test_epi64_mask(a##v, a##v);
    FG_EACH_VECTOR(FG_VECTOR)
#undef FG_VECTOR
    while ((left0 | left1 | left2 | left3) != 0) {
#define FG_VECTOR(v)                                                                               \
    {                                                                                              \
        const __m512i below = _mm512_andnot_si512(a##v, _mm512_add_epi64(a##v, all_ones));         \
        a##v = _mm512_srlv_epi64(a##v, _mm512_sub_epi64(word_bits, _mm512_lzcnt_epi64(below)));    \
        const __m512i less = _mm512_min_epu64(a##v, b##v);                                         \
        a##v = _mm512_maskz_sub_epi64(left##v, _mm512_max_epu64(a##v, b##v), less);                \
        b##v = _mm512_mask_mov_epi64(b##v, left##v, less);                                         \
        left##v = _mm512_test_epi64_mask(a##v, a##v);                                              \
    }
        FG_EACH_VECTOR(FG_VECTOR)
#undef FG_VECTOR
    }
#define FG_VECTOR(v) _mm512_mask_storeu_epi64(gcds + 8 * (v), used##v, b##v);
    FG_EACH_VECTOR(FG_VECTOR)
#undef FG_VECTOR
}

static void gcd(const uint64_t *a, const uint64_t *n, unsigned count, uint64_t *gcds) {
    if (count > FEW_GCDS)
        gcd_lanes(a, n, count, gcds);
    else
        for (unsigned i = 0; i < count; i++)
            gcds[i] = fg_gcd64_odd(a[i], n[i]);
}

static const struct fg_lane_form one_below_48 = {
    .most = (UINT64_C(1) << 48) - 1,
    .primality = &fg_steps_scalar_lazy_x1,
    .ecm = &fg_steps_ifma48_x1,
    .gcd = gcd,
};

static const struct fg_lane_form few_below_48 = {
    .most = (UINT64_C(1) << 48) - 1,
    .primality = &fg_steps_ifma48_x1,
    .ecm = &fg_steps_ifma48_x1,
    .gcd = gcd,
    .few = &one_below_48,
    .few_most = 1,
    .few_more_primes = 1,
};

static const struct fg_lane_form some_below_48 = {
    .most = (UINT64_C(1) << 48) - 1,
    .primality = &fg_steps_ifma48_x2,
    .ecm = &fg_steps_ifma48_x2,
    .pm1 = &fg_steps_ifma48_x2,
    .gcd = gcd,
    .few = &few_below_48,
    .few_most = 8,
};

static const struct fg_lane_form below_48 = {
    .most = (UINT64_C(1) << 48) - 1,
    .primality = &fg_steps_ifma48_x4,
    .ecm = &fg_steps_ifma48_x3,
    .pm1 = &fg_steps_ifma48_x4,
    .gcd = gcd,
    .few = &some_below_48,
    .few_most = 16,
    .few_more_pm1 = 2,
};

static const struct fg_lane_form one_below_50 = {
    .most = (UINT64_C(1) << 50) - 1,
    .primality = &fg_steps_scalar_lazy_x1,
    .ecm = &fg_steps_ifma50_x1,
    .gcd = gcd,
};

static const struct fg_lane_form few_below_50 = {
    .most = (UINT64_C(1) << 50) - 1,
    .primality = &fg_steps_ifma50_x1,
    .ecm = &fg_steps_ifma50_x1,
    .gcd = gcd,
    .few = &one_below_50,
    .few_most = 1,
    .few_more_primes = 1,
};

static const struct fg_lane_form some_below_50 = {
    .most = (UINT64_C(1) << 50) - 1,
    .primality = &fg_steps_ifma50_x2,
    .ecm = &fg_steps_ifma50_x2,
    .pm1 = &fg_steps_ifma50_x2,
    .gcd = gcd,
    .few = &few_below_50,
    .few_most = 8,
};

static const struct fg_lane_form below_50 = {
    .most = (UINT64_C(1) << 50) - 1,
    .primality = &fg_steps_ifma50_x4,
    .ecm = &fg_steps_ifma50_x3,
    .pm1 = &fg_steps_ifma50_x4,
    .gcd = gcd,
    .few = &some_below_50,
    .few_most = 16,
    .few_more_pm1 = 2,
};

static const struct fg_lane_form one_below_58 = {
    .most = FG_PLAN_LAZY_MAX - 1,
    .primality = &fg_steps_scalar_lazy_x1,
    .ecm = &fg_steps_scalar_lazy_x2,
    .pm1 = &fg_steps_scalar_lazy_x1,
    .gcd = gcd,
};

static const struct fg_lane_form one_of_all = {
    .most = UINT64_MAX,
    .primality = &fg_steps_scalar_full_x1,
    .ecm = &fg_steps_ifma64_x1,
    .pm1 = &fg_steps_scalar_full_x1,
    .gcd = gcd,
    .few = &one_below_58,
    .few_most = 1,
};

static const struct fg_lane_form two_of_all = {
    .most = UINT64_MAX,
    .primality = &fg_steps_scalar_full_x2,
    .ecm = &fg_steps_ifma64_x1,
    .pm1 = &fg_steps_scalar_full_x2,
    .gcd = gcd,
    .few = &one_of_all,
    .few_most = 1,
    .few_more_tests = 5,
    .few_more_primes = 3,
};

static const struct fg_lane_form four_of_all = {
    .most = UINT64_MAX,
    .primality = &fg_steps_scalar_full_x4,
    .ecm = &fg_steps_ifma64_x1,
    .pm1 = &fg_steps_scalar_full_x4,
    .gcd = gcd,
    .few = &two_of_all,
    .few_most = 2,
    .few_more_tests = 4,
    .few_more_primes = 2,
};

static const struct fg_lane_form few_of_all = {
    .most = UINT64_MAX,
    .primality = &fg_steps_ifma64_x1,
    .ecm = &fg_steps_ifma64_x1,
    .pm1 = &fg_steps_ifma64_x1,
    .gcd = gcd,
    .few = &four_of_all,
    .few_most = 4,
    .few_more_tests = 2,
    .few_more_primes = 0,
};

static const struct fg_lane_form some_of_all = {
    .most = UINT64_MAX,
    .primality = &fg_steps_ifma64_x2,
    .ecm = &fg_steps_ifma64_x2,
    .pm1 = &fg_steps_ifma64_x2,
    .gcd = gcd,
    .few = &few_of_all,
    .few_most = 8,
    .few_more_tests = 3,
    .few_more_primes = 2,
};

static const struct fg_lane_form many_of_all = {
    .most = UINT64_MAX,
    .primality = &fg_steps_ifma64_x3,
    .ecm = &fg_steps_ifma64_x2,
    .pm1 = &fg_steps_ifma64_x3,
    .gcd = gcd,
    .few = &some_of_all,
    .few_most = 16,
    .few_more_tests = 3,
    .few_more_primes = FG_LANE_ANY_COUNT,
    .few_more_pm1 = 1,
};

static const struct fg_lane_form all = {
    .most = UINT64_MAX,
    .primality = &fg_steps_ifma64_x4,
    .ecm = &fg_steps_ifma64_x2,
    .pm1 = &fg_steps_ifma64_x4,
    .gcd = gcd,
    .few = &many_of_all,
    .few_most = 24,
    .few_more_tests = 3,
    .few_more_primes = FG_LANE_ANY_COUNT,
    .few_more_pm1 = 2,
};

const struct fg_lanes fg_lanes_ifma = {
    .name = "avx512ifma",
    .runs_here = runs_here,
    .form_count = 3,
    .forms = {&below_48, &below_50, &all},
};
