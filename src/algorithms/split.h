/* SPDX-License-Identifier: MIT */
/*
 * split.h: splits a composite without small primes: as a power, or by what P-1 or a curve has
 * found. The CPU's engine and the GPU's wavefront share it.
 */
#ifndef FG_ALGORITHMS_SPLIT_H
#define FG_ALGORITHMS_SPLIT_H

#include "algorithms/split_plan.h"
#include "arith/gcd.h"
#include "arith/iroot.h"
#include "arith/isqrt.h"

/* Returns whether n can be a cube: it is one modulo 63 and 13, as 5.5 % of all numbers are. This is
 * quicker than a root. */
static FG_HD bool fg_may_be_cube(uint64_t n) {
    const uint64_t modulo63 = UINT64_C(0x4080001818000103);
    const uint32_t modulo13 = UINT32_C(0x1123);
    return (modulo63 >> n % 63 & 1) != 0 && (modulo13 >> n % 13 & 1) != 0;
}

/* Returns whether n can be a fifth power: it is one modulo 11 and 31, as 6.2 % of all numbers are.
 * On a GPU any can be, because all lanes would take the time of the remainders. */
static FG_HD bool fg_may_be_fifth_power(uint64_t n) {
#if defined(__CUDA_ARCH__)
    (void)n;
    return true;
#else
    const uint32_t modulo11 = UINT32_C(0x403), modulo31 = UINT32_C(0x46000063);
    return (modulo11 >> n % 11 & 1) != 0 && (modulo31 >> n % 31 & 1) != 0;
#endif
}

/*
 * The exponent e > 1 with n = root^e, and *root; 1 if there is none to be taken. Exponents are made
 * of 2, 3 and 5, because n has only primes above 2^10; a fifth power is then above 2^50. Cubes
 * below FG_PLAN_HART_MAX are left to Hart's method, to which p * p^2 is a product like any other.
 */
static FG_HD uint32_t fg_split_power(uint64_t n, uint64_t *root) {
    for (uint32_t exponent = 2; exponent <= 5; exponent += exponent == 2 ? 1 : 2) {
        if ((exponent == 3 && n < FG_PLAN_HART_MAX) || (exponent == 5 && n >> 50 == 0))
            return 1;
        if ((exponent == 3 && !fg_may_be_cube(n)) || (exponent == 5 && !fg_may_be_fifth_power(n)))
            continue;
        *root = exponent == 2 ? fg_isqrt64(n) : fg_iroot64(n, exponent);
        uint64_t power = *root;
        for (uint32_t e = 1; e < exponent; e++)
            power *= *root;
        if (power == n)
            return exponent;
    }
    return 1;
}

/*
 * Returns a proper factor of n, or 1, from gcd(found, n) and the `early` of fg_pm1_run() or
 * fg_ecm_run(). If the gcd is n, all primes were found at once; the stage-1 residue may separate
 * them.
 */
static FG_HD uint64_t fg_split_found(uint64_t n, uint64_t gcd, uint64_t early) {
    if (gcd != n)
        return gcd;
    const uint64_t first = fg_gcd64_odd(early, n);
    return first != n ? first : 1;
}

#endif
