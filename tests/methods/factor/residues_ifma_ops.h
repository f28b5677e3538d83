/* SPDX-License-Identifier: MIT */
/*
 * residues_ifma_ops.h: the operations of a form of factor/residues_ifma.h on arrays, for a file
 * that defines the form's parameters and exports it.
 */
#ifndef FG_TESTS_RESIDUES_IFMA_OPS_H
#define FG_TESTS_RESIDUES_IFMA_OPS_H

#define FG_RESIDUES "methods/factor/residues_ifma.h"
#include "arith/residues.h"
#include "residues_ifma_forms.h"

static struct fg_residue gather(const struct residues_ifma_word *words) {
    uint64_t low[FG_LANES], high[FG_LANES];
    for (unsigned i = 0; i < FG_LANES; i++) {
        low[i] = words[i].low;
        high[i] = words[i].high;
    }
    const struct fg_lane_bits lows = fg_load_bits(low), highs = fg_load_bits(high);
    struct fg_residue residue;
#if FG_LIMBS == 1
    (void)highs;
#define FG_CHAIN(c) residue.low##c = lows.words##c;
#else
#define FG_CHAIN(c)                                                                                \
    residue.low##c = lows.words##c;                                                                \
    residue.high##c = highs.words##c;
#endif
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return residue;
}

static void scatter(struct fg_residue residue, struct residues_ifma_word *words) {
    uint64_t low[FG_LANES], high[FG_LANES] = {0};
#if FG_LIMBS == 1
#define FG_CHAIN(c) _mm512_storeu_si512(low + 8 * (c), residue.low##c);
#else
#define FG_CHAIN(c)                                                                                \
    _mm512_storeu_si512(low + 8 * (c), residue.low##c);                                            \
    _mm512_storeu_si512(high + 8 * (c), residue.high##c);
#endif
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    for (unsigned i = 0; i < FG_LANES; i++)
        words[i] = (struct residues_ifma_word){low[i], high[i]};
}

static void load_and_store(const uint64_t *numbers, uint64_t *stored) {
    fg_store(fg_load(numbers), stored);
}

static void inverse(const uint64_t *n, uint64_t *inverses) {
    const struct fg_field field = fg_prepare(n);
#define FG_CHAIN(c) _mm512_storeu_si512(inverses + 8 * (c), field.inverse.words##c);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
}

static void one(const uint64_t *n, struct residues_ifma_word *result) {
    const struct fg_field field = fg_prepare(n);
    scatter(fg_one(&field), result);
}

#define OPERATION_OF_ONE(op)                                                                       \
    static void op(const uint64_t *n, const struct residues_ifma_word *a,                          \
                   struct residues_ifma_word *result) {                                            \
        const struct fg_field field = fg_prepare(n);                                               \
        scatter(fg_##op(&field, gather(a)), result);                                               \
    }
#define OPERATION_OF_TWO(op)                                                                       \
    static void op(const uint64_t *n, const struct residues_ifma_word *a,                          \
                   const struct residues_ifma_word *b, struct residues_ifma_word *result) {        \
        const struct fg_field field = fg_prepare(n);                                               \
        scatter(fg_##op(&field, gather(a), gather(b)), result);                                    \
    }
OPERATION_OF_TWO(mul)
OPERATION_OF_TWO(add)
OPERATION_OF_TWO(sub)
OPERATION_OF_TWO(sub_sum)
OPERATION_OF_ONE(sqr)
OPERATION_OF_ONE(tighten)
OPERATION_OF_ONE(by_unit)
#undef OPERATION_OF_ONE
#undef OPERATION_OF_TWO

static void loose(const uint64_t *n, const struct residues_ifma_word *a,
                  const struct residues_ifma_word *b, struct residues_ifma_word *result) {
    const struct fg_field field = fg_prepare(n);
    const struct fg_residue x = gather(a), y = gather(b), xy = fg_mul_loose(&field, x, y);
    const struct fg_residue difference =
        fg_sub(&field, fg_sqr_loose(&field, x), fg_sqr_loose(&field, y));
    scatter(fg_sub_sum(&field, fg_add_loose(&field, xy, xy), difference), result);
}

static void store_for_gcd(const uint64_t *n, const struct residues_ifma_word *a,
                          uint64_t *numbers) {
    const struct fg_field field = fg_prepare(n);
    fg_store_for_gcd(&field, gather(a), numbers);
}

static uint32_t is_zero(const uint64_t *n, const struct residues_ifma_word *a) {
    const struct fg_field field = fg_prepare(n);
    return fg_is_zero(&field, gather(a));
}

static void choose_bit(const uint64_t *bits, uint32_t bit, const struct residues_ifma_word *a,
                       const struct residues_ifma_word *b, struct residues_ifma_word *result) {
    scatter(fg_choose_bit(fg_load_bits(bits), bit, gather(a), gather(b)), result);
}

static void where_bit(const uint64_t *bits, uint32_t bit, const struct residues_ifma_word *a,
                      struct residues_ifma_word *result) {
    scatter(fg_where_bit(fg_load_bits(bits), bit, gather(a)), result);
}

/* The form as a struct residues_ifma_form. */
#define FORM(form_name)                                                                            \
    {                                                                                              \
        .name = form_name, .bits = FG_MODULUS_BITS, .limbs = FG_LIMBS, .lanes = FG_LANES,          \
        .load_and_store = load_and_store, .inverse = inverse, .one = one, .mul = mul, .sqr = sqr,  \
        .add = add, .sub = sub, .sub_sum = sub_sum, .loose = loose, .tighten = tighten,            \
        .by_unit = by_unit, .store_for_gcd = store_for_gcd, .is_zero = is_zero,                    \
        .choose_bit = choose_bit, .where_bit = where_bit,                                          \
    }

#endif
