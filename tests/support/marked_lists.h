/* SPDX-License-Identifier: MIT */
/*
 * marked_lists.h: the marks of a list of divisors (src/algorithms/marked_divisors.h), from what
 * FLINT says of its number.
 */
#ifndef FG_TESTS_MARKED_LISTS_H
#define FG_TESTS_MARKED_LISTS_H

#include "oracle.h"

#include <algorithm>
#include <cstdint>

inline std::uint64_t marks_of(std::uint64_t n, const oracle::Numbers &divisors) {
    std::uint64_t marks = 1;
    unsigned odd = 0;
    for (const auto &[prime, exponent] : oracle::prime_powers(n)) {
        if (prime == 2)
            continue;
        const auto place =
            std::lower_bound(divisors.begin(), divisors.end(), prime) - divisors.begin();
        if (place > 48)
            break;
        marks |= UINT64_C(1) << place;
        if (odd < 7)
            marks |= std::min<std::uint64_t>(exponent - 1, 3) << (49 + 2 * odd);
        odd++;
    }
    return marks;
}

#endif
