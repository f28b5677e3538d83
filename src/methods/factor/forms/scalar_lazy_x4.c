/* SPDX-License-Identifier: MIT */
/*
 * scalar_lazy_x4.c: moduli below 2^58, four words: the proof and P-1.
 */
#define FG_RESIDUES "arith/residues_scalar.h"
#define FG_LANES 4
#define FG_HEADROOM 6
#include "methods/factor/lane_pm1.h"
#include "methods/factor/lane_primality.h"

const struct fg_lane_steps fg_steps_scalar_lazy_x4 = {
    .lanes = FG_LANES, .strong_base2 = strong_base2, .lucas = lucas, .pm1 = pm1};
