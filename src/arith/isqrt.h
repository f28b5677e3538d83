/* SPDX-License-Identifier: MIT */
/*
 * isqrt.h: the integer square root of a 64-bit number.
 *
 * The double-precision root is within one of the answer, because n converted to double is off by at
 * most 2^-53 relative, which halves under the root, and sqrt is correctly rounded (IEEE 754).
 */
#ifndef FG_ARITH_ISQRT_H
#define FG_ARITH_ISQRT_H

#include "arith/target.h"
#include <math.h>

/* Any n. Returns the largest s with s * s <= n; s < 2^32. */
static FG_HD uint32_t fg_isqrt64(uint64_t n) {
    uint64_t s = (uint64_t)sqrt((double)n);
    if (s > UINT32_MAX)
        s = UINT32_MAX; /* n close to 2^64 rounds up to a root of 2^32 */
    while (s * s > n)
        s--;
    while (s < UINT32_MAX && (s + 1) * (s + 1) <= n)
        s++;
    return (uint32_t)s;
}

#endif
