/* SPDX-License-Identifier: MIT */
/*
 * wide_split.h: splits a composite above 2^64 without small primes by what P-1 or a curve has
 * found. The CPU's engine and the GPU's wavefront share it.
 */
#ifndef FG_ALGORITHMS_WIDE_SPLIT_H
#define FG_ALGORITHMS_WIDE_SPLIT_H

#include "algorithms/small_primes.h"
#include "arith/wide.h"
#include "arith/wide_divide.h"
#include "arith/wide_gcd.h"

/* Every curve of every program finds a prime up to some 4000 in stage 1: its group has fewer than
 * 4000 / 12 elements of its own. Dividing up to here takes 0.1 ms. */
#define FG_WIDE_TINY_END (UINT32_C(1) << 14)

/* Returns a factor of n below FG_WIDE_TINY_END, or 1. If stage 1 alone finds all primes of n at
 * once, they are as small as that in nearly all cases, and then every curve does the same. */
static FG_HD fg_wide fg_wide_tiny_factor(fg_wide n) {
    for (uint32_t d = (uint32_t)fg_small_primes_bound(FG_SMALL_BLOCKS) | 1; d < FG_WIDE_TINY_END;
         d += 2)
        if (fg_wide_mod32(n, d) == 0)
            return d;
    return 1;
}

/* Returns a proper factor of n, or 1. `found` and `early` are those of a step. If the gcd with
 * `found` is n, every prime was found; the stage-1 residue may separate them, or else the small
 * size of one. */
static FG_HD fg_wide fg_wide_split_found(fg_wide n, fg_wide found, fg_wide early) {
    fg_wide factor = fg_wide_gcd_odd(found, n);
    if (factor == n)
        factor = fg_wide_gcd_odd(early, n);
    return factor != n ? factor : fg_wide_tiny_factor(n);
}

#endif
