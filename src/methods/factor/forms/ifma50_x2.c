/* SPDX-License-Identifier: MIT */
/*
 * ifma50_x2.c: moduli below 2^50, two vectors of AVX-512 IFMA: up to 16 numbers.
 */
#define FG_RESIDUES "methods/factor/residues_ifma.h"
#define FG_MODULUS_BITS 50
#define FG_CHAINS 2
#include "methods/factor/lane_ecm.h"
#include "methods/factor/lane_pm1.h"
#include "methods/factor/lane_primality.h"

const struct fg_lane_steps fg_steps_ifma50_x2 = {
    .lanes = FG_LANES, .strong_base2 = strong_base2, .lucas = lucas, .pm1 = pm1, .ecm = ecm};
