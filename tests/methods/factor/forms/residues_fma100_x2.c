/* SPDX-License-Identifier: MIT */
/*
 * residues_fma100_x2.c: the form of forms/fma100_x2.c on arrays.
 */
#define FG_RESIDUES "methods/factor/residues_fma_wide.h"
#define FG_CHAINS 2
#include "methods/factor/residues_wide_ops.h"

const struct residues_wide_form residues_fma100_x2 =
    FORM("fma100_x2", FG_FMA_WIDE_BITS, RESIDUES_WIDE_SIGNED);
