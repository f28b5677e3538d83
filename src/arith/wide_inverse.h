/* SPDX-License-Identifier: MIT */
/*
 * wide_inverse.h: the inverse of an odd number modulo 2^128, for exact division: if d divides n,
 * n / d is n times the inverse of d, modulo 2^128.
 */
#ifndef FG_ARITH_WIDE_INVERSE_H
#define FG_ARITH_WIDE_INVERSE_H

#include "arith/inverse.h"
#include "arith/wide.h"

/* a odd. Returns x with a * x = 1 mod 2^128: one more step of inverse.h's iteration. */
static FG_HD fg_wide fg_wide_inverse(fg_wide a) {
    const fg_wide x = fg_inverse64(fg_wide_low(a));
    return x * (2 - a * x);
}

#endif
