/* SPDX-License-Identifier: MIT */
/*
 * scalar_full_x2.c: any modulus, two words: curves.
 */
#define FG_RESIDUES "arith/residues_scalar.h"
#define FG_LANES 2
#define FG_HEADROOM 0
#include "methods/factor/lane_ecm.h"

const struct fg_lane_steps fg_steps_scalar_full_x2 = {.lanes = FG_LANES, .ecm = ecm};
