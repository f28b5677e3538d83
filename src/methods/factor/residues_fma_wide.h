/* SPDX-License-Identifier: MIT */
/*
 * residues_fma_wide.h: Montgomery residues of two words as doubles in AVX2 lanes
 * (arith/residues.h).
 *
 * Parameter: FG_CHAINS, 1, 2 or 3 vectors of four lanes side by side. Every modulus is above 2^64
 * and below 2^100.
 *
 * A number is a sum of two limbs in base W = 2^52, R = W^2. Limbs are signed integers, and the low
 * one is at most W / 2 in absolute value. Adding and subtracting a constant of the right size
 * splits off a multiple of W; a fused multiplication subtracts that from a product and leaves its
 * low part, exactly. All limbs are kept as doubles that are scaled by 1 / R, the high one by W / R,
 * so that the sums of a product's columns are the result's limbs without a shift.
 *
 * Ranges, of absolute values, as multiples of n. The quotient of the reduction is at most R / 2, so
 * a product of residues below f*n and g*n is below 1/2 + f*g*n/R, and n/R is below 1/16. As sums of
 * products below 1 the factors in the algorithms have f*g <= 8, which makes all products at most 1.
 * A factor may be below 8 if f*g <= 8: the columns are sums of a few terms, exact below 2^53.
 * Sources: T. Dekker, "A floating-point technique for extending the available precision" (1971);
 * N. Emmart, J. Luitjens, C. Weems, C. Woolley, "Optimizing modular multiplication for NVIDIA's
 * Maxwell GPUs" (2016) for columns of products; the reduction is montgomery.h's, limb by limb.
 */
#ifndef FG_FACTOR_RESIDUES_FMA_WIDE_H
#define FG_FACTOR_RESIDUES_FMA_WIDE_H

#include "arith/inverse.h"
#include "arith/target.h"
#include "arith/wide.h"
#include <immintrin.h>

#if FG_CHAINS == 1
#define FG_EACH_CHAIN(F) F(0)
#elif FG_CHAINS == 2
#define FG_EACH_CHAIN(F) F(0) F(1)
#elif FG_CHAINS == 3
#define FG_EACH_CHAIN(F) F(0) F(1) F(2)
#else
#error "FG_CHAINS must be 1, 2 or 3"
#endif
#define FG_LANES (4 * FG_CHAINS)
#define FG_RESTRICT __restrict__
#define FG_WORDS 2

/* Moduli are below 2^FG_FMA_WIDE_BITS. */
#define FG_FMA_WIDE_BITS 100

typedef fg_wide fg_number;

/* A number for each of four lanes. */
struct fg_vector {
    __m256d low, high;
};

struct fg_residue {
#define FG_CHAIN(c) struct fg_vector chain##c;
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
};

/* Two words of bits for each lane. */
struct fg_lane_bits {
#define FG_CHAIN(c) __m256i low##c, high##c;
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
};

struct fg_field {
    struct fg_residue n;
    struct {
#define FG_CHAIN(c) __m256d chain##c;
        FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    } inverse; /* modulo W, scaled by R */
};

/* Adding it to a number below 2^51 units, and subtracting it again, rounds to multiples of `unit`,
 * a power of two. */
#define FG_ROUNDING(unit) _mm256_set1_pd(0x1.8p52 * (unit))

/* ---- Limbs ---- */

/* Bits [0, 52) of x as a signed number, at most W / 2 in absolute value. */
FG_INLINE int64_t fg_signed_limb(uint64_t x) {
    return (int64_t)(x << 12) >> 12;
}

FG_INLINE void fg_number_to_limbs(fg_wide number, double *low, double *high) {
    const int64_t limb = fg_signed_limb(fg_wide_low(number));
    const fg_wide rest = number - (fg_wide)(__extension__(__int128) limb);
    *low = (double)limb * 0x1p-104;
    *high = (double)(int64_t)fg_wide_low(rest >> 52) * 0x1p-52;
}

FG_INLINE struct fg_residue fg_load(const fg_wide *numbers) {
    double low[FG_LANES], high[FG_LANES];
    struct fg_residue residue;
    for (uint32_t i = 0; i < FG_LANES; i++)
        fg_number_to_limbs(numbers[i], &low[i], &high[i]);
#define FG_CHAIN(c)                                                                                \
    residue.chain##c.low = _mm256_loadu_pd(low + 4 * (c));                                         \
    residue.chain##c.high = _mm256_loadu_pd(high + 4 * (c));
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return residue;
}

/* The absolute values. */
FG_INLINE void fg_store(struct fg_residue residue, fg_wide *numbers) {
    double low[FG_LANES], high[FG_LANES];
#define FG_CHAIN(c)                                                                                \
    _mm256_storeu_pd(low + 4 * (c), residue.chain##c.low);                                         \
    _mm256_storeu_pd(high + 4 * (c), residue.chain##c.high);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    for (uint32_t i = 0; i < FG_LANES; i++) {
        const int64_t first = (int64_t)(low[i] * 0x1p104), second = (int64_t)(high[i] * 0x1p52);
        const fg_wide number = ((fg_wide)(__extension__(__int128) second) << 52) +
                               (fg_wide)(__extension__(__int128) first);
        numbers[i] = number >> 127 != 0 ? 0 - number : number;
    }
}

FG_INLINE struct fg_lane_bits fg_load_bits(const fg_wide *numbers) {
    uint64_t low[FG_LANES], high[FG_LANES];
    struct fg_lane_bits bits;
    for (uint32_t i = 0; i < FG_LANES; i++) {
        low[i] = fg_wide_low(numbers[i]);
        high[i] = fg_wide_high(numbers[i]);
    }
#define FG_CHAIN(c)                                                                                \
    bits.low##c = _mm256_loadu_si256((const __m256i *)(low + 4 * (c)));                            \
    bits.high##c = _mm256_loadu_si256((const __m256i *)(high + 4 * (c)));
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return bits;
}

FG_INLINE struct fg_field fg_prepare(const fg_wide *moduli) {
    double inverses[FG_LANES];
    struct fg_field field;
    for (uint32_t i = 0; i < FG_LANES; i++) {
        FG_VERIFY_CHECK(moduli[i] >> 64 != 0 && moduli[i] >> FG_FMA_WIDE_BITS == 0);
        const uint64_t inverse = fg_inverse64(fg_wide_low(moduli[i]));
        inverses[i] = (double)fg_signed_limb(inverse) * 0x1p104;
    }
    field.n = fg_load(moduli);
#define FG_CHAIN(c) field.inverse.chain##c = _mm256_loadu_pd(inverses + 4 * (c));
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return field;
}

/* Gives multiples of W in the low limb to the high one. */
FG_INLINE struct fg_vector fg_vector_carry(struct fg_vector a) {
    const __m256d rounding = FG_ROUNDING(0x1p-52);
    const __m256d carried = _mm256_sub_pd(_mm256_add_pd(a.low, rounding), rounding);
    a.low = _mm256_sub_pd(a.low, carried);
    a.high = _mm256_add_pd(a.high, carried);
    return a;
}

/* Checks that a is a factor: its low limb is at most W / 2, and the high one at most 2^51. */
FG_INLINE void fg_vector_check(struct fg_vector a) {
#ifdef FG_VERIFY
    const __m256d sign = _mm256_set1_pd(-0.0);
    const __m256d low =
        _mm256_cmp_pd(_mm256_andnot_pd(sign, a.low), _mm256_set1_pd(0x1p-53), _CMP_LE_OQ);
    const __m256d high =
        _mm256_cmp_pd(_mm256_andnot_pd(sign, a.high), _mm256_set1_pd(0x1p-1), _CMP_LE_OQ);
    FG_VERIFY_CHECK(_mm256_movemask_pd(_mm256_and_pd(low, high)) == 15);
#else
    (void)a;
#endif
}

/* ---- Products ---- */

/* The part of a * b modulo multiples of the unit of `rounding`. */
FG_INLINE __m256d fg_low_part(__m256d rounding, __m256d a, __m256d b) {
    const __m256d high = _mm256_sub_pd(_mm256_fmadd_pd(a, b, rounding), rounding);
    return _mm256_fmsub_pd(a, b, high);
}

/*
 * Adds up the columns of a b and takes multiples q0 n and q1 W n away that clear the two lowest.
 * `high` is FG_ROUNDING with the sums of the high parts of column 1, `low` what else is in column
 * 1: those of column 0, and the low parts. t0 is column 0.
 */
FG_INLINE struct fg_vector fg_vector_reduce(struct fg_vector n, __m256d inverse, __m256d t0,
                                            __m256d low, __m256d high, __m256d a1, __m256d b1) {
    const __m256d of_q0 = FG_ROUNDING(0x1p-52), of_q1 = FG_ROUNDING(1);
    const __m256d of_column1 = FG_ROUNDING(0x1p-104), of_column2 = FG_ROUNDING(0x1p-52);
    const __m256d q0 = fg_low_part(of_q0, t0, inverse);
    low = _mm256_sub_pd(low, _mm256_fmsub_pd(q0, n.low, t0)); /* exact: a multiple of W */
    const __m256d with_q0 = _mm256_fnmadd_pd(q0, n.high, high);
    low = _mm256_sub_pd(low, _mm256_fmadd_pd(q0, n.high, _mm256_sub_pd(with_q0, high)));
    /* Column 1, and what it has beyond W. */
    const __m256d beyond = _mm256_sub_pd(_mm256_add_pd(low, of_column1), of_column1);
    const __m256d t1 = _mm256_sub_pd(low, beyond);
    const __m256d q1 = fg_low_part(of_q1, t1, inverse);
    __m256d column2 = _mm256_add_pd(_mm256_sub_pd(with_q0, of_column1), beyond);
    column2 = _mm256_sub_pd(column2, _mm256_fmsub_pd(q1, n.low, t1));
    const __m256d top = _mm256_fmadd_pd(a1, b1, of_column2);
    column2 = _mm256_add_pd(column2, _mm256_fmsub_pd(a1, b1, _mm256_sub_pd(top, of_column2)));
    const __m256d with_q1 = _mm256_fnmadd_pd(q1, n.high, top);
    column2 = _mm256_sub_pd(column2, _mm256_fmadd_pd(q1, n.high, _mm256_sub_pd(with_q1, top)));
    struct fg_vector result;
    result.low = column2;
    result.high = _mm256_sub_pd(with_q1, of_column2);
    return fg_vector_carry(result);
}

FG_INLINE struct fg_vector fg_vector_mul(struct fg_vector n, __m256d inverse, struct fg_vector a,
                                         struct fg_vector b) {
    const __m256d of_column0 = FG_ROUNDING(0x1p-156), of_column1 = FG_ROUNDING(0x1p-104);
    fg_vector_check(a);
    fg_vector_check(b);
    const __m256d carried = _mm256_sub_pd(_mm256_fmadd_pd(a.low, b.low, of_column0), of_column0);
    const __m256d t0 = _mm256_fmsub_pd(a.low, b.low, carried);
    const __m256d first = _mm256_fmadd_pd(a.low, b.high, of_column1);
    const __m256d both = _mm256_fmadd_pd(a.high, b.low, first);
    __m256d low = _mm256_fmsub_pd(a.low, b.high, _mm256_sub_pd(first, of_column1));
    low = _mm256_add_pd(low, _mm256_fmsub_pd(a.high, b.low, _mm256_sub_pd(both, first)));
    low = _mm256_add_pd(low, carried);
    return fg_vector_reduce(n, inverse, t0, low, both, a.high, b.high);
}

FG_INLINE struct fg_vector fg_vector_sqr(struct fg_vector n, __m256d inverse, struct fg_vector a) {
    const __m256d of_column0 = FG_ROUNDING(0x1p-156), of_column1 = FG_ROUNDING(0x1p-104);
    fg_vector_check(a);
    const __m256d carried = _mm256_sub_pd(_mm256_fmadd_pd(a.low, a.low, of_column0), of_column0);
    const __m256d t0 = _mm256_fmsub_pd(a.low, a.low, carried);
    const __m256d twice = _mm256_add_pd(a.low, a.low);
    const __m256d both = _mm256_fmadd_pd(twice, a.high, of_column1);
    const __m256d low =
        _mm256_add_pd(_mm256_fmsub_pd(twice, a.high, _mm256_sub_pd(both, of_column1)), carried);
    return fg_vector_reduce(n, inverse, t0, low, both, a.high, a.high);
}

/* a * b / R, at most n in absolute value. */
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

FG_INLINE struct fg_residue fg_add(const struct fg_field *field, struct fg_residue a,
                                   struct fg_residue b) {
    (void)field;
#define FG_CHAIN(c)                                                                                \
    a.chain##c.low = _mm256_add_pd(a.chain##c.low, b.chain##c.low);                                \
    a.chain##c.high = _mm256_add_pd(a.chain##c.high, b.chain##c.high);                             \
    a.chain##c = fg_vector_carry(a.chain##c);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return a;
}

FG_INLINE struct fg_residue fg_sub(const struct fg_field *field, struct fg_residue a,
                                   struct fg_residue b) {
    (void)field;
#define FG_CHAIN(c)                                                                                \
    a.chain##c.low = _mm256_sub_pd(a.chain##c.low, b.chain##c.low);                                \
    a.chain##c.high = _mm256_sub_pd(a.chain##c.high, b.chain##c.high);                             \
    a.chain##c = fg_vector_carry(a.chain##c);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return a;
}

FG_INLINE struct fg_residue fg_sub_sum(const struct fg_field *field, struct fg_residue a,
                                       struct fg_residue b) {
    return fg_sub(field, a, b);
}

/* Nothing to do: ecm.h adds and subtracts the two sums that it tightens, which gives twice a
 * product again, and pm1.h squares what it tightens, or multiplies it by a product. */
FG_INLINE struct fg_residue fg_tighten(const struct fg_field *field, struct fg_residue a) {
    (void)field;
    return a;
}

/* ---- Numbers of residues ---- */

/* The product by the residue 1: at most n / 2 and a little, and 0 if a stands for 0. */
FG_INLINE struct fg_residue fg_by_unit(const struct fg_field *field, struct fg_residue a) {
    struct fg_residue unit;
#define FG_CHAIN(c)                                                                                \
    unit.chain##c.low = _mm256_set1_pd(0x1p-104);                                                  \
    unit.chain##c.high = _mm256_setzero_pd();
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return fg_mul(field, a, unit);
}

/* A residue for a gcd with its modulus: a number with the same common factors, at most n. */
FG_INLINE void fg_store_for_gcd(const struct fg_field *field, struct fg_residue a,
                                fg_wide *numbers) {
    fg_store(fg_by_unit(field, a), numbers);
}

/* Bit i of the result: lane i's residue stands for 0. */
FG_INLINE uint32_t fg_is_zero(const struct fg_field *field, struct fg_residue a) {
    const __m256d zero = _mm256_setzero_pd();
    uint32_t zeros = 0;
    a = fg_by_unit(field, a);
#define FG_CHAIN(c)                                                                                \
    zeros |= (uint32_t)_mm256_movemask_pd(                                                         \
                 _mm256_and_pd(_mm256_cmp_pd(a.chain##c.low, zero, _CMP_EQ_OQ),                    \
                               _mm256_cmp_pd(a.chain##c.high, zero, _CMP_EQ_OQ)))                  \
             << (4 * (c));
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return zeros;
}

/* Returns a if bit number `bit` is set, else b. */
FG_INLINE struct fg_residue fg_choose_bit(struct fg_lane_bits bits, uint32_t bit,
                                          struct fg_residue a, struct fg_residue b) {
    const __m128i to_sign = _mm_cvtsi32_si128((int)(63 - bit % 64));
#define FG_CHAIN(c)                                                                                \
    {                                                                                              \
        const __m256d chosen =                                                                     \
            _mm256_castsi256_pd(_mm256_sll_epi64(bit < 64 ? bits.low##c : bits.high##c, to_sign)); \
        a.chain##c.low = _mm256_blendv_pd(b.chain##c.low, a.chain##c.low, chosen);                 \
        a.chain##c.high = _mm256_blendv_pd(b.chain##c.high, a.chain##c.high, chosen);              \
    }
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return a;
}

/* Returns a if bit number `bit` is set, else 0. */
FG_INLINE struct fg_residue fg_where_bit(struct fg_lane_bits bits, uint32_t bit,
                                         struct fg_residue a) {
    struct fg_residue zero;
#define FG_CHAIN(c) zero.chain##c.low = zero.chain##c.high = _mm256_setzero_pd();
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return fg_choose_bit(bits, bit, a, zero);
}

/* R - q n for q = R / n, rounded; q is below 2^40, and the difference below n in absolute value. */
FG_INLINE struct fg_vector fg_vector_one(struct fg_vector n) {
    const __m256d r = _mm256_set1_pd(1), rounding = FG_ROUNDING(0x1p-52);
    const __m256d quotient = _mm256_round_pd(_mm256_div_pd(r, _mm256_add_pd(n.high, n.low)),
                                             _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    const __m256d carried = _mm256_sub_pd(_mm256_fmadd_pd(quotient, n.low, rounding), rounding);
    struct fg_vector one;
    one.low = _mm256_fnmadd_pd(quotient, n.low, carried);
    one.high = _mm256_sub_pd(_mm256_fnmadd_pd(quotient, n.high, r), carried);
    return one;
}

/* The residue that stands for 1: R modulo n. */
FG_INLINE struct fg_residue fg_one(const struct fg_field *field) {
    struct fg_residue residue;
#define FG_CHAIN(c) residue.chain##c = fg_vector_one(field->n.chain##c);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return residue;
}

#endif
