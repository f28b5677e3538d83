/* SPDX-License-Identifier: MIT */
/*
 * ifma64_x3.c: any modulus, three vectors of AVX-512 IFMA: P-1 and tests of 17 to 24 numbers.
 */
#define FG_RESIDUES "methods/factor/residues_ifma.h"
#define FG_MODULUS_BITS 64
#define FG_CHAINS 3
#include "methods/factor/lane_pm1.h"
#include "methods/factor/lane_primality.h"

const struct fg_lane_steps fg_steps_ifma64_x3 = {
    .lanes = FG_LANES, .strong_base2 = strong_base2, .lucas = lucas, .pm1 = pm1};
