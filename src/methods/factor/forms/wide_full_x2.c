/* SPDX-License-Identifier: MIT */
/*
 * wide_full_x2.c: any modulus of two words, two numbers.
 */
#define FG_RESIDUES "arith/residues_scalar.h"
#define FG_LANES 2
#define FG_WORDS 2
#define FG_HEADROOM 0
#include "methods/factor/lane_ecm.h"
#include "methods/factor/lane_pm1.h"
#include "methods/factor/lane_primality.h"

const struct fg_wide_steps fg_steps_wide_full_x2 = {
    .lanes = FG_LANES, .strong_base = strong_base, .pm1 = pm1, .ecm = ecm};
