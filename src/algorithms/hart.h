/* SPDX-License-Identifier: MIT */
/*
 * hart.h: Hart's one-line factoring of small composites, in blocks of bounded length.
 *
 * For k = 1, 2, 3 ... the smallest a with a^2 >= 4 m k n, m = 315, is tried: if a^2 - 4mkn is a
 * square b^2, gcd(a + b, n) is a factor, if not always a proper one. The multiplier 3^2 * 5 * 7
 * makes squares likelier, and a's residue modulo 4 or 8 is known from mkn, which skips hopeless
 * values. A root that rounding makes too large does no harm: a^2 - 4mkn is then no square. Sources:
 * W. Hart, "A one line factoring algorithm" (2012); the congruences are R. Lehman's "Factoring
 * large integers" (1974).
 */
#ifndef FG_ALGORITHMS_HART_H
#define FG_ALGORITHMS_HART_H

#include "arith/gcd.h"
#include "arith/isqrt.h"
#include "arith/target.h"

#define FG_HART_MULTIPLIER UINT64_C(315)
/* n below this and k below FG_HART_STEPS keep 4mkn below 2^62, so that fg_hart_root() holds. */
#define FG_HART_MAX (UINT64_C(1) << 36)
#define FG_HART_STEPS UINT32_C(8192)

/* floor(sqrt(x)) for x < 2^62, or one more if x is within rounding of a square. Signed
 * conversions, which are single instructions on x86-64. */
static FG_HD uint64_t fg_hart_root(uint64_t x) {
    return (uint64_t)(int64_t)sqrt((double)(int64_t)x);
}

/* Returns a + b if this k gives a square b^2, else 0. */
static FG_HD uint64_t fg_hart_try(uint64_t n, uint32_t k) {
    const uint64_t mkn = FG_HART_MULTIPLIER * k * n;
    const uint64_t four = 4 * mkn;
    uint64_t a = fg_hart_root(four);
    a += a * a < four;
    /* k even: a odd. Else a = mkn + 1 modulo 4, or modulo 8 if that is 0 modulo 4. */
    if (k % 2 == 0)
        a |= 1;
    else
        a += (mkn + 1 - a) & (((mkn + 1) & 3) == 0 ? 7 : 3);
    const uint64_t test = a * a - four;
    const uint64_t b = fg_hart_root(test);
    return b * b == test ? a + b : 0;
}

/*
 * Tries k in [begin, end), 1 <= begin, end <= FG_HART_STEPS, for odd n < FG_HART_MAX. Returns a
 * proper factor of n, or 1 if none was found.
 *
 * The gcd is outside the loop over k, so that the threads of a warp, whose squares come at
 * different k, take it together.
 */
static FG_HD uint64_t fg_hart_block(uint64_t n, uint32_t begin, uint32_t end) {
    FG_VERIFY_CHECK(n % 2 == 1 && n < FG_HART_MAX && begin >= 1 && end <= FG_HART_STEPS);
    for (uint32_t k = begin; k < end;) {
        uint64_t sum = 0;
        for (; k < end && sum == 0; k++)
            sum = fg_hart_try(n, k);
        const uint64_t factor = sum == 0 ? 1 : fg_gcd64_odd(sum, n);
        if (factor != 1 && factor != n)
            return factor;
    }
    return 1;
}

#endif
