/* SPDX-License-Identifier: MIT */
/*
 * fma100_x2.c: moduli of two words below 2^100, two vectors of AVX2: curves.
 */
#define FG_RESIDUES "methods/factor/residues_fma_wide.h"
#define FG_CHAINS 2
#include "methods/factor/lane_ecm.h"

const struct fg_wide_steps fg_steps_fma100_x2 = {.lanes = FG_LANES, .ecm = ecm};
