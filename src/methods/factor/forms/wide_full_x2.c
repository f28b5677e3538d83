/* SPDX-License-Identifier: MIT */
/*
 * wide_full_x2.c: any modulus of two words, two numbers: curves.
 */
#define FG_RESIDUES "arith/residues_scalar.h"
#define FG_LANES 2
#define FG_WORDS 2
#define FG_HEADROOM 0
#include "methods/factor/lane_ecm.h"

const struct fg_wide_steps fg_steps_wide_full_x2 = {.lanes = FG_LANES, .ecm = ecm};
