/* SPDX-License-Identifier: MIT */
/*
 * residues_ifma104_x1.c: the form of forms/ifma104_x1.c on arrays.
 */
#define FG_RESIDUES "methods/factor/residues_ifma_wide.h"
#define FG_MODULUS_BITS 104
#define FG_CHAINS 1
#include "methods/factor/residues_wide_ops.h"

const struct residues_wide_form residues_ifma104_x1 =
    FORM("ifma104_x1", FG_MODULUS_BITS, RESIDUES_WIDE_FULL);
