/* SPDX-License-Identifier: MIT */
/*
 * last_resort.h: finds a factor of any odd composite with certainty: trial division by odd
 * candidates, in blocks of bounded length. It is slow, and no number is known that needs it.
 */
#ifndef FG_ALGORITHMS_LAST_RESORT_H
#define FG_ALGORITHMS_LAST_RESORT_H

#include "arith/target.h"

/* Tries the odd d in [begin, end), begin odd and at least 3. Returns the first that divides n,
 * or 1. */
static FG_HD uint64_t fg_last_resort_block(uint64_t n, uint64_t begin, uint64_t end) {
    FG_VERIFY_CHECK(begin % 2 == 1 && begin >= 3);
    for (uint64_t d = begin; d < end && d <= n / d; d += 2)
        if (n % d == 0)
            return d;
    return 1;
}

#endif
