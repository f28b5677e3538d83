/* SPDX-License-Identifier: MIT */
/*
 * ifma50_x4.c: moduli below 2^50, four vectors of AVX-512 IFMA: the proof and P-1.
 */
#define FG_RESIDUES "methods/factor/residues_ifma.h"
#define FG_MODULUS_BITS 50
#define FG_CHAINS 4
#include "methods/factor/lane_pm1.h"
#include "methods/factor/lane_primality.h"

const struct fg_lane_steps fg_steps_ifma50_x4 = {
    .lanes = FG_LANES, .strong_base2 = strong_base2, .lucas = lucas, .pm1 = pm1};
