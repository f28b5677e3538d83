/* SPDX-License-Identifier: MIT */
/*
 * fma100_x3.c: moduli of two words below 2^100, three vectors of AVX2: strong tests and P-1.
 */
#define FG_RESIDUES "methods/factor/residues_fma_wide.h"
#define FG_CHAINS 3
#include "methods/factor/lane_pm1.h"
#include "methods/factor/lane_primality.h"

const struct fg_wide_steps fg_steps_fma100_x3 = {.lanes = FG_LANES,
                                                 .strong_base = strong_base,
                                                 .witness_below = witness_below,
                                                 .witness_above = witness_above,
                                                 .pm1 = pm1};
