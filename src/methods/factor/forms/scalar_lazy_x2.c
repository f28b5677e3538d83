/* SPDX-License-Identifier: MIT */
/*
 * scalar_lazy_x2.c: moduli below 2^58, two words: curves.
 */
#define FG_RESIDUES "arith/residues_scalar.h"
#define FG_LANES 2
#define FG_HEADROOM 6
#include "methods/factor/lane_ecm.h"

const struct fg_lane_steps fg_steps_scalar_lazy_x2 = {.lanes = FG_LANES, .ecm = ecm};
