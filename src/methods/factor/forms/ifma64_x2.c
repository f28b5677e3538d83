/* SPDX-License-Identifier: MIT */
/*
 * ifma64_x2.c: any modulus, two vectors of AVX-512 IFMA: curves.
 */
#define FG_RESIDUES "methods/factor/residues_ifma.h"
#define FG_MODULUS_BITS 64
#define FG_CHAINS 2
#include "methods/factor/lane_ecm.h"

const struct fg_lane_steps fg_steps_ifma64_x2 = {.lanes = FG_LANES, .ecm = ecm};
