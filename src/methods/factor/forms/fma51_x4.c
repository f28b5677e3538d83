/* SPDX-License-Identifier: MIT */
/*
 * fma51_x4.c: moduli below 2^51, four vectors of AVX2: curves.
 */
#define FG_RESIDUES "methods/factor/residues_fma.h"
#define FG_MODULUS_BITS 51
#define FG_CHAINS 4
#include "methods/factor/lane_ecm.h"

const struct fg_lane_steps fg_steps_fma51_x4 = {.lanes = FG_LANES, .ecm = ecm};
