/* SPDX-License-Identifier: MIT */
/*
 * scalar_full_x2.c: any modulus, two words: curves, and up to two numbers.
 */
#define FG_RESIDUES "arith/residues_scalar.h"
#define FG_LANES 2
#define FG_HEADROOM 0
#include "methods/factor/lane_ecm.h"
#include "methods/factor/lane_pm1.h"
#include "methods/factor/lane_primality.h"

const struct fg_lane_steps fg_steps_scalar_full_x2 = {
    .lanes = FG_LANES, .strong_base2 = strong_base2, .lucas = lucas, .pm1 = pm1, .ecm = ecm};
