/* SPDX-License-Identifier: MIT */
/*
 * montgomery_rows_any.h: sums and products modulo any odd n below 2^128 in four words of 32 bits,
 * for a GPU: everything is below n. Device code only.
 *
 * The product is that of montgomery_rows.h, row by row, with one more column: without headroom the
 * sum of a row may pass 2^160, and that of all rows 2^128. All sums before and after a row are
 * below b + n, because (b + n + (2^32 - 1) (b + n)) / 2^32 = b + n; so the column above four words,
 * `top`, is 0 or 1.
 */
#ifndef FG_ARITH_MONTGOMERY_ROWS_ANY_H
#define FG_ARITH_MONTGOMERY_ROWS_ANY_H

#include "arith/montgomery_rows.h"
#include "arith/wide.h"

#if defined(__CUDA_ARCH__)

/* The words of a number, and back. */
static __device__ __forceinline__ void fg_rows_of(fg_wide n, uint32_t *words) {
    for (int i = 0; i < 4; i++)
        words[i] = (uint32_t)(n >> (32 * i));
}

static __device__ __forceinline__ fg_wide fg_rows_number(const uint32_t *words) {
    return fg_wide_join((uint64_t)words[1] << 32 | words[0], (uint64_t)words[3] << 32 | words[2]);
}

/* a < n, b <= n. Returns a - b mod n. */
static __device__ __forceinline__ fg_wide fg_rows_sub_any(fg_wide a, fg_wide b, fg_wide n) {
    uint32_t x[4], y[4], m[4], difference[4];
    fg_rows_of(a, x);
    fg_rows_of(b, y);
    fg_rows_of(n, m);
    asm("{\n\t"
        ".reg .u32 borrow;\n\t"
        ".reg .pred negative;\n\t"
        "sub.cc.u32 %0, %4, %8;\n\t"
        "subc.cc.u32 %1, %5, %9;\n\t"
        "subc.cc.u32 %2, %6, %10;\n\t"
        "subc.cc.u32 %3, %7, %11;\n\t"
        "subc.u32 borrow, 0, 0;\n\t"
        "setp.ne.u32 negative, borrow, 0;\n\t"
        "@negative add.cc.u32 %0, %0, %12;\n\t"
        "@negative addc.cc.u32 %1, %1, %13;\n\t"
        "@negative addc.cc.u32 %2, %2, %14;\n\t"
        "@negative addc.u32 %3, %3, %15;\n\t"
        "}"
        : "=&r"(difference[0]), "=&r"(difference[1]), "=&r"(difference[2]), "=&r"(difference[3])
        : "r"(x[0]), "r"(x[1]), "r"(x[2]), "r"(x[3]), "r"(y[0]), "r"(y[1]), "r"(y[2]), "r"(y[3]),
          "r"(m[0]), "r"(m[1]), "r"(m[2]), "r"(m[3]));
    return fg_rows_number(difference);
}

/*
 * a, b < n. Returns a * b / 2^128 mod n; `negated` is -1/n modulo 2^32.
 *
 * The odd columns of a row take a_i b without a carry: with what is there they are at most
 * (2^32 - 1)^2 (1 + 2^64) + 2^64 + 2^96, which is below 2^128.
 */
static __device__ __forceinline__ fg_wide fg_rows_mul_any(fg_wide a, fg_wide b, fg_wide n,
                                                          uint32_t negated) {
    uint32_t x[4], y[4], m[4], even[4], odd[4], before = 0, top = 0, q;
    fg_rows_of(a, x);
    fg_rows_of(b, y);
    fg_rows_of(n, m);
    fg_rows_words(x[0], y[0], &even[0], &even[1]);
    fg_rows_words(x[0], y[1], &odd[0], &odd[1]);
    fg_rows_words(x[0], y[2], &even[2], &even[3]);
    fg_rows_words(x[0], y[3], &odd[2], &odd[3]);
    asm("mul.lo.u32 %0, %1, %2;" : "=r"(q) : "r"(even[0]), "r"(negated));
#pragma unroll
    for (int i = 0; i < 4; i++) {
        if (i > 0) {
            odd[3] = top;
            asm("add.cc.u32 %0, %0, %10;\n\t" /* what the row before left; its carry is for `odd` */
                "madc.lo.cc.u32 %1, %11, %12, %1;\n\t"
                "madc.hi.cc.u32 %2, %11, %12, %2;\n\t"
                "madc.lo.cc.u32 %3, %11, %13, %3;\n\t"
                "madc.hi.u32 %4, %11, %13, %4;\n\t"
                "mad.lo.cc.u32 %0, %11, %14, %0;\n\t"
                "madc.hi.cc.u32 %5, %11, %14, %5;\n\t"
                "madc.lo.cc.u32 %6, %11, %15, %6;\n\t"
                "madc.hi.cc.u32 %7, %11, %15, %7;\n\t"
                "addc.cc.u32 %4, %4, 0;\n\t"
                "addc.u32 %8, 0, 0;\n\t"
                "mul.lo.u32 %9, %0, %16;"
                : "+&r"(even[0]), "+&r"(odd[0]), "+&r"(odd[1]), "+&r"(odd[2]), "+&r"(odd[3]),
                  "+&r"(even[1]), "+&r"(even[2]), "+&r"(even[3]), "=&r"(top), "=&r"(q)
                : "r"(before), "r"(x[i]), "r"(y[1]), "r"(y[3]), "r"(y[0]), "r"(y[2]), "r"(negated));
        }
        asm("mad.lo.cc.u32 %0, %9, %10, %0;\n\t"
            "madc.hi.cc.u32 %1, %9, %10, %1;\n\t"
            "madc.lo.cc.u32 %2, %9, %11, %2;\n\t"
            "madc.hi.cc.u32 %3, %9, %11, %3;\n\t"
            "addc.u32 %8, %8, 0;\n\t"
            "mad.lo.cc.u32 %4, %9, %12, %4;\n\t"
            "madc.hi.cc.u32 %5, %9, %12, %5;\n\t"
            "madc.lo.cc.u32 %6, %9, %13, %6;\n\t"
            "madc.hi.cc.u32 %7, %9, %13, %7;\n\t"
            "addc.cc.u32 %3, %3, 0;\n\t"
            "addc.u32 %8, %8, 0;"
            : "+&r"(odd[0]), "+&r"(odd[1]), "+&r"(odd[2]), "+&r"(odd[3]), "+&r"(even[0]),
              "+&r"(even[1]), "+&r"(even[2]), "+&r"(even[3]), "+&r"(top)
            : "r"(q), "r"(m[1]), "r"(m[3]), "r"(m[0]), "r"(m[2]));
        const uint32_t zero = even[0], second = even[2], third = even[3];
        before = even[1];
        for (int k = 0; k < 4; k++)
            even[k] = odd[k];
        odd[0] = second;
        odd[1] = third;
        odd[2] = zero;
    }
    uint32_t sum[4], less[4], borrow;
    asm("add.cc.u32 %0, %9, %13;\n\t"
        "addc.cc.u32 %1, %10, %14;\n\t"
        "addc.cc.u32 %2, %11, %15;\n\t"
        "addc.cc.u32 %3, %12, 0;\n\t"
        "addc.u32 %8, %16, 0;\n\t"
        "sub.cc.u32 %4, %0, %17;\n\t"
        "subc.cc.u32 %5, %1, %18;\n\t"
        "subc.cc.u32 %6, %2, %19;\n\t"
        "subc.cc.u32 %7, %3, %20;\n\t"
        "subc.u32 %8, %8, 0;"
        : "=&r"(sum[0]), "=&r"(sum[1]), "=&r"(sum[2]), "=&r"(sum[3]), "=&r"(less[0]),
          "=&r"(less[1]), "=&r"(less[2]), "=&r"(less[3]), "=&r"(borrow)
        : "r"(even[0]), "r"(even[1]), "r"(even[2]), "r"(even[3]), "r"(before), "r"(odd[0]),
          "r"(odd[1]), "r"(top), "r"(m[0]), "r"(m[1]), "r"(m[2]), "r"(m[3]));
    for (int i = 0; i < 4; i++)
        less[i] = borrow != 0 ? sum[i] : less[i];
    return fg_rows_number(less);
}

#endif

#endif
