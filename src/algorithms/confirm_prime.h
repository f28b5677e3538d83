/* SPDX-License-Identifier: MIT */
/*
 * confirm_prime.h: the proof of primality.h for a number that most probably is prime, on the CPU.
 */
#ifndef FG_ALGORITHMS_CONFIRM_PRIME_H
#define FG_ALGORITHMS_CONFIRM_PRIME_H

#include "algorithms/lone_prime.h"
#include "algorithms/primality.h"

/* Returns whether n is prime. Any n. Both tests of primality.h run side by side, so that it takes
 * 0.64 times as long as fg_is_prime64() for a prime, and up to twice as long for a composite. */
static FG_HD bool fg_confirm_prime64(uint64_t n) {
    if (n <= UINT32_MAX || n % 2 == 0)
        return fg_is_prime64(n);
    const uint32_t parameter = fg_lucas_parameter(n);
    return parameter != 0 && fg_lone_prime(n, parameter);
}

#endif
