/* SPDX-License-Identifier: MIT */
/*
 * ifma_wide_vector.h: Montgomery arithmetic modulo numbers of two words in eight lanes of AVX-512
 * IFMA, for residues_ifma_wide.h, which has the parameter FG_MODULUS_BITS and the ranges.
 */
#ifndef FG_FACTOR_IFMA_WIDE_VECTOR_H
#define FG_FACTOR_IFMA_WIDE_VECTOR_H

#include "arith/target.h"
#include "methods/factor/ifma_vector.h"

#if FG_MODULUS_BITS == 76 || FG_MODULUS_BITS == 98 || FG_MODULUS_BITS == 102 ||                    \
    FG_MODULUS_BITS == 104
#define FG_LIMBS 2
#elif FG_MODULUS_BITS == 128
#define FG_LIMBS 3
#else
#error "FG_MODULUS_BITS must be 76, 98, 102, 104 or 128"
#endif

/* A number for each of eight lanes: limb0 + 2^52 limb1 + 2^104 limb2. */
struct fg_vector {
    __m512i limb0, limb1;
#if FG_LIMBS == 3
    __m512i limb2;
#endif
};

/* c + the low or the high half of a * b. */
FG_INLINE __m512i fg_low_half(__m512i c, __m512i a, __m512i b) {
    return _mm512_madd52lo_epu64(c, a, b);
}
FG_INLINE __m512i fg_high_half(__m512i c, __m512i a, __m512i b) {
    return _mm512_madd52hi_epu64(c, a, b);
}

/* Returns the carry of a limb, which may be negative, to the one above. */
FG_INLINE __m512i fg_excess(__m512i limb) {
    return _mm512_srai_epi64(limb, 52);
}

/* ---- Words and limbs ---- */

FG_INLINE struct fg_vector fg_vector_load(const fg_wide *numbers) {
    const struct fg_vector_words words = fg_vector_load_words(numbers);
    struct fg_vector vector;
    vector.limb0 = _mm512_and_si512(words.low, FG_LIMB_MASK);
    vector.limb1 =
        _mm512_or_si512(_mm512_srli_epi64(words.low, 52), _mm512_slli_epi64(words.high, 12));
#if FG_LIMBS == 3
    vector.limb1 = _mm512_and_si512(vector.limb1, FG_LIMB_MASK);
    vector.limb2 = _mm512_srli_epi64(words.high, 40);
#endif
    return vector;
}

/* The values must be below 2^128. */
FG_INLINE void fg_vector_store(struct fg_vector vector, fg_wide *numbers) {
    struct fg_vector_words words;
    words.low = _mm512_or_si512(vector.limb0, _mm512_slli_epi64(vector.limb1, 52));
    words.high = _mm512_srli_epi64(vector.limb1, 12);
#if FG_LIMBS == 3
    words.high = _mm512_or_si512(words.high, _mm512_slli_epi64(vector.limb2, 40));
#endif
    fg_vector_store_words(words, numbers);
}

/* Limbs outside [0, 2^52), also negative ones, give their excess to the limb above. The number
 * itself is not negative, and below 2^(52 FG_LIMBS). */
FG_INLINE struct fg_vector fg_vector_carry(struct fg_vector a) {
    a.limb1 = _mm512_add_epi64(a.limb1, fg_excess(a.limb0));
    a.limb0 = _mm512_and_si512(a.limb0, FG_LIMB_MASK);
#if FG_LIMBS == 3
    a.limb2 = _mm512_add_epi64(a.limb2, fg_excess(a.limb1));
    a.limb1 = _mm512_and_si512(a.limb1, FG_LIMB_MASK);
    FG_VERIFY_CHECK(_mm512_cmple_epu64_mask(a.limb2, FG_LIMB_MASK) == 255);
#else
    FG_VERIFY_CHECK(_mm512_cmple_epu64_mask(a.limb1, FG_LIMB_MASK) == 255);
#endif
    return a;
}

/* ---- Products ---- */

/*
 * Columns t0, t1 ... of a product, t_i by 2^52i. Multiples q_i n 2^52i are added that clear the
 * lowest column of what is left: q_i is that column by -1 / n, modulo 2^52. Clearing a column c
 * leaves a carry of ceil(c / 2^52) to the next. So those columns, which begin with 2^52 - 1 in
 * place of 0, have it above their 52 bits; and below, where the multiplier looks, they have c - 1,
 * so that q_i is one more time -1 / n. A column has at most a dozen terms below 2^52.
 */
FG_INLINE __m512i fg_quotient(__m512i column, __m512i inverse) {
    return fg_low_half(inverse, column, inverse);
}

/* Returns the high half of the product of two highest limbs. */
FG_INLINE __m512i fg_high_limbs(__m512i a, __m512i b) {
    const __m512i zero = _mm512_setzero_si512();
    const bool is_zero = FG_MODULUS_BITS == 76 || FG_MODULUS_BITS == 128;
    FG_VERIFY_CHECK(!is_zero || _mm512_cmpeq_epi64_mask(fg_high_half(zero, a, b), zero) == 255);
    return is_zero ? zero : fg_high_half(zero, a, b);
}

FG_INLINE __m512i fg_plus_carry(__m512i column, __m512i below) {
    return _mm512_add_epi64(column, _mm512_srli_epi64(below, 52));
}

/* Ends the program if a limb of a factor is loose: the multiplier would not see its carry. */
FG_INLINE void fg_vector_check_limbs(struct fg_vector a) {
    (void)a;
    FG_VERIFY_CHECK(_mm512_cmple_epu64_mask(a.limb0, FG_LIMB_MASK) == 255);
    FG_VERIFY_CHECK(_mm512_cmple_epu64_mask(a.limb1, FG_LIMB_MASK) == 255);
#if FG_LIMBS == 3
    FG_VERIFY_CHECK(_mm512_cmple_epu64_mask(a.limb2, FG_LIMB_MASK) == 255);
#endif
}

#if FG_LIMBS == 2

/* Returns the columns by 1 / R modulo n. The limbs are loose. */
FG_INLINE struct fg_vector fg_vector_reduce(struct fg_vector n, __m512i inverse, __m512i t0,
                                            __m512i t1, __m512i t2, __m512i t3) {
    const __m512i q0 = fg_quotient(t0, inverse);
    t1 = fg_plus_carry(t1, t0);
    t1 = fg_high_half(t1, q0, n.limb0);
    t1 = fg_low_half(t1, q0, n.limb1);
    const __m512i q1 = fg_quotient(t1, inverse);
    t2 = fg_high_half(t2, q0, n.limb1);
    t2 = fg_plus_carry(t2, t1);
    t2 = fg_high_half(t2, q1, n.limb0);
    t2 = fg_low_half(t2, q1, n.limb1);
    t3 = fg_high_half(t3, q1, n.limb1);
    struct fg_vector result;
    result.limb0 = t2;
    result.limb1 = t3;
    return result;
}

FG_INLINE struct fg_vector fg_vector_mul_loose(struct fg_vector n, __m512i inverse,
                                               struct fg_vector a, struct fg_vector b) {
    const __m512i zero = _mm512_setzero_si512(), mask = FG_LIMB_MASK;
    fg_vector_check_limbs(a);
    fg_vector_check_limbs(b);
    const __m512i t0 = fg_low_half(mask, a.limb0, b.limb0);
    __m512i t1 = fg_high_half(mask, a.limb0, b.limb0);
    t1 = fg_low_half(t1, a.limb0, b.limb1);
    t1 = fg_low_half(t1, a.limb1, b.limb0);
    __m512i t2 = fg_high_half(zero, a.limb0, b.limb1);
    t2 = fg_high_half(t2, a.limb1, b.limb0);
    t2 = fg_low_half(t2, a.limb1, b.limb1);
    const __m512i t3 = fg_high_limbs(a.limb1, b.limb1);
    return fg_vector_reduce(n, inverse, t0, t1, t2, t3);
}

/* The product of both limbs counts twice, by twice the high limb if that is below 2^52. */
FG_INLINE struct fg_vector fg_vector_sqr_loose(struct fg_vector n, __m512i inverse,
                                               struct fg_vector a) {
    const __m512i zero = _mm512_setzero_si512(), mask = FG_LIMB_MASK;
    fg_vector_check_limbs(a);
    const __m512i t0 = fg_low_half(mask, a.limb0, a.limb0);
    __m512i t1 = fg_high_half(mask, a.limb0, a.limb0);
    __m512i t2 = fg_low_half(zero, a.limb1, a.limb1);
#if FG_MODULUS_BITS == 104
    const __m512i cross_low = fg_low_half(zero, a.limb0, a.limb1);
    const __m512i cross_high = fg_high_half(zero, a.limb0, a.limb1);
    t1 = _mm512_add_epi64(t1, _mm512_add_epi64(cross_low, cross_low));
    t2 = _mm512_add_epi64(t2, _mm512_add_epi64(cross_high, cross_high));
#else
    const __m512i twice = _mm512_add_epi64(a.limb1, a.limb1);
    t1 = fg_low_half(t1, a.limb0, twice);
    t2 = fg_high_half(t2, a.limb0, twice);
#endif
    return fg_vector_reduce(n, inverse, t0, t1, t2, fg_high_limbs(a.limb1, a.limb1));
}

#else

/* Returns the columns of three limbs by 1 / R modulo n. The limbs are loose. */
FG_INLINE struct fg_vector fg_vector_reduce(struct fg_vector n, __m512i inverse, __m512i t0,
                                            __m512i t1, __m512i t2, __m512i t3, __m512i t4,
                                            __m512i t5) {
    const __m512i q0 = fg_quotient(t0, inverse);
    t1 = fg_plus_carry(t1, t0);
    t1 = fg_high_half(t1, q0, n.limb0);
    t1 = fg_low_half(t1, q0, n.limb1);
    const __m512i q1 = fg_quotient(t1, inverse);
    t2 = fg_high_half(t2, q0, n.limb1);
    t2 = fg_low_half(t2, q0, n.limb2);
    t2 = fg_plus_carry(t2, t1);
    t2 = fg_high_half(t2, q1, n.limb0);
    t2 = fg_low_half(t2, q1, n.limb1);
    const __m512i q2 = fg_quotient(t2, inverse);
    t3 = fg_high_half(t3, q0, n.limb2);
    t3 = fg_high_half(t3, q1, n.limb1);
    t3 = fg_low_half(t3, q1, n.limb2);
    t3 = fg_plus_carry(t3, t2);
    t3 = fg_high_half(t3, q2, n.limb0);
    t3 = fg_low_half(t3, q2, n.limb1);
    t4 = fg_high_half(t4, q1, n.limb2);
    t4 = fg_high_half(t4, q2, n.limb1);
    t4 = fg_low_half(t4, q2, n.limb2);
    struct fg_vector result;
    result.limb0 = t3;
    result.limb1 = t4;
    result.limb2 = fg_high_half(t5, q2, n.limb2);
    return result;
}

FG_INLINE struct fg_vector fg_vector_mul_loose(struct fg_vector n, __m512i inverse,
                                               struct fg_vector a, struct fg_vector b) {
    const __m512i zero = _mm512_setzero_si512(), mask = FG_LIMB_MASK;
    fg_vector_check_limbs(a);
    fg_vector_check_limbs(b);
    const __m512i t0 = fg_low_half(mask, a.limb0, b.limb0);
    __m512i t1 = fg_high_half(mask, a.limb0, b.limb0);
    t1 = fg_low_half(t1, a.limb0, b.limb1);
    t1 = fg_low_half(t1, a.limb1, b.limb0);
    __m512i t2 = fg_high_half(mask, a.limb0, b.limb1);
    t2 = fg_high_half(t2, a.limb1, b.limb0);
    t2 = fg_low_half(t2, a.limb0, b.limb2);
    t2 = fg_low_half(t2, a.limb1, b.limb1);
    t2 = fg_low_half(t2, a.limb2, b.limb0);
    __m512i t3 = fg_high_half(zero, a.limb0, b.limb2);
    t3 = fg_high_half(t3, a.limb1, b.limb1);
    t3 = fg_high_half(t3, a.limb2, b.limb0);
    t3 = fg_low_half(t3, a.limb1, b.limb2);
    t3 = fg_low_half(t3, a.limb2, b.limb1);
    __m512i t4 = fg_high_half(zero, a.limb1, b.limb2);
    t4 = fg_high_half(t4, a.limb2, b.limb1);
    t4 = fg_low_half(t4, a.limb2, b.limb2);
    return fg_vector_reduce(n, inverse, t0, t1, t2, t3, t4, fg_high_limbs(a.limb2, b.limb2));
}

/* Products of two different limbs count twice: by twice the highest limb, which is below 2^52, and
 * else by doubling them. */
FG_INLINE struct fg_vector fg_vector_sqr_loose(struct fg_vector n, __m512i inverse,
                                               struct fg_vector a) {
    const __m512i zero = _mm512_setzero_si512(), mask = FG_LIMB_MASK;
    fg_vector_check_limbs(a);
    const __m512i twice = _mm512_add_epi64(a.limb2, a.limb2);
    const __m512i t0 = fg_low_half(mask, a.limb0, a.limb0);
    const __m512i cross_low = fg_low_half(zero, a.limb0, a.limb1);
    const __m512i cross_high = fg_high_half(zero, a.limb0, a.limb1);
    __m512i t1 = fg_high_half(mask, a.limb0, a.limb0);
    t1 = _mm512_add_epi64(t1, _mm512_add_epi64(cross_low, cross_low));
    __m512i t2 = fg_low_half(mask, a.limb1, a.limb1);
    t2 = fg_low_half(t2, a.limb0, twice);
    t2 = _mm512_add_epi64(t2, _mm512_add_epi64(cross_high, cross_high));
    __m512i t3 = fg_high_half(zero, a.limb1, a.limb1);
    t3 = fg_high_half(t3, a.limb0, twice);
    t3 = fg_low_half(t3, a.limb1, twice);
    __m512i t4 = fg_high_half(zero, a.limb1, twice);
    t4 = fg_low_half(t4, a.limb2, a.limb2);
    return fg_vector_reduce(n, inverse, t0, t1, t2, t3, t4, fg_high_limbs(a.limb2, a.limb2));
}

#endif

/* a - 2^shift b, limb by limb. */
FG_INLINE struct fg_vector fg_vector_less(struct fg_vector a, struct fg_vector b, unsigned shift) {
    a.limb0 = _mm512_sub_epi64(a.limb0, _mm512_slli_epi64(b.limb0, shift));
    a.limb1 = _mm512_sub_epi64(a.limb1, _mm512_slli_epi64(b.limb1, shift));
#if FG_LIMBS == 3
    a.limb2 = _mm512_sub_epi64(a.limb2, _mm512_slli_epi64(b.limb2, shift));
#endif
    return a;
}

/* a + 2^shift b, limb by limb. */
FG_INLINE struct fg_vector fg_vector_plus(struct fg_vector a, struct fg_vector b, unsigned shift) {
    a.limb0 = _mm512_add_epi64(a.limb0, _mm512_slli_epi64(b.limb0, shift));
    a.limb1 = _mm512_add_epi64(a.limb1, _mm512_slli_epi64(b.limb1, shift));
#if FG_LIMBS == 3
    a.limb2 = _mm512_add_epi64(a.limb2, _mm512_slli_epi64(b.limb2, shift));
#endif
    return a;
}

/* a where a lane's bit is set, else b. */
FG_INLINE struct fg_vector fg_vector_choose(__mmask8 mask, struct fg_vector a, struct fg_vector b) {
    a.limb0 = _mm512_mask_blend_epi64(mask, b.limb0, a.limb0);
    a.limb1 = _mm512_mask_blend_epi64(mask, b.limb1, a.limb1);
#if FG_LIMBS == 3
    a.limb2 = _mm512_mask_blend_epi64(mask, b.limb2, a.limb2);
#endif
    return a;
}

/* a if a < 2^shift n, else a - 2^shift n. a can be loose. Of two highest limbs the right one is the
 * smaller: if the difference is negative, its highest limb is huge as an unsigned number. */
FG_INLINE struct fg_vector fg_vector_reduce_once(struct fg_vector a, struct fg_vector n,
                                                 unsigned shift) {
    struct fg_vector less = fg_vector_less(a, n, shift);
    less.limb1 = _mm512_add_epi64(less.limb1, fg_excess(less.limb0));
    a.limb1 = _mm512_add_epi64(a.limb1, fg_excess(a.limb0));
#if FG_LIMBS == 3
    less.limb2 = _mm512_add_epi64(less.limb2, fg_excess(less.limb1));
    a.limb2 = _mm512_add_epi64(a.limb2, fg_excess(a.limb1));
    const __mmask8 below = _mm512_movepi64_mask(less.limb2);
    a.limb1 = _mm512_and_si512(_mm512_mask_mov_epi64(less.limb1, below, a.limb1), FG_LIMB_MASK);
    a.limb2 = _mm512_min_epu64(less.limb2, a.limb2);
#else
    const __mmask8 below = _mm512_movepi64_mask(less.limb1);
    a.limb1 = _mm512_min_epu64(less.limb1, a.limb1);
#endif
    a.limb0 = _mm512_and_si512(_mm512_mask_mov_epi64(less.limb0, below, a.limb0), FG_LIMB_MASK);
    return a;
}

/* The result of a product in the form's range, with limbs of 52 bits. */
FG_INLINE struct fg_vector fg_vector_settle(struct fg_vector n, struct fg_vector product) {
#if FG_MODULUS_BITS == 104
    return fg_vector_reduce_once(product, n, 0);
#else
    (void)n;
    return fg_vector_carry(product);
#endif
}

/* ---- Sums ---- */

#if FG_MODULUS_BITS == 102 || FG_MODULUS_BITS == 104

/* Everything is below 2^FG_RANGE_SHIFT n. */
#define FG_RANGE_SHIFT (FG_MODULUS_BITS == 102)

FG_INLINE struct fg_vector fg_vector_add(struct fg_vector n, struct fg_vector a,
                                         struct fg_vector b) {
    return fg_vector_reduce_once(fg_vector_plus(a, b, 0), n, FG_RANGE_SHIFT);
}

/* The difference, and the range's end more if it is negative. */
FG_INLINE struct fg_vector fg_vector_sub(struct fg_vector n, struct fg_vector a,
                                         struct fg_vector b) {
    const struct fg_vector difference = fg_vector_less(a, b, 0);
    const __mmask8 below =
        _mm512_movepi64_mask(_mm512_add_epi64(difference.limb1, fg_excess(difference.limb0)));
    struct fg_vector result;
    result.limb0 = _mm512_mask_add_epi64(difference.limb0, below, difference.limb0,
                                         _mm512_slli_epi64(n.limb0, FG_RANGE_SHIFT));
    result.limb1 = _mm512_mask_add_epi64(difference.limb1, below, difference.limb1,
                                         _mm512_slli_epi64(n.limb1, FG_RANGE_SHIFT));
    return fg_vector_carry(result);
}

FG_INLINE struct fg_vector fg_vector_sub_sum(struct fg_vector n, struct fg_vector a,
                                             struct fg_vector b) {
    return fg_vector_sub(n, a, b);
}

FG_INLINE struct fg_vector fg_vector_tighten(struct fg_vector n, struct fg_vector a) {
    (void)n;
    return a;
}

#else

FG_INLINE struct fg_vector fg_vector_add(struct fg_vector n, struct fg_vector a,
                                         struct fg_vector b) {
    (void)n;
    return fg_vector_carry(fg_vector_plus(a, b, 0));
}

/* a - b for b <= 2n. */
FG_INLINE struct fg_vector fg_vector_sub(struct fg_vector n, struct fg_vector a,
                                         struct fg_vector b) {
    return fg_vector_carry(fg_vector_less(fg_vector_plus(a, n, 1), b, 0));
}

/* a - b for b <= 4n. */
FG_INLINE struct fg_vector fg_vector_sub_sum(struct fg_vector n, struct fg_vector a,
                                             struct fg_vector b) {
    return fg_vector_carry(fg_vector_less(fg_vector_plus(a, n, 2), b, 0));
}

/* a below 4n, brought below 2n. */
FG_INLINE struct fg_vector fg_vector_tighten(struct fg_vector n, struct fg_vector a) {
    return fg_vector_reduce_once(a, n, 1);
}

#endif

/* ---- Comparisons ---- */

FG_INLINE __mmask8 fg_vector_is_0(struct fg_vector a) {
    __m512i any = _mm512_or_si512(a.limb0, a.limb1);
#if FG_LIMBS == 3
    any = _mm512_or_si512(any, a.limb2);
#endif
    return _mm512_testn_epi64_mask(any, any);
}

FG_INLINE __mmask8 fg_vector_equal(struct fg_vector a, struct fg_vector b) {
    __mmask8 equal = _mm512_cmpeq_epi64_mask(a.limb0, b.limb0);
    equal = _mm512_mask_cmpeq_epi64_mask(equal, a.limb1, b.limb1);
#if FG_LIMBS == 3
    equal = _mm512_mask_cmpeq_epi64_mask(equal, a.limb2, b.limb2);
#endif
    return equal;
}

/* ---- The residue that stands for 1 ---- */

/* The value as a double, 3 * 2^-53 of it off at most. */
FG_INLINE __m512d fg_vector_to_double(struct fg_vector a) {
    const __m512d limb = _mm512_set1_pd(0x1p52);
    __m512d value = _mm512_cvtepu64_pd(a.limb1);
#if FG_LIMBS == 3
    value = _mm512_add_pd(_mm512_mul_pd(_mm512_cvtepu64_pd(a.limb2), limb), value);
#endif
    return _mm512_add_pd(_mm512_mul_pd(value, limb), _mm512_cvtepu64_pd(a.limb0));
}

/* a * 2^shift modulo n, below 2n, for a <= 2^104 or a < 2n, and shift < 52, with two limbs 0: less
 * a multiple of n that is at most one short of the quotient, below 2^41. `reciprocal` is 1 / n,
 * 2^-50 of it too small, which is more than what rounding adds up to. */
FG_INLINE struct fg_vector fg_vector_shift_reduce(struct fg_vector n, __m512d reciprocal,
                                                  unsigned shift, struct fg_vector a) {
    const __m512i zero = _mm512_setzero_si512();
    const __m512d scaled =
        _mm512_mul_pd(fg_vector_to_double(a), _mm512_set1_pd((double)(UINT64_C(1) << shift)));
    const __m512i quotient = _mm512_cvttpd_epu64(_mm512_mul_pd(scaled, reciprocal));
    struct fg_vector multiple;
    multiple.limb0 = fg_low_half(zero, quotient, n.limb0);
    multiple.limb1 = fg_low_half(fg_high_half(zero, quotient, n.limb0), quotient, n.limb1);
#if FG_LIMBS == 3
    multiple.limb2 = fg_low_half(fg_high_half(zero, quotient, n.limb1), quotient, n.limb2);
    struct fg_vector shifted;
    shifted.limb0 = _mm512_and_si512(_mm512_slli_epi64(a.limb0, shift), FG_LIMB_MASK);
    shifted.limb1 =
        _mm512_or_si512(_mm512_and_si512(_mm512_slli_epi64(a.limb1, shift), FG_LIMB_MASK),
                        _mm512_srli_epi64(a.limb0, 52 - shift));
    shifted.limb2 =
        _mm512_or_si512(_mm512_slli_epi64(a.limb2, shift), _mm512_srli_epi64(a.limb1, 52 - shift));
    return fg_vector_carry(fg_vector_less(shifted, multiple, 0));
#else
    return fg_vector_less(a, multiple, 0); /* loose: n may be above 2^103 */
#endif
}

/* R mod n, below n: 2^104, and with three limbs twice times 2^26. */
FG_INLINE struct fg_vector fg_vector_one(struct fg_vector n) {
    const __m512d reciprocal = _mm512_div_pd(_mm512_set1_pd(1 - 0x1p-50), fg_vector_to_double(n));
    struct fg_vector one;
    one.limb0 = _mm512_setzero_si512();
#if FG_LIMBS == 3
    one.limb1 = _mm512_setzero_si512();
    one.limb2 = _mm512_set1_epi64(1);
    one = fg_vector_shift_reduce(n, reciprocal, 0, one);
    one = fg_vector_shift_reduce(n, reciprocal, 26, one);
    one = fg_vector_shift_reduce(n, reciprocal, 26, one);
#else
    one.limb1 = _mm512_set1_epi64(INT64_C(1) << 52);
    one = fg_vector_shift_reduce(n, reciprocal, 0, one);
#endif
    return fg_vector_reduce_once(one, n, 0);
}

#endif
