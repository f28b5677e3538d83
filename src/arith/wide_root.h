/* SPDX-License-Identifier: MIT */
/*
 * wide_root.h: integer roots of numbers of two words.
 *
 * The root in double precision is within 2^-48 of the answer, relatively. Exact arithmetic then
 * decides: for square roots, which can have 64 bits, after a step of Newton's iteration.
 */
#ifndef FG_ARITH_WIDE_ROOT_H
#define FG_ARITH_WIDE_ROOT_H

#include "arith/wide.h"
#include <math.h>

/* n as a double, within 2^-52 relatively. */
static FG_HD double fg_wide_to_double(fg_wide n) {
    return (double)fg_wide_high(n) * 0x1p64 + (double)fg_wide_low(n);
}

/*
 * Any n. Returns the largest s with s * s <= n.
 *
 * A first root s0 within 2^-51 of sqrt(n), relatively, leaves n - s0^2 below 2^78 in absolute
 * value, and (n - s0^2) / 2 s0 is short of the rest by (sqrt(n) - s0)^2 / 2 s0, which is below
 * 2^-36, and by what the division in double precision loses: less than 1/2. So s is within one of
 * the answer.
 */
static FG_HD uint64_t fg_wide_isqrt(fg_wide n) {
    if (n == 0)
        return 0;
    const double root = sqrt(fg_wide_to_double(n));
    uint64_t s = root >= 0x1p64 ? UINT64_MAX : (uint64_t)root;
    const fg_wide square = (fg_wide)s * s;
    const double step = square > n ? -fg_wide_to_double(square - n) : fg_wide_to_double(n - square);
    const double corrected = step / (2.0 * (double)s);
    if (corrected < 0)
        s -= (uint64_t)-corrected;
    else
        s = (uint64_t)corrected > UINT64_MAX - s ? UINT64_MAX : s + (uint64_t)corrected;
    while ((fg_wide)s * s > n)
        s--;
    while (s < UINT64_MAX && (fg_wide)(s + 1) * (s + 1) <= n)
        s++;
    return s;
}

/* Returns whether base^exponent <= n. base >= 1. */
static FG_HD bool fg_wide_power_fits(uint64_t base, uint32_t exponent, fg_wide n) {
    fg_wide power = 1;
    for (uint32_t i = 0; i < exponent; i++) {
        const fg_wide low = (fg_wide)fg_wide_low(power) * base;
        const fg_wide high = (fg_wide)fg_wide_high(power) * base + fg_wide_high(low);
        if (fg_wide_high(high) != 0)
            return false;
        power = fg_wide_join(fg_wide_low(low), fg_wide_low(high));
    }
    return power <= n;
}

/* Any n, exponent 2 .. 127. Returns the largest r with r^exponent <= n. A cube root is below 2^43,
 * so that its double is within one of it. */
static FG_HD uint64_t fg_wide_iroot(fg_wide n, uint32_t exponent) {
    FG_VERIFY_CHECK(exponent >= 2 && exponent < 128);
    if (exponent == 2)
        return fg_wide_isqrt(n);
    if (n == 0)
        return 0;
    const double value = fg_wide_to_double(n);
#if defined(__CUDA_ARCH__) /* which has pow() as a function that is called */
    uint64_t root = (uint64_t)(exponent == 3 ? cbrt(value) : exp2(log2(value) / exponent));
#else
    uint64_t root = (uint64_t)(exponent == 3 ? cbrt(value) : pow(value, 1.0 / exponent));
#endif
    if (root == 0)
        root = 1;
    while (!fg_wide_power_fits(root, exponent, n))
        root--;
    while (fg_wide_power_fits(root + 1, exponent, n))
        root++;
    return root;
}

#endif
