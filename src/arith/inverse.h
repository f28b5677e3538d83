/* SPDX-License-Identifier: MIT */
/*
 * inverse.h: the inverse of an odd number modulo 2^32 and 2^64.
 *
 * Newton's iteration x <- x(2 - ax) doubles the number of correct low bits; (3a) xor 2 starts with
 * five. Source: Hacker's Delight, 2nd ed., section 10-16; the start is Montgomery's.
 */
#ifndef FG_ARITH_INVERSE_H
#define FG_ARITH_INVERSE_H

#include "arith/target.h"

/* a odd. Returns x with a * x = 1 mod 2^32: 5, 10, 20, 40 bits. */
static FG_HD uint32_t fg_inverse32(uint32_t a) {
    FG_VERIFY_CHECK(a % 2 == 1);
    uint32_t x = (3 * a) ^ 2;
    x *= 2 - a * x;
    x *= 2 - a * x;
    x *= 2 - a * x;
    return x;
}

/* a odd. Returns x with a * x = 1 mod 2^64. The first steps need only 32 bits. */
static FG_HD uint64_t fg_inverse64(uint64_t a) {
    const uint64_t x = fg_inverse32((uint32_t)a);
    return x * (2 - a * x);
}

#endif
