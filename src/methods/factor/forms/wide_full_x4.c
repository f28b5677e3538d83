/* SPDX-License-Identifier: MIT */
/*
 * wide_full_x4.c: any modulus of two words, four numbers: strong tests and P-1.
 */
#define FG_RESIDUES "arith/residues_scalar.h"
#define FG_LANES 4
#define FG_WORDS 2
#define FG_HEADROOM 0
#include "methods/factor/lane_pm1.h"
#include "methods/factor/lane_primality.h"

const struct fg_wide_steps fg_steps_wide_full_x4 = {.lanes = FG_LANES,
                                                    .strong_base = strong_base,
                                                    .witness_below = witness_below,
                                                    .witness_above = witness_above,
                                                    .pm1 = pm1};
