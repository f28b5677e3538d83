/* SPDX-License-Identifier: MIT */
/*
 * fma51_x4.c: moduli below 2^51, four vectors of AVX2: curves, and up to 16 numbers.
 */
#define FG_RESIDUES "methods/factor/residues_fma.h"
#define FG_MODULUS_BITS 51
#define FG_CHAINS 4
#include "methods/factor/lane_ecm.h"
#include "methods/factor/lane_pm1.h"
#include "methods/factor/lane_primality.h"

const struct fg_lane_steps fg_steps_fma51_x4 = {
    .lanes = FG_LANES, .strong_base2 = strong_base2, .lucas = lucas, .pm1 = pm1, .ecm = ecm};
