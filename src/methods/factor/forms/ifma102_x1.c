/* SPDX-License-Identifier: MIT */
/*
 * ifma102_x1.c: moduli below 2^102, one vector of AVX-512 IFMA: curves for few numbers.
 */
#define FG_RESIDUES "methods/factor/residues_ifma_wide.h"
#define FG_MODULUS_BITS 102
#define FG_CHAINS 1
#include "methods/factor/lane_ecm.h"

const struct fg_wide_steps fg_steps_ifma102_x1 = {.lanes = FG_LANES, .ecm = ecm};
