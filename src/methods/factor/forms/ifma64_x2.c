/* SPDX-License-Identifier: MIT */
/*
 * ifma64_x2.c: any modulus, two vectors of AVX-512 IFMA: curves, and up to 16 numbers.
 */
#define FG_RESIDUES "methods/factor/residues_ifma.h"
#define FG_MODULUS_BITS 64
#define FG_CHAINS 2
#define FG_BOTH_TESTS
#include "methods/factor/lane_ecm.h"
#include "methods/factor/lane_pm1.h"
#include "methods/factor/lane_primality.h"

const struct fg_lane_steps fg_steps_ifma64_x2 = {.lanes = FG_LANES,
                                                 .strong_base2 = strong_base2,
                                                 .lucas = lucas,
                                                 .both_tests = both_tests,
                                                 .pm1 = pm1,
                                                 .ecm = ecm};
