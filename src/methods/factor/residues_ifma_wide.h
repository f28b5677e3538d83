/* SPDX-License-Identifier: MIT */
/*
 * residues_ifma_wide.h: Montgomery residues of two words in AVX-512 IFMA lanes (arith/residues.h).
 *
 * Parameters:
 *
 *     FG_MODULUS_BITS  98 or 102: moduli below 2^98 or 2^102 in two limbs of 52 bits, R = 2^104
 *                      128: any modulus in three limbs, R = 2^156
 *     FG_CHAINS        1, 2 or 3 vectors of eight lanes side by side
 *
 * Every modulus is above 2^64.
 *
 * Ranges. 98 and 128 bits: nothing is corrected but carries, as with headroom 6 of
 * residues_scalar.h: a product is below 2n, sums add up, a difference adds 2n or 4n. The factors of
 * a product may be below f*n and g*n if f*g <= 64, because f*g*n < R then; with 128 bits f*g could
 * be 2^28. 102 bits: everything is below 2n, sums and differences are brought back there, because
 * 2n * 2n / R must stay below n. In all forms the low limbs are below 2^52 after each operation.
 * Sources as in residues_ifma.h.
 */
#ifndef FG_FACTOR_RESIDUES_IFMA_WIDE_H
#define FG_FACTOR_RESIDUES_IFMA_WIDE_H

#include "arith/target.h"
#include "methods/factor/ifma_vector.h"

#if FG_MODULUS_BITS == 98 || FG_MODULUS_BITS == 102
#define FG_LIMBS 2
#elif FG_MODULUS_BITS == 128
#define FG_LIMBS 3
#else
#error "FG_MODULUS_BITS must be 98, 102 or 128"
#endif

#if FG_CHAINS == 1
#define FG_EACH_CHAIN(F) F(0)
#elif FG_CHAINS == 2
#define FG_EACH_CHAIN(F) F(0) F(1)
#elif FG_CHAINS == 3
#define FG_EACH_CHAIN(F) F(0) F(1) F(2)
#else
#error "FG_CHAINS must be 1, 2 or 3"
#endif
#define FG_LANES (8 * FG_CHAINS)
#define FG_RESTRICT __restrict__
#define FG_WORDS 2

typedef fg_wide fg_number;

/* A number for each of eight lanes: limb0 + 2^52 limb1 + 2^104 limb2. */
struct fg_vector {
    __m512i limb0, limb1;
#if FG_LIMBS == 3
    __m512i limb2;
#endif
};

struct fg_residue {
#define FG_CHAIN(c) struct fg_vector chain##c;
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
};

struct fg_lane_bits {
#define FG_CHAIN(c) struct fg_vector_words chain##c;
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
};

struct fg_field {
    struct fg_residue n;
    struct {
#define FG_CHAIN(c) __m512i chain##c;
        FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    } inverse; /* modulo 2^52 */
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

FG_INLINE struct fg_residue fg_load(const fg_wide *numbers) {
    struct fg_residue residue;
#define FG_CHAIN(c) residue.chain##c = fg_vector_load(numbers + 8 * (c));
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return residue;
}

FG_INLINE void fg_store(struct fg_residue residue, fg_wide *numbers) {
#define FG_CHAIN(c) fg_vector_store(residue.chain##c, numbers + 8 * (c));
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
}

FG_INLINE struct fg_lane_bits fg_load_bits(const fg_wide *numbers) {
    struct fg_lane_bits bits;
#define FG_CHAIN(c) bits.chain##c = fg_vector_load_words(numbers + 8 * (c));
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return bits;
}

FG_INLINE struct fg_field fg_prepare(const fg_wide *moduli) {
    struct fg_field field;
    for (uint32_t i = 0; i < FG_LANES; i++)
        FG_VERIFY_CHECK(moduli[i] >> 64 != 0 &&
                        moduli[i] <= ~(fg_wide)0 >> (128 - FG_MODULUS_BITS));
    field.n = fg_load(moduli);
#define FG_CHAIN(c) field.inverse.chain##c = fg_inverse_vector(field.n.chain##c.limb0);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return field;
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

#if FG_LIMBS == 2

/*
 * (t0 + 2^52 t1 + 2^104 t2 + 2^156 t3) / R modulo n, t0 below 2^52, where n is in t2 and t3
 * already: takes multiples q0 n and 2^52 q1 n away that clear the lowest limb of what is left.
 */
FG_INLINE struct fg_vector fg_vector_reduce(struct fg_vector n, __m512i inverse, __m512i t0,
                                            __m512i t1, __m512i t2, __m512i t3) {
    const __m512i zero = _mm512_setzero_si512();
    const __m512i q0 = fg_low_half(zero, t0, inverse);
    __m512i u1 = fg_high_half(zero, q0, n.limb0);
    u1 = fg_low_half(u1, q0, n.limb1);
    __m512i u2 = fg_high_half(zero, q0, n.limb1);
    t1 = _mm512_sub_epi64(t1, u1);
    const __m512i q1 = fg_low_half(zero, t1, inverse);
    t2 = _mm512_add_epi64(t2, fg_excess(t1));
    u2 = fg_high_half(u2, q1, n.limb0);
    const __m512i u2_low = fg_low_half(zero, q1, n.limb1);
    const __m512i u3 = fg_high_half(zero, q1, n.limb1);
    const __m512i low = _mm512_sub_epi64(_mm512_sub_epi64(t2, u2), u2_low);
    struct fg_vector result;
    result.limb1 = _mm512_add_epi64(_mm512_sub_epi64(t3, u3), fg_excess(low));
    result.limb0 = _mm512_and_si512(low, FG_LIMB_MASK);
    return result;
}

FG_INLINE struct fg_vector fg_vector_mul(struct fg_vector n, __m512i inverse, struct fg_vector a,
                                         struct fg_vector b) {
    const __m512i zero = _mm512_setzero_si512();
    const __m512i t0 = fg_low_half(zero, a.limb0, b.limb0);
    __m512i t1 = fg_high_half(zero, a.limb0, b.limb0);
    const __m512i t1_cross = fg_low_half(zero, a.limb0, b.limb1);
    t1 = fg_low_half(t1, a.limb1, b.limb0);
    __m512i t2 = fg_high_half(n.limb0, a.limb0, b.limb1);
    const __m512i t2_cross = fg_high_half(zero, a.limb1, b.limb0);
    t2 = fg_low_half(t2, a.limb1, b.limb1);
    const __m512i t3 = fg_high_half(n.limb1, a.limb1, b.limb1);
    return fg_vector_reduce(n, inverse, t0, _mm512_add_epi64(t1, t1_cross),
                            _mm512_add_epi64(t2, t2_cross), t3);
}

FG_INLINE struct fg_vector fg_vector_sqr(struct fg_vector n, __m512i inverse, struct fg_vector a) {
    const __m512i zero = _mm512_setzero_si512();
    const __m512i t0 = fg_low_half(zero, a.limb0, a.limb0);
    const __m512i cross_low = fg_low_half(zero, a.limb0, a.limb1);
    const __m512i cross_high = fg_high_half(zero, a.limb0, a.limb1);
    const __m512i t1 = fg_high_half(zero, a.limb0, a.limb0);
    const __m512i t2 = fg_low_half(n.limb0, a.limb1, a.limb1);
    const __m512i t3 = fg_high_half(n.limb1, a.limb1, a.limb1);
    return fg_vector_reduce(n, inverse, t0,
                            _mm512_add_epi64(t1, _mm512_add_epi64(cross_low, cross_low)),
                            _mm512_add_epi64(t2, _mm512_add_epi64(cross_high, cross_high)), t3);
}

#else

/* The same with three limbs: n is in t[3] to t[5]. */
FG_INLINE struct fg_vector fg_vector_reduce(struct fg_vector n, __m512i inverse, __m512i t0,
                                            __m512i t1, __m512i t2, __m512i t3, __m512i t4,
                                            __m512i t5) {
    const __m512i zero = _mm512_setzero_si512();
    const __m512i q0 = fg_low_half(zero, t0, inverse);
    __m512i u1 = fg_high_half(zero, q0, n.limb0);
    u1 = fg_low_half(u1, q0, n.limb1);
    __m512i u2 = fg_high_half(zero, q0, n.limb1);
    u2 = fg_low_half(u2, q0, n.limb2);
    __m512i u3 = fg_high_half(zero, q0, n.limb2);
    t1 = _mm512_sub_epi64(t1, u1);
    const __m512i q1 = fg_low_half(zero, t1, inverse);
    t2 = _mm512_add_epi64(t2, fg_excess(t1));
    u2 = fg_high_half(u2, q1, n.limb0);
    u2 = fg_low_half(u2, q1, n.limb1);
    u3 = fg_high_half(u3, q1, n.limb1);
    u3 = fg_low_half(u3, q1, n.limb2);
    __m512i u4 = fg_high_half(zero, q1, n.limb2);
    t2 = _mm512_sub_epi64(t2, u2);
    const __m512i q2 = fg_low_half(zero, t2, inverse);
    t3 = _mm512_add_epi64(t3, fg_excess(t2));
    u3 = fg_high_half(u3, q2, n.limb0);
    u3 = fg_low_half(u3, q2, n.limb1);
    u4 = fg_high_half(u4, q2, n.limb1);
    u4 = fg_low_half(u4, q2, n.limb2);
    const __m512i u5 = fg_high_half(zero, q2, n.limb2);
    t3 = _mm512_sub_epi64(t3, u3);
    t4 = _mm512_add_epi64(_mm512_sub_epi64(t4, u4), fg_excess(t3));
    struct fg_vector result;
    result.limb0 = _mm512_and_si512(t3, FG_LIMB_MASK);
    result.limb1 = _mm512_and_si512(t4, FG_LIMB_MASK);
    result.limb2 = _mm512_add_epi64(_mm512_sub_epi64(t5, u5), fg_excess(t4));
    return result;
}

FG_INLINE struct fg_vector fg_vector_mul(struct fg_vector n, __m512i inverse, struct fg_vector a,
                                         struct fg_vector b) {
    const __m512i zero = _mm512_setzero_si512();
    const __m512i t0 = fg_low_half(zero, a.limb0, b.limb0);
    __m512i t1 = fg_high_half(zero, a.limb0, b.limb0);
    t1 = fg_low_half(t1, a.limb0, b.limb1);
    t1 = fg_low_half(t1, a.limb1, b.limb0);
    __m512i t2 = fg_high_half(zero, a.limb0, b.limb1);
    t2 = fg_high_half(t2, a.limb1, b.limb0);
    t2 = fg_low_half(t2, a.limb0, b.limb2);
    t2 = fg_low_half(t2, a.limb1, b.limb1);
    t2 = fg_low_half(t2, a.limb2, b.limb0);
    __m512i t3 = fg_high_half(n.limb0, a.limb0, b.limb2);
    t3 = fg_high_half(t3, a.limb1, b.limb1);
    t3 = fg_high_half(t3, a.limb2, b.limb0);
    t3 = fg_low_half(t3, a.limb1, b.limb2);
    t3 = fg_low_half(t3, a.limb2, b.limb1);
    __m512i t4 = fg_high_half(n.limb1, a.limb1, b.limb2);
    t4 = fg_high_half(t4, a.limb2, b.limb1);
    t4 = fg_low_half(t4, a.limb2, b.limb2);
    const __m512i t5 = fg_high_half(n.limb2, a.limb2, b.limb2);
    return fg_vector_reduce(n, inverse, t0, t1, t2, t3, t4, t5);
}

/* Twice the high limb is below 2^52. */
FG_INLINE struct fg_vector fg_vector_sqr(struct fg_vector n, __m512i inverse, struct fg_vector a) {
    const __m512i zero = _mm512_setzero_si512(), twice = _mm512_add_epi64(a.limb2, a.limb2);
    const __m512i t0 = fg_low_half(zero, a.limb0, a.limb0);
    const __m512i cross_low = fg_low_half(zero, a.limb0, a.limb1);
    const __m512i cross_high = fg_high_half(zero, a.limb0, a.limb1);
    __m512i t1 = fg_high_half(zero, a.limb0, a.limb0);
    t1 = _mm512_add_epi64(t1, _mm512_add_epi64(cross_low, cross_low));
    __m512i t2 = fg_low_half(zero, a.limb1, a.limb1);
    t2 = fg_low_half(t2, a.limb0, twice);
    t2 = _mm512_add_epi64(t2, _mm512_add_epi64(cross_high, cross_high));
    __m512i t3 = fg_high_half(n.limb0, a.limb1, a.limb1);
    t3 = fg_high_half(t3, a.limb0, twice);
    t3 = fg_low_half(t3, a.limb1, twice);
    __m512i t4 = fg_high_half(n.limb1, a.limb1, twice);
    t4 = fg_low_half(t4, a.limb2, a.limb2);
    const __m512i t5 = fg_high_half(n.limb2, a.limb2, a.limb2);
    return fg_vector_reduce(n, inverse, t0, t1, t2, t3, t4, t5);
}

#endif

/* a * b / R, in (0, 2n). */
FG_INLINE struct fg_residue fg_mul(const struct fg_field *field, struct fg_residue a,
                                   struct fg_residue b) {
    struct fg_residue product;
#define FG_CHAIN(c)                                                                                \
    product.chain##c =                                                                             \
        fg_vector_mul(field->n.chain##c, field->inverse.chain##c, a.chain##c, b.chain##c);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return product;
}

FG_INLINE struct fg_residue fg_sqr(const struct fg_field *field, struct fg_residue a) {
    struct fg_residue square;
#define FG_CHAIN(c)                                                                                \
    square.chain##c = fg_vector_sqr(field->n.chain##c, field->inverse.chain##c, a.chain##c);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return square;
}

/* ---- Sums ---- */

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

/* a if a < 2^shift n, else a - 2^shift n. */
FG_INLINE struct fg_vector fg_vector_reduce_once(struct fg_vector a, struct fg_vector n,
                                                 unsigned shift) {
    struct fg_vector less = fg_vector_less(a, n, shift);
    less.limb1 = _mm512_add_epi64(less.limb1, fg_excess(less.limb0));
    less.limb0 = _mm512_and_si512(less.limb0, FG_LIMB_MASK);
#if FG_LIMBS == 3
    less.limb2 = _mm512_add_epi64(less.limb2, fg_excess(less.limb1));
    less.limb1 = _mm512_and_si512(less.limb1, FG_LIMB_MASK);
    return fg_vector_choose(_mm512_movepi64_mask(less.limb2), a, less);
#else
    return fg_vector_choose(_mm512_movepi64_mask(less.limb1), a, less);
#endif
}

#if FG_MODULUS_BITS == 102

/* a, b below 2n. The sum, less 2n if it is not below that. Of the two high limbs the right one is
 * the smaller: if the difference is negative, its high limb is huge as an unsigned number. */
FG_INLINE struct fg_vector fg_vector_add(struct fg_vector n, struct fg_vector a,
                                         struct fg_vector b) {
    const struct fg_vector sum = fg_vector_plus(a, b, 0);
    struct fg_vector less = fg_vector_less(sum, n, 1);
    less.limb1 = _mm512_add_epi64(less.limb1, fg_excess(less.limb0));
    const __mmask8 below = _mm512_movepi64_mask(less.limb1);
    const __m512i high = _mm512_add_epi64(sum.limb1, fg_excess(sum.limb0));
    struct fg_vector result;
    result.limb0 =
        _mm512_and_si512(_mm512_mask_mov_epi64(less.limb0, below, sum.limb0), FG_LIMB_MASK);
    result.limb1 = _mm512_min_epu64(less.limb1, high);
    return result;
}

/* a, b below 2n. The difference, and 2n more if it is negative. */
FG_INLINE struct fg_vector fg_vector_sub(struct fg_vector n, struct fg_vector a,
                                         struct fg_vector b) {
    const struct fg_vector difference = fg_vector_less(a, b, 0);
    const __mmask8 below =
        _mm512_movepi64_mask(_mm512_add_epi64(difference.limb1, fg_excess(difference.limb0)));
    struct fg_vector result;
    result.limb0 = _mm512_mask_add_epi64(difference.limb0, below, difference.limb0,
                                         _mm512_slli_epi64(n.limb0, 1));
    result.limb1 = _mm512_mask_add_epi64(difference.limb1, below, difference.limb1,
                                         _mm512_slli_epi64(n.limb1, 1));
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
    return fg_vector_carry(fg_vector_plus(fg_vector_less(a, b, 0), n, 1));
}

/* a - b for b <= 4n. */
FG_INLINE struct fg_vector fg_vector_sub_sum(struct fg_vector n, struct fg_vector a,
                                             struct fg_vector b) {
    return fg_vector_carry(fg_vector_plus(fg_vector_less(a, b, 0), n, 2));
}

/* a below 4n, brought below 2n. */
FG_INLINE struct fg_vector fg_vector_tighten(struct fg_vector n, struct fg_vector a) {
    return fg_vector_reduce_once(a, n, 1);
}

#endif

#define FG_SUM(operation)                                                                          \
    FG_INLINE struct fg_residue fg_##operation(const struct fg_field *field, struct fg_residue a,  \
                                               struct fg_residue b) {                              \
        FG_EACH_CHAIN(FG_CHAIN)                                                                    \
        return a;                                                                                  \
    }
#define FG_CHAIN(c) a.chain##c = fg_vector_add(field->n.chain##c, a.chain##c, b.chain##c);
FG_SUM(add)
#undef FG_CHAIN
#define FG_CHAIN(c) a.chain##c = fg_vector_sub(field->n.chain##c, a.chain##c, b.chain##c);
FG_SUM(sub)
#undef FG_CHAIN
#define FG_CHAIN(c) a.chain##c = fg_vector_sub_sum(field->n.chain##c, a.chain##c, b.chain##c);
FG_SUM(sub_sum)
#undef FG_CHAIN
#undef FG_SUM

FG_INLINE struct fg_residue fg_tighten(const struct fg_field *field, struct fg_residue a) {
#define FG_CHAIN(c) a.chain##c = fg_vector_tighten(field->n.chain##c, a.chain##c);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return a;
}

/* ---- Numbers of residues ---- */

/* The product by the residue 1: in (0, n], and n itself if a stands for 0. */
FG_INLINE struct fg_residue fg_by_unit(const struct fg_field *field, struct fg_residue a) {
    struct fg_vector unit;
    unit.limb0 = _mm512_set1_epi64(1);
    unit.limb1 = _mm512_setzero_si512();
#if FG_LIMBS == 3
    unit.limb2 = _mm512_setzero_si512();
#endif
    struct fg_residue units;
#define FG_CHAIN(c) units.chain##c = unit;
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return fg_mul(field, a, units);
}

/* A residue for a gcd with its modulus: a number with the same common factors, at most n. */
FG_INLINE void fg_store_for_gcd(const struct fg_field *field, struct fg_residue a,
                                fg_wide *numbers) {
    fg_store(fg_by_unit(field, a), numbers);
}

FG_INLINE __mmask8 fg_vector_equal(struct fg_vector a, struct fg_vector b) {
    __mmask8 equal = _mm512_cmpeq_epi64_mask(a.limb0, b.limb0);
    equal = _mm512_mask_cmpeq_epi64_mask(equal, a.limb1, b.limb1);
#if FG_LIMBS == 3
    equal = _mm512_mask_cmpeq_epi64_mask(equal, a.limb2, b.limb2);
#endif
    return equal;
}

/* Bit i of the result: lane i's residue stands for 0. */
FG_INLINE uint32_t fg_is_zero(const struct fg_field *field, struct fg_residue a) {
    uint32_t zeros = 0;
    a = fg_by_unit(field, a);
#define FG_CHAIN(c) zeros |= (uint32_t)fg_vector_equal(a.chain##c, field->n.chain##c) << (8 * (c));
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return zeros;
}

/* Returns a if bit number `bit` is set, else b. */
FG_INLINE struct fg_residue fg_choose_bit(struct fg_lane_bits bits, uint32_t bit,
                                          struct fg_residue a, struct fg_residue b) {
    const __m512i tested = _mm512_set1_epi64((long long)(UINT64_C(1) << bit % 64));
#define FG_CHAIN(c)                                                                                \
    a.chain##c = fg_vector_choose(                                                                 \
        _mm512_test_epi64_mask(bit < 64 ? bits.chain##c.low : bits.chain##c.high, tested),         \
        a.chain##c, b.chain##c);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return a;
}

/* Returns a if bit number `bit` is set, else 0. */
FG_INLINE struct fg_residue fg_where_bit(struct fg_lane_bits bits, uint32_t bit,
                                         struct fg_residue a) {
    struct fg_residue zero;
#define FG_CHAIN(c) zero.chain##c = fg_vector_less(a.chain##c, a.chain##c, 0);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return fg_choose_bit(bits, bit, a, zero);
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

/* a * 2^shift modulo n, below 2n, for a <= 2^104 or a < 2n, and shift < 52: less a multiple of n
 * that is at most one short of the quotient, below 2^41. `reciprocal` is 1 / n, 2^-50 of it too
 * small, which is more than what rounding adds up to. */
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
    return fg_vector_carry(fg_vector_less(a, multiple, 0));
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

/* The residue that stands for 1: R mod n. */
FG_INLINE struct fg_residue fg_one(const struct fg_field *field) {
    struct fg_residue residue;
#define FG_CHAIN(c) residue.chain##c = fg_vector_one(field->n.chain##c);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return residue;
}

#endif
