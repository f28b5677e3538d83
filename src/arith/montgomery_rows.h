/* SPDX-License-Identifier: MIT */
/*
 * montgomery_rows.h: Montgomery products of three and four words of 32 bits, row by row, as a GPU's
 * multiplier wants them.
 *
 * A row adds x b for a word x of a, and q n, which makes the lowest word 0. Columns of 32 bits are
 * kept as two numbers, in which a wide product is a chain of `mad.lo.cc` and `madc.hi.cc` pairs:
 * `even` begins with the lowest column, `odd` with the next one. After a row the two change places,
 * so that nothing is shifted. ptxas makes one IMAD.WIDE of each pair.
 *
 * With R = 2^(32 words), the sum is (a b + q n) / R and not corrected: below 2n if a b < n R.
 *
 * The first row has nothing to add to, and the word that becomes 0 is the 0 that the next row
 * begins with: ptxas then makes no moves, and one IMAD.WIDE of the pair whose low word is not used.
 *
 * SASS for sm_90 (nvcc 13.0), instructions of a product: 31 of three words, of which 21 multiply;
 * 49 of four, 36 multiply. The C of montgomery_wide.h takes 109 for four.
 *
 * Source of the interleaved reduction: C. Koc, T. Acar, B. Kaliski, "Analyzing and comparing
 * Montgomery multiplication algorithms" (1996), the method CIOS.
 */
#ifndef FG_ARITH_MONTGOMERY_ROWS_H
#define FG_ARITH_MONTGOMERY_ROWS_H

#include "arith/target.h"

/* The max count of words. */
#define FG_ROWS_WORDS 4

/*
 * The product in plain C: the same number as the functions below return. a, b, n and the product
 * have `words` words, the lowest first; `negated` is -1/n modulo 2^32. Needs a b < n R, b < R/4 and
 * n < R/8, so that a row stays below 2^32 (b + n) + b + n < 2^32 R.
 */
static FG_HD void fg_rows_mul_plain(uint32_t words, const uint32_t *a, const uint32_t *b,
                                    const uint32_t *n, uint32_t negated, uint32_t *product) {
    uint32_t sum[FG_ROWS_WORDS + 1] = {0, 0, 0, 0, 0};
    for (uint32_t i = 0; i < words; i++) {
        uint64_t carry = 0;
        for (uint32_t k = 0; k < words; k++) {
            carry += (uint64_t)a[i] * b[k] + sum[k];
            sum[k] = (uint32_t)carry;
            carry >>= 32;
        }
        sum[words] += (uint32_t)carry;
        const uint32_t q = sum[0] * negated;
        carry = ((uint64_t)q * n[0] + sum[0]) >> 32;
        for (uint32_t k = 1; k < words; k++) {
            carry += (uint64_t)q * n[k] + sum[k];
            sum[k - 1] = (uint32_t)carry;
            carry >>= 32;
        }
        carry += sum[words];
        sum[words - 1] = (uint32_t)carry;
        sum[words] = (uint32_t)(carry >> 32);
    }
    FG_VERIFY_CHECK(sum[words] == 0);
    for (uint32_t k = 0; k < words; k++)
        product[k] = sum[k];
}

#if defined(__CUDA_ARCH__)

/* Each operand that is written before the last input is read has `&`: without it the compiler gives
 * one register to it and an input of equal value, such as a word known to be 0. */

/* The two words of a product. */
static __device__ __forceinline__ void fg_rows_words(uint32_t a, uint32_t b, uint32_t *low,
                                                     uint32_t *high) {
    asm("{\n\t"
        ".reg .u64 product;\n\t"
        "mul.wide.u32 product, %2, %3;\n\t"
        "mov.b64 {%0, %1}, product;\n\t"
        "}"
        : "=r"(*low), "=r"(*high)
        : "r"(a), "r"(b));
}

/* a * b / 2^96 modulo n: below 2n, if n < 2^91, b < 2^94 and a b < n 2^96. No carry leaves `even`:
 * its highest word takes less than 2^30 + 2^27 and two carries. */
static __device__ __forceinline__ void fg_rows_mul3(const uint32_t *a, const uint32_t *b,
                                                    const uint32_t *n, uint32_t negated,
                                                    uint32_t *product) {
    uint32_t even[4], odd[2], before = 0;
    fg_rows_words(a[0], b[0], &even[0], &even[1]);
    fg_rows_words(a[0], b[1], &odd[0], &odd[1]);
    fg_rows_words(a[0], b[2], &even[2], &even[3]);
    uint32_t q;
    asm("mul.lo.u32 %0, %1, %2;" : "=r"(q) : "r"(even[0]), "r"(negated));
#pragma unroll
    for (int i = 0; i < 3; i++) {
        if (i > 0)
            asm("add.cc.u32 %0, %0, %7;\n\t" /* what the row before left; its carry is for `odd` */
                "madc.lo.cc.u32 %1, %8, %9, %1;\n\t"
                "madc.hi.cc.u32 %2, %8, %9, %2;\n\t"
                "addc.u32 %5, 0, 0;\n\t"
                "mad.lo.cc.u32 %0, %8, %10, %0;\n\t"
                "madc.hi.cc.u32 %3, %8, %10, %3;\n\t"
                "madc.lo.cc.u32 %4, %8, %11, %4;\n\t"
                "madc.hi.u32 %5, %8, %11, %5;\n\t"
                "mul.lo.u32 %6, %0, %12;"
                : "+&r"(even[0]), "+&r"(odd[0]), "+&r"(odd[1]), "+&r"(even[1]), "+&r"(even[2]),
                  "=&r"(even[3]), "=&r"(q)
                : "r"(before), "r"(a[i]), "r"(b[1]), "r"(b[0]), "r"(b[2]), "r"(negated));
        asm("mad.lo.cc.u32 %0, %6, %7, %0;\n\t"
            "madc.hi.cc.u32 %1, %6, %7, %1;\n\t"
            "addc.u32 %5, %5, 0;\n\t"
            "mad.lo.cc.u32 %2, %6, %8, %2;\n\t"
            "madc.hi.cc.u32 %3, %6, %8, %3;\n\t"
            "madc.lo.cc.u32 %4, %6, %9, %4;\n\t"
            "madc.hi.u32 %5, %6, %9, %5;"
            : "+&r"(odd[0]), "+&r"(odd[1]), "+&r"(even[0]), "+&r"(even[1]), "+&r"(even[2]),
              "+&r"(even[3])
            : "r"(q), "r"(n[1]), "r"(n[0]), "r"(n[2]));
        const uint32_t zero = even[0], second = even[2], third = even[3];
        before = even[1];
        even[0] = odd[0];
        even[1] = odd[1];
        even[2] = zero;
        odd[0] = second;
        odd[1] = third;
    }
    asm("add.cc.u32 %0, %3, %6;\n\t"
        "addc.cc.u32 %1, %4, %7;\n\t"
        "addc.u32 %2, %5, 0;"
        : "=&r"(product[0]), "=&r"(product[1]), "=r"(product[2])
        : "r"(even[0]), "r"(even[1]), "r"(odd[1]), "r"(before), "r"(odd[0]));
}

/* a * b / 2^128 modulo n: below 2n, if n < 2^123, b < 2^126 and a b < n 2^128. No carry leaves
 * `odd`: its highest word takes less than 2^30 + 2^27 and three carries. */
static __device__ __forceinline__ void fg_rows_mul4(const uint32_t *a, const uint32_t *b,
                                                    const uint32_t *n, uint32_t negated,
                                                    uint32_t *product) {
    uint32_t even[4], odd[4], before = 0;
    fg_rows_words(a[0], b[0], &even[0], &even[1]);
    fg_rows_words(a[0], b[1], &odd[0], &odd[1]);
    fg_rows_words(a[0], b[2], &even[2], &even[3]);
    fg_rows_words(a[0], b[3], &odd[2], &odd[3]);
    uint32_t q;
    asm("mul.lo.u32 %0, %1, %2;" : "=r"(q) : "r"(even[0]), "r"(negated));
#pragma unroll
    for (int i = 0; i < 4; i++) {
        if (i > 0)
            asm("mad.lo.cc.u32 %0, %10, %13, %0;\n\t"
                "madc.hi.cc.u32 %5, %10, %13, %5;\n\t"
                "madc.lo.cc.u32 %6, %10, %14, %6;\n\t"
                "madc.hi.cc.u32 %7, %10, %14, %7;\n\t"
                "addc.u32 %4, 0, 0;\n\t"
                "add.cc.u32 %0, %0, %9;\n\t" /* what the row before left; its carry is for `odd` */
                "madc.lo.cc.u32 %1, %10, %11, %1;\n\t"
                "madc.hi.cc.u32 %2, %10, %11, %2;\n\t"
                "madc.lo.cc.u32 %3, %10, %12, %3;\n\t"
                "madc.hi.u32 %4, %10, %12, %4;\n\t"
                "mul.lo.u32 %8, %0, %15;"
                : "+&r"(even[0]), "+&r"(odd[0]), "+&r"(odd[1]), "+&r"(odd[2]), "=&r"(odd[3]),
                  "+&r"(even[1]), "+&r"(even[2]), "+&r"(even[3]), "=&r"(q)
                : "r"(before), "r"(a[i]), "r"(b[1]), "r"(b[3]), "r"(b[0]), "r"(b[2]), "r"(negated));
        asm("mad.lo.cc.u32 %0, %8, %9, %0;\n\t"
            "madc.hi.cc.u32 %1, %8, %9, %1;\n\t"
            "madc.lo.cc.u32 %2, %8, %10, %2;\n\t"
            "madc.hi.u32 %3, %8, %10, %3;\n\t"
            "mad.lo.cc.u32 %4, %8, %11, %4;\n\t"
            "madc.hi.cc.u32 %5, %8, %11, %5;\n\t"
            "madc.lo.cc.u32 %6, %8, %12, %6;\n\t"
            "madc.hi.cc.u32 %7, %8, %12, %7;\n\t"
            "addc.u32 %3, %3, 0;"
            : "+&r"(odd[0]), "+&r"(odd[1]), "+&r"(odd[2]), "+&r"(odd[3]), "+&r"(even[0]),
              "+&r"(even[1]), "+&r"(even[2]), "+&r"(even[3])
            : "r"(q), "r"(n[1]), "r"(n[3]), "r"(n[0]), "r"(n[2]));
        const uint32_t zero = even[0], second = even[2], third = even[3];
        before = even[1];
        for (int k = 0; k < 4; k++)
            even[k] = odd[k];
        odd[0] = second;
        odd[1] = third;
        odd[2] = zero;
    }
    asm("add.cc.u32 %0, %4, %8;\n\t"
        "addc.cc.u32 %1, %5, %9;\n\t"
        "addc.cc.u32 %2, %6, %10;\n\t"
        "addc.u32 %3, %7, 0;"
        : "=&r"(product[0]), "=&r"(product[1]), "=&r"(product[2]), "=r"(product[3])
        : "r"(even[0]), "r"(even[1]), "r"(even[2]), "r"(even[3]), "r"(before), "r"(odd[0]),
          "r"(odd[1]));
}

#endif

#endif
