/* SPDX-License-Identifier: MIT */
/*
 * probable_prime_definitions.h: the two tests of algorithms/probable_prime.h word for word, with
 * FLINT's arithmetic.
 */
#ifndef FG_TESTS_PROBABLE_PRIME_DEFINITIONS_H
#define FG_TESTS_PROBABLE_PRIME_DEFINITIONS_H

#include <gmp.h> /* before FLINT, which would include it in an extern "C" block */

#include <flint/ulong_extras.h>

#include <cstdint>

/* The strong test to base 2, with FLINT's power. n odd, at least 3. */
inline bool strong_base2_by_definition(uint64_t n) {
    const uint64_t inverse = n_preinvert_limb(n);
    uint64_t d = n - 1;
    unsigned s = 0;
    for (; d % 2 == 0; d /= 2)
        s++;
    uint64_t x = n_powmod2_ui_preinv(2 % n, d, n, inverse);
    if (x == 1)
        return true;
    for (unsigned r = 0; r < s; r++, x = n_mulmod2_preinv(x, x, n, inverse))
        if (x == n - 1)
            return true;
    return false;
}

/* A 2 x 2 matrix modulo n. */
struct Matrix {
    uint64_t a, b, c, d;
};

inline Matrix product(const Matrix &x, const Matrix &y, uint64_t n, uint64_t inverse) {
    const auto entry = [n, inverse](uint64_t p, uint64_t q, uint64_t r, uint64_t s) {
        return n_addmod(n_mulmod2_preinv(p, q, n, inverse), n_mulmod2_preinv(r, s, n, inverse), n);
    };
    return {entry(x.a, y.a, x.b, y.c), entry(x.a, y.b, x.b, y.d), entry(x.c, y.a, x.d, y.c),
            entry(x.c, y.b, x.d, y.d)};
}

/* V_k of the Lucas sequence with P and Q = 1: the trace of (P -1; 1 0)^k. */
inline uint64_t lucas_v(uint64_t p, uint64_t k, uint64_t n) {
    const uint64_t inverse = n_preinvert_limb(n);
    Matrix power = {1 % n, 0, 0, 1 % n}, square = {p % n, n - 1, 1 % n, 0};
    for (; k > 0; k /= 2, square = product(square, square, n, inverse))
        if (k % 2 == 1)
            power = product(power, square, n, inverse);
    return n_addmod(power.a, power.d, n);
}

/* The first P of `first`, `first` + `step` ... with (P^2 - 4 / n) = -1. n is no square. */
inline uint64_t lucas_parameter_by_definition(uint64_t n, uint64_t first, uint64_t step) {
    for (uint64_t p = first;; p += step)
        if (n_jacobi_unsigned((p * p - 4) % n, n) == -1)
            return p;
}

/* Returns whether some P^2 - 4 up to the right P has a proper factor of n: n need not be tested
 * further. */
inline bool shares_a_factor(uint64_t n, uint64_t first, uint64_t step) {
    const uint64_t last = lucas_parameter_by_definition(n, first, step);
    for (uint64_t p = first; p <= last; p += step) {
        const uint64_t common = n_gcd((p * p - 4) % n, n);
        if (common != 1 && common != n)
            return true;
    }
    return false;
}

/* The almost extra strong Lucas test, word for word. n odd, n + 1 < 2^64. */
inline bool lucas_by_definition(uint64_t n, uint64_t p) {
    uint64_t d = n + 1;
    unsigned s = 0;
    for (; d % 2 == 0; d /= 2)
        s++;
    const uint64_t v = lucas_v(p, d, n);
    if (v == 2 % n || v == n - 2)
        return true;
    for (unsigned r = 0; r + 1 < s; r++, d *= 2)
        if (lucas_v(p, d, n) == 0)
            return true;
    return false;
}

#endif
