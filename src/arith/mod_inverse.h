/*
 * mod_inverse.h: the inverse of a number modulo any modulus (inverse.h has those modulo 2^32 and
 * 2^64).
 *
 * Euclid's algorithm with one column of cofactors. Their absolute values grow to at most n / 2 and
 * their signs alternate, so that unsigned words and the parity of the steps hold them.
 * Source: D. Knuth, "The Art of Computer Programming", vol. 2, 4.5.2, algorithm X.
 */
#ifndef FG_ARITH_MOD_INVERSE_H
#define FG_ARITH_MOD_INVERSE_H

#include "arith/target.h"

/* n >= 2, a < n. Returns x < n with a * x = 1 modulo n; 0 where a and n have a common factor. */
static FG_HD uint64_t fg_mod64_inverse(uint64_t a, uint64_t n) {
    FG_VERIFY_CHECK(n >= 2 && a < n);
    uint64_t high = n, low = a;      /* consecutive remainders */
    uint64_t cofactor = 0, next = 1; /* high = +-cofactor * a, low = -+next * a modulo n */
    bool next_is_negative = false;
    while (low != 0) {
        const uint64_t quotient = high / low;
        const uint64_t rest = high - quotient * low;
        const uint64_t after = cofactor + quotient * next;
        high = low;
        low = rest;
        cofactor = next;
        next = after;
        next_is_negative = !next_is_negative;
    }
    if (high != 1)
        return 0;
    /* `next` is one step beyond the cofactor that belongs to the last remainder, 1. */
    return next_is_negative ? cofactor : n - cofactor;
}

#endif
