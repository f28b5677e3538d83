/* SPDX-License-Identifier: MIT */
/*
 * wide_lanes_ifma.c: the steps for numbers of two words in lanes of AVX-512 IFMA. Compiled with
 * -mavx512f -mavx512dq -mavx512cd -mavx512ifma; only runs_here() may be called before it has said
 * yes.
 *
 * Nanoseconds a lane on a Zen 4 core (gcc 12) with one / two / three vectors; for a curve and
 * a product in it, which is the same within 3 % in all programs:
 *
 *     moduli below                       2^76    2^98    2^102   2^104   2^128
 *     a product in a curve, one vector   0.66    0.69    0.81    1.05    1.32
 *                           two          0.58    0.60    0.72    0.92    1.30
 *                           three        0.58    0.61    0.71    0.91    1.34
 *     P-1, program A, two                2060    2130    2550    3290    4220
 *     strong, base 2 (vectors)             -     82 (3)  109 (3)   -     210 (2)
 *     strong, base 3                       -    107 (3)  109 (3)   -     263 (2)
 *
 * Sizes without a form for the strong tests take that of the next one. Up to four numbers take 0.8
 * times as long in scalar code as in the three vectors of 2^102, and longer than in the others (Zen
 * 5: a call of 2^98, 2^102 and 2^128 takes 1.0, 1.6 and 2.1 us, one of four numbers 1.3, and 2.3 at
 * 2^128).
 *
 * P-1, one or two chains of products that wait for each other, takes 0.83 times as long in three
 * vectors as in two (2^98, program A or B, Sapphire Rapids). Fewer vectors leave fewer lanes empty,
 * so up to 16 numbers take P-1 in two, the curves of the last form less than what is fastest when
 * all are full, and few numbers curves of one vector: one number of 66 bits a call then takes 0.67
 * times as long, of 96 bits 0.87 times.
 */
#include "methods/factor/wide_lanes.h"

#include "arith/target.h"
#include "methods/factor/ifma_vector.h"
#include "methods/factor/wide_side_search.h"
#include <string.h>

static bool runs_here(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512ifma");
}

static inline __mmask8 not_zero(struct fg_vector_words a) {
    const __m512i any = _mm512_or_si512(a.low, a.high);
    return _mm512_test_epi64_mask(any, any);
}

static inline struct fg_vector_words choose(__mmask8 mask, struct fg_vector_words a,
                                            struct fg_vector_words b) {
    return (struct fg_vector_words){_mm512_mask_blend_epi64(mask, b.low, a.low),
                                    _mm512_mask_blend_epi64(mask, b.high, a.high)};
}

/* a without its trailing zeros, up to 64 of them at a time. */
static inline struct fg_vector_words strip_zeros(struct fg_vector_words a) {
    const __m512i all_ones = _mm512_set1_epi64(-1), word_bits = _mm512_set1_epi64(64);
    const __mmask8 low_is_zero = _mm512_testn_epi64_mask(a.low, a.low);
    a.low = _mm512_mask_mov_epi64(a.low, low_is_zero, a.high);
    a.high = _mm512_mask_mov_epi64(a.high, low_is_zero, _mm512_setzero_si512());
    const __m512i below = _mm512_andnot_si512(a.low, _mm512_add_epi64(a.low, all_ones));
    const __m512i left = _mm512_lzcnt_epi64(below);
    const __m512i zeros = _mm512_sub_epi64(word_bits, left);
    /* A shift by 64 gives 0. */
    a.low = _mm512_or_si512(_mm512_srlv_epi64(a.low, zeros), _mm512_sllv_epi64(a.high, left));
    a.high = _mm512_srlv_epi64(a.high, zeros);
    return a;
}

/* A step of gcd.h's algorithm. A lane that is not `left`, whose a is 0, keeps its answer in b. */
static inline void step(struct fg_vector_words *a, struct fg_vector_words *b, __mmask8 *left) {
    const struct fg_vector_words odd = strip_zeros(*a);
    const __m512i low = _mm512_sub_epi64(odd.low, b->low);
    const __mmask8 low_less = _mm512_cmplt_epu64_mask(odd.low, b->low);
    const __m512i high = _mm512_sub_epi64(odd.high, b->high);
    const __mmask8 less = _mm512_cmplt_epu64_mask(odd.high, b->high) |
                          (_mm512_cmpeq_epi64_mask(odd.high, b->high) & low_less);
    const __m512i zero = _mm512_setzero_si512();
    const struct fg_vector_words difference = {
        low, _mm512_mask_add_epi64(high, low_less, high, _mm512_set1_epi64(-1))};
    /* The negative of a difference: the high word borrows unless the low one is 0. */
    const struct fg_vector_words negative = {
        _mm512_sub_epi64(zero, difference.low),
        _mm512_mask_sub_epi64(_mm512_sub_epi64(zero, difference.high),
                              _mm512_test_epi64_mask(low, low),
                              _mm512_sub_epi64(zero, difference.high), _mm512_set1_epi64(1))};
    *b = choose(less & *left, odd, *b);
    const struct fg_vector_words next = choose(less, negative, difference);
    a->low = _mm512_maskz_mov_epi64(*left, next.low);
    a->high = _mm512_maskz_mov_epi64(*left, next.high);
    *left = not_zero(*a);
}

/* gcd.h's algorithm in lanes, two vectors side by side, because its steps wait for each other. */
static void gcd_lanes(const fg_wide *a, const fg_wide *n, fg_wide *gcds) {
    struct fg_vector_words a0 = fg_vector_load_words(a), a1 = fg_vector_load_words(a + 8);
    struct fg_vector_words b0 = fg_vector_load_words(n), b1 = fg_vector_load_words(n + 8);
    __mmask8 left0 = not_zero(a0), left1 = not_zero(a1);
    while ((left0 | left1) != 0) {
        step(&a0, &b0, &left0);
        step(&a1, &b1, &left1);
    }
    fg_vector_store_words(b0, gcds);
    fg_vector_store_words(b1, gcds + 8);
}

static void gcd(const fg_wide *a, const fg_wide *n, unsigned count, fg_wide *gcds) {
    enum { lanes = 16 };
    for (unsigned first = 0; first < count; first += lanes) {
        const size_t bytes = (count - first < lanes ? count - first : lanes) * sizeof(fg_wide);
        fg_wide numbers[lanes] = {0}, others[lanes] = {0}, result[lanes];
        memcpy(numbers, a + first, bytes);
        memcpy(others, n + first, bytes);
        gcd_lanes(numbers, others, result);
        memcpy(gcds + first, result, bytes);
    }
}

static const struct fg_wide_form below_76 = {
    .bits = 76,
    .primality = &fg_steps_ifma98_x3,
    .pm1 = &fg_steps_ifma98_x3,
    .pm1_few = &fg_steps_ifma76_x2,
    .ecm = &fg_steps_ifma76_x2,
    .ecm_few = &fg_steps_ifma98_x1,
    .gcd = gcd,
};

static const struct fg_wide_form below_98 = {
    .bits = 98,
    .primality = &fg_steps_ifma98_x3,
    .pm1 = &fg_steps_ifma98_x3,
    .pm1_few = &fg_steps_ifma98_x2,
    .ecm = &fg_steps_ifma98_x2,
    .ecm_few = &fg_steps_ifma98_x1,
    .gcd = gcd,
};

static const struct fg_wide_form below_102 = {
    .bits = 102,
    .primality = &fg_steps_ifma102_x3,
    .primality_few = &fg_steps_wide_lazy_x4,
    .pm1 = &fg_steps_ifma102_x3,
    .pm1_few = &fg_steps_ifma102_x2,
    .ecm = &fg_steps_ifma102_x2,
    .ecm_few = &fg_steps_ifma102_x1,
    .gcd = gcd,
};

static const struct fg_wide_form below_104 = {
    .bits = 104,
    .primality = &fg_steps_ifma128_x2,
    .pm1 = &fg_steps_ifma104_x2,
    .ecm = &fg_steps_ifma104_x2,
    .ecm_few = &fg_steps_ifma104_x1,
    .gcd = gcd,
};

static const struct fg_wide_form all = {
    .bits = 128,
    .primality = &fg_steps_ifma128_x2,
    .pm1 = &fg_steps_ifma128_x2,
    .ecm = &fg_steps_ifma128_x1,
    .gcd = gcd,
};

static unsigned side_primes(const struct fg_side_primes *primes, fg_wide n,
                            uint16_t hits[FG_SIDE_HITS_MOST]) {
    return fg_side_primes_search(primes, n, hits);
}

const struct fg_wide_lanes fg_wide_lanes_ifma = {
    .name = "avx512ifma",
    .runs_here = runs_here,
    .side_primes = side_primes,
    .form_count = 5,
    .forms = {&below_76, &below_98, &below_102, &below_104, &all},
};
