/* SPDX-License-Identifier: MIT */
/*
 * fma51_x2.c: moduli below 2^51, two vectors of AVX2: up to 8 numbers.
 */
#define FG_RESIDUES "methods/factor/residues_fma.h"
#define FG_MODULUS_BITS 51
#define FG_CHAINS 2
#include "methods/factor/lane_ecm.h"
#include "methods/factor/lane_primality.h"

const struct fg_lane_steps fg_steps_fma51_x2 = {
    .lanes = FG_LANES, .strong_base2 = strong_base2, .lucas = lucas, .ecm = ecm};
