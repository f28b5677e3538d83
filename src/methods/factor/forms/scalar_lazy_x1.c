/* SPDX-License-Identifier: MIT */
/*
 * scalar_lazy_x1.c: moduli below 2^58, one word: the proof of a number alone.
 */
#define FG_RESIDUES "arith/residues_scalar.h"
#define FG_LANES 1
#define FG_HEADROOM 6
#define FG_BOTH_TESTS
#include "methods/factor/lane_pm1.h"
#include "methods/factor/lane_primality.h"

const struct fg_lane_steps fg_steps_scalar_lazy_x1 = {.lanes = FG_LANES,
                                                      .strong_base2 = strong_base2,
                                                      .lucas = lucas,
                                                      .both_tests = both_tests,
                                                      .pm1 = pm1};
