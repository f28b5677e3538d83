/* SPDX-License-Identifier: MIT */
/*
 * fma48_x8.c: moduli below 2^48, eight vectors of AVX2: the proof and P-1.
 */
#define FG_RESIDUES "methods/factor/residues_fma.h"
#define FG_MODULUS_BITS 48
#define FG_CHAINS 8
#include "methods/factor/lane_pm1.h"
#include "methods/factor/lane_primality.h"

const struct fg_lane_steps fg_steps_fma48_x8 = {
    .lanes = FG_LANES, .strong_base2 = strong_base2, .lucas = lucas, .pm1 = pm1};
