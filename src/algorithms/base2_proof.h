/* SPDX-License-Identifier: MIT */
/*
 * base2_proof.h: for which numbers the strong test to base 2 is a proof by itself.
 */
#ifndef FG_ALGORITHMS_BASE2_PROOF_H
#define FG_ALGORITHMS_BASE2_PROOF_H

#include "algorithms/base2_tables.h"

/*
 * Returns whether the strong test to base 2, which n has passed, proves it prime. n has no prime
 * factor below 2^10. The test is a proof below 2^32, except for numbers that share a table's bit
 * with a composite that passes.
 */
static FG_HD bool fg_base2_proves(uint64_t n) {
    if (n >> 32 != 0)
        return false;
    const uint32_t bit = (uint32_t)n * FG_BASE2_MULTIPLIER >> FG_BASE2_SHIFT;
    return (fg_base2_suspects[bit / 64] >> bit % 64 & 1) == 0;
}

#endif
