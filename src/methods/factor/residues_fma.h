/* SPDX-License-Identifier: MIT */
/*
 * residues_fma.h: residues as doubles in AVX2 lanes (arith/residues.h).
 *
 * Parameters:
 *
 *     FG_MODULUS_BITS  48 or 51: moduli are odd and below 2^FG_MODULUS_BITS
 *     FG_CHAINS        1, 2, 4 or 8 vectors of four lanes side by side; cover a product's latency
 *
 * A residue is an integer of either sign and stands for itself. The product h + l of two is exact,
 * l being what h = fl(a b) lacks, computed by fma(); q is the integer next to h u, u = fl(1/n), and
 * (h - q n) + l is the result. It is right if |a b| <= F n^2, F = 8 for 48 bits and 1 for 51:
 *
 *     |a b / n| <= F n < 2^51, so 1.5 * 2^52 + h u lies where doubles are the integers: one fma()
 *     rounds it, by at most 1/2, and q is exact.
 *     h and u are each within 2^-53 of their value, relatively: h u is within F n * 2^-52, and less
 *     than 1/2, of a b / n. So |a b / n - q| < 1, and the result is within (-n, n).
 *     l <= 2^48 and h are integers, |h - q n| < n + 2^48: the last fma() and the sum are exact.
 *
 * 48 bits: products are within (-n, n), the sum or difference of residues within i and j times that
 * within i + j times, and the factors of a product may be within f and g times if f g <= 8. That
 * is half a unit for each of residues_scalar.h's, where a product is below 2n: 32 for its 64, and
 * the doubling's 8 * 4 is the most that the algorithms take. 51 bits: sums and differences are
 * brought back within (-n, n), which makes a curve take 1.3 times as long. Sources: T. Dekker, "A
 * floating-point technique for extending the available precision" (1971), of which fma() makes two
 * operations; the quotient by a rounded inverse is as in V. Shoup's NTL.
 */
#ifndef FG_FACTOR_RESIDUES_FMA_H
#define FG_FACTOR_RESIDUES_FMA_H

#include "arith/montgomery.h"
#include <immintrin.h>

#if FG_CHAINS == 1
#define FG_EACH_CHAIN(F) F(0)
#elif FG_CHAINS == 2
#define FG_EACH_CHAIN(F) F(0) F(1)
#elif FG_CHAINS == 4
#define FG_EACH_CHAIN(F) F(0) F(1) F(2) F(3)
#elif FG_CHAINS == 8
#define FG_EACH_CHAIN(F) F(0) F(1) F(2) F(3) F(4) F(5) F(6) F(7)
#else
#error "FG_CHAINS must be 1, 2, 4 or 8"
#endif
#if FG_MODULUS_BITS == 48
#define FG_FACTORS_RANGE 8
#elif FG_MODULUS_BITS == 51
#define FG_FACTORS_RANGE 1
#else
#error "FG_MODULUS_BITS must be 48 or 51"
#endif
#define FG_LANES (4 * FG_CHAINS)
/* Without it P-1 takes up to 2 % longer (Zen 5, gcc 12). */
#define FG_RESTRICT __restrict__
#define FG_WORDS 1

typedef uint64_t fg_number;

struct fg_residue {
#define FG_CHAIN(c) __m256d value##c;
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
};

struct fg_lane_bits {
#define FG_CHAIN(c) __m256i words##c;
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
};

struct fg_field {
    struct fg_residue n, inverse; /* 1 / n, rounded */
};

static inline struct fg_lane_bits fg_load_bits(const uint64_t *words) {
    struct fg_lane_bits bits;
#define FG_CHAIN(c) bits.words##c = _mm256_loadu_si256((const __m256i *)(words + 4 * (c)));
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return bits;
}

/* Numbers below 2^52, which are 2^52's double with their bits in its fraction, less 2^52. */
static inline struct fg_residue fg_load(const uint64_t *numbers) {
    const struct fg_lane_bits bits = fg_load_bits(numbers);
    const __m256d base = _mm256_set1_pd(0x1p52);
    struct fg_residue residue;
#define FG_CHAIN(c)                                                                                \
    residue.value##c = _mm256_sub_pd(_mm256_or_pd(base, _mm256_castsi256_pd(bits.words##c)), base);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return residue;
}

/* The values must be in [0, 2^52). */
static inline void fg_store(struct fg_residue residue, uint64_t *numbers) {
    const __m256d base = _mm256_set1_pd(0x1p52);
#define FG_CHAIN(c)                                                                                \
    _mm256_storeu_si256(                                                                           \
        (__m256i *)(numbers + 4 * (c)),                                                            \
        _mm256_castpd_si256(_mm256_xor_pd(base, _mm256_add_pd(base, residue.value##c))));
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
}

static inline struct fg_field fg_prepare(const uint64_t *moduli) {
    struct fg_field field;
    for (uint32_t i = 0; i < FG_LANES; i++)
        FG_VERIFY_CHECK(moduli[i] >> FG_MODULUS_BITS == 0);
    field.n = fg_load(moduli);
#define FG_CHAIN(c) field.inverse.value##c = _mm256_div_pd(_mm256_set1_pd(1), field.n.value##c);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return field;
}

/* |a| in every lane. */
static inline __m256d fg_absolute(__m256d a) {
    return _mm256_andnot_pd(_mm256_set1_pd(-0.0), a);
}

/* Returns whether |a| <= limit in every lane. */
static inline bool fg_within(__m256d a, __m256d limit) {
    return _mm256_movemask_pd(_mm256_cmp_pd(fg_absolute(a), limit, _CMP_LE_OQ)) == 15;
}

/* The integer next to h u, which is within 2^51. */
static inline __m256d fg_quotient(__m256d h, __m256d inverse) {
    const __m256d shift = _mm256_set1_pd(0x1.8p52);
    return _mm256_sub_pd(_mm256_fmadd_pd(h, inverse, shift), shift);
}

static inline __m256d fg_mul_vector(__m256d n, __m256d inverse, __m256d a, __m256d b) {
    const __m256d high = _mm256_mul_pd(a, b);
    const __m256d low = _mm256_fmsub_pd(a, b, high);
    const __m256d quotient = fg_quotient(high, inverse);
    const __m256d product = _mm256_add_pd(_mm256_fnmadd_pd(quotient, n, high), low);
    FG_VERIFY_CHECK(fg_within(quotient, _mm256_mul_pd(n, _mm256_set1_pd(FG_FACTORS_RANGE))));
    FG_VERIFY_CHECK(fg_within(product, _mm256_sub_pd(n, _mm256_set1_pd(1))));
    return product;
}

static inline struct fg_residue fg_mul(const struct fg_field *field, struct fg_residue a,
                                       struct fg_residue b) {
    struct fg_residue product;
#define FG_CHAIN(c)                                                                                \
    product.value##c =                                                                             \
        fg_mul_vector(field->n.value##c, field->inverse.value##c, a.value##c, b.value##c);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return product;
}

static inline struct fg_residue fg_sqr(const struct fg_field *field, struct fg_residue a) {
    return fg_mul(field, a, a);
}

/* Subtracts from a residue, or from a sum of two, the nearest multiple of n: the result is within
 * (-n, n), the range of a product, and 0 if a is a multiple of n. */
static inline struct fg_residue fg_tighten(const struct fg_field *field, struct fg_residue a) {
#define FG_CHAIN(c)                                                                                \
    a.value##c = _mm256_fnmadd_pd(fg_quotient(a.value##c, field->inverse.value##c),                \
                                  field->n.value##c, a.value##c);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return a;
}

/* A sum or difference of two residues, as the form keeps it. */
static inline struct fg_residue fg_keep(const struct fg_field *field, struct fg_residue a) {
#if FG_MODULUS_BITS == 51
    return fg_tighten(field, a);
#else
    (void)field;
    return a;
#endif
}

static inline struct fg_residue fg_add(const struct fg_field *field, struct fg_residue a,
                                       struct fg_residue b) {
#define FG_CHAIN(c) a.value##c = _mm256_add_pd(a.value##c, b.value##c);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return fg_keep(field, a);
}

static inline struct fg_residue fg_sub(const struct fg_field *field, struct fg_residue a,
                                       struct fg_residue b) {
#define FG_CHAIN(c) a.value##c = _mm256_sub_pd(a.value##c, b.value##c);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return fg_keep(field, a);
}

static inline struct fg_residue fg_sub_sum(const struct fg_field *field, struct fg_residue a,
                                           struct fg_residue b) {
    return fg_sub(field, a, b);
}

/* A residue for a gcd with its modulus: a number with the same common factors, within 8n. */
static inline void fg_store_for_gcd(const struct fg_field *field, struct fg_residue a,
                                    uint64_t *numbers) {
    (void)field;
#define FG_CHAIN(c) a.value##c = fg_absolute(a.value##c);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    fg_store(a, numbers);
}

/* Bit i of the result: lane i's residue stands for 0. */
static inline uint32_t fg_is_zero(const struct fg_field *field, struct fg_residue a) {
    uint32_t zeros = 0;
    a = fg_tighten(field, a);
#define FG_CHAIN(c)                                                                                \
    zeros |=                                                                                       \
        (uint32_t)_mm256_movemask_pd(_mm256_cmp_pd(a.value##c, _mm256_setzero_pd(), _CMP_EQ_OQ))   \
        << (4 * (c));
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return zeros;
}

/* Returns a if bit number `bit` is set, else b. A blend looks at the highest bit. */
static inline struct fg_residue fg_choose_bit(struct fg_lane_bits bits, uint32_t bit,
                                              struct fg_residue a, struct fg_residue b) {
    const __m128i shift = _mm_cvtsi32_si128(63 - (int)bit);
#define FG_CHAIN(c)                                                                                \
    a.value##c = _mm256_blendv_pd(b.value##c, a.value##c,                                          \
                                  _mm256_castsi256_pd(_mm256_sll_epi64(bits.words##c, shift)));
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return a;
}

/* Returns a if bit number `bit` is set, else 0. */
static inline struct fg_residue fg_where_bit(struct fg_lane_bits bits, uint32_t bit,
                                             struct fg_residue a) {
    struct fg_residue zero;
#define FG_CHAIN(c) zero.value##c = _mm256_setzero_pd();
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return fg_choose_bit(bits, bit, a, zero);
}

/* The residue that stands for 1. */
static inline struct fg_residue fg_one(const struct fg_field *field) {
    struct fg_residue residue;
    (void)field;
#define FG_CHAIN(c) residue.value##c = _mm256_set1_pd(1);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return residue;
}

#endif
