/* SPDX-License-Identifier: MIT */
/*
 * montgomery_words.h: the Montgomery product in words of 32 bits, as a GPU's multiplier wants it.
 *
 * Included by montgomery.h for device code. The words of a * b + q * n are summed by columns: even
 * ones hold a0 b0 and a1 b1, the odd one a0 b1 + a1 b0. Each half of q takes one product, which
 * makes 10 multiplications: 8 of 32 x 32 + 64 bits, whose sums cost nothing, and 2 low ones.
 * The sum is the unsigned one of P. Montgomery, "Modular multiplication without trial division"
 * (1985). The order of the carry chains lets ptxas make one IMAD.WIDE of each pair `mad.lo.cc`,
 * `madc.hi`; `mad.wide` into a sum costs two additions more.
 *
 * SASS for sm_90 (nvcc 13.0): instructions, those of the FMA pipe, those of the ALU; clocks of a
 * scheduler for a whole curve, max(instructions, 2 FMA, 2 ALU):
 *
 *                       a doubling of 7 products         a curve: 3,965, 1,317 products
 *                       full            roomy            full       roomy
 *     in C              226, 121, 104   171,  98,  74    138,900    37,300
 *     q by mul64_low()  208, 108,  99   150,  89,  61    128,800    35,700
 *     and by columns    208, 101, 105   155,  93,  60    125,000    35,200
 *     by words          202, 100, 100   110,  70,  39    121,000    26,300
 *
 * Left out: squares by three products (1 % less in roomy, more in full); sums that are left
 * anywhere below 2^64 if the other factor of the product is reduced (1.3 % less in full, but every
 * form of residues.h would have to name them).
 */
#ifndef FG_ARITH_MONTGOMERY_WORDS_H
#define FG_ARITH_MONTGOMERY_WORDS_H

#include "arith/target.h"

/* Returns both words as one. */
static FG_HD uint64_t fg_words_join(uint32_t low, uint32_t high) {
    return (uint64_t)high << 32 | low;
}

/*
 * Returns a - b modulo 2^64; *borrow is not 0 if a < b. Of a comparison nvcc makes two
 * instructions, of the borrow it takes the predicate that the subtraction sets.
 */
static FG_HD uint64_t fg_words_sub(uint64_t a, uint64_t b, uint32_t *borrow) {
    uint32_t low, high;
    asm("sub.cc.u32 %0, %3, %5;\n\t"
        "subc.cc.u32 %1, %4, %6;\n\t"
        "subc.u32 %2, 0, 0;"
        : "=&r"(low), "=&r"(high), "=&r"(*borrow)
        : "r"((uint32_t)a), "r"((uint32_t)(a >> 32)), "r"((uint32_t)b), "r"((uint32_t)(b >> 32)));
    return fg_words_join(low, high);
}

/*
 * Returns a * b / 2^64 mod n, below n, if a * b < n * 2^64.
 *
 * Begins the sum with -n * 2^64, which is 2^128 - n * 2^64: the sum then passes 2^128 exactly if
 * a * b + q * n >= n * 2^64, and if not, n is added again. The upper column starts without a carry
 * because a1 b1 < n. At most one of the two carries beyond the upper column is set.
 */
static FG_HD uint64_t fg_words_mul(uint64_t n, uint64_t inverse, uint64_t a, uint64_t b) {
    uint32_t low, high, passed;
    asm("{\n\t"
        ".reg .u64 even, odd, upper;\n\t"
        ".reg .u32 e0, e1, e2, e3, o1, o2, q, word, carry;\n\t"
        "mul.wide.u32 even, %3, %5;\n\t"
        "mul.wide.u32 odd, %3, %6;\n\t"
        "mad.wide.u32 upper, %4, %6, %10;\n\t"
        "mov.b64 {e0, e1}, even;\n\t"
        "mov.b64 {o1, o2}, odd;\n\t"
        "mov.b64 {e2, e3}, upper;\n\t"
        "mad.lo.cc.u32 o1, %4, %5, o1;\n\t"
        "madc.hi.cc.u32 o2, %4, %5, o2;\n\t"
        "addc.u32 e3, e3, 0;\n\t"
        "mul.lo.u32 q, e0, %9;\n\t"
        "mad.lo.cc.u32 o1, q, %8, o1;\n\t"
        "madc.hi.cc.u32 o2, q, %8, o2;\n\t"
        "addc.u32 carry, 0, 0;\n\t"
        "mad.lo.cc.u32 e0, q, %7, e0;\n\t"
        "madc.hi.cc.u32 e1, q, %7, e1;\n\t"
        "add.u32 word, e1, o1;\n\t"
        "mul.lo.u32 q, word, %9;\n\t"
        "madc.lo.cc.u32 e2, q, %8, e2;\n\t" /* with the carry of e1 */
        "madc.hi.cc.u32 e3, q, %8, e3;\n\t"
        "addc.u32 %2, 0, 0;\n\t"
        "mad.lo.cc.u32 o1, q, %7, o1;\n\t"
        "madc.hi.cc.u32 o2, q, %7, o2;\n\t"
        "addc.u32 carry, carry, 0;\n\t"
        "add.cc.u32 word, e1, o1;\n\t" /* 0 and a carry, or 0 */
        "addc.cc.u32 %0, e2, o2;\n\t"
        "addc.cc.u32 %1, e3, carry;\n\t"
        "addc.u32 word, 0, 0;\n\t"
        "or.b32 %2, %2, word;\n\t"
        "}"
        : "=&r"(low), "=&r"(high), "=&r"(passed)
        : "r"((uint32_t)a), "r"((uint32_t)(a >> 32)), "r"((uint32_t)b), "r"((uint32_t)(b >> 32)),
          "r"((uint32_t)n), "r"((uint32_t)(n >> 32)), "r"(0 - (uint32_t)inverse), "l"(0 - n));
    const uint64_t reduced = fg_words_join(low, high);
    return passed != 0 ? reduced : reduced + n;
}

/*
 * Returns the same below 2n, without the final correction. Needs n < 2^62 and a + b < 3 * 2^62:
 * with q0 n1 < 2^62, the odd column's first three products then have no carry, and the upper column
 * holds less than 2n in the end.
 */
static FG_HD uint64_t fg_words_mul_loose(uint64_t n, uint64_t inverse, uint64_t a, uint64_t b) {
    uint32_t low, high;
    asm("{\n\t"
        ".reg .u64 even, odd, upper;\n\t"
        ".reg .u32 e0, e1, e2, e3, o1, o2, q, word;\n\t"
        "mul.wide.u32 even, %2, %4;\n\t"
        "mul.wide.u32 odd, %2, %5;\n\t"
        "mad.wide.u32 odd, %3, %4, odd;\n\t"
        "mul.wide.u32 upper, %3, %5;\n\t"
        "mov.b64 {e0, e1}, even;\n\t"
        "mov.b64 {o1, o2}, odd;\n\t"
        "mov.b64 {e2, e3}, upper;\n\t"
        "mul.lo.u32 q, e0, %8;\n\t"
        "mad.lo.cc.u32 o1, q, %7, o1;\n\t"
        "madc.hi.u32 o2, q, %7, o2;\n\t"
        "mad.lo.cc.u32 e0, q, %6, e0;\n\t"
        "madc.hi.cc.u32 e1, q, %6, e1;\n\t"
        "add.u32 word, e1, o1;\n\t"
        "mul.lo.u32 q, word, %8;\n\t"
        "madc.lo.cc.u32 e2, q, %7, e2;\n\t" /* with the carry of e1 */
        "madc.hi.u32 e3, q, %7, e3;\n\t"
        "mad.lo.cc.u32 o1, q, %6, o1;\n\t"
        "madc.hi.cc.u32 o2, q, %6, o2;\n\t"
        "addc.u32 e3, e3, 0;\n\t"
        "add.cc.u32 word, e1, o1;\n\t" /* 0 and a carry, or 0 */
        "addc.cc.u32 %0, e2, o2;\n\t"
        "addc.u32 %1, e3, 0;\n\t"
        "}"
        : "=&r"(low), "=&r"(high)
        : "r"((uint32_t)a), "r"((uint32_t)(a >> 32)), "r"((uint32_t)b), "r"((uint32_t)(b >> 32)),
          "r"((uint32_t)n), "r"((uint32_t)(n >> 32)), "r"(0 - (uint32_t)inverse));
    return fg_words_join(low, high);
}

#endif
