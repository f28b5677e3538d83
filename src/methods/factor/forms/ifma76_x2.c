/* SPDX-License-Identifier: MIT */
/*
 * ifma76_x2.c: moduli below 2^76, two vectors of AVX-512 IFMA: curves and P-1.
 */
#define FG_RESIDUES "methods/factor/residues_ifma_wide.h"
#define FG_MODULUS_BITS 76
#define FG_CHAINS 2
#include "methods/factor/lane_ecm.h"
#include "methods/factor/lane_pm1.h"

const struct fg_wide_steps fg_steps_ifma76_x2 = {.lanes = FG_LANES, .pm1 = pm1, .ecm = ecm};
