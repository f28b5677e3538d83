/* SPDX-License-Identifier: MIT */
/*
 * ifma128_x2.c: any modulus of two words, two vectors of AVX-512 IFMA: strong tests and P-1.
 */
#define FG_RESIDUES "methods/factor/residues_ifma_wide.h"
#define FG_MODULUS_BITS 128
#define FG_CHAINS 2
#include "methods/factor/lane_pm1.h"
#include "methods/factor/lane_primality.h"

const struct fg_wide_steps fg_steps_ifma128_x2 = {.lanes = FG_LANES,
                                                  .strong_base = strong_base,
                                                  .witness_below = witness_below,
                                                  .witness_above = witness_above,
                                                  .pm1 = pm1};
