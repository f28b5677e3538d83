/* SPDX-License-Identifier: MIT */
/*
 * residues_ifma.h: Montgomery residues in AVX-512 IFMA lanes (arith/residues.h).
 *
 * Parameters:
 *
 *     FG_MODULUS_BITS  48 or 50: moduli below 2^48 or 2^50 in one limb of 52 bits, R = 2^52
 *                      64: any modulus in two limbs, R = 2^104
 *     FG_CHAINS        1 to 4 vectors of eight lanes side by side, which cover the multiplier's
 *                      latency
 *
 * Ranges. 50 bits: everything is below 2n, sums and differences are brought back there, because
 * 2n * 2n / 2^52 must stay below n. 48 bits: as with headroom 6 of residues_scalar.h, but the
 * factors of a product may be below f*n and g*n only if f*g <= 16; so sub_sum() brings its
 * result below 4n, which is the one correction that the algorithms need. 64 bits: nothing is ever
 * corrected but the carry from the low limb to the high one; R leaves 40 bits of headroom, so
 * residues of some hundreds of n would do. Sources: S. Gueron, V. Krasnov, "Accelerating big
 * integer arithmetic using Intel IFMA extensions" (2016), for arithmetic in 52-bit limbs; the
 * reduction is montgomery.h's, limb by limb.
 */
#ifndef FG_FACTOR_RESIDUES_IFMA_H
#define FG_FACTOR_RESIDUES_IFMA_H

#include "arith/montgomery.h"
#include "methods/factor/ifma_vector.h"

#if FG_MODULUS_BITS == 48 || FG_MODULUS_BITS == 50
#define FG_LIMBS 1
#elif FG_MODULUS_BITS == 64
#define FG_LIMBS 2
#else
#error "FG_MODULUS_BITS must be 48, 50 or 64"
#endif

#if FG_CHAINS == 1
#define FG_EACH_CHAIN(F) F(0)
#elif FG_CHAINS == 2
#define FG_EACH_CHAIN(F) F(0) F(1)
#elif FG_CHAINS == 3
#define FG_EACH_CHAIN(F) F(0) F(1) F(2)
#elif FG_CHAINS == 4
#define FG_EACH_CHAIN(F) F(0) F(1) F(2) F(3)
#else
#error "FG_CHAINS must be 1, 2, 3 or 4"
#endif
#define FG_LANES (8 * FG_CHAINS)
#define FG_RESTRICT __restrict__
#define FG_WORDS 1

typedef uint64_t fg_number;

struct fg_residue {
#if FG_LIMBS == 1
#define FG_CHAIN(c) __m512i low##c;
#else
#define FG_CHAIN(c) __m512i low##c, high##c; /* high * 2^52 + low, low below 2^52 */
#endif
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
};

struct fg_lane_bits {
#define FG_CHAIN(c) __m512i words##c;
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
};

struct fg_field {
    struct fg_residue n;
    struct fg_lane_bits inverse; /* 1 / n modulo 2^52; with two limbs -1 / n */
};

FG_INLINE struct fg_lane_bits fg_load_bits(const uint64_t *words) {
    struct fg_lane_bits bits;
#define FG_CHAIN(c) bits.words##c = _mm512_loadu_si512(words + 8 * (c));
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return bits;
}

FG_INLINE struct fg_residue fg_load(const uint64_t *numbers) {
    const struct fg_lane_bits bits = fg_load_bits(numbers);
    struct fg_residue residue;
#if FG_LIMBS == 1
#define FG_CHAIN(c) residue.low##c = bits.words##c;
#else
#define FG_CHAIN(c)                                                                                \
    residue.low##c = _mm512_and_si512(bits.words##c, FG_LIMB_MASK);                                \
    residue.high##c = _mm512_srli_epi64(bits.words##c, 52);
#endif
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return residue;
}

/* The values must be below 2^64. */
FG_INLINE void fg_store(struct fg_residue residue, uint64_t *numbers) {
#if FG_LIMBS == 1
#define FG_CHAIN(c) _mm512_storeu_si512(numbers + 8 * (c), residue.low##c);
#else
#define FG_CHAIN(c)                                                                                \
    _mm512_storeu_si512(numbers + 8 * (c),                                                         \
                        _mm512_or_si512(residue.low##c, _mm512_slli_epi64(residue.high##c, 52)));
#endif
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
}

FG_INLINE struct fg_field fg_prepare(const uint64_t *moduli) {
    struct fg_field field;
    for (uint32_t i = 0; i < FG_LANES; i++)
        FG_VERIFY_CHECK(moduli[i] <= UINT64_MAX >> (64 - FG_MODULUS_BITS));
    field.n = fg_load(moduli);
#if FG_LIMBS == 1
#define FG_CHAIN(c) field.inverse.words##c = fg_inverse_vector(field.n.low##c);
#else
#define FG_CHAIN(c) field.inverse.words##c = fg_negative_inverse_vector(field.n.low##c);
#endif
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return field;
}

#if FG_LIMBS == 1

/* high(a b) + n - high(q n), where q n has the same low half as a b: in (0, 2n). Adding -q n
 * instead would save the subtraction, but could not see a low half of 0, which has no carry. */
FG_INLINE __m512i fg_mul_vector(__m512i n, __m512i inverse, __m512i a, __m512i b) {
    const __m512i zero = _mm512_setzero_si512();
    const __m512i low = _mm512_madd52lo_epu64(zero, a, b);
    const __m512i high = _mm512_madd52hi_epu64(n, a, b);
    const __m512i quotient = _mm512_madd52lo_epu64(zero, low, inverse);
    return _mm512_sub_epi64(high, _mm512_madd52hi_epu64(zero, quotient, n));
}

FG_INLINE struct fg_residue fg_mul(const struct fg_field *field, struct fg_residue a,
                                   struct fg_residue b) {
    struct fg_residue product;
#define FG_CHAIN(c)                                                                                \
    product.low##c = fg_mul_vector(field->n.low##c, field->inverse.words##c, a.low##c, b.low##c);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return product;
}

#if FG_MODULUS_BITS == 50
FG_INLINE struct fg_residue fg_add(const struct fg_field *field, struct fg_residue a,
                                   struct fg_residue b) {
#define FG_CHAIN(c)                                                                                \
    a.low##c = _mm512_add_epi64(a.low##c, b.low##c);                                               \
    a.low##c = _mm512_min_epu64(                                                                   \
        a.low##c, _mm512_sub_epi64(a.low##c, _mm512_add_epi64(field->n.low##c, field->n.low##c))); \
    FG_VERIFY_CHECK(_mm512_cmplt_epu64_mask(_mm512_srli_epi64(a.low##c, 1), field->n.low##c) ==    \
                    255);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return a;
}

FG_INLINE struct fg_residue fg_sub(const struct fg_field *field, struct fg_residue a,
                                   struct fg_residue b) {
#define FG_CHAIN(c)                                                                                \
    a.low##c = _mm512_sub_epi64(a.low##c, b.low##c);                                               \
    a.low##c = _mm512_min_epu64(                                                                   \
        a.low##c, _mm512_add_epi64(a.low##c, _mm512_add_epi64(field->n.low##c, field->n.low##c))); \
    FG_VERIFY_CHECK(_mm512_cmplt_epu64_mask(_mm512_srli_epi64(a.low##c, 1), field->n.low##c) ==    \
                    255);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return a;
}

FG_INLINE struct fg_residue fg_sub_sum(const struct fg_field *field, struct fg_residue a,
                                       struct fg_residue b) {
    return fg_sub(field, a, b);
}

#else

FG_INLINE struct fg_residue fg_add(const struct fg_field *field, struct fg_residue a,
                                   struct fg_residue b) {
    (void)field;
#define FG_CHAIN(c)                                                                                \
    a.low##c = _mm512_add_epi64(a.low##c, b.low##c);                                               \
    FG_VERIFY_CHECK(_mm512_cmple_epu64_mask(a.low##c, FG_LIMB_MASK) == 255);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return a;
}

/* a - b for b below 2n. */
FG_INLINE struct fg_residue fg_sub(const struct fg_field *field, struct fg_residue a,
                                   struct fg_residue b) {
#define FG_CHAIN(c)                                                                                \
    a.low##c = _mm512_add_epi64(                                                                   \
        a.low##c, _mm512_sub_epi64(_mm512_slli_epi64(field->n.low##c, 1), b.low##c));              \
    FG_VERIFY_CHECK(_mm512_cmple_epu64_mask(a.low##c, FG_LIMB_MASK) == 255);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return a;
}

/* a - b for a and b below 4n, brought from below 8n to below 4n. */
FG_INLINE struct fg_residue fg_sub_sum(const struct fg_field *field, struct fg_residue a,
                                       struct fg_residue b) {
#define FG_CHAIN(c)                                                                                \
    a.low##c = _mm512_sub_epi64(a.low##c, b.low##c);                                               \
    a.low##c = _mm512_min_epu64(                                                                   \
        a.low##c, _mm512_add_epi64(a.low##c, _mm512_slli_epi64(field->n.low##c, 2)));              \
    FG_VERIFY_CHECK(_mm512_cmplt_epu64_mask(_mm512_srli_epi64(a.low##c, 2), field->n.low##c) ==    \
                    255);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return a;
}

#endif

#else

/* The columns of a product, to which twice a multiple q_i n 2^52i is added that clears the lowest
 * of what is left, as in ifma_wide_vector.h. The high limbs' product has no high half, and the
 * result, with loose limbs, is below 2n. */
FG_INLINE void fg_reduce_vector(const __m512i n[2], __m512i inverse, __m512i t0, __m512i t1,
                                __m512i t2, __m512i result[2]) {
    const __m512i q0 = _mm512_madd52lo_epu64(inverse, t0, inverse);
    t1 = _mm512_add_epi64(t1, _mm512_srli_epi64(t0, 52));
    t1 = _mm512_madd52hi_epu64(t1, q0, n[0]);
    t1 = _mm512_madd52lo_epu64(t1, q0, n[1]);
    const __m512i q1 = _mm512_madd52lo_epu64(inverse, t1, inverse);
    t2 = _mm512_madd52hi_epu64(t2, q0, n[1]);
    t2 = _mm512_add_epi64(t2, _mm512_srli_epi64(t1, 52));
    t2 = _mm512_madd52hi_epu64(t2, q1, n[0]);
    result[0] = _mm512_madd52lo_epu64(t2, q1, n[1]);
    result[1] = _mm512_madd52hi_epu64(_mm512_setzero_si512(), q1, n[1]);
}

/* Ends the program if the low limb of a factor is loose: the multiplier would not see its carry. */
FG_INLINE void fg_check_limbs(const __m512i a[2]) {
    (void)a;
    FG_VERIFY_CHECK(_mm512_cmple_epu64_mask(a[0], FG_LIMB_MASK) == 255);
}

FG_INLINE void fg_mul_vector(const __m512i n[2], __m512i inverse, const __m512i a[2],
                             const __m512i b[2], __m512i result[2]) {
    const __m512i mask = FG_LIMB_MASK;
    fg_check_limbs(a);
    fg_check_limbs(b);
    const __m512i t0 = _mm512_madd52lo_epu64(mask, a[0], b[0]);
    __m512i t1 = _mm512_madd52hi_epu64(mask, a[0], b[0]);
    t1 = _mm512_madd52lo_epu64(t1, a[0], b[1]);
    t1 = _mm512_madd52lo_epu64(t1, a[1], b[0]);
    __m512i t2 = _mm512_madd52hi_epu64(_mm512_setzero_si512(), a[0], b[1]);
    t2 = _mm512_madd52hi_epu64(t2, a[1], b[0]);
    t2 = _mm512_madd52lo_epu64(t2, a[1], b[1]);
    fg_reduce_vector(n, inverse, t0, t1, t2, result);
}

FG_INLINE void fg_sqr_vector(const __m512i n[2], __m512i inverse, const __m512i a[2],
                             __m512i result[2]) {
    const __m512i mask = FG_LIMB_MASK, twice = _mm512_add_epi64(a[1], a[1]);
    fg_check_limbs(a);
    const __m512i t0 = _mm512_madd52lo_epu64(mask, a[0], a[0]);
    __m512i t1 = _mm512_madd52hi_epu64(mask, a[0], a[0]);
    t1 = _mm512_madd52lo_epu64(t1, a[0], twice);
    __m512i t2 = _mm512_madd52hi_epu64(_mm512_setzero_si512(), a[0], twice);
    t2 = _mm512_madd52lo_epu64(t2, a[1], a[1]);
    fg_reduce_vector(n, inverse, t0, t1, t2, result);
}

#define FG_LOOSE_PRODUCTS
#define FG_LOOSE_SUMS

FG_INLINE struct fg_residue fg_mul_loose(const struct fg_field *field, struct fg_residue a,
                                         struct fg_residue b) {
    struct fg_residue product;
#define FG_CHAIN(c)                                                                                \
    {                                                                                              \
        const __m512i n[2] = {field->n.low##c, field->n.high##c};                                  \
        const __m512i x[2] = {a.low##c, a.high##c}, y[2] = {b.low##c, b.high##c};                  \
        __m512i result[2];                                                                         \
        fg_mul_vector(n, field->inverse.words##c, x, y, result);                                   \
        product.low##c = result[0];                                                                \
        product.high##c = result[1];                                                               \
    }
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return product;
}

FG_INLINE struct fg_residue fg_sqr_loose(const struct fg_field *field, struct fg_residue a) {
    struct fg_residue square;
#define FG_CHAIN(c)                                                                                \
    {                                                                                              \
        const __m512i n[2] = {field->n.low##c, field->n.high##c};                                  \
        const __m512i x[2] = {a.low##c, a.high##c};                                                \
        __m512i result[2];                                                                         \
        fg_sqr_vector(n, field->inverse.words##c, x, result);                                      \
        square.low##c = result[0];                                                                 \
        square.high##c = result[1];                                                                \
    }
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return square;
}

/* Moves the excess of a low limb outside [0, 2^52), also of a negative one, to the high limb. The
 * number itself is not negative, and its high limb below 2^26: the product of two has no high half.
 */
FG_INLINE struct fg_residue fg_carry(struct fg_residue a) {
#define FG_CHAIN(c)                                                                                \
    a.high##c = _mm512_add_epi64(a.high##c, _mm512_srai_epi64(a.low##c, 52));                      \
    a.low##c = _mm512_and_si512(a.low##c, FG_LIMB_MASK);                                           \
    FG_VERIFY_CHECK(_mm512_test_epi64_mask(a.high##c, _mm512_set1_epi64(-(INT64_C(1) << 26))) == 0);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return a;
}

FG_INLINE struct fg_residue fg_mul(const struct fg_field *field, struct fg_residue a,
                                   struct fg_residue b) {
    return fg_carry(fg_mul_loose(field, a, b));
}

FG_INLINE struct fg_residue fg_sqr(const struct fg_field *field, struct fg_residue a) {
    return fg_carry(fg_sqr_loose(field, a));
}

FG_INLINE struct fg_residue fg_add_loose(const struct fg_field *field, struct fg_residue a,
                                         struct fg_residue b) {
    (void)field;
#define FG_CHAIN(c)                                                                                \
    a.low##c = _mm512_add_epi64(a.low##c, b.low##c);                                               \
    a.high##c = _mm512_add_epi64(a.high##c, b.high##c);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return a;
}

FG_INLINE struct fg_residue fg_add(const struct fg_field *field, struct fg_residue a,
                                   struct fg_residue b) {
    return fg_carry(fg_add_loose(field, a, b));
}

/* a + 2^shift n - b. */
FG_INLINE struct fg_residue fg_sub_from(const struct fg_field *field, struct fg_residue a,
                                        struct fg_residue b, unsigned shift) {
#define FG_CHAIN(c)                                                                                \
    a.low##c = _mm512_sub_epi64(                                                                   \
        _mm512_add_epi64(a.low##c, _mm512_slli_epi64(field->n.low##c, shift)), b.low##c);          \
    a.high##c = _mm512_sub_epi64(                                                                  \
        _mm512_add_epi64(a.high##c, _mm512_slli_epi64(field->n.high##c, shift)), b.high##c);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return fg_carry(a);
}

FG_INLINE struct fg_residue fg_sub(const struct fg_field *field, struct fg_residue a,
                                   struct fg_residue b) {
    return fg_sub_from(field, a, b, 1);
}

FG_INLINE struct fg_residue fg_sub_sum(const struct fg_field *field, struct fg_residue a,
                                       struct fg_residue b) {
    return fg_sub_from(field, a, b, 2);
}

#endif

#if FG_LIMBS == 1
FG_INLINE struct fg_residue fg_sqr(const struct fg_field *field, struct fg_residue a) {
    return fg_mul(field, a, a);
}
#endif

/* A residue below 4n brought below 2n. With 50 bits there is nothing to do, because all residues
 * are below 2n. With 64 bits a residue stays below 4n, and sub() must not subtract such a residue.
 * ecm.h subtracts one only from a sum that contains it, and pm1.h subtracts only squares, because
 * every exponent of the tables is even. The check in carry() would fail otherwise. */
FG_INLINE struct fg_residue fg_tighten(const struct fg_field *field, struct fg_residue a) {
#if FG_MODULUS_BITS == 48
#define FG_CHAIN(c)                                                                                \
    a.low##c = _mm512_min_epu64(                                                                   \
        a.low##c, _mm512_sub_epi64(a.low##c, _mm512_slli_epi64(field->n.low##c, 1)));
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
#endif
    (void)field;
    return a;
}

/* The product by the residue 1: in (0, n], and n itself if a stands for 0. */
FG_INLINE struct fg_residue fg_by_unit(const struct fg_field *field, struct fg_residue a) {
    struct fg_residue unit;
#if FG_LIMBS == 1
#define FG_CHAIN(c) unit.low##c = _mm512_set1_epi64(1);
#else
#define FG_CHAIN(c)                                                                                \
    unit.low##c = _mm512_set1_epi64(1);                                                            \
    unit.high##c = _mm512_setzero_si512();
#endif
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    a = fg_mul(field, a, unit);
#if FG_LIMBS == 2 /* a product by 0 is 0 */
#define FG_CHAIN(c)                                                                                \
    {                                                                                              \
        const __m512i any = _mm512_or_si512(a.low##c, a.high##c);                                  \
        const __mmask8 is_0 = _mm512_testn_epi64_mask(any, any);                                   \
        a.low##c = _mm512_mask_mov_epi64(a.low##c, is_0, field->n.low##c);                         \
        a.high##c = _mm512_mask_mov_epi64(a.high##c, is_0, field->n.high##c);                      \
    }
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
#endif
    return a;
}

/* A residue for a gcd with its modulus: a number with the same common factors, below 2^64. */
FG_INLINE void fg_store_for_gcd(const struct fg_field *field, struct fg_residue a,
                                uint64_t *numbers) {
    fg_store(fg_by_unit(field, a), numbers);
}

/* Bit i of the result: lane i's residue stands for 0. */
FG_INLINE uint32_t fg_is_zero(const struct fg_field *field, struct fg_residue a) {
    uint32_t zeros = 0;
    a = fg_by_unit(field, a);
#if FG_LIMBS == 1
#define FG_CHAIN(c)                                                                                \
    zeros |= (uint32_t)_mm512_cmpeq_epi64_mask(a.low##c, field->n.low##c) << (8 * (c));
#else
#define FG_CHAIN(c)                                                                                \
    zeros |= (uint32_t)(_mm512_cmpeq_epi64_mask(a.low##c, field->n.low##c) &                       \
                        _mm512_cmpeq_epi64_mask(a.high##c, field->n.high##c))                      \
             << (8 * (c));
#endif
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return zeros;
}

/* Returns a if bit number `bit` is set, else b. */
FG_INLINE struct fg_residue fg_choose_bit(struct fg_lane_bits bits, uint32_t bit,
                                          struct fg_residue a, struct fg_residue b) {
    const __m512i tested = _mm512_set1_epi64((long long)(UINT64_C(1) << bit));
#if FG_LIMBS == 1
#define FG_CHAIN(c)                                                                                \
    a.low##c = _mm512_mask_blend_epi64(_mm512_test_epi64_mask(bits.words##c, tested), b.low##c,    \
                                       a.low##c);
#else
#define FG_CHAIN(c)                                                                                \
    {                                                                                              \
        const __mmask8 set = _mm512_test_epi64_mask(bits.words##c, tested);                        \
        a.low##c = _mm512_mask_blend_epi64(set, b.low##c, a.low##c);                               \
        a.high##c = _mm512_mask_blend_epi64(set, b.high##c, a.high##c);                            \
    }
#endif
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return a;
}

/* Returns a if bit number `bit` is set, else 0. */
FG_INLINE struct fg_residue fg_where_bit(struct fg_lane_bits bits, uint32_t bit,
                                         struct fg_residue a) {
    struct fg_residue zero;
#if FG_LIMBS == 1
#define FG_CHAIN(c) zero.low##c = _mm512_setzero_si512();
#else
#define FG_CHAIN(c) zero.low##c = zero.high##c = _mm512_setzero_si512();
#endif
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return fg_choose_bit(bits, bit, a, zero);
}

#if FG_LIMBS == 1

/* 2^52 mod n. The quotient's double, cut to an integer, is right or one too large. */
FG_INLINE __m512i fg_one_vector(__m512i n) {
    const __m512d r = _mm512_set1_pd(0x1p52);
    const __m512i quotient = _mm512_cvttpd_epu64(_mm512_div_pd(r, _mm512_cvtepu64_pd(n)));
    const __m512i low = _mm512_madd52lo_epu64(_mm512_setzero_si512(), quotient, n);
    return _mm512_min_epu64(_mm512_sub_epi64(_mm512_set1_epi64(INT64_C(1) << 52), low),
                            _mm512_sub_epi64(n, low));
}

#else

/* Limbs x[2], a number that is x * 2^shift on entry, brought below 2n: less a multiple of n that is
 * at most one short of the quotient, below 2^50. `reciprocal` is 1 / n, 2^-50 of it too small,
 * which is more than what rounding adds up to. */
FG_INLINE void fg_shift_reduce(__m512i n0, __m512i n1, __m512d reciprocal, unsigned shift,
                               __m512i *low, __m512i *high) {
    const __m512i zero = _mm512_setzero_si512();
    const __m512d x = _mm512_add_pd(
        _mm512_mul_pd(_mm512_cvtepu64_pd(*high), _mm512_set1_pd(0x1p52)), _mm512_cvtepu64_pd(*low));
    const __m512d scaled = _mm512_mul_pd(x, _mm512_set1_pd((double)(1u << shift)));
    const __m512i quotient = _mm512_cvttpd_epu64(_mm512_mul_pd(scaled, reciprocal));
    const __m512i carried = _mm512_srli_epi64(*low, 52 - shift);
    __m512i multiple = _mm512_madd52hi_epu64(zero, quotient, n0);
    multiple = _mm512_madd52lo_epu64(multiple, quotient, n1);
    *high = _mm512_sub_epi64(_mm512_or_si512(_mm512_slli_epi64(*high, shift), carried), multiple);
    *low = _mm512_sub_epi64(_mm512_and_si512(_mm512_slli_epi64(*low, shift), FG_LIMB_MASK),
                            _mm512_madd52lo_epu64(zero, quotient, n0));
    *high = _mm512_add_epi64(*high, _mm512_srai_epi64(*low, 52));
    *low = _mm512_and_si512(*low, FG_LIMB_MASK);
}

/* 2^104 mod n: 2^52, then twice times 2^26. */
FG_INLINE void fg_one_vector(__m512i n0, __m512i n1, __m512i *low, __m512i *high) {
    const __m512d n = _mm512_add_pd(_mm512_mul_pd(_mm512_cvtepu64_pd(n1), _mm512_set1_pd(0x1p52)),
                                    _mm512_cvtepu64_pd(n0));
    const __m512d reciprocal = _mm512_div_pd(_mm512_set1_pd(1 - 0x1p-50), n);
    *low = _mm512_setzero_si512();
    *high = _mm512_set1_epi64(1);
    fg_shift_reduce(n0, n1, reciprocal, 0, low, high);
    fg_shift_reduce(n0, n1, reciprocal, 26, low, high);
    fg_shift_reduce(n0, n1, reciprocal, 26, low, high);
    const __m512i less = _mm512_sub_epi64(*low, n0);
    const __m512i less_high =
        _mm512_add_epi64(_mm512_sub_epi64(*high, n1), _mm512_srai_epi64(less, 52));
    const __mmask8 below = _mm512_movepi64_mask(less_high);
    *low = _mm512_mask_blend_epi64(below, _mm512_and_si512(less, FG_LIMB_MASK), *low);
    *high = _mm512_mask_blend_epi64(below, less_high, *high);
}

#endif

/* The residue that stands for 1: R mod n. */
FG_INLINE struct fg_residue fg_one(const struct fg_field *field) {
    struct fg_residue residue;
#if FG_LIMBS == 1
#define FG_CHAIN(c) residue.low##c = fg_one_vector(field->n.low##c);
#else
#define FG_CHAIN(c)                                                                                \
    fg_one_vector(field->n.low##c, field->n.high##c, &residue.low##c, &residue.high##c);
#endif
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return residue;
}

#endif
