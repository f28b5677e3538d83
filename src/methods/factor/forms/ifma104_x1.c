/* SPDX-License-Identifier: MIT */
/*
 * ifma104_x1.c: moduli below 2^104, one vector of AVX-512 IFMA: curves for few numbers.
 */
#define FG_RESIDUES "methods/factor/residues_ifma_wide.h"
#define FG_MODULUS_BITS 104
#define FG_CHAINS 1
#include "methods/factor/lane_ecm.h"

const struct fg_wide_steps fg_steps_ifma104_x1 = {.lanes = FG_LANES, .ecm = ecm};
