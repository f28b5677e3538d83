/* SPDX-License-Identifier: MIT */
/*
 * ifma64_x1.c: any modulus, one vector of AVX-512 IFMA: up to 8 numbers.
 */
#define FG_RESIDUES "methods/factor/residues_ifma.h"
#define FG_MODULUS_BITS 64
#define FG_CHAINS 1
#define FG_BOTH_TESTS
#include "methods/factor/lane_ecm.h"
#include "methods/factor/lane_pm1.h"
#include "methods/factor/lane_primality.h"

const struct fg_lane_steps fg_steps_ifma64_x1 = {.lanes = FG_LANES,
                                                 .strong_base2 = strong_base2,
                                                 .lucas = lucas,
                                                 .both_tests = both_tests,
                                                 .pm1 = pm1,
                                                 .ecm = ecm};
