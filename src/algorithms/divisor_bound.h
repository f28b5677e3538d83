/* SPDX-License-Identifier: MIT */
/*
 * divisor_bound.h: the most divisors that a number of a given bit length has.
 *
 * Entry b is the largest number of divisors of any n < 2^b. It is attained by a product of the
 * first primes with falling exponents (Ramanujan, "Highly composite numbers", 1915), so a search
 * over those finds it: tests/algorithms/divisors_test.cpp runs that search and compares every
 * entry.
 */
#ifndef FG_ALGORITHMS_DIVISOR_BOUND_H
#define FG_ALGORITHMS_DIVISOR_BOUND_H

#include <stdint.h>

static const uint32_t fg_divisor_bound_by_bits[65] = {
    0,     1,     2,     4,     6,     8,     12,    16,    20,     24,     32,     40,     48,
    64,    80,    96,    120,   144,   168,   200,   240,   288,    360,    432,    504,    600,
    720,   864,   1008,  1152,  1344,  1600,  1920,  2304,  2688,   3072,   3584,   4096,   4800,
    5760,  6720,  7680,  8640,  10080, 11520, 13824, 16128, 18432,  20736,  23040,  27648,  32256,
    36864, 41472, 46080, 53760, 61440, 69120, 80640, 92160, 107520, 122880, 138240, 161280, 184320,
};

#endif
