/* SPDX-License-Identifier: MIT */
/*
 * residues_rows.h: Montgomery residues in words of 32 bits (arith/residues.h), one modulus of 65 to
 * 123 bits: for the threads of a GPU.
 *
 * Included once for each form, with
 *
 *     FG_LANES  1
 *     FG_LIMBS  3 or 4: the words of a residue
 *
 * Ranges, with R = 2^(32 FG_LIMBS). Moduli are below R / 32. Nothing is fully reduced: a product is
 * below 2n, the sum of residues below i*n and j*n below (i+j)*n, and a difference adds 2n or 4n to
 * stay positive. The factors of a product may be below f*n and g*n if f*g <= 32 and f, g <= 8,
 * because f*g*n < R then. These are the ranges of residues_scalar.h with headroom 6, where the
 * algorithms have no product above 32.
 */
#include "arith/inverse.h"
#include "arith/montgomery_rows.h"
#include "arith/wide.h"
#include "arith/wide_divide.h"

#if FG_LANES != 1
#error "FG_LANES must be 1"
#endif
#if FG_LIMBS != 3 && FG_LIMBS != 4
#error "FG_LIMBS must be 3 or 4"
#endif
#define FG_RESTRICT
#define FG_WORDS 2

/* Moduli are below 2^FG_ROWS_BITS. */
#define FG_ROWS_BITS (32 * FG_LIMBS - 5)

typedef fg_wide fg_number;

struct fg_residue {
    uint32_t words[FG_LIMBS]; /* the lowest first */
};

struct fg_lane_bits {
    fg_wide bits;
};

struct fg_field {
    struct fg_residue n, twice, four; /* n, 2n, 4n */
    uint32_t negated;                 /* -1/n modulo 2^32 */
};

/* Returns a number below R as a residue, and back. */
static FG_HD struct fg_residue fg_rows_split(fg_wide n) {
    struct fg_residue residue;
    for (uint32_t i = 0; i < FG_LIMBS; i++)
        residue.words[i] = (uint32_t)(n >> (32 * i));
    return residue;
}

static FG_HD fg_wide fg_rows_join(struct fg_residue a) {
    fg_wide n = 0;
    for (uint32_t i = 0; i < FG_LIMBS; i++)
        n |= (fg_wide)a.words[i] << (32 * i);
    return n;
}

/* One number into a lane, and back. */
static FG_HD struct fg_residue fg_load(const fg_number *numbers) {
    return fg_rows_split(numbers[0]);
}

static FG_HD void fg_store(struct fg_residue residue, fg_number *numbers) {
    numbers[0] = fg_rows_join(residue);
}

/* moduli[0] is odd and below 2^FG_ROWS_BITS. */
static FG_HD struct fg_field fg_prepare(const fg_number *moduli) {
    struct fg_field field;
    FG_VERIFY_CHECK(moduli[0] >> FG_ROWS_BITS == 0);
    field.n = fg_rows_split(moduli[0]);
    field.twice = fg_rows_split(2 * moduli[0]);
    field.four = fg_rows_split(4 * moduli[0]);
    field.negated = 0 - fg_inverse32((uint32_t)moduli[0]);
    return field;
}

/* a * b / R, below 2n. */
static FG_HD struct fg_residue fg_mul(const struct fg_field *field, struct fg_residue a,
                                      struct fg_residue b) {
    struct fg_residue product;
#if !defined(__CUDA_ARCH__)
    fg_rows_mul_plain(FG_LIMBS, a.words, b.words, field->n.words, field->negated, product.words);
#elif FG_LIMBS == 3
    fg_rows_mul3(a.words, b.words, field->n.words, field->negated, product.words);
#else
    fg_rows_mul4(a.words, b.words, field->n.words, field->negated, product.words);
#endif
    return product;
}

static FG_HD struct fg_residue fg_sqr(const struct fg_field *field, struct fg_residue a) {
    return fg_mul(field, a, a);
}

/* a + b < R. */
static FG_HD struct fg_residue fg_add(const struct fg_field *field, struct fg_residue a,
                                      struct fg_residue b) {
    (void)field;
    return fg_rows_split(fg_rows_join(a) + fg_rows_join(b));
}

/* Returns a - b. b must be a product, below 2n; sub_sum() takes a b below 4n. */
static FG_HD struct fg_residue fg_sub(const struct fg_field *field, struct fg_residue a,
                                      struct fg_residue b) {
    const fg_wide twice = fg_rows_join(field->twice);
    FG_VERIFY_CHECK(fg_rows_join(b) <= twice);
    return fg_rows_split(fg_rows_join(a) + twice - fg_rows_join(b));
}

static FG_HD struct fg_residue fg_sub_sum(const struct fg_field *field, struct fg_residue a,
                                          struct fg_residue b) {
    const fg_wide four = fg_rows_join(field->four);
    FG_VERIFY_CHECK(fg_rows_join(b) <= four);
    return fg_rows_split(fg_rows_join(a) + four - fg_rows_join(b));
}

/* Returns a, or a - limit if it is not negative. */
static FG_HD struct fg_residue fg_rows_less(struct fg_residue a, struct fg_residue limit) {
    const fg_wide value = fg_rows_join(a), bound = fg_rows_join(limit);
    return fg_rows_split(value >= bound ? value - bound : value);
}

/* A residue below 4n brought below 2n, the range of a product. */
static FG_HD struct fg_residue fg_tighten(const struct fg_field *field, struct fg_residue a) {
    FG_VERIFY_CHECK(fg_rows_join(a) <= fg_rows_join(field->four));
    return fg_rows_less(a, field->twice);
}

/* A residue for a gcd with its modulus: a number with the same common factors, below R. */
static FG_HD void fg_store_for_gcd(const struct fg_field *field, struct fg_residue a,
                                   fg_number *numbers) {
    (void)field;
    fg_store(a, numbers);
}

/* 1 if the residue, below 8n, stands for 0; else 0. */
static FG_HD uint32_t fg_is_zero(const struct fg_field *field, struct fg_residue a) {
    a = fg_rows_less(fg_rows_less(fg_rows_less(a, field->four), field->twice), field->n);
    return fg_rows_join(a) == 0;
}

static FG_HD struct fg_lane_bits fg_load_bits(const fg_number *words) {
    struct fg_lane_bits bits;
    bits.bits = words[0];
    return bits;
}

/* Returns a if bit number `bit` is set, else b. */
static FG_HD struct fg_residue fg_choose_bit(struct fg_lane_bits bits, uint32_t bit,
                                             struct fg_residue a, struct fg_residue b) {
    const uint32_t mask = 0 - (uint32_t)(bits.bits >> bit & 1);
    for (uint32_t i = 0; i < FG_LIMBS; i++)
        a.words[i] = b.words[i] ^ ((a.words[i] ^ b.words[i]) & mask);
    return a;
}

/* Returns a if bit number `bit` is set, else 0. */
static FG_HD struct fg_residue fg_where_bit(struct fg_lane_bits bits, uint32_t bit,
                                            struct fg_residue a) {
    const uint32_t mask = 0 - (uint32_t)(bits.bits >> bit & 1);
    for (uint32_t i = 0; i < FG_LIMBS; i++)
        a.words[i] &= mask;
    return a;
}

/* The residue that stands for 1: R mod n. */
static FG_HD struct fg_residue fg_one(const struct fg_field *field) {
    return fg_rows_split(fg_wide_power_of_two(32 * FG_LIMBS, fg_rows_join(field->n)));
}

#undef FG_ROWS_BITS
