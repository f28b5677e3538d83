/* SPDX-License-Identifier: MIT */
/*
 * wide_lazy_x4.c: moduli below 2^122, four numbers: strong tests and P-1.
 */
#define FG_RESIDUES "arith/residues_scalar.h"
#define FG_LANES 4
#define FG_WORDS 2
#define FG_HEADROOM 6
#include "methods/factor/lane_pm1.h"
#include "methods/factor/lane_primality.h"

const struct fg_wide_steps fg_steps_wide_lazy_x4 = {.lanes = FG_LANES,
                                                    .strong_base = strong_base,
                                                    .witness_below = witness_below,
                                                    .witness_above = witness_above,
                                                    .pm1 = pm1};
