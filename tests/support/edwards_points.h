/* SPDX-License-Identifier: MIT */
/*
 * edwards_points.h: the points of a curve -x^2 + y^2 = 1 + d x^2 y^2 modulo a small prime, counted.
 */
#ifndef FG_TESTS_EDWARDS_POINTS_H
#define FG_TESTS_EDWARDS_POINTS_H

#include <cstdint>
#include <vector>

inline uint64_t mul(uint64_t a, uint64_t b, uint64_t p) {
    __extension__ typedef unsigned __int128 uint128;
    return static_cast<uint64_t>(static_cast<uint128>(a) * b % p);
}

/* a^(p - 2), by Fermat the inverse modulo the prime p. */
inline uint64_t inverse(uint64_t a, uint64_t p) {
    uint64_t result = 1;
    for (uint64_t e = p - 2; e != 0; e >>= 1, a = mul(a, a, p))
        if (e & 1)
            result = mul(result, a, p);
    return result;
}

/* Returns how many points the curve has modulo p: for each x those with y^2 (1 - d x^2) = 1 + x^2,
 * and those at infinity: (x, infinity) with d x^2 = 1, (infinity, y) with d y^2 = -1. */
inline unsigned count_points(uint64_t d, uint64_t p) {
    std::vector<unsigned> roots(p, 0);
    for (uint64_t y = 0; y < p; y++)
        roots[y * y % p]++;
    std::vector<uint64_t> inverses(p, 0);
    inverses[1] = 1;
    for (uint64_t a = 2; a < p; a++)
        inverses[a] = (p - p / a) * inverses[p % a] % p;
    unsigned count = roots[inverses[d]] + roots[p - inverses[d]];
    for (uint64_t x = 0; x < p; x++) {
        const uint64_t divisor = (1 + (p - d) * (x * x % p)) % p;
        if (divisor != 0)
            count += roots[(1 + x * x) % p * inverses[divisor] % p];
    }
    return count;
}

#endif
