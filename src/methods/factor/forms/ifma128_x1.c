/* SPDX-License-Identifier: MIT */
/*
 * ifma128_x1.c: any modulus of two words, one vector of AVX-512 IFMA: curves.
 */
#define FG_RESIDUES "methods/factor/residues_ifma_wide.h"
#define FG_MODULUS_BITS 128
#define FG_CHAINS 1
#include "methods/factor/lane_ecm.h"

const struct fg_wide_steps fg_steps_ifma128_x1 = {.lanes = FG_LANES, .ecm = ecm};
