/* SPDX-License-Identifier: MIT */
/*
 * residues_fma_ops.h: the operations of a form of factor/residues_fma.h on arrays, for a file that
 * defines the form's parameters and exports it.
 */
#ifndef FG_TESTS_RESIDUES_FMA_OPS_H
#define FG_TESTS_RESIDUES_FMA_OPS_H

#include "methods/factor/residues_fma.h"
#include "residues_fma_forms.h"

static struct fg_residue gather(const int64_t *numbers) {
    double values[FG_LANES];
    struct fg_residue residue;
    for (unsigned i = 0; i < FG_LANES; i++)
        values[i] = (double)numbers[i];
#define FG_CHAIN(c) residue.value##c = _mm256_loadu_pd(values + 4 * (c));
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return residue;
}

static void scatter(struct fg_residue residue, int64_t *numbers) {
    double values[FG_LANES];
#define FG_CHAIN(c) _mm256_storeu_pd(values + 4 * (c), residue.value##c);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    for (unsigned i = 0; i < FG_LANES; i++) {
        const bool is_integer =
            values[i] > -0x1p62 && values[i] < 0x1p62 && (double)(int64_t)values[i] == values[i];
        numbers[i] = is_integer ? (int64_t)values[i] : INT64_MIN;
    }
}

static void load_and_store(const uint64_t *numbers, uint64_t *stored) {
    fg_store(fg_load(numbers), stored);
}

static void one(const uint64_t *n, int64_t *result) {
    const struct fg_field field = fg_prepare(n);
    scatter(fg_one(&field), result);
}

#define OPERATION_OF_ONE(op)                                                                       \
    static void op(const uint64_t *n, const int64_t *a, int64_t *result) {                         \
        const struct fg_field field = fg_prepare(n);                                               \
        scatter(fg_##op(&field, gather(a)), result);                                               \
    }
#define OPERATION_OF_TWO(op)                                                                       \
    static void op(const uint64_t *n, const int64_t *a, const int64_t *b, int64_t *result) {       \
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

static void store_for_gcd(const uint64_t *n, const int64_t *a, uint64_t *numbers) {
    const struct fg_field field = fg_prepare(n);
    fg_store_for_gcd(&field, gather(a), numbers);
}

static uint32_t is_zero(const uint64_t *n, const int64_t *a) {
    const struct fg_field field = fg_prepare(n);
    return fg_is_zero(&field, gather(a));
}

static void choose_bit(const uint64_t *bits, uint32_t bit, const int64_t *a, const int64_t *b,
                       int64_t *result) {
    scatter(fg_choose_bit(fg_load_bits(bits), bit, gather(a), gather(b)), result);
}

static void where_bit(const uint64_t *bits, uint32_t bit, const int64_t *a, int64_t *result) {
    scatter(fg_where_bit(fg_load_bits(bits), bit, gather(a)), result);
}

/* The form as a struct residues_fma_form. */
#define FORM(form_name)                                                                            \
    {                                                                                              \
        .name = form_name, .bits = FG_MODULUS_BITS, .range = FG_FACTORS_RANGE, .lanes = FG_LANES,  \
        .load_and_store = load_and_store, .one = one, .mul = mul, .sqr = sqr, .add = add,          \
        .sub = sub, .sub_sum = sub_sum, .tighten = tighten, .store_for_gcd = store_for_gcd,        \
        .is_zero = is_zero, .choose_bit = choose_bit, .where_bit = where_bit,                      \
    }

#endif
