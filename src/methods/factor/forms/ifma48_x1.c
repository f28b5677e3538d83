/* SPDX-License-Identifier: MIT */
/*
 * ifma48_x1.c: moduli below 2^48, one vector of AVX-512 IFMA: up to 8 numbers.
 */
#define FG_RESIDUES "methods/factor/residues_ifma.h"
#define FG_MODULUS_BITS 48
#define FG_CHAINS 1
#include "methods/factor/lane_ecm.h"
#include "methods/factor/lane_primality.h"

const struct fg_lane_steps fg_steps_ifma48_x1 = {
    .lanes = FG_LANES, .strong_base2 = strong_base2, .lucas = lucas, .ecm = ecm};
