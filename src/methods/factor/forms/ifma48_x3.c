/* SPDX-License-Identifier: MIT */
/*
 * ifma48_x3.c: moduli below 2^48, three vectors of AVX-512 IFMA: curves.
 */
#define FG_RESIDUES "methods/factor/residues_ifma.h"
#define FG_MODULUS_BITS 48
#define FG_CHAINS 3
#include "methods/factor/lane_ecm.h"

const struct fg_lane_steps fg_steps_ifma48_x3 = {.lanes = FG_LANES, .ecm = ecm};
