/* SPDX-License-Identifier: MIT */
/*
 * scalar_full_x1.c: any modulus, one word: the proof of a number alone.
 */
#define FG_RESIDUES "arith/residues_scalar.h"
#define FG_LANES 1
#define FG_HEADROOM 0
#define FG_BOTH_TESTS
#include "methods/factor/lane_pm1.h"
#include "methods/factor/lane_primality.h"

const struct fg_lane_steps fg_steps_scalar_full_x1 = {.lanes = FG_LANES,
                                                      .strong_base2 = strong_base2,
                                                      .lucas = lucas,
                                                      .both_tests = both_tests,
                                                      .pm1 = pm1};
