/* SPDX-License-Identifier: MIT */
/*
 * lucas_parameter.h: which Lucas sequence a number is tested with (probable_prime.h).
 */
#ifndef FG_ALGORITHMS_LUCAS_PARAMETER_H
#define FG_ALGORITHMS_LUCAS_PARAMETER_H

#include "arith/bits.h"
#include "arith/isqrt.h"

/* (a / n), the Jacobi symbol, for odd n. Reciprocity, one division a step. */
static FG_HD int fg_jacobi32(uint32_t a, uint32_t n) {
    FG_VERIFY_CHECK(n % 2 == 1);
    int symbol = 1;
    a %= n;
    while (a != 0) {
        const uint32_t twos = fg_trailing_zeros64(a);
        a >>= twos;
        if (twos % 2 == 1 && (n % 8 == 3 || n % 8 == 5))
            symbol = -symbol;
        if (a % 4 == 3 && n % 4 == 3)
            symbol = -symbol;
        const uint32_t rest = n % a;
        n = a;
        a = rest;
    }
    return n == 1 ? symbol : 0;
}

/*
 * Returns the P of the Lucas test for odd n >= 9: the first of 3, 5, 7, ... with (P^2 - 4 / n) =
 * -1. Returns 0 if n is certainly composite: a perfect square, for which there is no such P, or a
 * number that shares a factor with a P^2 - 4 tried before. P^2 - 4 = 5 modulo 8, so by reciprocity
 * (P^2 - 4 / n) = (n / P^2 - 4).
 */
static FG_HD uint32_t fg_lucas_parameter(uint64_t n) {
    /* Nearly all stop at 3, 5, 9 or 11 (7 is like 3: 45 = 5 * 3^2), too evenly for a branch at each
     * of them. Bit r of a mask is set if a symbol is -1, or +1: (r / 5), (r / 21), (r / 11) and
     * (r / 13); for (r / 7), and if 3 does not divide r, as residues modulo 21. */
    const uint32_t minus5 = 0xc, minus21 = 0x82d04, minus7 = 0x1a3468, plus7 = 0x58b16;
    const uint32_t minus11 = 0x5c4, plus11 = 0x23a, minus13 = 0x9e4, no_three = 0x1b6db6;
    const uint32_t rest = (uint32_t)(n % (5 * 21 * 11 * 13));
    const uint32_t rest21 = rest % 21, rest11 = rest % 11;
    const uint32_t at_3 = minus5 >> rest % 5, at_5 = minus21 >> rest21;
    const uint32_t at_9 =
        (minus7 >> rest21 & plus11 >> rest11) | (plus7 >> rest21 & minus11 >> rest11);
    const uint32_t at_11 = minus13 >> rest % 13 & no_three >> rest21;
    const uint32_t minus = (at_3 & 1) << 3 | (at_5 & 1) << 5 | (at_9 & 1) << 9 | (at_11 & 1) << 11;
    if (minus != 0)
        return fg_trailing_zeros64(minus);
    const uint64_t root = fg_isqrt64(n);
    if (root * root == n)
        return 0;
    for (uint32_t p = 13;; p += 2) {
        const uint32_t discriminant = p * p - 4;
        const int symbol = fg_jacobi32((uint32_t)(n % discriminant), discriminant);
        if (symbol < 0)
            return p;
        /* A common factor; (p - 2)(p + 2) has only factors below n if n > p + 2. */
        if (symbol == 0 && n > p + 2)
            return 0;
    }
}

#endif
