/* SPDX-License-Identifier: MIT */
/*
 * residues_double.h: residues as doubles (arith/residues.h), one modulus: for the threads of a GPU
 * that computes in doubles at the rate of words.
 *
 * Moduli are odd, at least 3 and below N = 2^49. A residue is an integer of either sign and stands
 * for itself. "Within f" means that its absolute value is at most f n. The product of a and b takes
 * six operations:
 *
 *     h = fl(a b)    l = a b - h    q = the integer next to h u, u = fl(1/n)    r = (h - q n) + l
 *
 * Let a be within f, b within g and f g <= 3.99. Then r is the exact integer a b - q n, and within
 * 1/2 + f g d for d = (1/8)(1 + 2^-50):
 *
 *     h and u are within 2^-53 of a b and of 1/n, relatively, so h u differs from a b / n by at
 *     most |a b / n| 2^-52 (1 + 2^-50) <= f g N 2^-52 (1 + 2^-50) = f g d.
 *     |h u| <= f g N (1 + 2^-50) < 2^51, so 1.5 * 2^52 + h u lies where doubles are the integers.
 *     One fma rounds it, by at most 1/2, and to subtract 1.5 * 2^52 again is exact. Together
 *     |a b / n - q| <= 1/2 + f g d < 1.
 *     l is an integer, exact because one fma computes it, and |l| <= 2^-53 |a b| < n / 4.
 *     h - q n = (a b - q n) - l and r are integers below 2 n < 2^53: the last fma and the last sum
 *     are exact.
 *
 * A sum or difference of residues within f and g is within f + g. It is exact up to f + g = 16,
 * because then it is at most 2^53. So nothing has to be brought back as long as the factors of a
 * product keep f g <= 3.99. The algorithms do, since a product of small factors is small itself:
 * tests/algorithms/residue_bounds_test.cpp runs each of them over bounds in place of residues and
 * finds f g <= 3.72. To bring every sum back, as the form of 51 bits of
 * methods/factor/residues_fma.h does, would make a curve a third longer. N = 2^50 would take that
 * for one sum of each doubling, which has 47 operations, at least.
 *
 * The operations have names, so that no compiler contracts a product and a sum into an fma.
 * Sources: those of methods/factor/residues_fma.h.
 */
#include "arith/target.h"

#if FG_LANES != 1
#error "FG_LANES must be 1"
#endif
#define FG_RESTRICT
#define FG_WORDS 1

/* Moduli are below 2^FG_DOUBLE_MODULUS_BITS. */
#define FG_DOUBLE_MODULUS_BITS 49

typedef uint64_t fg_number;

/* Integers, as all doubles here. */
struct fg_residue {
    double value;
};

struct fg_lane_bits {
    uint64_t word;
};

struct fg_field {
    struct fg_residue n, inverse; /* 1 / n, rounded */
};

/* The operations of IEEE 754, rounded to nearest. Of the plain operators nvcc would make an fma
 * where a sum follows a product. */
static FG_HD double fg_times(double a, double b) {
#if defined(__CUDA_ARCH__)
    return __dmul_rn(a, b);
#else
    return a * b;
#endif
}

static FG_HD double fg_plus(double a, double b) {
#if defined(__CUDA_ARCH__)
    return __dadd_rn(a, b);
#else
    return a + b;
#endif
}

/* a * b + c, rounded once. */
static FG_HD double fg_times_plus(double a, double b, double c) {
#if defined(__CUDA_ARCH__)
    return __fma_rn(a, b, c);
#else
    return __builtin_fma(a, b, c);
#endif
}

static FG_HD double fg_absolute(double a) {
    return a < 0 ? -a : a;
}

/* A number below 2^53. */
static FG_HD struct fg_residue fg_load(const uint64_t *number) {
    struct fg_residue residue;
    FG_VERIFY_CHECK(*number >> 53 == 0);
    residue.value = (double)*number;
    return residue;
}

/* The residue must not be negative. */
static FG_HD void fg_store(struct fg_residue residue, uint64_t *number) {
    FG_VERIFY_CHECK(residue.value >= 0);
    *number = (uint64_t)residue.value;
}

/* *modulus is odd, at least 3 and below 2^FG_DOUBLE_MODULUS_BITS. */
static FG_HD struct fg_field fg_prepare(const uint64_t *modulus) {
    struct fg_field field;
    FG_VERIFY_CHECK(*modulus >> FG_DOUBLE_MODULUS_BITS == 0 && *modulus % 2 == 1);
    field.n = fg_load(modulus);
#if defined(__CUDA_ARCH__)
    field.inverse.value = __drcp_rn(field.n.value);
#else
    field.inverse.value = 1 / field.n.value;
#endif
    return field;
}

/* The integer next to a * inverse, which is within 2^51. */
static FG_HD double fg_quotient(double a, double inverse) {
    const double shift = 6755399441055744; /* 1.5 * 2^52 */
    const double quotient = fg_plus(fg_times_plus(a, inverse, shift), -shift);
    FG_VERIFY_CHECK(fg_absolute(quotient) <= 2251799813685248);
    return quotient;
}

static FG_HD struct fg_residue fg_mul(const struct fg_field *field, struct fg_residue a,
                                      struct fg_residue b) {
    const double high = fg_times(a.value, b.value);
    const double low = fg_times_plus(a.value, b.value, -high);
    const double quotient = fg_quotient(high, field->inverse.value);
    struct fg_residue product;
    product.value = fg_plus(fg_times_plus(-quotient, field->n.value, high), low);
    FG_VERIFY_CHECK(fg_absolute(product.value) <= field->n.value);
    return product;
}

static FG_HD struct fg_residue fg_sqr(const struct fg_field *field, struct fg_residue a) {
    return fg_mul(field, a, a);
}

static FG_HD struct fg_residue fg_add(const struct fg_field *field, struct fg_residue a,
                                      struct fg_residue b) {
    (void)field;
    a.value = fg_plus(a.value, b.value);
    return a;
}

static FG_HD struct fg_residue fg_sub(const struct fg_field *field, struct fg_residue a,
                                      struct fg_residue b) {
    (void)field;
    a.value = fg_plus(a.value, -b.value);
    return a;
}

static FG_HD struct fg_residue fg_sub_sum(const struct fg_field *field, struct fg_residue a,
                                          struct fg_residue b) {
    return fg_sub(field, a, b);
}

/* Subtracts the nearest multiple of n from a residue within 8: the result is within 1/2. */
static FG_HD struct fg_residue fg_tighten(const struct fg_field *field, struct fg_residue a) {
    const double quotient = fg_quotient(a.value, field->inverse.value);
    a.value = fg_times_plus(-quotient, field->n.value, a.value);
    FG_VERIFY_CHECK(2 * fg_absolute(a.value) < field->n.value);
    return a;
}

/* |a| has the same common factors with n. */
static FG_HD void fg_store_for_gcd(const struct fg_field *field, struct fg_residue a,
                                   uint64_t *number) {
    (void)field;
    a.value = fg_absolute(a.value);
    fg_store(a, number);
}

/* Returns 1 if the residue, within 8, stands for 0; else 0. */
static FG_HD uint32_t fg_is_zero(const struct fg_field *field, struct fg_residue a) {
    return fg_tighten(field, a).value == 0;
}

static FG_HD struct fg_lane_bits fg_load_bits(const uint64_t *word) {
    struct fg_lane_bits bits;
    bits.word = *word;
    return bits;
}

/* Returns a if bit number `bit` is set, else b. */
static FG_HD struct fg_residue fg_choose_bit(struct fg_lane_bits bits, uint32_t bit,
                                             struct fg_residue a, struct fg_residue b) {
    a.value = bits.word >> bit & 1 ? a.value : b.value;
    return a;
}

/* Returns a if bit number `bit` is set, else 0. */
static FG_HD struct fg_residue fg_where_bit(struct fg_lane_bits bits, uint32_t bit,
                                            struct fg_residue a) {
    a.value = bits.word >> bit & 1 ? a.value : 0;
    return a;
}

/* The residue that stands for 1. */
static FG_HD struct fg_residue fg_one(const struct fg_field *field) {
    struct fg_residue residue;
    (void)field;
    residue.value = 1;
    return residue;
}
