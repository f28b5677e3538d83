/* SPDX-License-Identifier: MIT */
/*
 * residues_fma51_x8.c: the form of forms/fma51_x8.c on arrays.
 */
#define FG_MODULUS_BITS 51
#define FG_CHAINS 8
#include "methods/factor/residues_fma_ops.h"

const struct residues_fma_form residues_fma51_x8 = FORM("fma51x8");
