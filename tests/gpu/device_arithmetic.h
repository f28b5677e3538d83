/* SPDX-License-Identifier: MIT */
/*
 * device_arithmetic.h: the C interface of a kernel that computes the arithmetic of src/arith and
 * the exact-division test for a list of operands, so that a test can check a device's results.
 */
#ifndef FG_TESTS_DEVICE_ARITHMETIC_H
#define FG_TESTS_DEVICE_ARITHMETIC_H

#include "arith/target.h"
#include <cuda_runtime_api.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Any a and b, an odd n. Operations modulo n take a % n and b % n. */
struct fg_operands {
    uint64_t a, b, n;
};

/* The modulus of the operations in doubles: odd, at least 3, below 2^49. */
static FG_HD uint64_t fg_operand_modulus_in_doubles(uint64_t n) {
    const uint64_t small = n >> 15 | 1;
    return small < 3 ? 3 : small;
}

/* The largest sum of two factors of a loose product. */
#define FG_LOOSE_FACTORS (3 * (UINT64_C(1) << 62) - 1)

/* The results, field by field as device_arithmetic.cu computes them. */
struct fg_outcome {
    uint64_t high, low;       /* of a * b */
    uint64_t inverse;         /* of n, modulo 2^64 */
    uint64_t sum, difference; /* modulo n */
    uint64_t product, loose;  /* in Montgomery form; loose is 0 from 2^62 on */
    uint64_t loose_far;       /* a % n times what is 3 * 2^62 - 1 with it; 0 from 2^62 on */
    uint64_t one, reduced;    /* 1 in Montgomery form, and b reduced: what b stands for there */
    uint64_t gcd;             /* of a and n */
    /* Modulo fg_operand_modulus_in_doubles(n) = m: 2 (a mod m) times -(b mod m), and that
     * tightened; integers of either sign. */
    int64_t double_product, double_tight;
    uint64_t root, cube_root, fifth_root; /* of a */
    uint32_t inverse32;                   /* of n, modulo 2^32 */
    uint32_t zeros, length;               /* of a, or of 1 if a is 0; of a */
    uint32_t rotated, shifted; /* a's low word rotated, and a shifted, by b % 32 to the right */
    /* The quotients that tell whether b divides a, and whether b | 1 does, by the form for odd
     * divisors; 1 in place of a b that is 0. For a 64-bit b only if it has fewer than 32 twos, else
     * 0. */
    uint32_t quotient32, quotient32_odd, quotient64, quotient64_odd;
    uint32_t limit32, limit64; /* of b */
};

/* Words of 32 bits, the lowest first; a residue of three has 0 as its fourth. */
struct fg_row_operands {
    /* a and b as arith/residues_rows.h allows the factors of a product; below n for any modulus. */
    uint32_t n[4], a[4], b[4];
};

/* Products that the compiler knows a word of, from 0 to FG_ROW_PRODUCTS - 1: none; b's lowest or
 * its second is 0; a's lowest or its highest is 0; b's lowest is all ones; b is 1. */
#define FG_ROW_PRODUCTS 7

struct fg_row_outcome {
    uint32_t products[FG_ROW_PRODUCTS][4];
    /* Of x and y, the first product and the second: x + y, x - y, x - (y + y), x + y below 2n, and
     * the 1 of Montgomery form. For any modulus all are modulo n. */
    uint32_t sum[4], difference[4], difference_of_sum[4], tight[4], one[4];
    uint32_t is_zero[2]; /* whether x, and x - x, stand for 0 */
};

/* The outcomes of operands[0 .. count), count >= 1, on the current device; waits for them. */
cudaError_t fg_test_device_arithmetic(const struct fg_operands *operands,
                                      struct fg_outcome *outcomes, size_t count);

/* In place of the words of a residue: the form of four words for any modulus. */
#define FG_ROW_ANY 0

/* Computes what residues of `words` words give on the device; words: 3, 4 or FG_ROW_ANY. */
cudaError_t fg_test_device_rows(uint32_t words, const struct fg_row_operands *operands,
                                struct fg_row_outcome *outcomes, size_t count);

#ifdef __cplusplus
}
#endif

#endif
