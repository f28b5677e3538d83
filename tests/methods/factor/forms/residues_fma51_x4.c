/* SPDX-License-Identifier: MIT */
/*
 * residues_fma51_x4.c: the form of forms/fma51_x4.c on arrays.
 */
#define FG_MODULUS_BITS 51
#define FG_CHAINS 4
#include "methods/factor/residues_fma_ops.h"

const struct residues_fma_form residues_fma51_x4 = FORM("fma51x4");
