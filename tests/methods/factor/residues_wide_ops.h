/* SPDX-License-Identifier: MIT */
/*
 * residues_wide_ops.h: the operations of a form for numbers of two words on arrays, for a file that
 * defines the form's parameters and exports it.
 */
#ifndef FG_TESTS_RESIDUES_WIDE_OPS_H
#define FG_TESTS_RESIDUES_WIDE_OPS_H

#include "arith/residues.h"
#include "methods/factor/wide_lanes.h"
#include "residues_wide_forms.h"

__extension__ typedef __int128 signed_wide;

#if defined(FG_LIMBS) /* residues_ifma_wide.h */

#define R_BITS (52 * FG_LIMBS)
#define RUNS_HERE fg_wide_lanes_ifma.runs_here
#define LIMB_MASK ((UINT64_C(1) << 52) - 1)

static struct fg_vector vector_of(const struct residues_wide_value *values) {
    uint64_t limbs[3][8];
    struct fg_vector vector;
    for (int i = 0; i < 8; i++) {
        const uint64_t *const words = values[i].words;
        limbs[0][i] = words[0] & LIMB_MASK;
        limbs[1][i] = (words[0] >> 52 | words[1] << 12) & LIMB_MASK;
        limbs[2][i] = words[1] >> 40 | words[2] << 24;
    }
    vector.limb0 = _mm512_loadu_si512(limbs[0]);
    vector.limb1 = _mm512_loadu_si512(limbs[1]);
#if FG_LIMBS == 3
    vector.limb2 = _mm512_loadu_si512(limbs[2]);
#endif
    return vector;
}

/* Limbs that are not in their range show in the value. */
static void values_of(struct fg_vector vector, struct residues_wide_value *values) {
    uint64_t limbs[3][8] = {{0}};
    _mm512_storeu_si512(limbs[0], vector.limb0);
    _mm512_storeu_si512(limbs[1], vector.limb1);
#if FG_LIMBS == 3
    _mm512_storeu_si512(limbs[2], vector.limb2);
#endif
    for (int i = 0; i < 8; i++) {
        values[i].words[0] = limbs[0][i] | limbs[1][i] << 52;
        values[i].words[1] = limbs[1][i] >> 12 | limbs[2][i] << 40;
        values[i].words[2] = limbs[2][i] >> 24;
    }
}
#define LANES_OF_CHAIN 8

#elif defined(FG_FMA_WIDE_BITS)

#define R_BITS 104
#define RUNS_HERE fg_wide_lanes_avx2.runs_here

static struct fg_vector vector_of(const struct residues_wide_value *values) {
    double low[4], high[4];
    for (int i = 0; i < 4; i++) {
        const uint64_t *const words = values[i].words;
        const signed_wide value = (signed_wide)fg_wide_join(words[0], words[1]);
        const int64_t limb = fg_signed_limb(words[0]);
        low[i] = (double)limb * 0x1p-104;
        high[i] = (double)(int64_t)((value - limb) >> 52) * 0x1p-52;
    }
    struct fg_vector vector;
    vector.low = _mm256_loadu_pd(low);
    vector.high = _mm256_loadu_pd(high);
    return vector;
}

/* A low limb beyond half a limb shows as a value that no range has. */
static void values_of(struct fg_vector vector, struct residues_wide_value *values) {
    double low[4], high[4];
    _mm256_storeu_pd(low, vector.low);
    _mm256_storeu_pd(high, vector.high);
    for (int i = 0; i < 4; i++) {
        const signed_wide value = (signed_wide)(int64_t)(low[i] * 0x1p104) +
                                  (signed_wide)(high[i] * 0x1p52) * (INT64_C(1) << 52);
        const bool fits = low[i] >= -0x1p-53 && low[i] <= 0x1p-53;
        values[i].words[0] = fg_wide_low((fg_wide)value);
        values[i].words[1] = fg_wide_high((fg_wide)value);
        values[i].words[2] = !fits ? INT64_MAX : value < 0 ? UINT64_MAX : 0;
    }
}
#define LANES_OF_CHAIN 4

#else /* residues_scalar.h */

#define R_BITS 128
#define RUNS_HERE fg_wide_lanes_scalar.runs_here

#endif

#ifdef LANES_OF_CHAIN
static struct fg_residue gather(const struct residues_wide_value *values) {
    struct fg_residue residue;
#define FG_CHAIN(c) residue.chain##c = vector_of(values + LANES_OF_CHAIN * (c));
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return residue;
}

static void scatter(struct fg_residue residue, struct residues_wide_value *values) {
#define FG_CHAIN(c) values_of(residue.chain##c, values + LANES_OF_CHAIN * (c));
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
}
#else
static struct fg_residue gather(const struct residues_wide_value *values) {
    fg_wide numbers[FG_LANES];
    for (int i = 0; i < FG_LANES; i++)
        numbers[i] = fg_wide_join(values[i].words[0], values[i].words[1]);
    return fg_load(numbers);
}

static void scatter(struct fg_residue residue, struct residues_wide_value *values) {
    fg_wide numbers[FG_LANES];
    fg_store(residue, numbers);
    for (int i = 0; i < FG_LANES; i++)
        values[i] =
            (struct residues_wide_value){{fg_wide_low(numbers[i]), fg_wide_high(numbers[i]), 0}};
}
#endif

static void load_and_store(const fg_wide *numbers, fg_wide *stored) {
    fg_store(fg_load(numbers), stored);
}

static void one(const fg_wide *n, struct residues_wide_value *result) {
    const struct fg_field field = fg_prepare(n);
    scatter(fg_one(&field), result);
}

#define OPERATION_OF_ONE(op)                                                                       \
    static void op(const fg_wide *n, const struct residues_wide_value *a,                          \
                   struct residues_wide_value *result) {                                           \
        const struct fg_field field = fg_prepare(n);                                               \
        scatter(fg_##op(&field, gather(a)), result);                                               \
    }
#define OPERATION_OF_TWO(op)                                                                       \
    static void op(const fg_wide *n, const struct residues_wide_value *a,                          \
                   const struct residues_wide_value *b, struct residues_wide_value *result) {      \
        const struct fg_field field = fg_prepare(n);                                               \
        scatter(fg_##op(&field, gather(a), gather(b)), result);                                    \
    }
OPERATION_OF_TWO(mul)
OPERATION_OF_TWO(add)
OPERATION_OF_TWO(sub)
OPERATION_OF_TWO(sub_sum)
OPERATION_OF_ONE(sqr)
OPERATION_OF_ONE(tighten)
#undef OPERATION_OF_ONE
#undef OPERATION_OF_TWO

static void loose(const fg_wide *n, const struct residues_wide_value *a,
                  const struct residues_wide_value *b, struct residues_wide_value *result) {
    const struct fg_field field = fg_prepare(n);
    const struct fg_residue x = gather(a), y = gather(b), xy = fg_mul_loose(&field, x, y);
    const struct fg_residue difference =
        fg_sub(&field, fg_sqr_loose(&field, x), fg_sqr_loose(&field, y));
    scatter(fg_sub_sum(&field, fg_add_loose(&field, xy, xy), difference), result);
}

static void store_for_gcd(const fg_wide *n, const struct residues_wide_value *a, fg_wide *numbers) {
    const struct fg_field field = fg_prepare(n);
    fg_store_for_gcd(&field, gather(a), numbers);
}

static uint32_t is_zero(const fg_wide *n, const struct residues_wide_value *a) {
    const struct fg_field field = fg_prepare(n);
    return fg_is_zero(&field, gather(a));
}

static void choose_bit(const fg_wide *bits, uint32_t bit, const struct residues_wide_value *a,
                       const struct residues_wide_value *b, struct residues_wide_value *result) {
    scatter(fg_choose_bit(fg_load_bits(bits), bit, gather(a), gather(b)), result);
}

static void where_bit(const fg_wide *bits, uint32_t bit, const struct residues_wide_value *a,
                      struct residues_wide_value *result) {
    scatter(fg_where_bit(fg_load_bits(bits), bit, gather(a)), result);
}

/* The form as a struct residues_wide_form. */
#define FORM(form_name, modulus_bits, residue_range)                                               \
    {                                                                                              \
        .name = form_name, .bits = modulus_bits, .r_bits = R_BITS, .lanes = FG_LANES,              \
        .range = residue_range, .runs_here = runs_here, .load_and_store = load_and_store,          \
        .one = one, .mul = mul, .sqr = sqr, .add = add, .sub = sub, .sub_sum = sub_sum,            \
        .loose = loose, .tighten = tighten, .store_for_gcd = store_for_gcd, .is_zero = is_zero,    \
        .choose_bit = choose_bit, .where_bit = where_bit,                                          \
    }

static bool runs_here(void) {
    return RUNS_HERE();
}

#endif
