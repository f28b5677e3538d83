/* SPDX-License-Identifier: MIT */
/*
 * residues_scalar.h: Montgomery residues in plain words (arith/residues.h): one number for a thread
 * of the GPU, two or four interleaved on one core, which hides the multiplier's latency.
 *
 * Included once for each form, with
 *
 *     FG_LANES     1, 2 or 4: the number of moduli side by side
 *     FG_WORDS     1 or 2: the words of 64 bits of a number; 1 if it is not defined
 *     FG_HEADROOM  0 or 6: every modulus is below 2^(64 FG_WORDS - FG_HEADROOM)
 *
 * Ranges, with R = 2^(64 FG_WORDS).
 *     headroom 0   everything is fully reduced: below n.
 *     headroom 6   nothing is: a product is below 2n, the sum of residues below i*n and j*n below
 *                  (i+j)*n, and a difference adds 2n or 4n to stay positive. The factors of a
 *                  product may be below f*n and g*n if f*g <= 64, because f*g*n < R then, and with
 *                  one word if f + g <= 48 (montgomery.h).
 *                  The algorithms' comments keep count.
 * A third form, headroom 2 with everything kept below 2n, was measured and left out: 0.78 ns a
 * product in ECM's doubling, where headroom 0 takes 0.83 and headroom 6 0.63 (two lanes, Zen 5).
 */
#ifndef FG_WORDS
#define FG_WORDS 1
#endif
#if FG_WORDS == 1
#include "arith/montgomery.h"
#define FG_MODULUS struct fg_mont64
#define FG_MODULAR(operation) fg_mod64_##operation
#define FG_MONTGOMERY(operation) fg_mont64_##operation
typedef uint64_t fg_number;
#elif FG_WORDS == 2
#include "arith/montgomery_wide.h"
#define FG_MODULUS struct fg_mont128
#define FG_MODULAR(operation) fg_mod128_##operation
#define FG_MONTGOMERY(operation) fg_mont128_##operation
typedef fg_wide fg_number;
#else
#error "FG_WORDS must be 1 or 2"
#endif

/* Without it P-1 in four lanes takes 2.6 % less (Zen 5, gcc 12). */
#define FG_RESTRICT

/* FG_EACH_LANE(F): F(0) F(1) ... */
#if FG_LANES == 1
#define FG_EACH_LANE(F) F(0)
#elif FG_LANES == 2
#define FG_EACH_LANE(F) F(0) F(1)
#elif FG_LANES == 4
#define FG_EACH_LANE(F) F(0) F(1) F(2) F(3)
#else
#error "FG_LANES must be 1, 2 or 4"
#endif

/* A residue for each lane. Members and not an array: compilers keep them in registers. */
struct fg_residue {
#define FG_LANE(i) fg_number lane##i;
    FG_EACH_LANE(FG_LANE)
#undef FG_LANE
};

/* A number of bits for each lane. */
struct fg_lane_bits {
#define FG_LANE(i) fg_number lane##i;
    FG_EACH_LANE(FG_LANE)
#undef FG_LANE
};

/* An inverse modulo 2^64 for each lane. */
struct fg_lane_inverses {
#define FG_LANE(i) uint64_t lane##i;
    FG_EACH_LANE(FG_LANE)
#undef FG_LANE
};

/* The moduli of the lanes. */
struct fg_field {
    struct fg_residue n;
    struct fg_lane_inverses inverse;
};

/* numbers[FG_LANES] into lanes, and back. */
static FG_HD struct fg_residue fg_load(const fg_number *numbers) {
    struct fg_residue residue;
#define FG_LANE(i) residue.lane##i = numbers[i];
    FG_EACH_LANE(FG_LANE)
#undef FG_LANE
    return residue;
}

static FG_HD void fg_store(struct fg_residue residue, fg_number *numbers) {
#define FG_LANE(i) numbers[i] = residue.lane##i;
    FG_EACH_LANE(FG_LANE)
#undef FG_LANE
}

/* moduli[FG_LANES], odd. */
static FG_HD struct fg_field fg_prepare(const fg_number *moduli) {
    struct fg_field field;
#define FG_LANE(i)                                                                                 \
    FG_VERIFY_CHECK(moduli[i] <= (fg_number)-1 >> FG_HEADROOM);                                    \
    field.n.lane##i = moduli[i];                                                                   \
    field.inverse.lane##i = fg_inverse64((uint64_t)moduli[i]);
    FG_EACH_LANE(FG_LANE)
#undef FG_LANE
    return field;
}

/* a * b / R. */
static FG_HD struct fg_residue fg_mul(const struct fg_field *field, struct fg_residue a,
                                      struct fg_residue b) {
    struct fg_residue product;
    FG_MODULUS modulus;
#if FG_HEADROOM == 0 && FG_LANES == 1 && FG_WORDS == 1 /* what comes next waits for it */
#define FG_LANE(i)                                                                                 \
    modulus.n = field->n.lane##i;                                                                  \
    modulus.inverse = field->inverse.lane##i;                                                      \
    product.lane##i = fg_mont64_mul_late(modulus, a.lane##i, b.lane##i);
#elif FG_HEADROOM == 0
#define FG_LANE(i)                                                                                 \
    modulus.n = field->n.lane##i;                                                                  \
    modulus.inverse = field->inverse.lane##i;                                                      \
    product.lane##i = FG_MONTGOMERY(mul)(modulus, a.lane##i, b.lane##i);
#else
#define FG_LANE(i)                                                                                 \
    modulus.n = field->n.lane##i;                                                                  \
    modulus.inverse = field->inverse.lane##i;                                                      \
    product.lane##i = FG_MONTGOMERY(mul_loose)(modulus, a.lane##i, b.lane##i);
#endif
    /* The analyzer cannot know that the point steps of ecm.h fill every slot before its use. */
    FG_EACH_LANE(FG_LANE) // NOLINT(clang-analyzer-core.CallAndMessage)
#undef FG_LANE
    return product;
}

static FG_HD struct fg_residue fg_sqr(const struct fg_field *field, struct fg_residue a) {
    return fg_mul(field, a, a);
}

/* a + b. */
static FG_HD struct fg_residue fg_add(const struct fg_field *field, struct fg_residue a,
                                      struct fg_residue b) {
    struct fg_residue sum;
    (void)field;
#if FG_HEADROOM == 0
#define FG_LANE(i) sum.lane##i = FG_MODULAR(add)(a.lane##i, b.lane##i, field->n.lane##i);
#else
#define FG_LANE(i) sum.lane##i = a.lane##i + b.lane##i;
#endif
    FG_EACH_LANE(FG_LANE)
#undef FG_LANE
    return sum;
}

/* Returns a - b. With headroom 6, b must be a product, below 2n; sub_sum() takes a b below 4n. */
static FG_HD struct fg_residue fg_sub(const struct fg_field *field, struct fg_residue a,
                                      struct fg_residue b) {
    struct fg_residue difference;
#if FG_HEADROOM == 0
#define FG_LANE(i) difference.lane##i = FG_MODULAR(sub)(a.lane##i, b.lane##i, field->n.lane##i);
#else
#define FG_LANE(i)                                                                                 \
    FG_VERIFY_CHECK(b.lane##i <= 2 * field->n.lane##i);                                            \
    difference.lane##i = a.lane##i + 2 * field->n.lane##i - b.lane##i;
#endif
    FG_EACH_LANE(FG_LANE)
#undef FG_LANE
    return difference;
}

static FG_HD struct fg_residue fg_sub_sum(const struct fg_field *field, struct fg_residue a,
                                          struct fg_residue b) {
#if FG_HEADROOM == 6
    struct fg_residue difference;
#define FG_LANE(i)                                                                                 \
    FG_VERIFY_CHECK(b.lane##i <= 4 * field->n.lane##i);                                            \
    difference.lane##i = a.lane##i + 4 * field->n.lane##i - b.lane##i;
    FG_EACH_LANE(FG_LANE)
#undef FG_LANE
    return difference;
#else
    return fg_sub(field, a, b);
#endif
}

/* A residue below 4n brought below 2n, the range of a product. */
static FG_HD struct fg_residue fg_tighten(const struct fg_field *field, struct fg_residue a) {
#if FG_HEADROOM == 6
#define FG_LANE(i)                                                                                 \
    FG_VERIFY_CHECK(a.lane##i <= 4 * field->n.lane##i);                                            \
    if (a.lane##i >= 2 * field->n.lane##i)                                                         \
        a.lane##i -= 2 * field->n.lane##i;
    FG_EACH_LANE(FG_LANE)
#undef FG_LANE
#endif
    (void)field;
    return a;
}

/* A residue for a gcd with its modulus: a number with the same common factors, below R. */
static FG_HD void fg_store_for_gcd(const struct fg_field *field, struct fg_residue a,
                                   fg_number *numbers) {
    (void)field;
    fg_store(a, numbers);
}

/* Bit i of the result: lane i's residue stands for 0. */
static FG_HD uint32_t fg_is_zero(const struct fg_field *field, struct fg_residue a) {
    uint32_t zeros = 0;
    (void)field;
#if FG_HEADROOM == 0
#define FG_LANE(i) zeros |= (uint32_t)(a.lane##i == 0) << i;
#else
#define FG_LANE(i) zeros |= (uint32_t)(a.lane##i % field->n.lane##i == 0) << i;
#endif
    FG_EACH_LANE(FG_LANE)
#undef FG_LANE
    return zeros;
}

/* A number of bits for each lane. */
static FG_HD struct fg_lane_bits fg_load_bits(const fg_number *words) {
    struct fg_lane_bits bits;
#define FG_LANE(i) bits.lane##i = words[i];
    FG_EACH_LANE(FG_LANE)
#undef FG_LANE
    return bits;
}

/* Returns a if bit number `bit` is set, else 0. Uses masks, because a branch would be
 * unpredictable. */
static FG_HD struct fg_residue fg_where_bit(struct fg_lane_bits bits, uint32_t bit,
                                            struct fg_residue a) {
#define FG_LANE(i) a.lane##i &= 0 - (bits.lane##i >> bit & 1);
    FG_EACH_LANE(FG_LANE)
#undef FG_LANE
    return a;
}

/* Returns a if bit number `bit` is set, else b. */
static FG_HD struct fg_residue fg_choose_bit(struct fg_lane_bits bits, uint32_t bit,
                                             struct fg_residue a, struct fg_residue b) {
#define FG_LANE(i)                                                                                 \
    a.lane##i = b.lane##i ^ ((a.lane##i ^ b.lane##i) & (0 - (bits.lane##i >> bit & 1)));
    FG_EACH_LANE(FG_LANE)
#undef FG_LANE
    return a;
}

/* The residue that stands for 1. */
static FG_HD struct fg_residue fg_one(const struct fg_field *field) {
    struct fg_residue residue;
#if defined(__CUDA_ARCH__) && FG_WORDS == 2
#define FG_LANE(i) residue.lane##i = fg_wide_power_of_two(128, field->n.lane##i);
#else
#define FG_LANE(i) residue.lane##i = (0 - field->n.lane##i) % field->n.lane##i;
#endif
    FG_EACH_LANE(FG_LANE)
#undef FG_LANE
    return residue;
}

#undef FG_EACH_LANE
#undef FG_MODULUS
#undef FG_MODULAR
#undef FG_MONTGOMERY
