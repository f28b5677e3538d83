/* SPDX-License-Identifier: MIT */
/*
 * residues_ifma_wide.h: Montgomery residues of two words in AVX-512 IFMA lanes (arith/residues.h).
 *
 * Parameters:
 *
 *     FG_MODULUS_BITS  76, 98, 102 or 104: moduli below 2^76 ... in two limbs of 52 bits, R = 2^104
 *                      128: any modulus in three limbs, R = 2^156
 *     FG_CHAINS        1, 2 or 3 vectors of eight lanes side by side
 *
 * Every modulus is above 2^64.
 *
 * Ranges. 98 bits: nothing is corrected but carries, as with headroom 6 of residues_scalar.h: a
 * product is at most 2n, sums add up, a difference adds 2n or 4n. The factors of a product may be
 * up to f*n and g*n if f*g <= 64, because f*g*n <= R then. 76 and 128 bits: the same, but R is so
 * large that a product is at most n and 2^-24 of it. So sums of two products are halved, and a
 * difference is at most 3n. ecm.h's largest factors are then two sums of tightened residues, 4n by
 * 4n, because f = c + 4n - g of a doubling is at most 6n - g: f*g <= 16 is enough, and the product
 * of two highest limbs is below 2^52, which spares its high half. 102 bits: everything is below 2n,
 * sums and differences are brought back there, because 2n * 2n / R must stay below n. 104 bits:
 * everything is below n, products too are brought back there. In all forms the low limbs are below
 * 2^52 after each operation, but those of loose results.
 *
 * Sources as in residues_ifma.h.
 */
#ifndef FG_FACTOR_RESIDUES_IFMA_WIDE_H
#define FG_FACTOR_RESIDUES_IFMA_WIDE_H

#include "arith/target.h"
#include "methods/factor/ifma_wide_vector.h"

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
    } inverse; /* -1 / n modulo 2^52 */
};

/* ---- Words and limbs ---- */

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
#define FG_CHAIN(c) field.inverse.chain##c = fg_negative_inverse_vector(field.n.chain##c.limb0);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return field;
}

/* ---- Products ---- */

/* a * b / R. */
FG_INLINE struct fg_residue fg_mul(const struct fg_field *field, struct fg_residue a,
                                   struct fg_residue b) {
    struct fg_residue product;
#define FG_CHAIN(c)                                                                                \
    product.chain##c = fg_vector_settle(                                                           \
        field->n.chain##c,                                                                         \
        fg_vector_mul_loose(field->n.chain##c, field->inverse.chain##c, a.chain##c, b.chain##c));
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return product;
}

FG_INLINE struct fg_residue fg_sqr(const struct fg_field *field, struct fg_residue a) {
    struct fg_residue square;
#define FG_CHAIN(c)                                                                                \
    square.chain##c = fg_vector_settle(                                                            \
        field->n.chain##c,                                                                         \
        fg_vector_sqr_loose(field->n.chain##c, field->inverse.chain##c, a.chain##c));
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return square;
}

#if FG_MODULUS_BITS != 104

#define FG_LOOSE_PRODUCTS

FG_INLINE struct fg_residue fg_mul_loose(const struct fg_field *field, struct fg_residue a,
                                         struct fg_residue b) {
    struct fg_residue product;
#define FG_CHAIN(c)                                                                                \
    product.chain##c =                                                                             \
        fg_vector_mul_loose(field->n.chain##c, field->inverse.chain##c, a.chain##c, b.chain##c);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return product;
}

FG_INLINE struct fg_residue fg_sqr_loose(const struct fg_field *field, struct fg_residue a) {
    struct fg_residue square;
#define FG_CHAIN(c)                                                                                \
    square.chain##c = fg_vector_sqr_loose(field->n.chain##c, field->inverse.chain##c, a.chain##c);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return square;
}

#endif

/* ---- Sums ---- */

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

#if FG_MODULUS_BITS != 102 && FG_MODULUS_BITS != 104
#define FG_LOOSE_SUMS

/* a + b without carries. */
FG_INLINE struct fg_residue fg_add_loose(const struct fg_field *field, struct fg_residue a,
                                         struct fg_residue b) {
    (void)field;
#define FG_CHAIN(c) a.chain##c = fg_vector_plus(a.chain##c, b.chain##c, 0);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return a;
}
#endif

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
    a = fg_mul(field, a, units);
#define FG_CHAIN(c)                                                                                \
    a.chain##c = fg_vector_choose(fg_vector_is_0(a.chain##c), field->n.chain##c, a.chain##c);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return a;
}

/* A residue for a gcd with its modulus: a number with the same common factors, at most n. */
FG_INLINE void fg_store_for_gcd(const struct fg_field *field, struct fg_residue a,
                                fg_wide *numbers) {
    fg_store(fg_by_unit(field, a), numbers);
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

/* The residue that stands for 1: R mod n. */
FG_INLINE struct fg_residue fg_one(const struct fg_field *field) {
    struct fg_residue residue;
#define FG_CHAIN(c) residue.chain##c = fg_vector_one(field->n.chain##c);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return residue;
}

#endif
