/* SPDX-License-Identifier: MIT */
/*
 * residues_ifma102_x3.c: the form of forms/ifma102_x3.c on arrays.
 */
#define FG_RESIDUES "methods/factor/residues_ifma_wide.h"
#define FG_MODULUS_BITS 102
#define FG_CHAINS 3
#include "methods/factor/residues_wide_ops.h"

const struct residues_wide_form residues_ifma102_x3 =
    FORM("ifma102_x3", FG_MODULUS_BITS, RESIDUES_WIDE_DOUBLE);
