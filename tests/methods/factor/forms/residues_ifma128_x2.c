/* SPDX-License-Identifier: MIT */
/*
 * residues_ifma128_x2.c: the form of forms/ifma128_x2.c on arrays.
 */
#define FG_RESIDUES "methods/factor/residues_ifma_wide.h"
#define FG_MODULUS_BITS 128
#define FG_CHAINS 2
#include "methods/factor/residues_wide_ops.h"

const struct residues_wide_form residues_ifma128_x2 =
    FORM("ifma128_x2", FG_MODULUS_BITS, RESIDUES_WIDE_TIGHT);
