/* SPDX-License-Identifier: MIT */
/*
 * fma48_x2.c: moduli below 2^48, two vectors of AVX2: up to 8 numbers.
 */
#define FG_RESIDUES "methods/factor/residues_fma.h"
#define FG_MODULUS_BITS 48
#define FG_CHAINS 2
#include "methods/factor/lane_ecm.h"
#include "methods/factor/lane_primality.h"

const struct fg_lane_steps fg_steps_fma48_x2 = {
    .lanes = FG_LANES, .strong_base2 = strong_base2, .lucas = lucas, .ecm = ecm};
