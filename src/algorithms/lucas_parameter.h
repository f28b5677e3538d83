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
 * The P of the Lucas test for odd n >= 9: the first of 3, 5, 7, ... with (P^2 - 4 / n) = -1; or 0,
 * where n is certainly composite: a perfect square, for which there is no such P, or a number that
 * has been met sharing a factor with a P^2 - 4 before one was found. P^2 - 4 = 5 modulo 8, so by
 * reciprocity (P^2 - 4 / n) = (n / P^2 - 4).
 */
static FG_HD uint32_t fg_lucas_parameter(uint64_t n) {
    /* Half of all n stop at 5, a quarter at 21: bit r is set where (r / 21) = -1. */
    const uint32_t minus_for_21 = 1u << 2 | 1u << 8 | 1u << 10 | 1u << 11 | 1u << 13 | 1u << 19;
    const uint32_t rest5 = (uint32_t)(n % 5);
    if (rest5 == 2 || rest5 == 3)
        return 3;
    if (minus_for_21 >> n % 21 & 1)
        return 5;
    const uint64_t root = fg_isqrt64(n);
    if (root * root == n)
        return 0;
    for (uint32_t p = 3;; p += 2) {
        const uint32_t discriminant = p * p - 4;
        const int symbol = fg_jacobi32((uint32_t)(n % discriminant), discriminant);
        if (symbol < 0)
            return p;
        /* A common factor; (p - 2)(p + 2) has only factors below n where n > p + 2. */
        if (symbol == 0 && n > p + 2)
            return 0;
    }
}

#endif
